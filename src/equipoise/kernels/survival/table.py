"""The risk table: at each distinct time of each stratum, events and departures by arm.

Kaplan-Meier, the log-rank family, RMST and Aalen-Johansen all read this one table.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from equipoise.arrays import Bools, Floats, Ints
from equipoise.kernels.survival.days import count
from equipoise.kernels.survival.order import (
    Codes,
    Counts,
    sort_rows,
    whole_days,
)


class RiskTable(NamedTuple):
    """Counts at each distinct time of each stratum, times ascending within a stratum.

    time : (m,) float64
    events : (m, k) int32, rows of each arm with the event then
    leaving : (m, k) int32, rows of each arm whose time this is, event or not
    first : (g + 1,) int64, where each stratum begins, and m
    """

    time: Floats
    events: Counts
    leaving: Counts
    first: Ints


@njit(
    "Tuple((float64[::1], int32[:, ::1], int32[:, ::1], int64[::1]))"
    "(float64[::1], boolean[::1], int32[::1], int64[::1], int64)",
    cache=True,
    nogil=True,
)
def count_sorted(time: Floats, event: Bools, arm: Codes, first: Ints, arms: int) -> Any:
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


def count_sorted_plain(time: Floats, event: Bools, arm: Codes, first: Ints, arms: int) -> Any:
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


NOBODY = np.empty(0, np.int64)

KEYS = 1 << 40
"""Keys of day, stratum and arm stay below this."""


def tabulate(
    time: npt.NDArray[Any],
    event: Bools,
    arm: Codes | None = None,
    stratum: Codes | None = None,
    *,
    arms: int = 1,
    strata: int = 1,
) -> RiskTable:
    """The risk table of checked rows: whole keys when times are days, one sort otherwise.

    time : (n,) int64 or float64; event : (n,) bool; arm, stratum : (n,) int32 codes
    """
    days = whole_days(time, KEYS // (strata * arms))
    if days is not None:
        day, low, span = days
        who = NOBODY if arm is None else arm.astype(np.int64, copy=False)
        where = NOBODY if stratum is None else stratum.astype(np.int64, copy=False)
        return RiskTable(*count(day, event, who, where, low, span, strata, arms))
    rows = sort_rows(time, stratum, strata)
    one = np.zeros(time.size, np.int32) if arm is None else arm[rows.order]
    return RiskTable(*count_sorted(rows.time, event[rows.order], one, rows.first, arms))
