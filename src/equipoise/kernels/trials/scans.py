"""Scans as attended, and what hangs on them: off their days, missed, gaps, therapy afterwards.

Encounter k of a subject has the draws 3k, 3k + 1 (day) and 3k + 2 (missed) of its visit's purpose,
so that any encounter can be drawn without the others; therapy after progression has draws 0
(whether) and 1 (when) of its own.

Checked  tests/twins/test_trial_readings.py (twins in `scans_plain`), tests/twins/test_roads.py.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from equipoise.arrays import Ints
from equipoise.kernels import draws
from equipoise.kernels.compiled import njit

NONE = -1
NOT_SEEN = 1 << 40
ANY, FIRST, SECOND = 0, 1, 2
IGNORED, CENSORS, IS_EVENT = 0, 1, 2


class PlannedScans(NamedTuple):
    """The M planned scans of a trial, and how they are attended.

    planned : (M,) study days, ascending, further apart than two windows
    ahead : (days + 2,) the first scan that can take place on or after each day, M if none
    behind : (days + 2,) how many scans can have taken place by each day
    earlier : (days + 2,) the first day of the window of the last scan but one that can be before
        each day, 1 if there is none
    window : days either side of the plan
    missed : probability that a scan after baseline is not held
    purpose : of the draws
    """

    planned: Ints
    ahead: Ints
    behind: Ints
    earlier: Ints
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


class EndpointCourse(NamedTuple):
    """What happens to each of P endpoints beside its true days; P = 0 if nothing does to any.

    matters : (P,) 1 where anything below does
    at_scans : (P,) 1 where the first process is read at attended scans
    dies : (P,) 1 where death is no event but ends observation
    counted_until : (P, days + 2) last day on which an event counts, by the day of the last scan
        before it
    gap_of : (P,) the event that a gap takes away: ANY, FIRST or SECOND process, or NONE
    therapy : (P,) what another therapy does: IGNORED, CENSORS observation, or IS_EVENT
    progression, death : processes of `Cohort.day`, or NONE
    """

    matters: Ints
    at_scans: Ints
    dies: Ints
    counted_until: Ints
    gap_of: Ints
    therapy: Ints
    progression: int
    death: int
    scans: PlannedScans
    then: Therapy


def scans(
    planned: list[int], *, days: int, window: int, missed: float, purpose: np.uint64
) -> PlannedScans:
    """Scans planned on these study days, with tables over days 0 to days + 1."""
    at = np.array(planned, dtype=np.int64)
    d = np.arange(days + 2)
    behind = np.searchsorted(at - window, d, side="right").astype(np.int64)
    last_but_one = behind[np.maximum(d - 1, 0)] - 2
    return PlannedScans(
        planned=at,
        ahead=np.searchsorted(at + window, d, side="left").astype(np.int64),
        behind=behind,
        earlier=np.maximum(np.append(at - window, 1)[np.maximum(last_but_one, -1)], 0),
        window=window,
        missed=missed,
        purpose=purpose,
    )


_NOBODY = np.zeros(0, dtype=np.int64)
BY_PLAN = EndpointCourse(
    matters=_NOBODY,
    at_scans=_NOBODY,
    dies=_NOBODY,
    counted_until=np.zeros((0, 2), dtype=np.int64),
    gap_of=_NOBODY,
    therapy=_NOBODY,
    progression=NONE,
    death=NONE,
    scans=scans([], days=0, window=0, missed=0.0, purpose=np.uint64(0)),
    then=Therapy(0.0, 0, 0.0, np.uint64(0), 0),
)


@njit(cache=True, nogil=True, inline="always")
def matters(course, p):  # type: ignore[no-untyped-def]
    return len(course.matters) > 0 and course.matters[p] == 1


@njit(cache=True, nogil=True, inline="always")
def is_held(planned, missed, purpose, key, k):  # type: ignore[no-untyped-def]
    """Whether scan k is not missed; one on day 1 never is.

    What is of `PlannedScans` comes part by part, taken out before the caller's loop: numba counts a
    reference of every array each time a tuple is handed on.
    """
    if missed == 0.0 or planned[k] <= 1:
        return True
    return draws.unit(draws.word(key, purpose, 3 * k + 2)) >= missed


@njit(cache=True, nogil=True, inline="always")
def day_of(planned, window, purpose, key, k):  # type: ignore[no-untyped-def]
    """The study day of scan k."""
    if window == 0:
        return planned[k]
    one = draws.unit(draws.word(key, purpose, 3 * k))
    other = draws.unit(draws.word(key, purpose, 3 * k + 1))
    return planned[k] + np.int64(np.rint((one + other - 1.0) * window))


@njit(cache=True, nogil=True)
def first_after(scans, key, day, last):  # type: ignore[no-untyped-def]
    """The day of the first scan held on or after `day`; NOT_SEEN if none can be by `last`."""
    planned, window, missed, purpose = scans.planned, scans.window, scans.missed, scans.purpose
    k = scans.ahead[day]
    while k < len(planned) and planned[k] - window <= last:
        if is_held(planned, missed, purpose, key, k):
            at = day_of(planned, window, purpose, key, k)
            if at >= day:
                return at
        k += 1
    return NOT_SEEN


@njit(cache=True, nogil=True)
def last_before(scans, key, day):  # type: ignore[no-untyped-def]
    """The day of the last scan held before `day`, 1 (randomization) if none."""
    planned, window, missed, purpose = scans.planned, scans.window, scans.missed, scans.purpose
    k = scans.behind[max(day - 1, 0)] - 1
    while k >= 0:
        if is_held(planned, missed, purpose, key, k):
            at = day_of(planned, window, purpose, key, k)
            if at < day:
                return max(at, np.int64(1))
        k -= 1
    return np.int64(1)


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
def read_days(course, second, watched, found):  # type: ignore[no-untyped-def]
    """Fill `found` (n,) with the day of the scan that shows progression, or `second` before it."""
    true_day, dropout, keys = watched.cohort.day, watched.cohort.dropout, watched.keys
    own, last = course.scans, watched.last
    planned, ahead, progression = own.planned, own.ahead, course.progression
    window, missed, purpose = own.window, own.missed, own.purpose
    for j in range(len(found)):
        true = true_day[progression, j] if progression >= 0 else NOT_SEEN
        day = NOT_SEEN
        if true <= last:
            # the first scan that can show it nearly always does: one branch, mostly guessed right
            k = min(ahead[true], len(planned) - 1)
            if k >= 0 and is_held(planned, missed, purpose, keys[j], k):
                day = day_of(planned, window, purpose, keys[j], k)
            if k >= 0 and (day < true or day == NOT_SEEN):
                day = first_after(own, keys[j], true, dropout[j])
        if second >= 0:
            other = true_day[second, j]
            day = min(day, other if other <= last else NOT_SEEN)
        found[j] = day


@njit(cache=True, nogil=True)
def settle(course, p, second, watched, found):  # type: ignore[no-untyped-def]
    """Take away from `found.day` the events that do not count; fill `found.until`.

    found : Followed, with the day of the first event of endpoint `p`; observation ends by loss, by
        death, by another therapy or before a gap
    """
    found.until[:] = watched.cohort.dropout
    if course.dies[p] == 1 or course.therapy[p] != IGNORED:
        end_early(course, p, watched, found)
    if course.gap_of[p] != NONE:
        lose_late(course, p, second, watched, found)


@njit(cache=True, nogil=True)
def end_early(course, p, watched, found):  # type: ignore[no-untyped-def]
    """Death that is no event ends observation; another therapy does, or is an event."""
    cohort, keys = watched.cohort, watched.keys
    days, until = found
    true_day, entry, last_day = cohort.day, cohort.entry, course.then.last_day
    dies, shown = course.dies[p] == 1, course.progression
    therapy = course.therapy[p] if shown >= 0 else IGNORED
    for j in range(len(days)):
        end = min(cohort.dropout[j], last_day - entry[j] + 1)
        death = true_day[course.death, j] if course.death >= 0 else NOT_SEEN
        if dies and death <= end:
            # a scan on the day of death is not read
            until[j] = min(until[j], death - course.at_scans[p])
        if therapy != IGNORED:
            crosses, true = cohort.crossed[j] == 1, true_day[shown, j]
            start = therapy_day(course, keys[j], crosses, true, min(death, end), watched.last)
            if therapy == IS_EVENT:
                days[j] = min(days[j], start)
            else:
                until[j] = min(until[j], start)
        if days[j] > until[j]:
            days[j] = NOT_SEEN


@njit(cache=True, nogil=True)
def lose_late(course, p, second, watched, found):  # type: ignore[no-untyped-def]
    """An event too long after the last scan is lost; its subject is known up to that scan."""
    cohort, keys = watched.cohort, watched.keys
    days, until = found
    true_day, entry, dropout = cohort.day, cohort.entry, cohort.dropout
    own, last_day = course.scans, course.then.last_day
    planned, behind, earlier = own.planned, own.behind, own.earlier
    missed, purpose = own.missed, own.purpose
    counted_until, gap_of = course.counted_until[p], course.gap_of[p]
    for j in range(len(days)):
        day = days[j]
        # The last scan but one that can be before `day` surely is: where it is held and recent
        # enough on any of its days, no day need be drawn. It nearly always is, so it comes first.
        at = min(day, len(earlier) - 1)
        if day <= counted_until[earlier[at]]:
            k = behind[at - 1] - 2
            if missed == 0.0 or k < 0 or is_held(planned, missed, purpose, keys[j], k):
                continue
        is_second = second >= 0 and day == true_day[second, j]
        is_asked = gap_of == ANY or (gap_of == SECOND) == is_second
        if is_asked and day <= min(dropout[j], last_day - entry[j] + 1):
            before = last_before(own, keys[j], day)
            if day > counted_until[before]:
                days[j], until[j] = NOT_SEEN, before
