"""Risk tables of rows that enter late and count as several: what curves and tests are made of.

A row is at risk at t if start < t <= time, and counts as `weight` rows.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from equipoise.arrays import Bools, Floats, Ints, SmallInts
from equipoise.kernels.compiled import njit


class EnteredRows(NamedTuple):
    """Rows sorted by stratum and time.

    time, start, weight : (n,) float64; event : (n,) bool; arm : (n,) int32
    first : (g + 1,) int64, where each stratum begins, and n
    entering : (n,) int64, rows of each stratum by falling start
    """

    time: Floats
    start: Floats
    weight: Floats
    event: Bools
    arm: SmallInts
    first: Ints
    entering: Ints


class EnteredTable(NamedTuple):
    """Weighted counts at each distinct time of each stratum, times ascending within a stratum.

    time : (m,); events, at_risk, leaving : (m, k) by arm; first : (g + 1,) int64
    """

    time: Floats
    events: Floats
    at_risk: Floats
    leaving: Floats
    first: Ints


@njit(cache=True, nogil=True)
def entered_counts(
    time: Floats,
    start: Floats,
    weight: Floats,
    event: Bools,
    arm: SmallInts,
    first: Ints,
    entering: Ints,
    arms: int,
) -> Any:
    """The fields of an EnteredTable from sorted rows, in one pass from the last time to the first.

    A risk set that nobody is in is exactly 0, whatever the weights left by rounding.
    """
    strata = first.size - 1
    starts = np.zeros(strata + 1, np.int64)
    for g in range(strata):
        starts[g + 1] = starts[g]
        for i in range(first[g], first[g + 1]):
            starts[g + 1] += i == first[g] or time[i] != time[i - 1]
    m = starts[strata]
    when, events = np.zeros(m), np.zeros((m, arms))
    at_risk, leaving = np.zeros((m, arms)), np.zeros((m, arms))
    inside, rows = np.zeros(arms), np.zeros(arms, np.int64)
    for g in range(strata):
        inside[:], rows[:] = 0.0, 0
        late, i, r = first[g], first[g + 1] - 1, starts[g + 1] - 1
        while i >= first[g]:
            t = time[i]
            when[r] = t
            while i >= first[g] and time[i] == t:
                a = arm[i]
                inside[a] += weight[i]
                rows[a] += 1
                leaving[r, a] += weight[i]
                if event[i]:
                    events[r, a] += weight[i]
                i -= 1
            while late < first[g + 1] and start[entering[late]] >= t:
                a = arm[entering[late]]
                inside[a] -= weight[entering[late]]
                rows[a] -= 1
                late += 1
            for a in range(arms):
                at_risk[r, a] = inside[a] if rows[a] > 0 else 0.0
            r -= 1
    return when, events, at_risk, leaving, starts


def entered_table(rows: EnteredRows, arms: int) -> EnteredTable:
    """The table of sorted rows of `arms` arms."""
    return EnteredTable(*entered_counts(*rows, arms))


def entered_table_plain(rows: EnteredRows, arms: int) -> EnteredTable:
    """Twin of `entered_table`, as it is defined."""
    when: list[float] = []
    sums: list[list[Floats]] = [[], [], []]
    starts = [0]
    for lo, hi in pairwise(rows.first):
        t, e = rows.time[lo:hi], rows.event[lo:hi]
        w = rows.weight[lo:hi, None] * np.eye(arms)[rows.arm[lo:hi]]
        for now in np.unique(t):
            inside = (rows.start[lo:hi] < now) & (t >= now)
            here = t == now
            when.append(float(now))
            for column, kept in zip(sums, (here & e, inside, here)):
                column.append(w[kept].sum(axis=0))
        starts.append(len(when))
    events, at_risk, leaving = (np.array(column) for column in sums)
    return EnteredTable(np.array(when), events, at_risk, leaving, np.array(starts, np.int64))


@njit("UniTuple(float64[::1], 2)(float64[::1], float64[::1])", cache=True, nogil=True)
def entered_limit(events: Floats, at_risk: Floats) -> Any:
    """S(t) and Greenwood's sum of weighted counts, (m,) each; S stays 0 once it is."""
    m = events.size
    survival, spread = np.empty(m), np.empty(m)
    s, v = 1.0, 0.0
    for i in range(m):
        d, y = events[i], at_risk[i]
        if d > 0.0:
            left = y - d if y - d > 1e-12 * y else 0.0
            s *= left / y
            v += d / (y * left) if left > 0.0 else np.inf
        survival[i], spread[i] = s, v
    return survival, spread


def entered_limit_plain(events: Floats, at_risk: Floats) -> tuple[Floats, Floats]:
    """Twin of `entered_limit`."""
    y: Floats = np.where(at_risk > 0, at_risk, 1.0)
    survival = np.cumprod(1 - events / y, dtype=np.float64)
    with np.errstate(divide="ignore"):
        steps: Floats = np.divide(events, y * (y - events), out=np.zeros(y.size), where=events > 0)
    return survival, np.cumsum(steps)


@njit(cache=True, nogil=True)
def entered_sums(events: Floats, at_risk: Floats, first: Ints) -> Any:
    """Observed (g, k), expected (g, k) and hypergeometric covariance (g, k, k) of weighted counts.

    Source   Mantel 1966; Klein & Moeschberger 2003, section 7.3 (left-truncated risk sets).
    """
    k, strata = events.shape[1], first.size - 1
    observed, expected = np.zeros((strata, k)), np.zeros((strata, k))
    covariance = np.zeros((strata, k, k))
    for g in range(strata):
        for i in range(first[g], first[g + 1]):
            d, total = events[i].sum(), at_risk[i].sum()
            if d == 0.0:
                continue
            spread = d * (total - d) / (total - 1.0) if total > 1.0 else 0.0
            for a in range(k):
                p = at_risk[i, a] / total
                observed[g, a] += events[i, a]
                expected[g, a] += d * p
                covariance[g, a, a] += spread * p
                for b in range(k):
                    covariance[g, a, b] -= spread * p * at_risk[i, b] / total
    return observed, expected, covariance


def entered_sums_plain(events: Floats, at_risk: Floats, first: Ints) -> Any:
    """Twin of `entered_sums`."""
    k, strata = events.shape[1], first.size - 1
    observed, expected = np.zeros((strata, k)), np.zeros((strata, k))
    covariance = np.zeros((strata, k, k))
    for g in range(strata):
        for d, y in zip(events[first[g] : first[g + 1]], at_risk[first[g] : first[g + 1]]):
            if d.sum() > 0:
                n, p = y.sum(), y / y.sum()
                observed[g] += d
                expected[g] += d.sum() * p
                hyper = d.sum() * (n - d.sum()) / (n - 1) if n > 1 else 0.0
                covariance[g] += hyper * (np.diag(p) - np.outer(p, p))
    return observed, expected, covariance
