"""Weibull regression on the scale of log time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from equipoise.analysis.survival.arrays import (
    first_row,
    flags,
    matrix,
    same_length,
    times,
)
from equipoise.analysis.survival.regression.ascent import (
    MONOTONE,
    Derivatives,
    Ground,
    Maximum,
    ascend,
    by_name,
    independent,
    scale_of,
)
from equipoise.analysis.survival.regression.model import term_names
from equipoise.arrays import Bools, Floats
from equipoise.errors import InputError


@dataclass(frozen=True)
class Weibull:
    """log time = coef . (1, x) + scale * extreme value error.

    coef : (1 + p,), the intercept first; scale : float; loglik : of the times
    variance : (2 + p, 2 + p) of the coefficients and log scale
    """

    coef: Floats
    scale: float
    loglik: float
    variance: Floats

    @property
    def hazard_ratio(self) -> Floats:
        """(p,) hazard ratios of the covariates."""
        return np.exp(-self.coef[1:] / self.scale)


def weibull(time: Any, event: Any, x: Any) -> Weibull:
    """Fit an accelerated failure time model with Weibull times by maximum likelihood.

    time : (n,) above 0; event : (n,) bool or 0/1; x : (n,) or (n, p)
    Raises   InputError if a time is 0, no event is seen, a covariate is a sum of others, or the
             likelihood is monotone.
    Source   Kalbfleisch & Prentice 2002, section 3.6; Burridge 1981, J R Stat Soc B 43:41 (concave
             in the coefficients over the scale, and 1 over the scale).
    Checked  tests/oracle/survival (R survreg); tests/laws/test_separation.py.
    """
    t, e = times(time).astype(np.float64), flags(event)
    covariates = matrix(x)
    n = same_length(time=t, event=e, x=covariates)
    if (t <= 0).any():
        raise InputError(f"time[{int(np.argmax(t <= 0))}]: 0 found; a Weibull time is above 0")
    if not e.any():
        raise InputError("event: no events; a Weibull model needs at least one")
    middle = float(np.log(t).mean())
    log_time, design = np.log(t) - middle, np.column_stack((np.ones(n), covariates))
    labels = ("intercept", *term_names(None, covariates.shape[1]), "scale")
    top = by_name(labels, lambda: highest_of(log_time, e, design))
    if top.endless.any():
        raise InputError(f"{labels[first_row(top.endless)]}: {MONOTONE}")
    scale = 1 / float(top.beta[-1])
    coef = top.beta[:-1] * scale
    # coefficients and log scale as functions of those over the scale, and of 1 over it
    turn = np.diag(np.append(np.full(coef.size, scale), -scale))
    turn[:-1, -1] = -coef * scale
    coef[0] += middle
    loglik = top.best.loglik - float(np.log(t[e]).sum())
    return Weibull(coef, scale, loglik, turn @ np.linalg.inv(top.best.info) @ turn.T)


def highest_of(log_time: Floats, event: Bools, design: Floats) -> Maximum:
    """Newton's method from the line through all times, events or not.

    Raises   InputError if a column of the design is a sum of others.
    """

    def at(theta: Floats) -> Derivatives:
        return derivatives(theta, log_time, event, design)

    n = log_time.size
    independent(design.T @ design, n, scale_of(design))
    start = np.append(np.linalg.lstsq(design, log_time, rcond=None)[0], 1.0)
    begun = at(start)
    ground = Ground(np.sqrt(begun.info.diagonal() / n), n)
    # an event must stay where it is, one censored only not come later, and the scale not grow
    later = np.column_stack((design, -log_time))
    steeper = np.append(np.zeros(design.shape[1]), 1.0)
    pairs = np.vstack((later, -later[event], steeper))
    return ascend(at, begun, ground, lambda: pairs, start=start)


def derivatives(theta: Floats, log_time: Floats, event: Bools, design: Floats) -> Derivatives:
    """Log likelihood of log time at theta, the coefficients over the scale and 1 over the scale.

    Not finite where 1 over the scale is not above 0.
    """
    with np.errstate(all="ignore"):
        z = theta[-1] * log_time - design @ theta[:-1]
        growth = np.exp(z)
        loglik = float(np.sum(event * (z + np.log(theta[-1])) - growth))
        columns = np.column_stack((-design, log_time))
        score = columns.T @ (event - growth)
        info = (columns.T * growth) @ columns
        score[-1] += event.sum() / theta[-1]
        info[-1, -1] += event.sum() / theta[-1] ** 2
    return Derivatives(loglik, score, info)
