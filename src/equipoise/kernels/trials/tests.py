"""Tests and estimates of two arms from event rows: log-rank, Cox, Fleming-Harrington, RMST.

The log-rank sums take the steps of `kernels/survival/logrank.py` in the same order, so that both
give the same bits.

Checked  tests/twins/test_trial_readings.py, tests/oracle/simulation.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

_CONVERGED = 1e-12  # change of the log hazard ratio at which Newton's method stops
_MOST_STEPS = 30


@njit(cache=True, nogil=True)
def logrank(rows, r, strata):  # type: ignore[no-untyped-def]
    """(observed - expected, variance) of the experimental arm, strata summed.

    Source   Mantel 1966.
    """
    stratum, at_risk, at_risk_1 = rows.stratum, rows.at_risk, rows.at_risk_1
    events, events_1 = rows.events, rows.events_1
    observed, expected, variance = 0.0, 0.0, 0.0
    i = 0
    for s in range(strata):
        own, mean, spread = 0.0, 0.0, 0.0
        while i < r and stratum[i] == s:
            total, at_1 = np.float64(at_risk[i]), np.float64(at_risk_1[i])
            d = np.float64(events[i])
            own += events_1[i]
            share = d / total
            mean += share * at_1
            if total > 1.0:
                part = share * (total - d) / (total - 1.0) * at_1 / total
                spread += part * total
                spread -= part * at_1
            i += 1
        observed += own
        expected += mean
        variance += spread
    return observed - expected, variance


@njit(cache=True, nogil=True)
def cox_terms(rows, r, base, slope):  # type: ignore[no-untyped-def]
    """Denominators base + slope * hazard ratio, one per event, Efron's share of ties taken off.

    Returns (terms, experimental events, whether a finite estimate exists).
    Source   Efron 1977.
    """
    at_risk, at_risk_1 = rows.at_risk, rows.at_risk_1
    events, events_1 = rows.events, rows.events_1
    k, own = 0, 0
    up: np.bool_ = np.bool_(False)
    down: np.bool_ = np.bool_(False)
    for i in range(r):
        d, d_1 = events[i], events_1[i]
        at_1 = np.float64(at_risk_1[i])
        at_0 = np.float64(at_risk[i]) - at_1
        own += d_1
        up |= d_1 > 0 and at_0 > 0.0
        down |= d > d_1 and at_1 > 0.0
        base[k], slope[k] = at_0, at_1
        k += 1
        for q in range(1, d):
            share = q / d
            base[k] = at_0 - share * (d - d_1)
            slope[k] = at_1 - share * d_1
            k += 1
    return k, own, up and down


@njit(cache=True, nogil=True)
def cox(base, slope, k, own, start):  # type: ignore[no-untyped-def]
    """Log hazard ratio and its standard error, by Newton's method from `start`.

    A step of more than 2 is cut to 2, which keeps the concave climb from leaping over the top.
    """
    beta, information = start, 0.0
    for _ in range(_MOST_STEPS):
        ratio = math.exp(beta)
        mean, information = 0.0, 0.0
        for i in range(k):
            part = slope[i] * ratio
            p = part / (base[i] + part)
            mean += p
            information += p * (1.0 - p)
        step = max(-2.0, min(2.0, (own - mean) / information))
        beta += step
        if abs(step) < _CONVERGED:
            break
    return beta, 1.0 / math.sqrt(information)


@njit(cache=True, nogil=True)
def fleming_harrington(rows, r, rho, gamma):  # type: ignore[no-untyped-def]
    """(score, variance) with weight S(t-)^rho (1 - S(t-))^gamma, S pooled within each stratum.

    Scores and variances are summed over strata, each with its own weights.
    Source   Fleming & Harrington 1991, section 7.2.
    """
    score, variance = 0.0, 0.0
    survival, stratum = 1.0, -1
    for i in range(r):
        if rows.stratum[i] != stratum:
            survival, stratum = 1.0, rows.stratum[i]
        total, at_1 = np.float64(rows.at_risk[i]), np.float64(rows.at_risk_1[i])
        d = np.float64(rows.events[i])
        w = survival**rho * (1.0 - survival) ** gamma
        score += w * (rows.events_1[i] - d * at_1 / total)
        if total > 1.0:
            share = at_1 / total
            variance += w * w * d * share * (1.0 - share) * (total - d) / (total - 1.0)
        survival *= 1.0 - d / total
    return score, variance


@njit(cache=True, nogil=True)
def fleming_harrington_pair(rows, r, rho, gamma):  # type: ignore[no-untyped-def]
    """Correlation of the weighted log-rank score with the log-rank score."""
    both, one, other = 0.0, 0.0, 0.0
    survival, stratum = 1.0, -1
    for i in range(r):
        if rows.stratum[i] != stratum:
            survival, stratum = 1.0, rows.stratum[i]
        total, at_1 = np.float64(rows.at_risk[i]), np.float64(rows.at_risk_1[i])
        d = np.float64(rows.events[i])
        w = survival**rho * (1.0 - survival) ** gamma
        if total > 1.0:
            share = at_1 / total
            v = d * share * (1.0 - share) * (total - d) / (total - 1.0)
            both += w * v
            one += v
            other += w * w * v
        survival *= 1.0 - d / total
    return both / math.sqrt(one * other)


@njit(cache=True, nogil=True)
def rmst(found, m, tau):  # type: ignore[no-untyped-def]
    """Difference of restricted mean survival to day `tau`, experimental less control, and its
    variance.

    Unstratified; NaN where an arm is not followed to `tau` and has not reached S = 0.
    Source   Uno et al. 2014; variance of the area by Greenwood.
    """
    difference, variance = 0.0, 0.0
    for arm in range(2):
        at = 0
        for j in range(m):
            at += found.item[j] & 1 == arm
        survival, area, greenwood, before, carried = 1.0, 0.0, 0.0, 0.0, 0.0
        j = 0
        last = 0.0
        while j < m:
            day = found.item[j] >> 2
            d, leaving = 0, 0
            while j < m and found.item[j] >> 2 == day:
                if found.item[j] & 1 == arm:
                    leaving += 1
                    d += found.item[j] >> 1 & 1
                j += 1
            if leaving > 0:
                last = np.float64(day)
            if d > 0 and day <= tau:
                # the area still to come is total - area so far: expand the square around the total
                piece = survival * (day - before)
                area += piece
                if at > d:
                    step = d / (np.float64(at) * (at - d))
                    greenwood += step
                    carried += step * area
                    variance += step * area * area
                survival *= 1.0 - d / np.float64(at)
                before = np.float64(day)
            at -= leaving
        if last < tau and survival > 0.0:
            return math.nan, math.nan
        area += survival * (tau - before)
        variance += greenwood * area * area - 2.0 * area * carried
        difference += area if arm == 1 else -area
    return difference, variance
