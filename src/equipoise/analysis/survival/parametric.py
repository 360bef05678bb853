"""Parametric regression of time: exponential, Weibull, log-normal and log-logistic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import log_ndtr, ndtr, ndtri

from equipoise.analysis.survival.arrays import (
    choice,
    first_row,
    flags,
    level_checked,
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

Distribution = Literal["exponential", "weibull", "lognormal", "loglogistic"]

DISTRIBUTIONS: tuple[Distribution, ...] = get_args(Distribution)

_ROOT_TWO_PI = float(np.log(2 * np.pi) / 2)


class Ratios(NamedTuple):
    """Of each covariate, (p,) each: a ratio with its limits."""

    estimate: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True)
class ParametricTimes:
    """log time = coef . (1, x) + scale * error, the error's law by the distribution.

    names, coef, se, z, p : (1 + p,), the intercept first; scale : 1 if exponential
    variance : (1 + p, 1 + p) of coef; over_scale, over_variance : coef / scale and its variance
    loglik : of the times
    """

    distribution: Distribution
    names: tuple[str, ...]
    coef: Floats
    variance: Floats
    scale: float
    over_scale: Floats
    over_variance: Floats
    loglik: float
    n: int
    events: int
    level: float

    @property
    def se(self) -> Floats:
        """(1 + p,) standard errors."""
        return np.sqrt(self.variance.diagonal())

    @property
    def z(self) -> Floats:
        """(1 + p,) Wald statistics."""
        return self.coef / self.se

    @property
    def p(self) -> Floats:
        """(1 + p,) two-sided Wald P values."""
        return 2 * ndtr(-np.abs(self.z))

    @property
    def time_ratio(self) -> Ratios:
        """(p,) by how much each covariate stretches time."""
        return _ratios(self.coef[1:], self.se[1:], self.level)

    @property
    def hazard_ratio(self) -> Ratios | None:
        """(p,) hazard ratios; None where hazards are not proportional."""
        if self.distribution not in ("exponential", "weibull"):
            return None
        error = np.sqrt(self.over_variance.diagonal())
        return _ratios(-self.over_scale[1:], error[1:], self.level)

    def __repr__(self) -> str:
        r = self.time_ratio
        return (
            f"ParametricTimes  {self.distribution}  {self.names[1]} time ratio {r.estimate[0]:.4g} "
            f"({self.level:.0%} CI {r.lower[0]:.4g} to {r.upper[0]:.4g})  P {self.p[1]:.4g}  "
            f"{self.events} events in {self.n}"
        )


def _ratios(log_ratio: Floats, error: Floats, level: float) -> Ratios:
    half = ndtri(0.5 + level / 2) * error
    return Ratios(np.exp(log_ratio), np.exp(log_ratio - half), np.exp(log_ratio + half))


def parametric_times(
    time: ArrayLike,
    event: ArrayLike,
    x: ArrayLike,
    *,
    distribution: Distribution = "exponential",
    names: Sequence[str] | None = None,
    level: float = 0.95,
) -> ParametricTimes:
    """Fit an accelerated failure time model by maximum likelihood.

    time : (n,) above 0; event : (n,) bool or 0/1; x : (n,) or (n, p)
    distribution : exponential, weibull, lognormal or loglogistic
    Raises   InputError if a time is 0, no event is seen, a covariate is a sum of others, or the
             likelihood is monotone.
    Source   Kalbfleisch & Prentice 2002, section 3.6; Burridge 1981, J R Stat Soc B 43:41 (concave
             in the coefficients over the scale, and 1 over the scale).
    Checked  tests/byhand/test_parametric.py; tests/oracle/tables (R survreg); twin
             `parametric_loglik_plain`.
    """
    choice(distribution, DISTRIBUTIONS, "distribution")
    level_checked(level)
    t, e = times(time).astype(np.float64), flags(event)
    covariates = matrix(x)
    n = same_length(time=t, event=e, x=covariates)
    if (t <= 0).any():
        raise InputError(f"time[{first_row(t <= 0)}]: 0 found; expected a time above 0")
    if not e.any():
        raise InputError("event: no events; a model of time needs at least one")
    middle = float(np.log(t).mean())
    at = Likelihood(np.log(t) - middle, e, np.column_stack((np.ones(n), covariates)), distribution)
    labels = ("(Intercept)", *term_names(names, covariates.shape[1]))
    top = by_name((*labels, "scale"), lambda: highest(at))
    if top.endless.any():
        raise InputError(f"{(*labels, 'scale')[first_row(top.endless)]}: {MONOTONE}")
    return _fitted(at, top, middle, labels, t, level)


def _fitted(
    at: Likelihood, top: Maximum, middle: float, labels: tuple[str, ...], t: Floats, level: float
) -> ParametricTimes:
    """The coefficients of log time from those over the scale; the middle of log time put back."""
    p = len(labels)
    u = 1.0 if at.distribution == "exponential" else float(top.beta[p])
    spread = np.linalg.inv(top.best.info)
    theta = top.beta[:p].copy()
    coef = theta / u
    turn = np.eye(p) / u
    back = np.zeros((p, spread.shape[0]))
    back[:, :p] = np.eye(p)
    whole = np.zeros((p, spread.shape[0]))
    whole[:, :p] = turn
    if spread.shape[0] > p:
        whole[:, p:] = (-coef / u)[:, None]
        back[0, p:] = middle  # the intercept over the scale moves with it too
    theta[0] += u * middle
    coef[0] += middle
    return ParametricTimes(
        at.distribution,
        labels,
        coef,
        whole @ spread @ whole.T,
        1 / u,
        theta,
        back @ spread @ back.T,
        top.best.loglik - float(np.log(t[at.event]).sum()),
        t.size,
        int(at.event.sum()),
        level,
    )


class Likelihood(NamedTuple):
    """The log likelihood of log time as a function of theta: the coefficients over the scale, and 1
    over the scale unless it is fixed at 1.
    """

    log_time: Floats
    event: Bools
    design: Floats
    distribution: Distribution

    def at(self, theta: Floats) -> Derivatives:
        """Not finite where 1 over the scale is not above 0."""
        p = self.design.shape[1]
        fixed = theta.size == p
        u = 1.0 if fixed else theta[p]
        columns = -self.design if fixed else np.column_stack((-self.design, self.log_time))
        with np.errstate(all="ignore"):
            z = u * self.log_time - self.design @ theta[:p]
            value, slope, bend = _LAWS[self.distribution](z, self.event)
            loglik = float(value.sum() + self.event.sum() * np.log(u))
            score = columns.T @ slope
            info = -(columns.T * bend) @ columns
            if not fixed:
                score[p] += self.event.sum() / u
                info[p, p] += self.event.sum() / u**2
        return Derivatives(loglik, score, info)


def highest(at: Likelihood) -> Maximum:
    """Newton's method from the line through all times, events or not.

    Raises   InputError if a column of the design is a sum of others.
    """
    n, p = at.design.shape
    independent(at.design.T @ at.design, n, scale_of(at.design))
    begin: Floats = np.linalg.lstsq(at.design, at.log_time, rcond=None)[0].astype(np.float64)
    fixed = at.distribution == "exponential"
    start: Floats = begin if fixed else np.append(begin, 1.0).astype(np.float64)
    begun = at.at(start)
    ground = Ground(np.sqrt(begun.info.diagonal() / n), n)
    # an event must stay where it is, one censored only not come later, and the scale not grow
    later = at.design if fixed else np.column_stack((at.design, -at.log_time))
    steeper = np.empty((0, p)) if fixed else np.append(np.zeros(p), 1.0)[None, :]
    pairs = np.vstack((later, -later[at.event], steeper))
    return ascend(at.at, begun, ground, lambda: pairs, start=start)


_Law = Callable[[Floats, Bools], tuple[Floats, Floats, Floats]]
"""Log density of an event's z, log survival of one censored, and their first two derivatives."""


def _extreme(z: Floats, event: Bools) -> tuple[Floats, Floats, Floats]:
    growth = np.exp(z)
    return event * z - growth, event - growth, -growth


def _normal(z: Floats, event: Bools) -> tuple[Floats, Floats, Floats]:
    beyond = log_ndtr(-z)
    mills = np.exp(-(z**2) / 2 - _ROOT_TWO_PI - beyond)
    value = np.where(event, -(z**2) / 2 - _ROOT_TWO_PI, beyond)
    return value, np.where(event, -z, -mills), np.where(event, -1.0, -mills * (mills - z))


def _logistic(z: Floats, event: Bools) -> tuple[Floats, Floats, Floats]:
    share, count = 1 / (1 + np.exp(-z)), 1.0 + event
    value = event * z - count * np.logaddexp(0, z)
    return value, event - count * share, -count * share * (1 - share)


_LAWS: dict[str, _Law] = {
    "exponential": _extreme,
    "weibull": _extreme,
    "lognormal": _normal,
    "loglogistic": _logistic,
}


def parametric_loglik_plain(
    time: Floats, event: Bools, x: Floats, coef: Floats, scale: float, distribution: Distribution
) -> float:
    """Twin of the likelihood: the density of each event's time, the survival of the others'."""
    total = 0.0
    for t, seen, row in zip(time, event, np.atleast_2d(x.T).T):
        mean = float(coef[0] + row @ coef[1:])
        z = (np.log(t) - mean) / scale
        if distribution in ("exponential", "weibull"):
            survival, hazard = np.exp(-np.exp(z)), np.exp(z) / (scale * t)
        elif distribution == "loglogistic":
            survival = 1 / (1 + np.exp(z))
            hazard = (1 - survival) / (scale * t)
        else:
            survival = ndtr(-z)
            hazard = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) / (scale * t) / survival
        total += float(np.log(survival) + (np.log(hazard) if seen else 0.0))
    return total
