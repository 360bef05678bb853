"""Weighted log-rank tests of two arms from event rows, one by one and combined.

The sums take the steps of `kernels/survival/logrank.py` in the same order, so that weights of 1
give the bits of the log-rank test.

Checked  tests/twins/test_weighted_tests.py, tests/laws/test_one_reading.py; tests/oracle/survival.
"""

from __future__ import annotations

import math

import numpy as np

from equipoise.kernels import orthant
from equipoise.kernels.compiled import njit
from equipoise.kernels.trials.table import tabulate
from equipoise.kernels.trials.tests import hazards


@njit(cache=True, nogil=True, inline="always")
def power(x, exponent):  # type: ignore[no-untyped-def]
    """x ** exponent, quicker where it is 0 or 1."""
    if exponent == 0.0:
        return 1.0
    return x if exponent == 1.0 else x**exponent


@njit(cache=True, nogil=True)
def fleming_harrington(before, rho, gamma):  # type: ignore[no-untyped-def]
    """Weights S(t-)^rho (1 - S(t-))^gamma.

    before : (m,) S(t-)
    Source   Fleming & Harrington 1991, section 7.2.
    """
    out = np.empty(len(before))
    for i in range(len(before)):
        out[i] = power(before[i], rho) * power(1.0 - before[i], gamma)
    return out


@njit(cache=True, nogil=True)
def weighted_sums(rows, r, weights):  # type: ignore[no-untyped-def]
    """(k,) observed less expected of the experimental arm, and their (k, k) covariance.

    weights : (k, 2) rho and gamma of each test; S is of both arms within each stratum
    Scores and variances are summed over strata. The covariance of two weighted sums is the sum of
    both weights times the variance.
    Source   Fleming & Harrington 1991, section 7.2; Karrison 2016, Stata Journal 16:678.
    """
    k = len(weights)
    observed, expected, covariance = np.zeros(k), np.zeros(k), np.zeros((k, k))
    own, mean, spread, w = np.empty(k), np.empty(k), np.empty((k, k)), np.empty(k)
    i = 0
    while i < r:
        stratum, survival = rows.stratum[i], 1.0
        own[:], mean[:], spread[:] = 0.0, 0.0, 0.0
        while i < r and rows.stratum[i] == stratum:
            total, at_1 = np.float64(rows.at_risk[i]), np.float64(rows.at_risk_1[i])
            d, d_1 = np.float64(rows.events[i]), np.float64(rows.events_1[i])
            for a in range(k):
                w[a] = power(survival, weights[a, 0]) * power(1.0 - survival, weights[a, 1])
                share = w[a] * d / total
                own[a] += w[a] * d_1
                mean[a] += share * at_1
                for b in range(a + 1 if total > 1.0 else 0):
                    part = w[b] * share * (total - d) / (total - 1.0) * at_1 / total
                    spread[a, b] += part * total
                    spread[a, b] -= part * at_1
            survival *= (total - d) / total
            i += 1
        observed += own
        expected += mean
        covariance += spread
    for a in range(k):
        for b in range(a):
            covariance[b, a] = covariance[a, b]
    return observed - expected, covariance


@njit(cache=True, nogil=True)
def standardized(score, covariance):  # type: ignore[no-untyped-def]
    """Each Z and the correlation of all; NaN where a score has no variance."""
    k = len(score)
    z, correlation, scale = np.empty(k), np.ones((k, k)), np.empty(k)
    for a in range(k):
        has_variance = covariance[a, a] > 0.0
        scale[a] = math.sqrt(covariance[a, a]) if has_variance else math.nan
        z[a] = score[a] / scale[a]
        for b in range(a):
            correlation[a, b] = min(covariance[a, b] / (scale[a] * scale[b]), 1.0)
            correlation[b, a] = correlation[a, b]
    return z, correlation


@njit(cache=True, nogil=True)
def combined(rows, r, weights, sign):  # type: ignore[no-untyped-def]
    """The lowest of several weighted log-rank tests as the Z of its P value; and each Z, and their
    correlation.

    sign : 1 where the lowest Z speaks for the experimental arm, -1 where the highest does
    Source   Karrison 2016, Stata Journal 16:678; Lin et al. 2020, Stat Biopharm Res 12:187.
    """
    score, covariance = weighted_sums(rows, r, weights)
    z, correlation = standardized(score, covariance)
    if np.isnan(z).any():
        return math.nan, z, correlation
    return sign * orthant.lowest(sign * z, correlation), z, correlation


@njit(cache=True, nogil=True)
def read_weighted(seen, asked, cut, room, weights, sign, out):  # type: ignore[no-untyped-def]
    """As `tests.read_hazards`, with Z and information of a weighted test; weights (1, 2)."""
    for t in range(len(out)):
        k = tabulate(seen, t, asked, cut.day[t], cut.entered[t], room, out[t])
        out[t, 4], out[t, 5], out[t, 6], out[t, 7] = hazards(room, k, sign)
        if out[t, 5] > 0.0:
            score, spread = weighted_sums(room.rows, k, weights)
            out[t, 4], out[t, 5] = sign * standardized(score, spread)[0][0], spread[0, 0]


@njit(cache=True, nogil=True)
def read_combined(seen, asked, cut, room, weights, sign, out):  # type: ignore[no-untyped-def]
    """As `tests.read_hazards`, with the Z of several weighted tests combined."""
    for t in range(len(out)):
        k = tabulate(seen, t, asked, cut.day[t], cut.entered[t], room, out[t])
        out[t, 4], out[t, 5], out[t, 6], out[t, 7] = hazards(room, k, sign)
        if out[t, 5] > 0.0:
            out[t, 4] = sign * combined(room.rows, k, weights, sign)[0]
