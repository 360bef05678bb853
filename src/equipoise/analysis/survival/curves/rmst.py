"""Restricted mean survival time, its difference and ratio."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtri

from equipoise.analysis.survival.arrays import (
    arms_of,
    flags,
    level_checked,
    same_length,
    strata_of,
    times,
)
from equipoise.analysis.survival.curves.contrast import Effect, difference, ratio
from equipoise.analysis.survival.curves.kaplan_meier import Curve, kaplan_meier
from equipoise.arrays import Floats
from equipoise.errors import InputError
from equipoise.kernels.trials.tests import restricted_mean


class Rmst(NamedTuple):
    """The mean time up to tau, with its error and limits."""

    tau: float
    estimate: float
    se: float
    lower: float
    upper: float


@dataclass(frozen=True)
class RmstComparison:
    """RMST of control and experimental arm, their difference and ratio."""

    control: Rmst
    experimental: Rmst
    difference: Effect
    ratio: Effect


def rmst(curve: Curve, tau: float) -> Rmst:
    """The area under a Kaplan-Meier curve up to `tau`.

    Raises   InputError if tau is not above 0, or lies beyond the last time and that is no event.
    Source   Royston & Parmar 2013; Greenwood-type variance: sum of the squared area to the right
             times d / (Y (Y - d)).
    Checked  tests/byhand/test_rmst.py; tests/oracle/survival (R survfit rmean).
    """
    area, variance = _area(curve, tau)
    return _limited(tau, area, variance, curve.level)


def _area(curve: Curve, tau: float) -> tuple[float, float]:
    """The area and its variance, by the kernel of virtual trials."""
    last = float(curve.time[-1])
    if not 0 < tau < np.inf:
        raise InputError(f"tau: {tau} found; expected a time above 0")
    if tau > last and curve.survival[-1] > 0:
        raise InputError(
            f"tau: {tau:g} is beyond the last time, {last:g}, which is censored; the curve is not "
            f"known so far; expected at most {last:g}"
        )
    columns = (curve.time, curve.at_risk, curve.events)
    area, variance, _ = restricted_mean(*columns, curve.time.size, float(tau))
    return area, variance


def _limited(tau: float, area: float, variance: float, level: float) -> Rmst:
    se = math.sqrt(variance)
    half = float(ndtri(0.5 + level / 2)) * se
    return Rmst(tau, area, se, area - half, area + half)


def compare_rmst(
    time: Any,
    event: Any,
    arm: Any,
    stratum: Any = None,
    *,
    tau: float,
    share: Any = None,
    level: float = 0.95,
) -> RmstComparison:
    """RMST of two arms up to `tau`; with strata, each weighted by its share of the rows.

    time, event, arm, stratum : as `logrank`, two arms
    share : (g,) weights of the strata that sum to 1, where they are not these rows' own
    Raises   InputError if tau is beyond what an arm (of a stratum) is known for, or a stratum
             lacks an arm.
    Source   Royston & Parmar 2013, BMC Med Res Methodol 13:152; Uno et al. 2014 (ratio).
    Checked  tests/byhand/test_rmst.py; tests/oracle/survival (R survfit rmean).
    """
    t, e = times(time), flags(event)
    code, k = arms_of(arm)
    group, g = strata_of(stratum)
    same_length(time=t, event=e, arm=code, stratum=group)
    level_checked(level)
    if k != 2:
        raise InputError("arm: RMST compares two arms")
    block = np.zeros(t.size, np.int32) if group is None else group
    own = np.bincount(block, minlength=g) / block.size
    w = own if share is None else np.asarray(share, np.float64)
    (a0, v0), (a1, v1) = (_pooled(t, e, code == a, block, w, tau, level) for a in (0, 1))
    control, treated = _limited(tau, a0, v0, level), _limited(tau, a1, v1, level)
    gap = difference(a1 - a0, math.sqrt(v0 + v1), level=level)
    relative = float(np.hypot(treated.se / treated.estimate, control.se / control.estimate))
    log_ratio = float(np.log(treated.estimate / control.estimate))
    return RmstComparison(control, treated, gap, ratio(log_ratio, relative, level=level))


def _pooled(
    t: Any, e: Any, mine: Any, block: Any, weight: Floats, tau: float, level: float
) -> tuple[float, float]:
    """One arm's RMST and its variance, its strata weighted."""
    total, variance = 0.0, 0.0
    for s in np.flatnonzero(weight):
        rows = mine & (block == s)
        share = float(weight[s])
        if not rows.any():
            raise InputError(f"stratum {s}: one arm only; a stratified RMST needs both")
        area, spread = _area(kaplan_meier(t[rows], e[rows], level=level), tau)
        total += share * area
        variance += share * share * spread
    return total, variance
