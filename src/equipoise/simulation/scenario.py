"""What a virtual trial is, in arrays: subjects, looks and readings, built from plain numbers.

The contract of draws (both roads use it, so that they agree in every bit):

* Subjects come from `kernels.cohort`: `make_world(...)` builds the tables from probabilities,
  `cohort_plain(world, seed=, trial=)` draws one trial in plain Python, `kernels.trials.arrive.cohort`
  is its numba twin. Purposes and counters are listed there; other purposes (sites, laboratory values,
  visits) take further names and move nothing.
* Trial days count from 1, the first day of accrual. A subject enters (is randomized) on trial day
  `entry`; study day d of the subject is trial day `entry + d - 1`; day 1 is the day of randomization.
* Day d of an event is the continuous time rounded up, so d >= 1. A day past the table never happens.
* An endpoint read at assessments only moves an event to the first assessment on or after it, and a
  censored subject back to the last assessment on or before the end of follow-up (day 1 if none). Where
  a later endpoint (death) falls on or before that assessment, the event is the death, on its own day.
* A look at D events takes place on the trial day of the D-th event that is seen, entry + d - 1; all
  events of that day count. Followed at that cut are the subjects with entry <= cut, each up to study
  day min(cut - entry + 1, dropout). An event on the last day of follow-up is seen.
"""

from __future__ import annotations
