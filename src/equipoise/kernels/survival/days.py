"""Whole days: rows surveyed, put in order and counted in one call, for the common case.

Each row becomes one whole number (stratum, day, arm, event), so that a sort needs no comparisons.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, types

from equipoise.arrays import Bools, Floats, Ints

CELLS_PER_ROW = 2
"""Counting is quicker than sorting while its table has at most this many cells per row."""

WIDEST = 2.0**58
"""Keys stay below this."""


def column(of: types.Type) -> types.Array:
    """A column as the caller holds it: data frames often lend theirs read-only."""
    return types.Array(of, 1, "C", readonly=True)


DAYS, FLAGS = column(types.int64), column(types.boolean)


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


@njit([(DAYS, FLAGS, DAYS, DAYS)], cache=True, nogil=True)
def survey(day: Ints, event: Bools, arm: Ints, stratum: Ints) -> Any:
    """(usable, first day, span of days, arms, strata, events) of rows not checked before.

    arm, stratum : codes 0, 1, ..., or empty for one arm, one stratum
    Rows are not usable if lengths differ, a day or code is negative, a code is far beyond the
    number of rows, or a key would be too large for a whole number.
    """
    n = day.size
    if n == 0 or event.size != n or (arm.size and arm.size != n):
        return False, 0, 0, 0, 0, 0
    if stratum.size and stratum.size != n:
        return False, 0, 0, 0, 0, 0
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
    usable &= 4.0 * n * span * (arms + 1) * (strata + 1) < WIDEST
    return usable, low, span, arms + 1, strata + 1, events


def survey_plain(day: Ints, event: Bools, arm: Ints, stratum: Ints) -> Any:
    """Twin of `survey`, for columns of one length."""
    low, span = int(day.min()), int(np.ptp(day)) + 1
    codes = [c for c in (arm, stratum) if c.size]
    arms, strata = (int(c.max()) + 1 if c.size else 1 for c in (arm, stratum))
    usable = low >= 0 and all(c.min() >= 0 and c.max() < day.size for c in codes)
    return usable, low, span, arms, strata, int(event.sum())


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


SURVEYED = (DAYS, FLAGS, DAYS, DAYS, *(types.int64,) * 4)


@njit([SURVEYED], cache=True, nogil=True)
def count_keys(
    day: Ints, event: Bools, arm: Ints, stratum: Ints, low: int, span: int, strata: int, arms: int
) -> Any:
    """The fields of a RiskTable from whole days in any order, by sorting keys."""
    n = day.size
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
    return when, events, leaving, starts


@njit([SURVEYED], cache=True, nogil=True)
def count_days(
    day: Ints, event: Bools, arm: Ints, stratum: Ints, low: int, span: int, strata: int, arms: int
) -> Any:
    """The fields of a RiskTable from whole days in any order, by counting alone."""
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
    return when, events, leaving, starts


@njit([SURVEYED], cache=True, nogil=True)
def count(
    day: Ints, event: Bools, arm: Ints, stratum: Ints, low: int, span: int, strata: int, arms: int
) -> Any:
    """The fields of a RiskTable from surveyed rows, the quicker way."""
    if span * strata * arms <= CELLS_PER_ROW * day.size:
        return count_days(day, event, arm, stratum, low, span, strata, arms)
    return count_keys(day, event, arm, stratum, low, span, strata, arms)
