"""The Cox model: coefficients, tests, limits and what was not estimable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, get_args

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri

from equipoise.analysis.survival.arrays import (
    choice,
    finite,
    flags,
    level_checked,
    matrix,
    positive,
    same_length,
    strata_of,
    times,
)
from equipoise.analysis.survival.regression.days import DayFit, fit_of_days
from equipoise.analysis.survival.regression.likelihood import (
    Derivatives,
    Likelihood,
    Maximum,
    likelihood,
    maximize,
)
from equipoise.analysis.survival.regression.residuals import cluster_variance
from equipoise.analysis.survival.regression.twoarm import two_arm_maximum
from equipoise.analysis.survival.tests.logrank import arms_table
from equipoise.analysis.survival.types import Ties
from equipoise.arrays import Floats
from equipoise.errors import InputError

TIES: tuple[Ties, ...] = get_args(Ties)

MONOTONE = "not estimable: the likelihood is monotone (no events, or complete separation)"


class ChiSquare(NamedTuple):
    """A chi-square test."""

    chisq: float
    df: int
    p: float


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
    like: Likelihood = field(repr=False)

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


def cox(
    time: Any,
    event: Any,
    x: Any,
    *,
    stratum: Any = None,
    ties: Ties = "efron",
    start: Any = None,
    weight: Any = None,
    offset: Any = None,
    cluster: Any = None,
    robust: bool = False,
    names: Sequence[str] | None = None,
    level: float = 0.95,
) -> Cox:
    """Fit a Cox model by maximum partial likelihood.

    time : (n,) int64 or float64, end of follow-up; start : (n,) its beginning, for (start, time]
    event : (n,) bool or 0/1; x : (n,) or (n, p) covariates
    stratum : (n,) codes 0, 1, ... or None
    weight : (n,) above 0; offset : (n,) added to the linear predictor
    robust : True for the Lin-Wei sandwich variance; cluster : (n,) any labels, rows of one subject
    Raises   InputError if a covariate is not finite, does not vary, or is a sum of others; if
             no event is seen; if the exact rule is asked for with starts, weights or clusters.
    Source   Cox 1972; Efron 1977; Breslow 1974; Lin & Wei 1989 (robust).
    Checked  tests/byhand/test_cox.py; tests/oracle/survival (R coxph); twins `cox_sums_plain`,
             `exact_sums_plain`.
    """
    choice(ties, TIES, "ties")
    level_checked(level)
    strata_only = start is None and weight is None and offset is None and cluster is None
    if strata_only and not robust:
        quick = fit_of_days(time, event, x, stratum, ties)
        if quick is not None:
            return of_days(quick, term_names(names, quick.coef.size), level)
    like = prepare(
        time, event, x, stratum=stratum, ties=ties, start=start, weight=weight, offset=offset
    )
    if ties == "exact" and (robust or cluster is not None):
        raise InputError(
            "ties: the exact rule has no robust variance here; choose efron or breslow"
        )
    labels = term_names(names, like.center.size)
    return fitted(like, named(like, labels), labels, cluster, robust or cluster is not None, level)


def hazard_ratio(
    time: Any,
    event: Any,
    arm: Any,
    *,
    stratum: Any = None,
    ties: Ties = "efron",
    level: float = 0.95,
) -> Cox:
    """The hazard ratio of arm 1 against arm 0 by a Cox model of the arm alone.

    Arguments, Raises and Source as `cox`; arm : (n,) codes 0 and 1. With Efron's ties the last bits
    are those of the kernel that simulated trials use.
    """
    code = np.asarray(arm)
    if not np.isin(code, (0, 1)).all():
        raise InputError("arm: expected codes 0 (control) and 1 (experimental)")
    choice(ties, TIES, "ties")
    level_checked(level)
    like = prepare(
        time, event, code, stratum=stratum, ties=ties, start=None, weight=None, offset=None
    )
    top = named(like, ("arm",))
    if ties == "efron" and not top.endless.any():
        beta = two_arm_maximum(arms_table(time, event, code, stratum))
        top = top._replace(beta=beta, best=like.at(beta))
    return fitted(like, top, ("arm",), None, False, level)


def prepare(
    time: Any,
    event: Any,
    x: Any,
    *,
    stratum: Any,
    ties: Ties,
    start: Any,
    weight: Any,
    offset: Any,
) -> Likelihood:
    """Check every array and sort the rows.

    Raises   InputError as `cox`.
    """
    t, e = times(time), flags(event)
    covariates = matrix(x)
    code, g = strata_of(stratum)
    begin = None if start is None else times(start, "start")
    w = None if weight is None else positive(weight)
    plus = None if offset is None else finite(offset, "offset")
    same_length(time=t, event=e, x=covariates, stratum=code, start=begin, weight=w, offset=plus)
    if not e.any():
        raise InputError("event: no events; a Cox model needs at least one")
    if ties == "exact" and (begin is not None or w is not None):
        raise InputError("ties: the exact rule takes neither starts nor weights")
    return likelihood(
        t, e, covariates, stratum=code, strata=g, ties=ties, start=begin, weight=w, offset=plus
    )


def term_names(names: Sequence[str] | None, p: int) -> tuple[str, ...]:
    """The given names, or x0, x1, ...

    Raises   InputError if their number is not that of the columns.
    """
    if names is None:
        return tuple([f"x{j}" for j in range(p)])
    if len(names) != p:
        raise InputError(f"names: {len(names)} given for {p} columns of x")
    return tuple(names)


def named(like: Likelihood, labels: tuple[str, ...]) -> Maximum:
    """The maximum, with a refused covariate called by its name."""
    try:
        return maximize(like)
    except InputError as error:
        head, _, rest = str(error).partition(":")
        word, _, number = head.partition(" ")
        if word == "covariate":
            raise InputError(f"{labels[int(number)]}:{rest}") from None
        raise


def fitted(
    like: Likelihood,
    top: Maximum,
    labels: tuple[str, ...],
    cluster: Any,
    robust: bool,
    level: float,
) -> Cox:
    """Variances and tests at the maximum."""
    live = ~top.endless
    naive = np.full(top.best.info.shape, np.nan)
    if live.any():
        # an endless coefficient is held where it is; the others keep their own information
        naive[np.ix_(live, live)] = np.linalg.inv(top.best.info[np.ix_(live, live)])
    variance = cluster_variance(like, top.beta, naive, cluster) if robust else naive
    coef = np.where(live, top.beta, np.nan)
    return Cox(
        names=labels,
        coef=coef,
        variance=variance,
        naive=naive,
        null=top.null,
        loglik=(top.null.loglik, top.best.loglik),
        n=like.order.size,
        events=int(like.rows.event.sum()),
        ties=like.ties,
        level=level,
        notes=tuple(f"{labels[j]}: {MONOTONE}" for j in np.flatnonzero(top.endless)),
        robust=robust,
        like=like,
    )


def of_days(fit: DayFit, labels: tuple[str, ...], level: float) -> Cox:
    """The model of a maximum found in one call."""
    return Cox(
        names=labels,
        coef=fit.coef,
        variance=fit.variance,
        naive=fit.variance,
        null=fit.null,
        loglik=(fit.null.loglik, fit.loglik),
        n=fit.like.order.size,
        events=fit.events,
        ties=fit.like.ties,
        level=level,
        notes=(),
        robust=False,
        like=fit.like,
    )


def wald(coef: Floats, variance: Floats) -> ChiSquare:
    """The Wald test that all coefficients are 0; NaN if one is not estimable."""
    if np.isnan(coef).any():
        return ChiSquare(float("nan"), coef.size, float("nan"))
    return chi_square(float(coef @ np.linalg.solve(variance, coef)), coef.size)


def chi_square(value: float, df: int) -> ChiSquare:
    """A test from its statistic."""
    return ChiSquare(value, df, float(chdtrc(df, value)))
