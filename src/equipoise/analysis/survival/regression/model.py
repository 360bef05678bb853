"""A fitted Cox model: coefficients, tests, limits and what was not estimable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri

from equipoise.analysis.estimates import ChiSquare
from equipoise.analysis.survival.regression.ascent import Derivatives
from equipoise.analysis.survival.regression.likelihood import PartialLikelihood
from equipoise.analysis.survival.types import Ties
from equipoise.arrays import Floats
from equipoise.errors import InputError


@dataclass(frozen=True)
class Cox:
    """A fitted Cox model; NaN stands for a coefficient that is not estimable.

    names : (p,) of the terms; coef, se, z, p, hr, lower, upper : (p,) each
    variance : (p, p) of the coefficients, robust if asked for
    naive : (p, p) inverse information
    null : the likelihood and its derivatives at 0; loglik : at 0 and at the maximum
    lr, wald, score : tests that all coefficients are 0
    notes : what could not be estimated, and why
    """

    names: tuple[str, ...]
    coef: Floats
    variance: Floats
    naive: Floats
    null: Derivatives
    loglik: tuple[float, float]
    n: int
    events: int
    ties: Ties
    level: float
    notes: tuple[str, ...]
    robust: bool
    like: PartialLikelihood = field(repr=False)

    @cached_property
    def se(self) -> Floats:
        """(p,) standard errors of the coefficients."""
        return np.sqrt(self.variance.diagonal())

    @cached_property
    def lr(self) -> ChiSquare:
        """The likelihood-ratio test."""
        return chi_square(2 * (self.loglik[1] - self.loglik[0]), self.coef.size)

    @cached_property
    def wald(self) -> ChiSquare:
        """The Wald test, by the robust variance if there is one; NaN if not estimable."""
        return wald(self.coef, self.variance)

    @cached_property
    def score(self) -> ChiSquare:
        """The score test."""
        u = self.null.score
        return chi_square(float(u @ np.linalg.solve(self.null.info, u)), self.coef.size)

    @property
    def hr(self) -> Floats:
        """(p,) hazard ratios."""
        return np.exp(self.coef)

    @property
    def z(self) -> Floats:
        """(p,) Wald statistics."""
        return self.coef / self.se

    @property
    def p(self) -> Floats:
        """(p,) two-sided Wald P values."""
        return 2 * ndtr(-np.abs(self.z))

    @property
    def p_better(self) -> Floats:
        """(p,) one-sided Wald P values: that the hazard ratio is below 1."""
        return np.asarray(ndtr(self.z), np.float64)

    @property
    def lower(self) -> Floats:
        """(p,) lower Wald limits of the hazard ratios."""
        return np.exp(self.coef - ndtri(0.5 + self.level / 2) * self.se)

    @property
    def upper(self) -> Floats:
        """(p,) upper Wald limits of the hazard ratios."""
        return np.exp(self.coef + ndtri(0.5 + self.level / 2) * self.se)

    def __repr__(self) -> str:
        if np.isnan(self.coef[0]):
            return f"Cox  {self.names[0]} hazard ratio {self.notes[0]}"
        return (
            f"Cox  {self.names[0]} hazard ratio {self.hr[0]:.4g} "
            f"({self.level:.0%} CI {self.lower[0]:.4g} to {self.upper[0]:.4g})  "
            f"P {self.p[0]:.4g}  {self.events} events in {self.n}  {self.ties} ties"
        )


def term_names(names: Sequence[str] | None, p: int) -> tuple[str, ...]:
    """The given names, or x0, x1, ...

    Raises   InputError if their number is not that of the columns.
    """
    if names is None:
        return _unnamed(p)
    if len(names) != p:
        raise InputError(f"names: {len(names)} given for {p} columns of x")
    return tuple(names)


@cache
def _unnamed(p: int) -> tuple[str, ...]:
    return tuple(f"x{j}" for j in range(p))


def wald(coef: Floats, variance: Floats) -> ChiSquare:
    """The Wald test that all coefficients are 0.

    NaN if one is not estimable, or if fewer clusters than coefficients leave no joint variance.
    """
    scale = np.sqrt(variance.diagonal())
    if np.isnan(coef).any() or not (scale > 0).all():
        return ChiSquare(float("nan"), coef.size, float("nan"))
    correlation, z = variance / np.outer(scale, scale), coef / scale
    if np.linalg.matrix_rank(correlation, tol=1e-10, hermitian=True) < coef.size:
        return ChiSquare(float("nan"), coef.size, float("nan"))
    return chi_square(float(z @ np.linalg.solve(correlation, z)), coef.size)


def chi_square(value: float, df: int) -> ChiSquare:
    """A test from its statistic."""
    return ChiSquare(value, df, float(chdtrc(df, value)))
