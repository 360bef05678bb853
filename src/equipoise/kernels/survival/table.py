"""The risk table: at each distinct time of each stratum, events and departures by arm.

Kaplan-Meier, the log-rank family, RMST and Aalen-Johansen all read this one table.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from equipoise.arrays import Bools, Floats, Ints, SmallInts
from equipoise.kernels.compiled import njit
from equipoise.kernels.survival.days import Survey, sorted_keys, width
from equipoise.kernels.survival.order import sort_rows, whole_days

CELLS_PER_ROW = 2
"""Counting is quicker than sorting while its table has at most this many cells per row."""


class RiskTable(NamedTuple):
    """SmallInts at each distinct time of each stratum, times ascending within a stratum.

    time : (m,) float64
    events : (m, k) int32, rows of each arm with the event then
    leaving : (m, k) int32, rows of each arm whose time this is, event or not
    first : (g + 1,) int64, where each stratum begins, and m
    """

    time: Floats
    events: SmallInts
    leaving: SmallInts
    first: Ints


@njit(
    "Tuple((float64[::1], int32[:, ::1], int32[:, ::1], int64[::1]))"
    "(float64[::1], boolean[::1], int32[::1], int64[::1], int64)",
    cache=True,
    nogil=True,
)
def count_sorted(time: Floats, event: Bools, arm: SmallInts, first: Ints, arms: int) -> Any:
    """The fields of a RiskTable from rows sorted by stratum and time."""
    strata = first.size - 1
    starts = np.zeros(strata + 1, np.int64)
    m = 0
    for s in range(strata):
        for i in range(first[s], first[s + 1]):
            if i == first[s] or time[i] != time[i - 1]:
                m += 1
        starts[s + 1] = m
    when = np.empty(m)
    events = np.zeros((m, arms), np.int32)
    leaving = np.zeros((m, arms), np.int32)
    r = -1
    for s in range(strata):
        for i in range(first[s], first[s + 1]):
            if i == first[s] or time[i] != time[i - 1]:
                r += 1
                when[r] = time[i]
            leaving[r, arm[i]] += 1
            events[r, arm[i]] += event[i]
    return when, events, leaving, starts


def count_sorted_plain(time: Floats, event: Bools, arm: SmallInts, first: Ints, arms: int) -> Any:
    """Twin of `count_sorted`."""
    when, events, leaving, starts = [], [], [], [0]
    for lo, hi in pairwise(first):
        t, e, a = time[lo:hi], event[lo:hi], arm[lo:hi]
        for u in np.unique(t):
            when.append(u)
            leaving.append([np.sum((t == u) & (a == j)) for j in range(arms)])
            events.append([np.sum((t == u) & (a == j) & e) for j in range(arms)])
        starts.append(len(when))
    shape = (len(when), arms)
    return (
        np.array(when, np.float64),
        np.array(events, np.int32).reshape(shape),
        np.array(leaving, np.int32).reshape(shape),
        np.array(starts, np.int64),
    )


@njit(cache=True, nogil=True)
def count_keys(day: Ints, event: Bools, arm: Ints, stratum: Ints, found: Survey) -> Any:
    """A RiskTable from whole days in any order, by sorting keys."""
    n, low, span, strata, arms = day.size, found.low, found.span, found.strata, found.arms
    arm_bits, day_bits = width(arms - 1), width(span - 1)
    key = np.empty(n, np.int64)
    for i in range(n):
        k = day[i] - low
        if stratum.size:
            k |= stratum[i] << day_bits
        k <<= arm_bits
        if arm.size:
            k |= arm[i]
        key[i] = k << 1 | event[i]
    key = sorted_keys(key, strata << (day_bits + arm_bits + 1), 0)
    m, cell = 0, np.int64(-1)
    for k in key:
        m += k >> (arm_bits + 1) != cell
        cell = k >> (arm_bits + 1)
    when = np.empty(m)
    events = np.zeros((m, arms), np.int32)
    leaving = np.zeros((m, arms), np.int32)
    starts = np.zeros(strata + 1, np.int64)
    r, cell = -1, np.int64(-1)
    for k in key:
        if k >> (arm_bits + 1) != cell:
            cell = k >> (arm_bits + 1)
            r += 1
            when[r] = low + (cell & ((1 << day_bits) - 1))
            starts[(cell >> day_bits) + 1] = r + 1
        a = k >> 1 & ((1 << arm_bits) - 1)
        leaving[r, a] += 1
        events[r, a] += k & 1
    for s in range(strata):
        starts[s + 1] = max(starts[s + 1], starts[s])
    return RiskTable(when, events, leaving, starts)


@njit(cache=True, nogil=True)
def count_days(day: Ints, event: Bools, arm: Ints, stratum: Ints, found: Survey) -> Any:
    """A RiskTable from whole days in any order, by counting alone."""
    low, span, strata, arms = found.low, found.span, found.strata, found.arms
    tally = np.zeros((strata * span, 2 * arms), np.int32)
    for i in range(day.size):
        s = stratum[i] if stratum.size else 0
        a = arm[i] if arm.size else 0
        cell = s * span + day[i] - low
        tally[cell, a] += 1
        tally[cell, arms + a] += event[i]
    used = np.zeros(strata * span, np.bool_)
    m = 0
    for c in range(strata * span):
        for a in range(arms):
            used[c] |= tally[c, a] > 0
        m += used[c]
    when = np.empty(m)
    events = np.empty((m, arms), np.int32)
    leaving = np.empty((m, arms), np.int32)
    starts = np.zeros(strata + 1, np.int64)
    r = 0
    for c in range(strata * span):
        if used[c]:
            when[r] = low + c % span
            for a in range(arms):
                leaving[r, a] = tally[c, a]
                events[r, a] = tally[c, arms + a]
            r += 1
            starts[c // span + 1] = r
    for s in range(strata):
        starts[s + 1] = max(starts[s + 1], starts[s])
    return RiskTable(when, events, leaving, starts)


@njit(cache=True, nogil=True)
def count(day: Ints, event: Bools, arm: Ints, stratum: Ints, found: Survey) -> Any:
    """A RiskTable from surveyed rows, the quicker way."""
    if found.span * found.strata * found.arms <= CELLS_PER_ROW * day.size:
        return count_days(day, event, arm, stratum, found)
    return count_keys(day, event, arm, stratum, found)


_NOBODY = np.empty(0, np.int64)

MOST_KEYS = 1 << 40
"""Keys of day, stratum and arm stay below this."""


def tabulate(
    time: npt.NDArray[Any],
    event: Bools,
    arm: SmallInts | None = None,
    stratum: SmallInts | None = None,
    *,
    arms: int = 1,
    strata: int = 1,
) -> RiskTable:
    """The risk table of checked rows: whole keys when times are days, one sort otherwise.

    time : (n,) int64 or float64; event : (n,) bool; arm, stratum : (n,) int32 codes
    """
    days = whole_days(time, MOST_KEYS // (strata * arms))
    if days is not None:
        day, low, span = days
        who = _NOBODY if arm is None else arm.astype(np.int64, copy=False)
        where = _NOBODY if stratum is None else stratum.astype(np.int64, copy=False)
        found: RiskTable = count(day, event, who, where, Survey(True, low, span, arms, strata, 0))
        return found
    rows = sort_rows(time, stratum, strata)
    one = np.zeros(time.size, np.int32) if arm is None else arm[rows.order]
    return RiskTable(*count_sorted(rows.time, event[rows.order], one, rows.first, arms))
