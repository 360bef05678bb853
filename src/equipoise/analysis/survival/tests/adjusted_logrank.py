"""The covariate-adjusted log-rank test: valid whether or not the covariates matter."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import chdtrc

from equipoise.analysis.survival.arrays import arms_of, flags, matrix, same_length, strata_of, times
from equipoise.analysis.survival.tests.logrank import UNIT, LogRank
from equipoise.arrays import Floats, SmallInts
from equipoise.errors import InputError
from equipoise.kernels.survival.logrank import logrank_sums
from equipoise.kernels.survival.table import RiskTable, tabulate


def adjusted_logrank(time: Any, event: Any, arm: Any, x: Any, stratum: Any = None) -> LogRank:
    """Log-rank test of two arms with the chance imbalance of covariates taken out.

    time, event, arm, stratum : as `logrank`, two arms
    x : (n,) or (n, p) baseline covariates
    Returns  LogRank; z < 0 when the experimental arm does better; the hazard ratio it belongs to
             is the unconditional one.
    Raises   InputError as `logrank`, for more than two arms, or for fewer rows than covariates.
    Source   Ye, Shao & Yi 2023, Biometrika 111:691, equations 4 (CL) and 9 (CSL).
    Checked  tests/byhand/test_adjusted.py; tests/laws/test_survival.py.
    """
    t, e = times(time), flags(event)
    code, k = arms_of(arm)
    group, g = strata_of(stratum)
    covariates = matrix(x)
    same_length(time=t, event=e, arm=code, x=covariates, stratum=group)
    if k != 2:
        raise InputError("arm: the covariate-adjusted test compares two arms")
    if not e.any():
        raise InputError("event: no events; a test needs at least one")
    block = np.zeros(t.size, np.int32) if group is None else group
    table = tabulate(t, e, code, group, arms=2, strata=g)
    observed, expected, covariance = (
        s.sum(axis=0) for s in logrank_sums(table.events, table.leaving, table.first, UNIT)
    )
    shift, saved = adjustment(table, t, e, code, block, covariates)
    gap, variance = (observed - expected)[1] - shift, covariance[1, 1] - saved
    if not variance > 0:
        raise InputError("x: the covariates leave no variance; use fewer of them")
    z = float(gap / np.sqrt(variance))
    spread = np.array([[variance, -variance], [-variance, variance]])
    moved = expected + np.array([-shift, shift])
    return LogRank(z, z * z, 1, float(chdtrc(1, z * z)), observed, moved, spread)


def adjustment(
    table: RiskTable, time: Any, event: Any, arm: SmallInts, block: SmallInts, x: Floats
) -> tuple[float, float]:
    """How much of observed - expected, and of its variance, the covariates explain."""
    outcome = derived_outcomes(table, time, event, arm, block)
    p, strata = x.shape[1], table.first.size - 1
    inside = x - means(x, block, strata)[block]
    slopes, moved = np.zeros(p), 0.0
    for j, sign in ((0, -1.0), (1, 1.0)):
        mine = arm == j
        own = x[mine] - means(x[mine], block[mine], strata)[block[mine]]
        cross = own.T @ own
        if np.linalg.matrix_rank(cross) < p:
            raise InputError(f"x: the covariates do not vary separately in arm {j}")
        slope = np.linalg.solve(cross, own.T @ outcome[mine])
        slopes += slope
        moved += sign * float((inside[mine] @ slope).sum())
    size = np.bincount(block, minlength=strata)
    share = np.bincount(block, weights=arm, minlength=strata) / np.maximum(size, 1)
    weight = (share * (1 - share))[block]
    return moved, float(slopes @ ((inside.T * weight) @ inside) @ slopes)


def means(x: Floats, block: SmallInts, strata: int) -> Floats:
    """(g, p) mean of each stratum."""
    sums = np.zeros((strata, x.shape[1]))
    np.add.at(sums, block, x)
    return sums / np.maximum(np.bincount(block, minlength=strata), 1)[:, None]


def derived_outcomes(
    table: RiskTable, time: Any, event: Any, arm: SmallInts, block: SmallInts
) -> Floats:
    """(n,) each row's share of observed - expected: the other arm's proportion at risk, integrated
    over the row's martingale.
    """
    out = np.zeros(time.size)
    for g in range(table.first.size - 1):
        lo, hi = table.first[g], table.first[g + 1]
        rows = np.flatnonzero(block == g)
        if not rows.size:
            continue
        leaving = table.leaving[lo:hi]
        risk = leaving[::-1].cumsum(axis=0)[::-1]
        n = risk.sum(axis=1)
        hazard = table.events[lo:hi].sum(axis=1) / n
        place = np.searchsorted(table.time[lo:hi], time[rows], side="right") - 1
        other = (risk / n[:, None])[:, ::-1]  # column j: the share of the arm that is not j
        spent = np.cumsum(other * hazard[:, None], axis=0)
        mine = arm[rows]
        out[rows] = other[place, mine] * event[rows] - spent[place, mine]
    return out
