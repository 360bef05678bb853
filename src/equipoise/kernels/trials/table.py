"""Two arms at a cut, sorted by stratum and day with counting sorts, and their event rows.

Checked  tests/twins/test_trial_readings.py.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from equipoise.arrays import Floats, Ints, SmallInts
from equipoise.kernels.compiled import njit

STRATUM_SHIFT = 20
DAY_MASK = (1 << 18) - 1


class Sorted(NamedTuple):
    """Room for the subjects of two arms; m of them are in use, first[strata] = m.

    An item packs stratum << 20 | day << 2 | event << 1 | experimental.
    """

    item: SmallInts  # (n,) by stratum and day
    early: SmallInts  # (n,) before sorting, then by day
    by_day: SmallInts  # (n,)
    bucket: SmallInts  # (days + 2,) counts by day
    first: Ints  # (S + 1,) where each stratum begins
    treated: Ints  # (S,) experimental subjects of each stratum


class EventRows(NamedTuple):
    """Event rows: one per stratum and day with an event, strata in turn, days ascending."""

    day: SmallInts  # (m,)
    stratum: SmallInts  # (m,)
    at_risk: SmallInts  # (m,) both arms
    at_risk_1: SmallInts  # (m,) experimental
    events: SmallInts  # (m,)
    events_1: SmallInts  # (m,)


class Entrants(NamedTuple):
    """The subjects of B trials and one endpoint of each; (B, n) each.

    day : of the event as read, NOT_SEEN if there is none; until : last day of observation, or the
    last day that says there was no event
    """

    entry: Ints
    arm: Ints
    stratum: Ints
    day: Ints
    until: Ints


class PairReading(NamedTuple):
    """How a look is read: two arms (control, experimental), by stratum or not.

    last_read : (days + 2,), empty if read on the day; stratified : 0 or 1
    """

    pair: Ints
    stratified: int
    last_read: Ints


class TestRoom(NamedTuple):
    """Room to work in for the test of one look."""

    sorted: Sorted
    rows: EventRows
    base: Floats  # (n,)
    slope: Floats  # (n,)


def empty_room(n: int, days: int, strata: int) -> TestRoom:
    a, b, c = (np.zeros(n, dtype=np.int32) for _ in range(3))
    bucket = np.zeros(days + 4, dtype=np.int32)
    first, treated = np.zeros(strata + 1, np.int64), np.zeros(strata, np.int64)
    rows = EventRows(*[np.zeros(n + 1, dtype=np.int32) for _ in range(6)])
    return TestRoom(Sorted(a, b, c, bucket, first, treated), rows, np.zeros(n), np.zeros(n))


@njit(cache=True, nogil=True)
def tabulate(seen, t, asked, on, entered, room, out):  # type: ignore[no-untyped-def]
    """The event rows of trial t at a cut, in `room`; their number, and that of subjects.

    Events of the control and the experimental arm, and subjects of both, go into `out`.
    """
    m = observe(seen, t, asked, on, entered, room.sorted)
    sort(room.sorted, m, on)
    k = event_rows(room.sorted, room.rows)
    all_events, events_1, treated = np.int64(0), np.int64(0), np.int64(0)
    for i in range(k):
        all_events += room.rows.events[i]
        events_1 += room.rows.events_1[i]
    for s in range(len(room.sorted.treated)):
        treated += room.sorted.treated[s]
    out[0], out[1], out[2], out[3] = all_events - events_1, events_1, m - treated, treated
    return m, k


@njit(cache=True, nogil=True)
def observe(seen, t, asked, on, entered, found):  # type: ignore[no-untyped-def]
    """Put the subjects of two arms who have entered into `found.early`; returns how many."""
    entry, arms, strata = seen.entry[t], seen.arm[t], seen.stratum[t]
    day, until, last_read = seen.day[t], seen.until[t], asked.last_read
    bucket, early, first, treated = found.bucket, found.early, found.first, found.treated
    control, experimental, read_at_visits = asked.pair[0], asked.pair[1], len(last_read) > 0
    bucket[: min(on + 2, len(bucket))] = 0
    first[:] = 0
    treated[:] = 0
    m = 0
    for j in range(entered):
        arm = np.int64(arms[j] == experimental)
        # one test that is nearly always false: two, one of them even odds, are guessed wrong
        if (arm | np.int64(arms[j] == control)) == 0:
            continue
        end = min(until[j], on - entry[j] + 1)
        event = np.int64(day[j] <= end)
        time = min(day[j], end)
        if read_at_visits and not event:
            time = last_read[end]
        s = strata[j] * asked.stratified
        early[m] = s << STRATUM_SHIFT | time << 2 | event << 1 | arm
        bucket[time + 1] += 1
        first[s + 1] += 1
        treated[s] += arm
        m += 1
    return m


@njit(cache=True, nogil=True)
def sort(found, m, cut):  # type: ignore[no-untyped-def]
    """Sort the m items by stratum and day: a counting pass, and another where there are strata."""
    bucket, early, first = found.bucket, found.early, found.first
    is_one = first[1] == m
    by_day = found.item if is_one else found.by_day
    total = np.int32(0)
    for d in range(1, min(cut + 2, len(bucket))):
        total += bucket[d]
        bucket[d] = total
    for j in range(m):
        packed = early[j]
        time = packed >> 2 & DAY_MASK
        place = bucket[time]
        bucket[time] = place + 1
        by_day[place] = packed
    for s in range(1, len(first)):
        first[s] += first[s - 1]
    if not is_one:
        by_stratum(found, m)


@njit(cache=True, nogil=True)
def by_stratum(found, m):  # type: ignore[no-untyped-def]
    """Items by day into their strata, of which `first` says where each begins."""
    by_day, item, first = found.by_day, found.item, found.first
    for j in range(m):
        packed = by_day[j]
        s = packed >> STRATUM_SHIFT
        item[first[s]] = packed
        first[s] += 1
    for s in range(len(first) - 1, 0, -1):
        first[s] = first[s - 1]
    first[0] = 0


@njit(cache=True, nogil=True)
def event_rows(found, rows):  # type: ignore[no-untyped-def]
    """Fill `rows` with the risk set of each stratum and day with an event; returns how many."""
    item, first, treated = found.item, found.first, found.treated
    days, strata, at_risk, at_risk_1 = rows.day, rows.stratum, rows.at_risk, rows.at_risk_1
    events, events_1 = rows.events, rows.events_1
    r = np.int64(0)
    for s in range(len(treated)):
        at_1 = treated[s]
        j, last = first[s], first[s + 1]
        while j < last:
            packed = item[j]
            day, event, arm = packed >> 2, packed >> 1 & 1, packed & 1
            days[r], strata[r] = day & DAY_MASK, s
            at_risk[r], at_risk_1[r] = last - j, at_1
            d, d_1 = event, event & arm
            at_1 -= arm
            j += 1
            while j < last and item[j] >> 2 == day:
                packed = item[j]
                event, arm = packed >> 1 & 1, packed & 1
                at_1 -= arm
                d += event
                d_1 += event & arm
                j += 1
            events[r], events_1[r] = d, d_1
            r += np.int64(d > 0)
    return r
