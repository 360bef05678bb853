"""Logistic regression of response: odds ratios, likelihood-ratio tests, standardized rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, chdtri, expit, ndtr, ndtri

from equipoise.analysis.estimates import ChiSquare, Interval
from equipoise.analysis.survival.arrays import flags, level_checked, matrix, same_length
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

_FARTHEST = 50.0
"""Standard errors from the estimate within which a profile limit is looked for."""


class LogisticLikelihood(NamedTuple):
    """The binomial log likelihood of checked rows; design : (n, 1 + p), its first column ones."""

    response: Bools
    design: Floats
    offset: Floats

    def at(self, beta: Floats) -> Derivatives:
        """The likelihood with its derivatives at beta."""
        eta = self.design @ beta + self.offset
        rate = expit(eta)
        loglik = float((self.response * eta - np.logaddexp(0, eta)).sum())
        info = (self.design.T * (rate * (1 - rate))) @ self.design
        return Derivatives(loglik, self.design.T @ (self.response - rate), info)


@dataclass(frozen=True)
class Logistic:
    """A fitted logistic regression; NaN stands for a coefficient that is not estimable.

    names, coef, se, z, p, odds_ratio, lower, upper : (1 + p,), the intercept first
    variance : (1 + p, 1 + p); loglik : of the intercept alone, and at the maximum
    notes : what could not be estimated, and why
    """

    names: tuple[str, ...]
    coef: Floats
    variance: Floats
    loglik: tuple[float, float]
    n: int
    responders: int
    level: float
    notes: tuple[str, ...]
    like: LogisticLikelihood = field(repr=False)

    @cached_property
    def se(self) -> Floats:
        """(1 + p,) standard errors of the coefficients."""
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
    def odds_ratio(self) -> Floats:
        """(1 + p,) odds ratios, of the intercept the odds."""
        return np.exp(self.coef)

    @property
    def lower(self) -> Floats:
        """(1 + p,) lower Wald limits of the odds ratios."""
        return np.exp(self.coef - ndtri(0.5 + self.level / 2) * self.se)

    @property
    def upper(self) -> Floats:
        """(1 + p,) upper Wald limits of the odds ratios."""
        return np.exp(self.coef + ndtri(0.5 + self.level / 2) * self.se)

    @property
    def lr(self) -> ChiSquare:
        """The likelihood-ratio test that all coefficients but the intercept are 0."""
        return _chi_square(2 * (self.loglik[1] - self.loglik[0]), self.coef.size - 1)

    def __repr__(self) -> str:
        told = f"  {'; '.join(self.notes)}" if self.notes else ""
        return (
            f"Logistic  {self.names[1]} odds ratio {self.odds_ratio[1]:.4g} "
            f"({self.level:.0%} CI {self.lower[1]:.4g} to {self.upper[1]:.4g})  "
            f"P {self.p[1]:.4g}  {self.responders} of {self.n}{told}"
        )


def _chi_square(value: float, df: int) -> ChiSquare:
    return ChiSquare(value, df, float(chdtrc(df, max(value, 0.0))))


def logistic(
    response: ArrayLike, x: ArrayLike, *, names: Sequence[str] | None = None, level: float = 0.95
) -> Logistic:
    """Fit a logistic regression by maximum likelihood.

    response : (n,) bool or 0/1; x : (n,) or (n, p) covariates, without the intercept
    Returns  Logistic; a covariate that tells all responders apart has no finite coefficient: it is
             NaN, and a note says so (complete or quasi-complete separation).
    Raises   InputError if a covariate is not finite, does not vary or is a sum of others, or if
             everybody or nobody responded.
    Source   Cox 1958, J R Stat Soc B 20:215; Albert & Anderson 1984, Biometrika 71:1 (separation).
    Checked  tests/byhand/test_logistic.py; tests/oracle/tables (R glm); twin
             `logistic_loglik_plain`.
    """
    level_checked(level)
    y, covariates = flags(response, "response"), matrix(x)
    n = same_length(response=y, x=covariates)
    if y.all() or not y.any():
        who = "everybody" if y.all() else "nobody"
        raise InputError(f"response: {who} responded; a regression needs both")
    labels = ("(Intercept)", *term_names(names, covariates.shape[1]))
    like = LogisticLikelihood(y, np.column_stack((np.ones(n), covariates)), np.zeros(n))
    top = by_name(labels, lambda: highest_likelihood(like))
    share = float(y.mean())
    null = n * (share * np.log(share) + (1 - share) * np.log(1 - share))
    notes = tuple(f"{labels[j]}: {MONOTONE}" for j in np.flatnonzero(top.endless))
    coef = np.where(top.endless, np.nan, top.beta)
    logliks = (float(null), top.best.loglik)
    return Logistic(
        labels, coef, top.known(top.inverse), logliks, n, int(y.sum()), level, notes, like
    )


def highest_likelihood(like: LogisticLikelihood, start: Floats | None = None) -> Maximum:
    """Newton's method from 0 or `start`; rows told apart by a direction have no maximum along it.

    Raises   InputError if a column of the design is a sum of others.
    """
    n, p = like.design.shape
    independent(like.design.T @ like.design, n, scale_of(like.design))
    null = like.at(np.zeros(p))
    ground = Ground(np.sqrt(null.info.diagonal() / n), n)
    apart = np.where(like.response, 1.0, -1.0)[:, None] * like.design
    return ascend(like.at, null, ground, lambda: apart, start=start)


def without(fit: Logistic, columns: Sequence[int]) -> ChiSquare:
    """The likelihood-ratio test of some coefficients, by their places in `names`.

    Raises   InputError if one of them is the intercept.
    Checked  tests/oracle/tables (R anova.glm).
    """
    if 0 in columns:
        raise InputError("columns: 0, the intercept, is in every model")
    kept = [j for j in range(fit.coef.size) if j not in set(columns)]
    fewer = highest_likelihood(fit.like._replace(design=fit.like.design[:, kept]))
    return _chi_square(2 * (fit.loglik[1] - fewer.best.loglik), len(set(columns)))


def profile_odds_ratio(fit: Logistic, name: str) -> Interval:
    """An odds ratio with limits of the profile likelihood; infinite or 0 where it has no end.

    Raises   InputError if the model has no such term.
    Source   Venzon & Moolgavkar 1988, Applied Statistics 37:87.
    Checked  tests/oracle/tables (R, the deviance with the coefficient held, by root).
    """
    if name not in fit.names[1:]:
        raise InputError(f"{name}: not in the model; it has {', '.join(fit.names[1:])}")
    j = fit.names.index(name)
    if np.isnan(fit.coef[j]):
        return Interval(float("nan"), float("nan"), float("nan"))
    ends = [_profile_end(fit, j, side) for side in (-1, 1)]
    return Interval(float(np.exp(fit.coef[j])), *(float(np.exp(end)) for end in ends))


def _profile_end(fit: Logistic, j: int, side: int) -> float:
    """Where the profile likelihood has fallen by half the quantile, looked for step by step."""
    from scipy.optimize import brentq  # heavy, and most analyses need none of it

    kept = [k for k in range(fit.coef.size) if k != j]
    fall = float(chdtri(1, 1 - fit.level)) / 2
    near = [np.nan_to_num(fit.coef[kept])]  # where the last search ended

    def below(value: float) -> float:
        columns = (fit.like.design[:, kept], fit.like.design[:, j] * value)
        top = highest_likelihood(LogisticLikelihood(fit.like.response, *columns), near[-1])
        near.append(top.beta)
        return fit.loglik[1] - top.best.loglik - fall

    inner, reach = float(fit.coef[j]), 1.0
    while reach < _FARTHEST:
        outer = float(fit.coef[j]) + side * reach * float(fit.se[j])
        if below(outer) > 0:
            return float(brentq(below, inner, outer, xtol=1e-12))
        inner, reach = outer, 1.5 * reach
    return side * float("inf")


class Standardized(NamedTuple):
    """Rates if everybody were in one arm or the other, and their difference with a Wald test."""

    experimental: float
    control: float
    difference: Interval
    se: float
    p: float


def standardized(
    fit: Logistic, arm: str, others: Mapping[str, float] | None = None
) -> Standardized:
    """The difference in rates of a model, averaged over the rows' covariates (g-computation).

    arm : the name of the arm's column of 0 and 1; others : columns of other arms, held at a value
    Raises   InputError if the model has no such term, or a coefficient is not estimable.
    Source   Ge, Durham, Meyer, Xie & Thomas 2011, Drug Inf J 45:481 (delta method); FDA 2023,
             guidance on adjusting for covariates, section III.C.
    Checked  tests/byhand/test_logistic.py; tests/oracle/tables (R glm, delta method written out).
    """
    if fit.notes:
        raise InputError(fit.notes[0])
    for name in (arm, *(others or {})):
        if name not in fit.names[1:]:
            raise InputError(f"{name}: not in the model; it has {', '.join(fit.names[1:])}")
    design = fit.like.design.copy()
    for name, value in (others or {}).items():
        design[:, fit.names.index(name)] = value
    rates, slopes = [], []
    for value in (1.0, 0.0):
        design[:, fit.names.index(arm)] = value
        rate = expit(design @ fit.coef)
        rates.append(float(rate.mean()))
        slopes.append((design.T * (rate * (1 - rate))).mean(axis=1))
    turn = slopes[0] - slopes[1]
    se = float(np.sqrt(turn @ fit.variance @ turn))
    gap = rates[0] - rates[1]
    half = float(ndtri(0.5 + fit.level / 2)) * se
    interval = Interval(gap, gap - half, gap + half)
    return Standardized(rates[0], rates[1], interval, se, float(2 * ndtr(-abs(gap) / se)))


def logistic_loglik_plain(response: Bools, design: Floats, beta: Floats) -> float:
    """Twin of the likelihood, row by row."""
    total = 0.0
    for y, row in zip(response, design):
        rate = 1 / (1 + np.exp(-float(row @ beta)))
        total += float(np.log(rate if y else 1 - rate))
    return total
