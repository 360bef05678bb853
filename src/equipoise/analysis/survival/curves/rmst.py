"""Restricted mean survival time, its difference and ratio."""

from __future__ import annotations

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
from equipoise.errors import InputError


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
    last = float(curve.time[-1])
    if not 0 < tau < np.inf:
        raise InputError(f"tau: {tau} found; expected a time above 0")
    if tau > last and curve.survival[-1] > 0:
        raise InputError(
            f"tau: {tau:g} is beyond the last time, {last:g}, which is censored; the curve is not "
            f"known so far; expected at most {last:g}"
        )
    inside = curve.time < tau
    edge = np.concatenate(([0.0], curve.time[inside], [tau]))
    height = np.concatenate(([1.0], curve.survival[inside]))
    area = height * np.diff(edge)
    right = area[::-1].cumsum()[::-1][1:]
    d, y = curve.events[inside], curve.at_risk[inside]
    step = np.divide(d, y * (y - d), out=np.zeros(d.size), where=(d > 0) & (y > d))
    total, se = float(area.sum()), float(np.sqrt(np.sum(right**2 * step)))
    half = float(ndtri(0.5 + curve.level / 2)) * se
    return Rmst(tau, total, se, total - half, total + half)


def compare_rmst(
    time: Any, event: Any, arm: Any, stratum: Any = None, *, tau: float, level: float = 0.95
) -> RmstComparison:
    """RMST of two arms up to `tau`; with strata, each weighted by its share of the rows.

    time, event, arm, stratum : as `logrank`, two arms
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
    arms = [_pooled(t, e, code == a, block, g, tau, level) for a in (0, 1)]
    control, treated = arms
    gap = difference(
        treated.estimate - control.estimate, float(np.hypot(treated.se, control.se)), level=level
    )
    relative = float(np.hypot(treated.se / treated.estimate, control.se / control.estimate))
    log_ratio = float(np.log(treated.estimate / control.estimate))
    return RmstComparison(control, treated, gap, ratio(log_ratio, relative, level=level))


def _pooled(t: Any, e: Any, mine: Any, block: Any, g: int, tau: float, level: float) -> Rmst:
    """One arm's RMST, its strata weighted by their share of all rows."""
    total, variance = 0.0, 0.0
    for s in range(g):
        rows = mine & (block == s)
        share = float((block == s).mean())
        if share == 0:
            continue
        if not rows.any():
            raise InputError(f"stratum {s}: one arm only; a stratified RMST needs both")
        part = rmst(kaplan_meier(t[rows], e[rows], level=level), tau)
        total += share * part.estimate
        variance += (share * part.se) ** 2
    half = float(ndtri(0.5 + level / 2) * np.sqrt(variance))
    return Rmst(tau, total, float(np.sqrt(variance)), total - half, total + half)
