"""Putting rows in order of stratum and time, with one sort or none."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from equipoise.arrays import Floats, Ints, SmallInts
from equipoise.kernels.compiled import njit

TIME_TIE = 1.5e-8
"""Times closer than this, absolutely or relative to the mean time, are one time (R's `timefix`)."""

ROOM_PER_ROW = 4
"""Counting is used for whole days while its table has at most this many cells per row ..."""

ROOM = 1 << 13
"""... or this many in all: few enough to be cleared and read in less time than a sort takes."""


class SortedRows(NamedTuple):
    """Where each row stands once sorted by stratum, then time.

    order : (n,) int64, the row at each place
    time : (n,) float64, times at each place, ties made equal
    first : (g + 1,) int64, where each stratum begins, and n
    """

    order: Ints
    time: Floats
    first: Ints


@njit("int64[::1](int64[::1], int64)", cache=True, nogil=True)
def counting_order(key: Ints, keys: int) -> Any:
    """The stable order of small whole keys 0..keys-1, in linear time."""
    place = np.zeros(keys + 1, np.int64)
    for k in key:
        place[k + 1] += 1
    for k in range(keys):
        place[k + 1] += place[k]
    order = np.empty(key.size, np.int64)
    for i in range(key.size):
        order[place[key[i]]] = i
        place[key[i]] += 1
    return order


def counting_order_plain(key: Ints, keys: int) -> Ints:
    """Twin of `counting_order`."""
    return np.array(sorted(range(key.size), key=lambda i: int(key[i])), np.int64)


@njit("boolean(float64[::1], float64)", cache=True, nogil=True)
def snap(time: Floats, gap: float) -> bool:
    """Make near ties of sorted times equal, in place; True if any was moved.

    A run of times each within `gap` of the one before becomes its first.
    Source   the rule of R survival's `aeqSurv`.
    """
    moved = False
    before = time[0]
    anchor = time[0]
    for i in range(1, time.size):
        now = time[i]
        if now - before > gap:
            anchor = now
        elif now != anchor:
            moved = True
        time[i] = anchor
        before = now
    return moved


def snap_plain(time: Floats, gap: float) -> bool:
    """Twin of `snap`."""
    original = time.copy()
    for i in range(1, time.size):
        time[i] = time[i - 1] if original[i] - original[i - 1] <= gap else original[i]
    return bool(np.any(time != original))


def tie_gap(ordered: Floats) -> float:
    """The distance at which two of these sorted times, 0 or more, are one."""
    new = ordered[1:][ordered[1:] != ordered[:-1]]
    mean = (float(ordered[0]) + float(new.sum())) / (1 + new.size)
    return float(TIME_TIE * max(1.0, mean))


def whole_days(time: npt.NDArray[Any], cells: int) -> tuple[Ints, int, int] | None:
    """Times as (days, first day, span), if all are whole numbers within `cells` days."""
    low, high = time.min(), time.max()
    if high - low >= cells:
        return None
    day = time.astype(np.int64, copy=False)
    if day is not time and not np.array_equal(day, time):
        return None
    return day, int(low), int(high - low) + 1


def blocks(stratum: SmallInts | None, n: int, strata: int) -> Ints:
    """Where each stratum begins among sorted rows."""
    if stratum is None:
        return np.array([0, n], np.int64)
    return np.concatenate(([0], np.cumsum(np.bincount(stratum, minlength=strata)))).astype(np.int64)


def sort_rows(time: npt.NDArray[Any], stratum: SmallInts | None, strata: int) -> SortedRows:
    """Sort rows by stratum and time: by counting when times are days, else by one sort.

    time : (n,) int64 or float64; stratum : (n,) int32 codes below `strata`, or None
    """
    n = time.size
    days = whole_days(time, max(ROOM_PER_ROW * n, ROOM) // strata)
    first = blocks(stratum, n, strata)
    if days is not None:
        day, low, span = days
        key = day - low
        if stratum is not None:
            key += stratum.astype(np.int64) * span
        order = counting_order(key, span * strata)
        return SortedRows(order, time[order].astype(np.float64), first)
    order = np.argsort(time)
    ordered = time[order].astype(np.float64)
    snap(ordered, tie_gap(ordered))
    if stratum is not None:
        again = counting_order(stratum[order].astype(np.int64), strata)
        order, ordered = order[again], ordered[again]
    return SortedRows(order, ordered, first)
