"""Tests and estimates of two arms from event rows: log-rank, Cox, RMST.

The log-rank sums take the steps of `kernels/survival/logrank.py` in the same order, so that both
give the same bits.

Checked  tests/twins/test_trial_readings.py, tests/laws/test_one_reading.py,
         tests/oracle/simulation.
"""

from __future__ import annotations

import math

import numpy as np

from equipoise.kernels.compiled import stage, step
from equipoise.kernels.trials.table import tabulate

_CONVERGED = 1e-12  # change of the log hazard ratio at which Newton's method stops
_MOST_STEPS = 30


@stage
def logrank(rows, r, part):  # type: ignore[no-untyped-def]
    """(observed - expected, variance) of the experimental arm, strata summed.

    part : (3, r) or wider, room: first what can be done row by row, then the sums in their order
    Source   Mantel 1966.
    """
    mean, plus, minus = part[0], part[1], part[2]
    for i in range(r):
        total, at_1 = np.float64(rows.at_risk[i]), np.float64(rows.at_risk_1[i])
        d = np.float64(rows.events[i])
        share = d / total
        mean[i] = share * at_1
        # who is alone at risk adds no variance
        own = share * (total - d) / max(total - 1.0, 1.0) * at_1 / total
        plus[i] = own * total
        minus[i] = own * at_1
    observed, expected, variance = np.int64(0), 0.0, 0.0
    i = 0
    while i < r:
        stratum, gone, spread = rows.stratum[i], 0.0, 0.0
        while i < r and rows.stratum[i] == stratum:
            observed += rows.events_1[i]
            gone += mean[i]
            spread += plus[i]
            spread -= minus[i]
            i += 1
        expected += gone
        variance += spread
    return observed - expected, variance


@stage
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


@stage
def cox(base, slope, k, own, start, part):  # type: ignore[no-untyped-def]
    """Log hazard ratio and its standard error, by Newton's method from `start`.

    part : (k,) or longer, room
    A step of more than 2 is cut to 2, which keeps the concave climb from leaping over the top.
    """
    beta, information = start, 0.0
    for _ in range(_MOST_STEPS):
        ratio = math.exp(beta)
        for i in range(k):
            treated = slope[i] * ratio
            part[i] = treated / (base[i] + treated)
        mean, information = 0.0, 0.0
        for i in range(k):
            p = part[i]
            mean += p
            information += p * (1.0 - p)
        step = max(-2.0, min(2.0, (own - mean) / information))
        beta += step
        if abs(step) < _CONVERGED:
            break
    return beta, 1.0 / math.sqrt(information)


@stage
def restricted_mean(time, at_risk, events, m, tau):  # type: ignore[no-untyped-def]
    """Area under a Kaplan-Meier curve up to `tau`, its variance, and S(tau).

    time, at_risk, events : (m,) or longer, times ascending; times without events change nothing
    Source   Royston & Parmar 2013; variance: the squared area to the right times d / (Y (Y - d)).
    """
    survival, area, before = 1.0, 0.0, 0.0
    for i in range(m):
        if events[i] > 0 and time[i] < tau:
            area += survival * (time[i] - before)
            survival *= (at_risk[i] - events[i]) / at_risk[i]
            before = np.float64(time[i])
    whole = area + survival * (tau - before)
    now, area, before, variance = 1.0, 0.0, 0.0, 0.0
    for i in range(m):
        if events[i] > 0 and time[i] < tau:
            area += now * (time[i] - before)
            y, d = np.float64(at_risk[i]), np.float64(events[i])
            now *= (y - d) / y
            before = np.float64(time[i])
            if y > d:
                variance += (whole - area) ** 2 * (d / (y * (y - d)))
    return whole, variance, survival


@stage
def last_days(found, m):  # type: ignore[no-untyped-def]
    """The last day of anybody of the control and the experimental arm, -1 without anybody."""
    nobody = np.int64(-1)
    control, experimental = nobody, nobody
    for j in range(m):
        arm, day = found.weight[j], found.at[j] - 1
        control = max(control, day if arm == 1 else nobody)
        experimental = max(experimental, day if arm > 1 else nobody)
    return control, experimental


@stage
def rmst(found, rows, m, r, at_risk, events, tau):  # type: ignore[no-untyped-def]
    """Difference of restricted mean survival to day `tau`, experimental less control, and its
    variance.

    rows : event rows of one stratum; at_risk, events : (r,) room to work in
    NaN where an arm is not followed to `tau` and has not reached S = 0.
    Source   Uno et al. 2014.
    """
    difference, variance, last = 0.0, 0.0, last_days(found, m)
    for arm in range(2):
        if last[arm] < 0:
            return math.nan, math.nan
        for i in range(r):
            at_1, d_1 = rows.at_risk_1[i], rows.events_1[i]
            at_risk[i] = at_1 if arm == 1 else rows.at_risk[i] - at_1
            events[i] = d_1 if arm == 1 else rows.events[i] - d_1
        area, spread, survival = restricted_mean(rows.day, at_risk, events, r, tau)
        if last[arm] < tau and survival > 0.0:
            return math.nan, math.nan
        difference = area - difference
        variance += spread
    return difference, variance


@step
def hazards(room, k, sign):  # type: ignore[no-untyped-def]
    """Z, information, log hazard ratio and its standard error, from k event rows."""
    estimate, error = math.nan, math.nan
    score, variance = logrank(room.rows, k, room.part)
    if not variance > 0.0:
        return math.nan, math.nan, math.nan, math.nan
    terms, own, finite = cox_terms(room.rows, k, room.base, room.slope)
    if finite:
        start = max(-2.0, min(2.0, score / variance))
        estimate, error = cox(room.base, room.slope, terms, own, start, room.part[0])
    return sign * (score / math.sqrt(variance)), variance, estimate, error


@stage
def read_hazards(seen, asked, cut, room, sign, out):  # type: ignore[no-untyped-def]
    """Fill `out` (B, 8) with the Readout of each trial at its cut: log-rank and Cox."""
    for t in range(len(out)):
        k = tabulate(seen, t, asked, cut.day[t], cut.entered[t], room, out[t])
        out[t, 4], out[t, 5], out[t, 6], out[t, 7] = hazards(room, k, sign)


@stage
def read_means(seen, asked, cut, room, tau, sign, out):  # type: ignore[no-untyped-def]
    """As `read_hazards`, of the difference of restricted means to day `tau`."""
    for t in range(len(out)):
        m = cut.entered[t]
        k = tabulate(seen, t, asked, cut.day[t], m, room, out[t])
        difference, variance = rmst(room.ranked, room.rows, m, k, room.base, room.slope, tau)
        out[t, 4:] = math.nan
        if variance > 0.0:
            error = math.sqrt(variance)
            out[t, 4], out[t, 5] = -sign * (difference / error), 1.0 / variance
            out[t, 6], out[t, 7] = difference, error
