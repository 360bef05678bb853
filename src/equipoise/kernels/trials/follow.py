"""What a look sees: event days as read, the trial day of a look, times and events at a cut.

Checked  tests/twins/test_trial_readings.py (plain twins below).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.arrays import Ints
from equipoise.kernels.cohort import Cohort
from equipoise.kernels.compiled import stage, step
from equipoise.kernels.trials import scans
from equipoise.kernels.trials.fields import Cut, Followed, Lives
from equipoise.kernels.trials.scans import BY_PLAN, EndpointCourse, PlannedScans
from equipoise.kernels.trials.scans import NONE as NONE
from equipoise.kernels.trials.scans import NOT_SEEN as NOT_SEEN

AT_EVENTS, ON_DAY, AT_SUBJECTS, AFTER_FIRST, WITH_LOOK = 0, 1, 2, 3, 4
IS_RESPONSE = -2


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


@stage
def event_days(true_day, other_day, next_read, days, found):  # type: ignore[no-untyped-def]
    """Fill `found` (B, n) with the day an endpoint would be seen; NOT_SEEN past the tables.

    other_day : true days that count on their own day, NOT_SEEN if there are none
    next_read : (days + 2,), empty if read on the day
    """
    for t in range(len(found)):
        for j in range(found.shape[1]):
            day, other = true_day[t, j], other_day[t, j]
            if day > days:
                day = NOT_SEEN
            elif len(next_read) > 0:
                day = next_read[day]
            found[t, j] = min(day, other) if other <= days else day


def read_days(own: PlannedScans, lives: Lives, last: int, found: Ints) -> None:
    """Fill `found` (B, n) with the day of the scan that shows progression, or `second` before."""
    planned, ahead, _, _, *how = own
    times = (lives.progression, lives.second, lives.key, lives.dropout)
    room = np.empty((3, found.shape[1]), dtype=np.int64)
    read_at_scans(planned, ahead, *how, *times, last, found, room)


@stage
def read_at_scans(  # type: ignore[no-untyped-def]
    planned, ahead, window, missed, purpose, true_day, other_day, key, dropout, last, found, room
):
    """The first scan that can show it nearly always does; the others are asked one by one.

    room : (3, n)
    """
    first, scan, asked = room[0], room[1], room[2]
    for t in range(len(key)):
        own, other, day = key[t], other_day[t], found[t]
        for j in range(len(scan)):
            first[j] = min(true_day[t, j], last + 1)
        if len(planned) == 0:
            day[:] = NOT_SEEN
        else:
            for j in range(len(scan)):
                scan[j] = min(ahead[np.uint64(min(first[j], last))], len(planned) - 1)
            scans.likely_days(planned, window, missed, purpose, own, scan, day)
            k = np.int64(0)
            for j in range(len(scan)):
                asked[k] = j
                k += np.int64((first[j] <= last) & ((day[j] < first[j]) | (day[j] == NOT_SEEN)))
            for i in range(k):
                j = asked[i]
                day[j] = scans.first_after(
                    planned, ahead, window, missed, purpose, own[j], first[j], dropout[t, j]
                )
        for j in range(len(scan)):
            day[j] = day[j] if first[j] <= last else NOT_SEEN
        for j in range(len(scan)):
            day[j] = min(day[j], other[j] if other[j] <= last else NOT_SEEN)


@stage
def days_of_events(  # type: ignore[no-untyped-def]
    entry, arm, day, dropout, pair, targets, latest, on, found
):
    """Fill `found` (B, k) with the trial day on which each of k targets is met, or its `latest`.

    on : (n,) room
    """
    for t in range(len(entry)):
        trial_days(entry[t], arm[t], day[t], dropout[t], pair, on)
        for k in range(len(targets)):
            found[t, k] = look_day(targets[k], latest[k], on)


@step
def trial_days(entry, arm, day, dropout, pair, on):  # type: ignore[no-untyped-def]
    """The trial day of each subject's event, NOT_SEEN if none of the two arms is seen."""
    for j in range(len(on)):
        is_seen = day[j] <= dropout[j]
        on[j] = entry[j] + day[j] - 1 if is_seen else NOT_SEEN
    first, second = pair[0], pair[1]
    for j in range(len(on)):
        of_pair = (arm[j] == first) | (arm[j] == second)
        on[j] = on[j] if of_pair else NOT_SEEN


@step
def look_day(target, latest, on):  # type: ignore[no-untyped-def]
    """The first day by which so many events are seen, `latest` at most.

    By halves: to count over all subjects once is quicker than a step along the calendar for each.
    """
    low, high = np.int64(0), latest
    while low < high:
        middle, seen = (low + high) >> 1, np.int64(0)
        for j in range(len(on)):
            seen += np.int64(on[j] <= middle)
        if seen >= target:
            high = middle
        else:
            low = middle + 1
    return low


@stage
def enrolled(entry, cut, found):  # type: ignore[no-untyped-def]
    """Fill `found` (B,) with how many have entered by the trial day `cut` (B,); `entry` ascends."""
    for t in range(len(entry)):
        low, high = 0, entry.shape[1]
        while low < high:
            middle = (low + high) >> 1
            if entry[t, middle] <= cut[t]:
                low = middle + 1
            else:
                high = middle
        found[t] = low


def known(
    course: EndpointCourse, p: int, lives: Lives, ended: Followed, last_read: Ints, cut: Cut,
    found: Ints,
) -> None:  # fmt: skip
    """Fill `found` (B, n) with the day up to which each subject who has entered is known at a cut:
    that of an event that is seen, else the last day that says there was none.

    ended : from `scans.settle`
    last_read : (days + 2,), empty unless read at planned days
    """
    planned, _, behind, _, *how = course.scans
    if course.at_scans[p] == 1:
        room = np.empty((3, found.shape[1]), dtype=np.int64)
        known_by_scans(planned, behind, *how, lives.key, lives.entry, *ended, *cut, found, room)
    else:
        known_by_plan(last_read, lives.entry, *ended, *cut, found)


@stage
def known_by_plan(last_read, entry, day, until, cut, entered, found):  # type: ignore[no-untyped-def]
    for t in range(len(entry)):
        for j in range(entered[t]):
            end = min(until[t, j], cut[t] - entry[t, j] + 1)
            last = min(day[t, j], end)
            if day[t, j] > end and len(last_read) > 0:
                last = last_read[end]
            found[t, j] = last


@stage
def known_by_scans(  # type: ignore[no-untyped-def]
    planned, behind, window, missed, purpose, key, entry, day, until, cut, entered, found, room
):
    """Of the scans that can be by the end the last nearly always is; the others one by one.

    room : (3, n)
    """
    for t in range(len(entry)):
        m, own, days, last = entered[t], key[t], day[t], found[t]
        last_day, came, end, scan, asked = until[t], entry[t], room[0], room[1][:m], room[2]
        for j in range(m):
            end[j] = min(last_day[j], cut[t] - came[j] + 1)
        for j in range(m):
            scan[j] = max(behind[np.uint64(end[j])] - 1, 0)
        if len(planned) > 0:
            scans.likely_days(planned, window, missed, purpose, own, scan, last)
        for j in range(m):
            last[j] = max(last[j], 1) if behind[np.uint64(end[j])] > 0 else 1
        k = np.int64(0)
        for j in range(m):
            asked[k] = j
            k += np.int64((days[j] > end[j]) & (last[j] > end[j]))
        for i in range(k):
            j, day_after = asked[i], end[asked[i]] + 1
            last[j] = scans.last_before(planned, behind, window, missed, purpose, own[j], day_after)
        for j in range(m):
            last[j] = last[j] if days[j] > end[j] else days[j]


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
