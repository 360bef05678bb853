"""Differences and ratios of two independent estimates."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri


class Effect(NamedTuple):
    """Experimental against control: an estimate with its error, limits and two-sided P."""

    estimate: float
    se: float
    lower: float
    upper: float
    p: float

    @property
    def z(self) -> float:
        """The estimate in standard errors; NaN where its error is not known."""
        return self.estimate / self.se if self.se > 0 else float("nan")


def difference(estimate: float, se: float, *, level: float) -> Effect:
    """Wald limits and P of a difference; NaN where its error is not known."""
    half = float(ndtri(0.5 + level / 2)) * se
    p = float(2 * ndtr(-abs(estimate) / se)) if se > 0 else float("nan")
    return Effect(estimate, se, estimate - half, estimate + half, p)


def ratio(log_estimate: float, log_se: float, *, level: float) -> Effect:
    """Limits and P of a ratio from its logarithm; `se` is that of the logarithm."""
    wald = difference(log_estimate, log_se, level=level)
    lower, upper = float(np.exp(wald.lower)), float(np.exp(wald.upper))
    return Effect(float(np.exp(log_estimate)), log_se, lower, upper, wald.p)
