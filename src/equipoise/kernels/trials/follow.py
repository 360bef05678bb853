"""What a look sees: event days as read, the trial day of a look, times and events at a cut.

Checked  tests/twins/test_trial_readings.py (plain twins below).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.arrays import Ints
from equipoise.kernels.cohort import Cohort
from equipoise.kernels.compiled import njit
from equipoise.kernels.trials import scans
from equipoise.kernels.trials.scans import BY_PLAN, EndpointCourse
from equipoise.kernels.trials.scans import NONE as NONE
from equipoise.kernels.trials.scans import NOT_SEEN as NOT_SEEN

AT_EVENTS, ON_DAY, AT_SUBJECTS, AFTER_FIRST, WITH_LOOK = 0, 1, 2, 3, 4
IS_RESPONSE = -2
STRIDE = 32  # days passed over at a time on the way to a look


class Endpoints(NamedTuple):
    """How each of P endpoints comes from the true processes of a cohort.

    first : (P,) process of `Cohort.day` read at assessments, or IS_RESPONSE: seen at scans where
        its course says so, else on the day of randomization
    second : (P,) process that also counts, on its own day (death), or NONE
    schedule : (P,) row of the two tables below, or NONE if read on the day
    next_read : (V, days + 2) first assessment on or after each day, or NOT_SEEN
    last_read : (V, days + 2) last assessment on or before each day, 1 if none
    course : what moves or ends an endpoint beside all this
    """

    first: Ints
    second: Ints
    schedule: Ints
    next_read: Ints
    last_read: Ints
    course: EndpointCourse = BY_PLAN


class Looks(NamedTuple):
    """When the L looks take place.

    kind : (L,) AT_EVENTS, ON_DAY, AT_SUBJECTS, AFTER_FIRST or WITH_LOOK
    endpoint : (L,) whose events are counted
    target : (L,) number of events, trial day, number of subjects, days after the first entry, or an
        earlier look
    delay : (L,) days from the target to the cut
    latest : (L,) trial day on which the look takes place if the target is not met before
    after : (L,) an earlier look that this one cannot precede, or NONE
    pair : (L, 2) the arms whose events are counted
    """

    kind: Ints
    endpoint: Ints
    target: Ints
    delay: Ints
    latest: Ints
    after: Ints
    pair: Ints


def schedule(assessments: list[int], *, days: int) -> tuple[Ints, Ints]:
    """`next_read` and `last_read` of assessments on these days; (days + 2,) each."""
    at = np.array(sorted(assessments), dtype=np.int64)
    d = np.arange(days + 2)
    after = np.searchsorted(at, d, side="left")
    return np.append(at, NOT_SEEN)[after], np.append(1, at)[np.searchsorted(at, d, side="right")]


@njit(cache=True, nogil=True)
def event_days(endpoints, p, cohort, days, found):  # type: ignore[no-untyped-def]
    """Fill `found` (n,) with the day endpoint `p` would be seen; NOT_SEEN past the tables."""
    first, second, row = endpoints.first[p], endpoints.second[p], endpoints.schedule[p]
    next_read, true_day = endpoints.next_read, cohort.day
    for j in range(len(found)):
        day = true_day[first, j]
        if day > days:
            day = NOT_SEEN
        elif row >= 0:
            day = next_read[row, day]
        if second >= 0:
            other = true_day[second, j]
            if other <= days:
                day = min(day, other)
        found[j] = day


@njit(cache=True, nogil=True)
def calendar(cohort, pair, day, counts):  # type: ignore[no-untyped-def]
    """Fill `counts` (trial days,) with the events of two arms seen on each trial day."""
    counts[:] = 0
    last = len(counts) - 1
    entry, dropout, arm = cohort.entry, cohort.dropout, cohort.arm
    for j in range(len(entry)):
        at = min(entry[j] + day[j] - 1, last)
        of_pair = (arm[j] == pair[0]) | (arm[j] == pair[1])
        counts[at] += np.int32((day[j] <= dropout[j]) & of_pair)


@njit(cache=True, nogil=True)
def look_day(kind, target, latest, entry, counts):  # type: ignore[no-untyped-def]
    """The trial day on which a target is met, `latest` at most."""
    if kind == ON_DAY:
        return min(target, latest)
    if kind == AFTER_FIRST:
        return min(entry[0] + target, latest)
    if kind == AT_SUBJECTS:
        return min(entry[min(target, len(entry)) - 1], latest)
    seen = np.int64(0)
    day = np.int64(0)
    top = min(latest, len(counts) - 1)
    while day + STRIDE <= top:
        ahead = np.int64(0)
        for d in range(day + 1, day + 1 + STRIDE):
            ahead += counts[d]
        if seen + ahead >= target:
            break
        seen += ahead
        day += STRIDE
    while seen < target and day < top:
        day += 1
        seen += counts[day]
    return day if seen >= target else latest


@njit(cache=True, nogil=True)
def enrolled(entry, cut):  # type: ignore[no-untyped-def]
    """How many have entered by a trial day; `entry` ascends."""
    low, high = 0, len(entry)
    while low < high:
        middle = (low + high) >> 1
        if entry[middle] <= cut:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True, nogil=True)
def known(course, p, watched, followed, last_read, cut, found):  # type: ignore[no-untyped-def]
    """Fill `found` with the day up to which each subject who has entered is known at a cut.

    followed : from `scans.settle`
    last_read : (days + 2,), empty unless read at planned days
    found : (n,) the day of an event that is seen, else the last day that says there was none
    """
    day, until, keys, entry = followed.day, followed.until, watched.keys, watched.cohort.entry
    own, at_scans, on = course.scans, course.at_scans[p] == 1, cut.day
    planned, behind, window = own.planned, own.behind, own.window
    missed, purpose = own.missed, own.purpose
    for j in range(cut.entered):
        end = min(until[j], on - entry[j] + 1)
        last = min(day[j], end)
        if day[j] > end and at_scans:
            # of the scans that can be by then the last nearly always is
            k, last = behind[end] - 1, NOT_SEEN
            if k >= 0 and scans.is_held(planned, missed, purpose, keys[j], k):
                last = max(scans.day_of(planned, window, purpose, keys[j], k), np.int64(1))
            if last > end:
                last = scans.last_before(own, keys[j], end + 1)
        elif day[j] > end and len(last_read) > 0:
            last = last_read[end]
        found[j] = last


def event_days_plain(endpoints: Endpoints, p: int, cohort: Cohort, days: int) -> Ints:
    """Twin of `event_days`."""
    day = cohort.day[endpoints.first[p]]
    if endpoints.schedule[p] >= 0:
        table = endpoints.next_read[endpoints.schedule[p]]
        day = np.where(day <= days, table[np.minimum(day, days)], NOT_SEEN)
    day = np.where(cohort.day[endpoints.first[p]] > days, NOT_SEEN, day)
    if endpoints.second[p] >= 0:
        other = cohort.day[endpoints.second[p]]
        day = np.minimum(day, np.where(other <= days, other, NOT_SEEN))
    return np.asarray(day, dtype=np.int64)


def look_day_plain(looks: Looks, k: int, cohort: Cohort, day: Ints) -> int:
    """Twin of `look_day` on the endpoint's event days, before delay and order of looks."""
    if looks.kind[k] == ON_DAY:
        return int(min(looks.target[k], looks.latest[k]))
    if looks.kind[k] == AFTER_FIRST:
        return int(min(cohort.entry.min() + looks.target[k], looks.latest[k]))
    if looks.kind[k] == AT_SUBJECTS:
        which = min(int(looks.target[k]), len(cohort.entry)) - 1
        return int(min(np.sort(cohort.entry)[which], looks.latest[k]))
    seen = (day <= cohort.dropout) & np.isin(cohort.arm, looks.pair[k])
    on = np.sort((cohort.entry + day - 1)[seen])
    if len(on) < looks.target[k]:
        return int(looks.latest[k])
    return int(min(on[looks.target[k] - 1], looks.latest[k]))


def observe_plain(
    endpoints: Endpoints, p: int, cohort: Cohort, day: Ints, cut: int
) -> tuple[Ints, NDArray[np.bool_], NDArray[np.bool_]]:
    """Time, event, and who has entered, at a cut."""
    inside = cohort.entry <= cut
    end = np.minimum(cohort.dropout, cut - cohort.entry + 1)
    event = inside & (day <= end)
    row = endpoints.schedule[p]
    until = end
    if row >= 0:
        until = endpoints.last_read[row][np.clip(end, 0, endpoints.last_read.shape[1] - 1)]
    return np.where(event, day, until), event, inside
