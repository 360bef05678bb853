"""Keyed draws in numba: the twin of `streams.py`, bit for bit.

Words are uint64 throughout; a level is an int64 in 0..2**31-1, so that no comparison is made
between a signed and an unsigned integer (numba would turn both into floats).

Checked  tests/twins/test_cohort.py.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise import streams
from equipoise.kernels.compiled import njit

# numba wants words of one type; the numbers themselves have their home in `streams`
_GOLDEN, _TRIAL_STEP, _SUBJECT_STEP = (
    np.uint64(k) for k in (streams.GOLDEN, streams.TRIAL_STEP, streams.SUBJECT_STEP)
)
_FIRST, _SECOND = np.uint64(streams.MIX_FIRST), np.uint64(streams.MIX_SECOND)
StreamKeys = NDArray[np.uint64]
"""Keys of trials or subjects, or purposes."""

_12, _27, _30, _31, _32, _33 = (np.uint64(k) for k in (12, 27, 30, 31, 32, 33))
_CENTRAL, _MIDDLE, _FAR = (
    np.array(c) for c in (streams.AS241_CENTRAL, streams.AS241_MIDDLE, streams.AS241_FAR)
)
MIDDLE = 0.425
"""How far from 1/2 a probability may be for the middle piece of AS 241."""

_ROOT_HALF = math.sqrt(0.5)
_STOP = 0xFFFFFFFF
CELL_BITS = 18
_CELL = 1 << CELL_BITS  # levels a cell of the guide
_CELLS = 1 << (31 - CELL_BITS)
_PART_BITS = CELL_BITS + 1
_PART = (1 << _PART_BITS) - 1
CROWDED = (1 << (32 - _PART_BITS)) - 1
"""The mark of a cell in which days crowd."""


class DayTables(NamedTuple):
    """Distributions of a whole day 1, 2, ...: row r has thresholds T(1) <= T(2) <= ... <= 2**31.

    threshold : (rows, days + 1) uint32, T(d) = P(day <= d) * 2**31, rounded; then a stop no level
        reaches
    guide : (rows, 8192) uint32, in one word what a day needs to know of each 8,192th of the levels:
        day - 1 at the cell's first level << 19 | how far into the cell the next day begins (the
        cell's width if beyond it); or, where days crowd, a mark << 19 | day - 1 at the first level

    The day of a level is 1 + the number of thresholds at or below it: the continuous time rounded
    up. A level at or above T(days) gives `days + 1`: later than the table can tell.
    """

    threshold: NDArray[np.uint32]
    guide: NDArray[np.uint32]

    @property
    def days(self) -> int:
        return int(self.threshold.shape[1]) - 1


def day_tables(cumulative: NDArray[np.float64]) -> DayTables:
    """Tables from P(day <= d) for d = 1, 2, ..., one row per distribution; (rows, days) float64."""
    threshold = np.full((len(cumulative), cumulative.shape[1] + 1), _STOP, dtype=np.uint32)
    threshold[:, :-1] = np.minimum(np.rint(cumulative * streams.LEVELS), streams.LEVELS)
    return DayTables(threshold, np.array([_guide(row) for row in threshold]))


def _guide(threshold: NDArray[np.uint32]) -> NDArray[np.uint32]:
    starts = np.arange(_CELLS, dtype=np.int64) << CELL_BITS
    before = np.searchsorted(threshold[:-1], starts, side="right")
    within = np.searchsorted(threshold[:-1], starts + _CELL - 1, side="right") - before
    part = np.minimum(threshold[before].astype(np.int64) - starts, _CELL)
    crowded = (within > 1) | (before >= CROWDED)
    found = np.where(crowded, CROWDED << _PART_BITS | before, before << _PART_BITS | part)
    return found.astype(np.uint32)


def day_plain(tables: DayTables, row: int, level: int) -> int:
    """The day of a level: 1 + the number of thresholds at or below it."""
    return 1 + int(np.searchsorted(tables.threshold[row, :-1], level, side="right"))


@njit(cache=True, nogil=True, inline="always")
def mix(z):  # type: ignore[no-untyped-def]
    z = (z ^ (z >> _30)) * _FIRST
    z = (z ^ (z >> _27)) * _SECOND
    return z ^ (z >> _31)


@njit(cache=True, nogil=True, inline="always")
def trial_key(seed, trial):  # type: ignore[no-untyped-def]
    """`seed` uint64, `trial` int64."""
    return mix(mix(seed + _GOLDEN) + _TRIAL_STEP * np.uint64(trial + 1))


@njit(cache=True, nogil=True, inline="always")
def subject_key(trial, subject):  # type: ignore[no-untyped-def]
    """`trial` is a trial key; `subject` counts from 0; -1 is the trial itself."""
    return mix(trial + _SUBJECT_STEP * np.uint64(subject + 2))


@njit(cache=True, nogil=True, inline="always")
def word(key, purpose, n):  # type: ignore[no-untyped-def]
    """The n-th word of a purpose: `key` and `purpose` uint64, `n` int64."""
    return mix(key + _GOLDEN * ((purpose << _32) | np.uint64(n)))


@njit(cache=True, nogil=True, inline="always")
def level_of_word(bits):  # type: ignore[no-untyped-def]
    return np.int64(bits >> _33)


@njit(cache=True, nogil=True, inline="always")
def level(key, purpose, n):  # type: ignore[no-untyped-def]
    """The n-th draw of a purpose as a level, int64 in 0..2**31-1."""
    return level_of_word(word(key, purpose, n))


@njit(cache=True, nogil=True, inline="always")
def unit(bits):  # type: ignore[no-untyped-def]
    return (np.float64(np.int64(bits >> _12)) + 0.5) * streams.TWO_NEG_52


@njit(cache=True, nogil=True, inline="always")
def exponential(u):  # type: ignore[no-untyped-def]
    return -math.log(u)


@njit(cache=True, nogil=True)
def _ratio(parts, x):  # type: ignore[no-untyped-def]
    above, below = parts[0, 0], parts[1, 0]
    for k in range(1, 8):
        above = above * x + parts[0, k]
        below = below * x + parts[1, k]
    return above / below


@njit(cache=True, nogil=True, inline="always")
def central_quantile(q):  # type: ignore[no-untyped-def]
    """AS 241 for |q| <= MIDDLE, q = u - 1/2."""
    return q * _ratio(_CENTRAL, 0.180625 - q * q)


@njit(cache=True, nogil=True)
def normal_quantile(u):  # type: ignore[no-untyped-def]
    """AS 241, as `streams.normal_quantile`."""
    q = u - 0.5
    if abs(q) <= MIDDLE:
        return central_quantile(q)
    r = math.sqrt(-math.log(u if q < 0.0 else 1.0 - u))
    z = _ratio(_MIDDLE, r - 1.6) if r <= 5.0 else _ratio(_FAR, r - 5.0)
    return -z if q < 0.0 else z


@njit(cache=True, nogil=True)
def normal_probability(z):  # type: ignore[no-untyped-def]
    return 0.5 * math.erfc(-z * _ROOT_HALF)


@njit(cache=True, nogil=True, inline="always")
def level_of(u):  # type: ignore[no-untyped-def]
    return min(np.int64(u * streams.LEVELS), streams.LEVELS - 1)


@njit(cache=True, nogil=True, inline="always")
def day_in_cell(said, at):  # type: ignore[no-untyped-def]
    """The day of a level by its word of the guide; above CROWDED where days may crowd."""
    return (said >> _PART_BITS) + np.int64((at & (_CELL - 1)) >= (said & _PART)) + 1


@njit(cache=True, nogil=True, inline="always")
def day(threshold, guide, row, at):  # type: ignore[no-untyped-def]
    """As `day_plain`: one word of the guide tells it, but where days crowd.

    The tables' two arrays come one by one, taken out of their tuple before the caller's loop: numba
    counts a reference each time an array leaves a tuple.
    """
    said = np.int64(guide[row, at >> CELL_BITS])
    if said >> _PART_BITS != CROWDED:
        return day_in_cell(said, at)
    found = said & _PART
    while np.int64(threshold[row, found]) <= at:
        found += 1
    return found + 1
