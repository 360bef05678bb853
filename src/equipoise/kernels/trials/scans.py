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
from equipoise.kernels.compiled import njit, stage, step
from equipoise.kernels.trials.fields import Followed, Lives

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


def matters(course: EndpointCourse, p: int) -> bool:
    """Whether endpoint p is more than its true days."""
    return len(course.matters) > 0 and bool(course.matters[p])


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


@stage
def first_after(planned, ahead, window, missed, purpose, key, day, last):  # type: ignore[no-untyped-def]
    """The day of the first scan held on or after `day`; NOT_SEEN if none can be by `last`."""
    k = ahead[day]
    while k < len(planned) and planned[k] - window <= last:
        if is_held(planned, missed, purpose, key, k):
            at = day_of(planned, window, purpose, key, k)
            if at >= day:
                return at
        k += 1
    return NOT_SEEN


@stage
def last_before(planned, behind, window, missed, purpose, key, day):  # type: ignore[no-untyped-def]
    """The day of the last scan held before `day`, 1 (randomization) if none."""
    k = behind[max(day - 1, 0)] - 1
    while k >= 0:
        if is_held(planned, missed, purpose, key, k):
            at = day_of(planned, window, purpose, key, k)
            if at < day:
                return max(at, np.int64(1))
        k -= 1
    return np.int64(1)


@step
def likely_days(planned, window, missed, purpose, own, scan, found):  # type: ignore[no-untyped-def]
    """Fill `found` with the day of one scan of each subject, NOT_SEEN where it is missed.

    scan : which, 0 or above; without a branch, so that the compiler makes the pass wide
    """
    for j in range(len(scan)):
        found[j] = planned[np.uint64(scan[j])]
    for j in range(len(scan)):
        k = 3 * scan[j]
        held = draws.unit(draws.word(own[j], purpose, k + 2)) >= missed
        one = draws.unit(draws.word(own[j], purpose, k))
        other = draws.unit(draws.word(own[j], purpose, k + 1))
        day = found[j] + np.int64(np.rint((one + other - 1.0) * window))
        found[j] = day if held | (found[j] <= 1) else NOT_SEEN


def settle(course: EndpointCourse, p: int, lives: Lives, last: int, found: Followed) -> None:
    """Take away from `found.day` the events that do not count; fill `found.until`.

    last : the last day of the tables
    Observation ends by loss, by death, by another therapy or before a gap.
    """
    found.until[:] = lives.dropout
    own = course.scans
    therapy = int(course.therapy[p]) if course.progression >= 0 else IGNORED
    if course.dies[p] == 1:
        end_at_death(lives.entry, lives.dropout, lives.death, course.then.last_day,
                     int(course.at_scans[p]), found.until)  # fmt: skip
    if therapy != IGNORED:
        planned, ahead, _, _, *how = own
        end_at_therapy(planned, ahead, *how, course.then, therapy == IS_EVENT, last, lives, found)
    if course.dies[p] == 1 or course.therapy[p] != IGNORED:
        np.copyto(found.day, NOT_SEEN, where=found.day > found.until)
    if course.gap_of[p] != NONE:
        planned, _, behind, earlier, *how = own
        room = np.empty((3, found.day.shape[1]), dtype=np.int64)
        lose_late(planned, behind, earlier, *how, course.counted_until[p], int(course.gap_of[p]),
                  course.then.last_day, lives, found, room)  # fmt: skip


@stage
def end_at_death(entry, dropout, death, last_day, at_scans, until):  # type: ignore[no-untyped-def]
    """Death that is no event ends observation; a scan on the day of death is not read."""
    for t in range(len(entry)):
        for j in range(entry.shape[1]):
            end = min(dropout[t, j], last_day - entry[t, j] + 1)
            if death[t, j] <= end:
                until[t, j] = min(until[t, j], death[t, j] - at_scans)


@stage
def end_at_therapy(  # type: ignore[no-untyped-def]
    planned, ahead, window, missed, purpose, then, is_event, last, lives, found
):
    """Another therapy after the scan that shows progression ends observation, or is an event.

    The other arm's drug is such a therapy; one that would start at the end of observation or later
    does not.
    """
    key, entry, dropout, crossed, progression, death, _ = lives
    days, until = found
    starts, earliest, mean, therapy, last_day = then
    for t in range(len(key)):
        for j in range(key.shape[1]):
            true, own = progression[t, j], key[t, j]
            if true > last:
                continue
            goes = crossed[t, j] == 1
            if not goes and draws.unit(draws.word(own, therapy, 0)) >= starts:
                continue
            end = min(dropout[t, j], last_day - entry[t, j] + 1, death[t, j])
            shown = first_after(planned, ahead, window, missed, purpose, own, true, end)
            wait = draws.exponential(draws.unit(draws.word(own, therapy, 1)))
            start = shown + earliest + np.int64(np.floor(wait * mean))
            if start >= end:
                continue
            if is_event:
                days[t, j] = min(days[t, j], start)
            else:
                until[t, j] = min(until[t, j], start)


@stage
def lose_late(  # type: ignore[no-untyped-def]
    planned, behind, earlier, window, missed, purpose, counted_until, gap_of, last_day, lives,
    found, room,
):  # fmt: skip
    """An event too long after the last scan is lost; its subject is known up to that scan.

    The last scan but one that can be before an event surely is: where it is held and recent enough
    on any of its days, no day need be drawn. It nearly always is, and comes first.
    room : (3, n)
    """
    key, entry, dropout, _, _, _, second = lives
    days, until = found
    scan, latest, asked, never = room[0], room[1], room[2], np.int64(0)
    while never < len(planned) and planned[never] <= 1:
        never += 1  # is missed
    for t in range(len(key)):
        own, day, left, came = key[t], days[t], dropout[t], entry[t]
        for j in range(len(scan)):
            at = np.uint64(min(day[j], len(earlier) - 1))
            scan[j] = behind[at - 1] - 2
            latest[j] = counted_until[np.uint64(earlier[at])]
        for j in range(len(scan)):
            held = draws.unit(draws.word(own[j], purpose, 3 * max(scan[j], 0) + 2)) >= missed
            latest[j] = latest[j] if (scan[j] < never) | held else 0
        for j in range(len(scan)):
            end = min(left[j], last_day - came[j] + 1)
            latest[j] = np.int64((day[j] > latest[j]) & (day[j] <= end))
        k = np.int64(0)
        for j in range(len(scan)):
            asked[k] = j
            k += latest[j]
        for i in range(k):
            j = asked[i]
            if gap_of == ANY or (gap_of == SECOND) == (day[j] == second[t, j]):
                before = last_before(planned, behind, window, missed, purpose, own[j], day[j])
                if day[j] > counted_until[before]:
                    day[j], until[t, j] = NOT_SEEN, before
