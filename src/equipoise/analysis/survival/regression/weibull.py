"""Weibull regression on the scale of log time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from equipoise.analysis.survival.arrays import (
    flags,
    matrix,
    same_length,
    times,
)
from equipoise.arrays import Floats
from equipoise.errors import InputError

STEPS = 100


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
    Raises   InputError if a time is 0, no event is seen, or the fit does not settle.
    Source   Kalbfleisch & Prentice 2002, section 3.6.
    Checked  tests/oracle/survival (R survreg).
    """
    t, e = times(time).astype(np.float64), flags(event)
    covariates = matrix(x)
    n = same_length(time=t, event=e, x=covariates)
    if (t <= 0).any():
        raise InputError(f"time[{int(np.argmax(t <= 0))}]: 0 found; a Weibull time is above 0")
    if not e.any():
        raise InputError("event: no events; a Weibull model needs at least one")
    design = np.column_stack((np.ones(n), covariates))
    theta = np.append(np.linalg.lstsq(design, np.log(t), rcond=None)[0], 0.0)
    now = derivatives(theta, np.log(t), e, design)
    for _ in range(STEPS):
        step = np.linalg.lstsq(now[2], now[1], rcond=None)[0]
        new = derivatives(theta + step, np.log(t), e, design)
        while not new[0] >= now[0] - 1e-12 * abs(now[0]) and np.abs(step).max() > 1e-14:
            step = step / 2
            new = derivatives(theta + step, np.log(t), e, design)
        theta, now = theta + step, new
        if np.abs(step).max() < 1e-10:
            loglik = now[0] - float(np.log(t[e]).sum())
            scale = float(np.exp(theta[-1]))
            variance = np.asarray(np.linalg.inv(now[2]), np.float64)
            return Weibull(theta[:-1], scale, loglik, variance)
    raise InputError(f"x: the Weibull likelihood has no maximum within {STEPS} steps")


def derivatives(
    theta: Floats, log_time: Floats, event: Any, design: Floats
) -> tuple[float, Floats, Floats]:
    """Log likelihood of log time, gradient and observed information at (coef, log scale)."""
    s = np.exp(theta[-1])
    z = (log_time - design @ theta[:-1]) / s
    growth = np.exp(z)
    loglik = float(np.sum(event * (z - theta[-1]) - growth))
    pull = growth - event
    score = np.append(design.T @ pull / s, np.sum(z * pull) - event.sum())
    p = theta.size - 1
    info = np.empty((p + 1, p + 1))
    info[:p, :p] = (design.T * growth) @ design / s**2
    info[:p, p] = info[p, :p] = design.T @ (pull + z * growth) / s
    info[p, p] = np.sum(z * pull + z**2 * growth)
    return loglik, score, info
