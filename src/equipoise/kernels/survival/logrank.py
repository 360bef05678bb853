"""Observed, expected and variance of the weighted log-rank family, per stratum."""

from __future__ import annotations

from typing import Any

import numpy as np

from equipoise.arrays import Bools, Floats, Ints, SmallInts
from equipoise.kernels.compiled import njit
from equipoise.kernels.survival.days import DAY_COLUMN, FLAG_COLUMN, survey
from equipoise.kernels.survival.table import count


@njit(
    "Tuple((float64[:, ::1], float64[:, ::1], float64[:, :, ::1]))"
    "(int32[:, ::1], int32[:, ::1], int64[::1], float64[::1])",
    cache=True,
    nogil=True,
)
def logrank_sums(events: SmallInts, leaving: SmallInts, first: Ints, weight: Floats) -> Any:
    """Weighted observed (g, k), expected (g, k) and hypergeometric covariance (g, k, k).

    events, leaving, first : a risk table of k arms and g strata
    weight : (m,) float64 weight of each row, or empty for 1
    Source   Mantel 1966; Fleming & Harrington 1991, section 7.2 (covariance weighted by w^2).
    """
    k = events.shape[1]
    strata = first.size - 1
    observed = np.zeros((strata, k))
    expected = np.zeros((strata, k))
    covariance = np.zeros((strata, k, k))
    risk = np.empty(k)
    for g in range(strata):
        total = 0.0
        for a in range(k):
            risk[a] = 0.0
            for i in range(first[g], first[g + 1]):
                risk[a] += leaving[i, a]
            total += risk[a]
        for i in range(first[g], first[g + 1]):
            d = 0
            for a in range(k):
                d += events[i, a]
            if d > 0:
                w = weight[i] if weight.size else 1.0
                share = w * d / total
                for a in range(k):
                    observed[g, a] += w * events[i, a]
                    expected[g, a] += share * risk[a]
                if total > 1:
                    c = w * share * (total - d) / (total - 1.0)
                    for a in range(k):
                        part = c * risk[a] / total
                        covariance[g, a, a] += part * total
                        for b in range(k):
                            covariance[g, a, b] -= part * risk[b]
            for a in range(k):
                risk[a] -= leaving[i, a]
                total -= leaving[i, a]
    return observed, expected, covariance


@njit([(DAY_COLUMN, FLAG_COLUMN, DAY_COLUMN, DAY_COLUMN)], cache=True, nogil=True)
def logrank_of_days(day: Ints, event: Bools, arm: Ints, stratum: Ints) -> Any:
    """Whether rows can be tested, and observed (k,), expected (k,) and covariance (k, k), strata
    summed; a plain tuple for speed, as in `curve_of_days`.
    """
    found = survey(day, event, arm, stratum)
    k = found.arms
    observed, expected, covariance = np.zeros(k), np.zeros(k), np.zeros((k, k))
    if not found.usable or found.events == 0 or k < 2:
        return False, observed, expected, covariance
    table = count(day, event, arm, stratum, found)
    for a in range(k):
        rows = 0
        for i in range(table.leaving.shape[0]):
            rows += table.leaving[i, a]
        if rows == 0:
            return False, observed, expected, covariance
    one, mean, spread = logrank_sums(table.events, table.leaving, table.first, np.empty(0))
    for g in range(found.strata):
        for a in range(k):
            observed[a] += one[g, a]
            expected[a] += mean[g, a]
            for b in range(k):
                covariance[a, b] += spread[g, a, b]
    return True, observed, expected, covariance


def logrank_sums_plain(events: SmallInts, leaving: SmallInts, first: Ints, weight: Floats) -> Any:
    """Twin of `logrank_sums`."""
    k, strata = events.shape[1], first.size - 1
    observed, expected = np.zeros((strata, k)), np.zeros((strata, k))
    covariance = np.zeros((strata, k, k))
    for g in range(strata):
        rows = range(first[g], first[g + 1])
        for i in rows:
            risk = leaving[i : first[g + 1]].sum(axis=0).astype(float)
            n, d = risk.sum(), events[i].sum()
            w = weight[i] if weight.size else 1.0
            p = risk / n
            observed[g] += w * events[i]
            expected[g] += w * d * p
            if n > 1:
                hyper = d * (n - d) / (n - 1)
                covariance[g] += w**2 * hyper * (np.diag(p) - np.outer(p, p))
    return observed, expected, covariance
