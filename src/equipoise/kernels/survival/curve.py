"""The product-limit estimate along one stratum of a risk table."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from equipoise.arrays import Bools, Floats, Ints, SmallInts
from equipoise.kernels.compiled import njit
from equipoise.kernels.survival.days import DAY_COLUMN, FLAG_COLUMN, survey
from equipoise.kernels.survival.table import count


@njit(
    "Tuple((float64[::1], float64[::1], float64[::1]))(int32[::1], int32[::1])",
    cache=True,
    nogil=True,
)
def product_limit(events: SmallInts, leaving: SmallInts) -> Any:
    """At risk, S(t) and Greenwood's sum d / (Y (Y - d)) at each distinct time.

    events, leaving : (m,) int32 counts in order of time
    """
    m = events.size
    risk = np.empty(m)
    surv = np.empty(m)
    spread = np.empty(m)
    y = 0.0
    for i in range(m):
        y += leaving[i]
    s = 1.0
    v = 0.0
    for i in range(m):
        d = events[i]
        risk[i] = y
        if d > 0:
            s *= (y - d) / y
            v += d / (y * (y - d)) if y > d else np.inf
        surv[i] = s
        spread[i] = v
        y -= leaving[i]
    return risk, surv, spread


def product_limit_plain(events: SmallInts, leaving: SmallInts) -> tuple[Floats, Floats, Floats]:
    """Twin of `product_limit`."""
    d = events.astype(np.float64)
    risk = leaving[::-1].cumsum()[::-1].astype(np.float64)
    with np.errstate(divide="ignore"):
        step = np.divide(d, risk * (risk - d), out=np.zeros(d.size), where=d > 0)
    survival: Floats = np.cumprod(1 - np.divide(d, risk, out=np.zeros(d.size), where=d > 0))
    return risk, survival, np.cumsum(step)


@njit([(DAY_COLUMN, FLAG_COLUMN)], cache=True, nogil=True)
def curve_of_days(day: Ints, event: Bools) -> Any:
    """Whether rows are usable, and the curve: time, at risk, events, censored, S(t) and Greenwood's
    sum, (m,) each.

    A plain tuple: a named one takes a microsecond more on its way out of numba, as long as the rest
    takes for a hundred rows.
    """
    nobody = np.empty(0, np.int64)
    found = survey(day, event, nobody, nobody)
    if not found.usable:
        none = np.empty(0)
        return False, none, none, none, none, none, none
    table = count(day, event, nobody, nobody, found)
    d, gone = table.events.ravel(), table.leaving.ravel()
    risk, survival, spread = product_limit(d, gone)
    died, censored = np.empty(d.size), np.empty(d.size)
    for i in range(d.size):
        died[i], censored[i] = d[i], gone[i] - d[i]
    return True, table.time, risk, died, censored, survival, spread


@njit("float64[::1](int32[:, ::1], int32[:, ::1], int64[::1])", cache=True, nogil=True)
def pooled_before(events: SmallInts, leaving: SmallInts, first: Ints) -> Any:
    """S(t-) of all arms together within each stratum, at each row of a risk table."""
    m, k = events.shape
    before = np.empty(m)
    for g in range(first.size - 1):
        y = 0.0
        for i in range(first[g], first[g + 1]):
            for a in range(k):
                y += leaving[i, a]
        s = 1.0
        for i in range(first[g], first[g + 1]):
            before[i] = s
            d = 0.0
            gone = 0.0
            for a in range(k):
                d += events[i, a]
                gone += leaving[i, a]
            s *= (y - d) / y
            y -= gone
    return before


def pooled_before_plain(events: SmallInts, leaving: SmallInts, first: Ints) -> Floats:
    """Twin of `pooled_before`."""
    parts = []
    for lo, hi in pairwise(first):
        _, s, _ = product_limit_plain(events[lo:hi].sum(axis=1), leaving[lo:hi].sum(axis=1))
        parts.append(np.concatenate(([1.0], s))[: hi - lo])
    return np.concatenate(parts)
