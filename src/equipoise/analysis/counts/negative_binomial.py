"""Negative binomial regression of counts over time at risk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, ndtr, ndtri
from scipy.special import psi as digamma

from equipoise.arrays import Floats
from equipoise.errors import InputError

_STEPS = 100
_SETTLED = 1e-12
_FAR = 30.0  # no logarithm of a mean count is so large
_LEAST, _MOST = -9.0, 14.0  # the logarithm of theta is looked for between these


@dataclass(frozen=True, slots=True)
class NegativeBinomial:
    """A log-linear model of rates, variance mu + dispersion * mu^2.

    coef : (p,) log rate ratios; se : (p,) from the expected information given the dispersion
    dispersion : 1 / theta, 0 if the counts vary no more than Poisson's
    """

    coef: Floats
    se: Floats
    dispersion: float
    loglik: float
    level: float

    @property
    def ratio(self) -> Floats:
        return np.asarray(np.exp(self.coef))

    @property
    def lower(self) -> Floats:
        return np.asarray(np.exp(self.coef - ndtri(0.5 + self.level / 2) * self.se))

    @property
    def upper(self) -> Floats:
        return np.asarray(np.exp(self.coef + ndtri(0.5 + self.level / 2) * self.se))

    @property
    def p(self) -> Floats:
        return np.asarray(2 * ndtr(-np.abs(self.coef / self.se)))


def negative_binomial(
    count: npt.ArrayLike, x: npt.ArrayLike, *, exposure: npt.ArrayLike, level: float = 0.95
) -> NegativeBinomial:
    """Fit by maximum likelihood.

    count : (n,) whole numbers; x : (n, p) covariates, the intercept among them; exposure : (n,) > 0
    Raises   InputError if a count or an exposure cannot be used, the columns of x are not
             independent, or a group of subjects had no events (its rate is 0).
    Source   Lawless 1987, Canadian Journal of Statistics 15:209; standard errors as R's glm.nb.
    Checked  tests/oracle/counts (R MASS::glm.nb); tests/byhand/test_negative_binomial.py.
    """
    from scipy.optimize import brentq  # heavy, and most analyses need none of it

    y, t = np.asarray(count, dtype=float), np.asarray(exposure, dtype=float)
    design = np.asarray(x, dtype=float)
    if not (np.isfinite(y).all() and (y >= 0).all() and np.array_equal(y, np.floor(y))):
        raise InputError("count: expected whole numbers of 0 or more")
    if not (np.isfinite(t).all() and (t > 0).all()):
        raise InputError("exposure: expected times above 0")
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise InputError("x: expected independent columns that vary")
    offset = np.log(t)

    def score(log_theta: float) -> float:
        theta = float(np.exp(log_theta))
        mu = _means(y, design, offset, theta)[0]
        parts = digamma(y + theta) - digamma(theta) + np.log(theta) + 1
        return float((parts - np.log(theta + mu) - (y + theta) / (theta + mu)).sum())

    poisson = score(_MOST) >= 0
    if not poisson and score(_LEAST) <= 0:
        raise InputError("count: so variable that no dispersion can be fitted")
    theta = np.inf if poisson else float(np.exp(brentq(score, _LEAST, _MOST, xtol=1e-13)))
    mu, beta = _means(y, design, offset, theta)
    weight = mu / (1 + mu / theta)
    variance = np.linalg.inv(design.T @ (design * weight[:, None]))
    loglik = _loglik(y, mu, theta)
    return NegativeBinomial(beta, np.sqrt(np.diag(variance)), 1 / theta, loglik, level)


def _means(y: Floats, x: Floats, offset: Floats, theta: float) -> tuple[Floats, Floats]:
    """Fitted means and coefficients given theta, by iterated weighted least squares."""
    mu: Floats = y + 0.5
    beta: Floats = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        weight = mu / (1 + mu / theta)
        working = np.log(mu) - offset + (y - mu) / mu
        new = np.linalg.solve(x.T @ (x * weight[:, None]), x.T @ (weight * working))
        settled = float(np.abs(new - beta).max()) <= _SETTLED * (1 + float(np.abs(new).max()))
        beta = np.asarray(new, dtype=np.float64)
        height = np.clip(x @ beta + offset, -_FAR, _FAR)
        mu = np.asarray(np.exp(height), dtype=np.float64)
        if settled and np.abs(height).max() < _FAR:
            return mu, beta
    raise InputError("count: no rate can be fitted; a group of subjects may have had no event")


def _loglik(y: Floats, mu: Floats, theta: float) -> float:
    if np.isinf(theta):
        return float((y * np.log(mu) - mu - gammaln(y + 1)).sum())
    parts = gammaln(y + theta) - gammaln(theta) - gammaln(y + 1)
    parts += theta * np.log(theta / (theta + mu)) + y * np.log(mu / (theta + mu))
    return float(parts.sum())
