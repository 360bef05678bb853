"""Profile-likelihood limits of a Cox coefficient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.special import chdtri

from equipoise.analysis.estimates import Interval
from equipoise.analysis.survival.regression.likelihood import PartialLikelihood, maximize
from equipoise.analysis.survival.regression.model import Cox
from equipoise.arrays import Floats
from equipoise.errors import InputError

REACH = 60
"""Doublings of the first step outwards before a limit is taken as infinite."""


def profile_limits(fit: Cox, term: str | int = 0, *, level: float | None = None) -> Interval:
    """The hazard ratio of one term, limits where the profile likelihood falls by chi-square / 2.

    fit : of efron, breslow or exact ties; term : its name or column
    Returns  Interval; under monotone likelihood the estimate is NaN and one limit 0 or infinite.
    Raises   InputError if there is no such term.
    Source   Venzon & Moolgavkar 1988, Applied Statistics 37:87.
    Checked  tests/oracle/survival (R, coxph with an offset).
    """
    if isinstance(term, str) and term not in fit.names:
        raise InputError(f"term: {term} found; expected one of {', '.join(fit.names)}")
    j = fit.names.index(term) if isinstance(term, str) else term
    goal = fit.loglik[1] - float(chdtri(1, 1 - (level or fit.level))) / 2
    peak = maximize(fit.like).beta
    step = float(fit.se[j]) if np.isfinite(fit.se[j]) else 1.0

    def above(b: float) -> float:
        return profile(fit.like, j, b, np.delete(peak, j)) - goal

    lower, upper = (end(above, float(peak[j]), sign * step) for sign in (-1, 1))
    return Interval(float(fit.hr[j]), float(np.exp(lower)), float(np.exp(upper)))


def profile(like: PartialLikelihood, j: int, b: float, start: Floats) -> float:
    """The highest log likelihood with coefficient `j` held at `b`, the others from `start` on."""
    held = b * like.rows.x[:, j]
    offset = held + like.offset if like.offset.size else held
    others = np.delete(np.arange(like.center.size), j)
    rows = like.rows._replace(x=np.ascontiguousarray(like.rows.x[:, others]))
    rest = replace(like, rows=rows, center=like.center[others], offset=offset)
    if others.size == 0:
        return rest.at(np.empty(0)).loglik
    return maximize(rest, start=start).best.loglik


def end(above: Callable[[float], float], peak: float, step: float) -> float:
    """Where `above` comes down to 0, going out from the peak; infinite if it does not."""
    from scipy.optimize import brentq

    inner = peak
    for _ in range(REACH):
        outer = inner + step
        if abs(outer) > 500:
            break
        if above(outer) < 0:
            return float(brentq(above, inner, outer, xtol=1e-13, rtol=1e-14))
        inner, step = outer, 2 * step
    return float(np.copysign(np.inf, step))
