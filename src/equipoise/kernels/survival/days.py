"""Whole days: rows surveyed and put in order, for the common case.

Each row becomes one whole number (stratum, day, arm, event), so that a sort needs no comparisons.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import types

from equipoise.arrays import Bools, Floats, Ints
from equipoise.kernels.compiled import njit

LARGEST_KEY = 2.0**58
"""Keys stay below this."""


def column(of: types.Type) -> types.Array:
    """A column as the caller holds it: data frames often lend theirs read-only."""
    return types.Array(of, 1, "C", readonly=True)


DAY_COLUMN, FLAG_COLUMN = column(types.int64), column(types.boolean)


@njit([(column(types.float64),)], cache=True, nogil=True)
def whole(time: Floats) -> Any:
    """Whether all times are whole days of 0 or more, and the days."""
    day = np.empty(time.size, np.int64)
    for i in range(time.size):
        t = time[i]
        if not 0.0 <= t < 2.0**52:
            return False, day
        day[i] = np.int64(t)
        if day[i] != t:
            return False, day
    return True, day


class Survey(NamedTuple):
    """What columns of rows hold: the first day, the span of days, arms, strata and events.

    usable : False if lengths differ, a day or code is negative, a code is far beyond the number of
        rows, or a key would be too large for a whole number; then nothing else counts
    """

    usable: bool
    low: int
    span: int
    arms: int
    strata: int
    events: int


@njit([(DAY_COLUMN, FLAG_COLUMN, DAY_COLUMN, DAY_COLUMN)], cache=True, nogil=True)
def survey(day: Ints, event: Bools, arm: Ints, stratum: Ints) -> Any:
    """A Survey of rows not checked before.

    arm, stratum : codes 0, 1, ..., or empty for one arm, one stratum
    """
    n = day.size
    if n == 0 or event.size != n or (arm.size and arm.size != n):
        return Survey(False, 0, 0, 0, 0, 0)
    if stratum.size and stratum.size != n:
        return Survey(False, 0, 0, 0, 0, 0)
    low = high = day[0]
    events = 0
    for i in range(n):
        low, high = min(low, day[i]), max(high, day[i])
        events += event[i]
    least, arms, strata = np.int64(0), np.int64(0), np.int64(0)
    for a in arm:
        least, arms = min(least, a), max(arms, a)
    for s in stratum:
        least, strata = min(least, s), max(strata, s)
    usable = low >= 0 and least >= 0 and max(arms, strata) < n
    span = high - low + 1
    usable &= 4.0 * n * span * (arms + 1) * (strata + 1) < LARGEST_KEY
    return Survey(usable, low, span, int(arms) + 1, int(strata) + 1, events)


def survey_plain(day: Ints, event: Bools, arm: Ints, stratum: Ints) -> Survey:
    """Twin of `survey`, for columns of one length."""
    low, span = int(day.min()), int(np.ptp(day)) + 1
    codes = [c for c in (arm, stratum) if c.size]
    arms, strata = (int(c.max()) + 1 if c.size else 1 for c in (arm, stratum))
    usable = low >= 0 and all(c.min() >= 0 and c.max() < day.size for c in codes)
    return Survey(usable, low, span, arms, strata, int(event.sum()))


@njit("int64(int64)", cache=True, nogil=True)
def width(value: int) -> int:
    """The number of bits that a value of 0 or more takes."""
    bits = 0
    while value >> bits > 0:
        bits += 1
    return bits


@njit("int64[::1](int64[::1], int64, int64)", cache=True, nogil=True)
def sorted_keys(key: Ints, top: int, skip: int) -> Any:
    """Keys up to `top` in order of all but their lowest `skip` bits; stable; `key` is overwritten.

    Source   Knuth 1998, The Art of Computer Programming 3, section 5.2.5 (radix sort).
    """
    bits = 8 if key.size < 4096 else 11
    mask = (1 << bits) - 1
    place = np.empty(mask + 1, np.int64)
    spare = np.empty_like(key)
    shift = skip
    while top >> shift > 0:
        place[:] = 0
        for k in key:
            place[k >> shift & mask] += 1
        before = 0
        for b in range(mask + 1):
            here = place[b]
            place[b] = before
            before += here
        for k in key:
            b = k >> shift & mask
            spare[place[b]] = k
            place[b] += 1
        key, spare = spare, key
        shift += bits
    return key


def sorted_keys_plain(key: Ints, top: int, skip: int) -> Ints:
    """Twin of `sorted_keys`."""
    return key[np.argsort(key >> skip, kind="stable")]


class DayRows(NamedTuple):
    """Rows sorted by stratum, then time, events of a day before those censored.

    x : (n, p) centered; first : (g + 1,) where each stratum begins, and n
    point : (g + 1,) where its event times begin; lo, hi : (m,) the rows of the events at each
    total : (p,) sum of x over events
    """

    x: Floats
    first: Ints
    point: Ints
    lo: Ints
    hi: Ints
    total: Floats


@njit(cache=True, nogil=True)
def sort_days(
    day: Ints, event: Bools, x: Floats, stratum: Ints, center: Floats, found: Survey
) -> Any:
    """The order of surveyed rows, (n,), their times and events in it, and a DayRows."""
    n, p = x.shape
    row_bits, day_bits = width(n - 1), width(found.span - 1)
    key = np.empty(n, np.int64)
    for i in range(n):
        k = day[i] - found.low
        if stratum.size:
            k |= stratum[i] << day_bits
        key[i] = (k << 1 | (not event[i])) << row_bits | i
    key = sorted_keys(key, found.strata << (day_bits + 1 + row_bits), row_bits)
    order, time, died = np.empty(n, np.int64), np.empty(n), np.empty(n, np.bool_)
    rows, total = np.empty((n, p)), np.zeros(p)
    first, point = np.zeros(found.strata + 1, np.int64), np.zeros(found.strata + 1, np.int64)
    lo, hi = np.empty(found.events, np.int64), np.empty(found.events, np.int64)
    m, last = 0, np.int64(-1)
    for i in range(n):
        r, k = key[i] & ((1 << row_bits) - 1), key[i] >> row_bits
        order[i], died[i] = r, not k & 1
        time[i] = found.low + (k >> 1 & ((1 << day_bits) - 1))
        for j in range(p):
            rows[i, j] = x[r, j] - center[j]
        if died[i]:
            if k != last:
                last = k
                lo[m] = i
                m += 1
            hi[m - 1] = i + 1
            for j in range(p):
                total[j] += rows[i, j]
        s = (k >> (day_bits + 1)) + 1
        first[s], point[s] = i + 1, m
    for s in range(found.strata):
        first[s + 1], point[s + 1] = max(first[s + 1], first[s]), max(point[s + 1], point[s])
    return order, time, died, DayRows(rows, first, point, lo, hi, total)
