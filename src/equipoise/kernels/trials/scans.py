"""Scans as attended, and what hangs on them: off their days, missed, gaps, therapy afterwards.

Encounter k of a subject has the draws 3k, 3k + 1 (day) and 3k + 2 (missed) of its visit's purpose,
so that any encounter can be drawn without the others; therapy after progression has draws 0
(whether) and 1 (when) of its own.

Checked  tests/twins/test_trial_readings.py (plain twins in `scans_plain`);
         tests/twins/test_roads.py.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from equipoise.kernels import draws

Ints = NDArray[np.int64]
NONE = -1
NOT_SEEN = 1 << 40
ANY, FIRST, SECOND = 0, 1, 2
IGNORED, ENDS, IS_EVENT = 0, 1, 2


class Scans(NamedTuple):
    """The M planned scans of a trial, and how they are attended.

    planned : (M,) study days, ascending, further apart than two windows
    ahead : (days + 2,) the first scan that can take place on or after each day, M if none
    behind : (days + 2,) how many scans can have taken place by each day
    window : days either side of the plan
    missed : probability that a scan after baseline is not held
    purpose : of the draws
    """

    planned: Ints
    ahead: Ints
    behind: Ints
    window: int
    missed: float
    purpose: np.uint64


class Therapy(NamedTuple):
    """Another therapy after the scan that shows progression.

    starts : probability that there is one, for those who do not cross over
    earliest, mean : days from the scan to its earliest start, mean days from then on
    purpose : of the draws
    last_day : trial day on which the simulation ends; a therapy starts before it
    """

    starts: float
    earliest: int
    mean: float
    purpose: np.uint64
    last_day: int


class Course(NamedTuple):
    """What happens to each of P endpoints beside its true days; P = 0 if nothing does to any.

    matters : (P,) 1 where anything below does
    at_scans : (P,) 1 where the first process is read at attended scans
    dies : (P,) 1 where death is no event but ends observation
    longest : (P,) days without a scan after which an event is not counted, or NONE
    gap_of : (P,) the event that a gap takes away: ANY, FIRST or SECOND process
    therapy : (P,) what another therapy does: IGNORED, ENDS observation, or IS_EVENT
    progression, death : processes of `Cohort.day`, or NONE
    """

    matters: Ints
    at_scans: Ints
    dies: Ints
    longest: Ints
    gap_of: Ints
    therapy: Ints
    progression: int
    death: int
    scans: Scans
    then: Therapy


def scans(
    planned: list[int], *, days: int, window: int, missed: float, purpose: np.uint64
) -> Scans:
    """Scans planned on these study days, with tables over days 0 to days + 1."""
    at = np.array(planned, dtype=np.int64)
    d = np.arange(days + 2)
    return Scans(
        planned=at,
        ahead=np.searchsorted(at + window, d, side="left").astype(np.int64),
        behind=np.searchsorted(at - window, d, side="right").astype(np.int64),
        window=window,
        missed=missed,
        purpose=purpose,
    )


_NOBODY = np.zeros(0, dtype=np.int64)
BY_PLAN = Course(
    matters=_NOBODY,
    at_scans=_NOBODY,
    dies=_NOBODY,
    longest=_NOBODY,
    gap_of=_NOBODY,
    therapy=_NOBODY,
    progression=NONE,
    death=NONE,
    scans=scans([], days=0, window=0, missed=0.0, purpose=np.uint64(0)),
    then=Therapy(0.0, 0, 0.0, np.uint64(0), 0),
)


@njit(cache=True, nogil=True, inline="always")
def matters(course, p):  # type: ignore[no-untyped-def]
    """Whether endpoint `p` needs more than its planned days."""
    return len(course.matters) > 0 and course.matters[p] == 1


@njit(cache=True, nogil=True, inline="always")
def is_held(scans, key, k):  # type: ignore[no-untyped-def]
    """Whether scan k is not missed; one on day 1 never is."""
    if scans.missed == 0.0 or scans.planned[k] <= 1:
        return True
    return draws.unit(draws.word(key, scans.purpose, 3 * k + 2)) >= scans.missed


@njit(cache=True, nogil=True, inline="always")
def day_of(scans, key, k):  # type: ignore[no-untyped-def]
    """The study day of scan k."""
    if scans.window == 0:
        return scans.planned[k]
    one = draws.unit(draws.word(key, scans.purpose, 3 * k))
    other = draws.unit(draws.word(key, scans.purpose, 3 * k + 1))
    return scans.planned[k] + np.int64(np.rint((one + other - 1.0) * scans.window))


@njit(cache=True, nogil=True)
def first_after(scans, key, day, last):  # type: ignore[no-untyped-def]
    """The day of the first scan held on or after `day`; NOT_SEEN if none can be by `last`."""
    k = scans.ahead[day]
    while k < len(scans.planned) and scans.planned[k] - scans.window <= last:
        if is_held(scans, key, k):
            at = day_of(scans, key, k)
            if at >= day:
                return at
        k += 1
    return NOT_SEEN


@njit(cache=True, nogil=True)
def last_before(scans, key, day):  # type: ignore[no-untyped-def]
    """The day of the last scan held before `day`, 1 (randomization) if none."""
    k = scans.behind[max(day - 1, 0)] - 1
    while k >= 0:
        if is_held(scans, key, k):
            at = day_of(scans, key, k)
            if at < day:
                return max(at, np.int64(1))
        k -= 1
    return np.int64(1)


@njit(cache=True, nogil=True, inline="always")
def is_recent(scans, planned, behind, key, day, longest):  # type: ignore[no-untyped-def]
    """Whether the last scan but one that can be before `day` is recent enough on any of its days.

    It surely is before `day`, so where it is held no day need be drawn. The two arrays come by
    themselves, as in `draws.day`.
    """
    k = behind[max(day - 1, 0)] - 2
    return k >= 0 and day - (planned[k] - scans.window) <= longest and is_held(scans, key, k)


@njit(cache=True, nogil=True)
def therapy_day(course, key, crosses, progression, end, last):  # type: ignore[no-untyped-def]
    """The day on which another therapy starts, before `end`; NOT_SEEN if none does.

    crosses : True for the other arm's drug, which is such a therapy
    progression : true day; end : last day of observation; last : last day of the tables
    """
    then = course.then
    if progression > last:
        return NOT_SEEN
    if not crosses and draws.unit(draws.word(key, then.purpose, 0)) >= then.starts:
        return NOT_SEEN
    shown = first_after(course.scans, key, progression, end)
    wait = draws.exponential(draws.unit(draws.word(key, then.purpose, 1)))
    start = shown + then.earliest + np.int64(np.floor(wait * then.mean))
    return start if start < end else NOT_SEEN


@njit(cache=True, nogil=True)
def read_days(course, second, cohort, keys, days, found):  # type: ignore[no-untyped-def]
    """Fill `found` (n,) with the day of the scan that shows progression, or `second` before it."""
    true_day, dropout = cohort.day, cohort.dropout
    for j in range(len(found)):
        end = dropout[j]
        if course.death >= 0:
            end = min(end, true_day[course.death, j])
        day = NOT_SEEN
        if course.progression >= 0 and true_day[course.progression, j] <= days:
            day = first_after(course.scans, keys[j], true_day[course.progression, j], end)
        if second >= 0 and true_day[second, j] <= days:
            day = min(day, true_day[second, j])
        found[j] = day


@njit(cache=True, nogil=True)
def settle(course, p, second, cohort, keys, days, found, until):  # type: ignore[no-untyped-def]
    """Take away from `found` (n,) the events that do not count; fill `until` (n,).

    found : day of the first event of endpoint `p`
    until : last day of observation by loss, by death, by another therapy or before a gap
    """
    true_day, entry, dropout = cohort.day, cohort.entry, cohort.dropout
    own, last_day = course.scans, course.then.last_day
    planned, behind, dying = own.planned, own.behind, course.death
    at_scans, dies, therapy = course.at_scans[p] == 1, course.dies[p] == 1, course.therapy[p]
    longest, gap_of = course.longest[p], course.gap_of[p]
    for j in range(len(found)):
        end = min(dropout[j], last_day - entry[j] + 1)
        death = true_day[dying, j] if dying >= 0 else NOT_SEEN
        day, last = found[j], dropout[j]
        if dies and death <= end:
            # a scan on the day of death is not read
            last = min(last, death - at_scans)
        if therapy != IGNORED and course.progression >= 0:
            true = true_day[course.progression, j]
            crosses = cohort.crossed[j] == 1
            start = therapy_day(course, keys[j], crosses, true, min(death, end), days)
            if therapy == IS_EVENT:
                day = min(day, start)
            else:
                last = min(last, start)
        if day > last:
            day = NOT_SEEN
        is_second = second >= 0 and day == true_day[second, j]
        may_lose = gap_of == ANY or (gap_of == SECOND) == is_second
        is_asked = longest >= 0 and day <= end and may_lose
        if is_asked and not is_recent(own, planned, behind, keys[j], day, longest):
            before = last_before(own, keys[j], day)
            if day - before > longest:
                day, last = NOT_SEEN, before
        found[j], until[j] = day, last


@njit(cache=True, nogil=True)
def known(course, p, cohort, keys, last_read, day, until, cut, inside, found):  # type: ignore[no-untyped-def]
    """Fill `found` with the day up to which each of the first `inside` subjects is known at `cut`.

    day, until : (n,) from `settle`; last_read : (days + 2,), empty unless read at planned days
    found : (n,) the day of an event that is seen, else the last day that says there was none
    """
    for j in range(inside):
        end = min(until[j], cut - cohort.entry[j] + 1)
        if day[j] <= end:
            found[j] = day[j]
        elif course.at_scans[p] == 1:
            found[j] = last_before(course.scans, keys[j], end + 1)
        else:
            found[j] = last_read[end] if len(last_read) > 0 else end
