"""Fine and Gray's model of the subdistribution hazard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from equipoise.analysis.survival.arrays import (
    first_row,
    level_checked,
    matrix,
    same_length,
    times,
)
from equipoise.analysis.survival.curves.competing import causes_of
from equipoise.analysis.survival.regression.ascent import (
    MONOTONE,
    Derivatives,
    Maximum,
    ascend,
    by_name,
    independent,
    scale_of,
)
from equipoise.analysis.survival.regression.model import term_names
from equipoise.analysis.survival.regression.separation import pairs_of
from equipoise.arrays import Bools, Floats
from equipoise.errors import InputError
from equipoise.kernels.survival.cox import CoxRows


@dataclass(frozen=True)
class FineGray:
    """A fitted subdistribution model.

    names : (p,); coef, se, z, p, hr, lower, upper : (p,) each; variance : (p, p)
    loglik : at 0 and at the maximum
    """

    names: tuple[str, ...]
    coef: Floats
    variance: Floats
    loglik: tuple[float, float]
    n: int
    events: int
    level: float

    @property
    def se(self) -> Floats:
        """(p,) standard errors, the estimation of censoring included."""
        return np.sqrt(self.variance.diagonal())

    @property
    def hr(self) -> Floats:
        """(p,) subdistribution hazard ratios."""
        return np.exp(self.coef)

    @property
    def p(self) -> Floats:
        """(p,) two-sided Wald P values."""
        return 2 * ndtr(-np.abs(self.coef / self.se))

    @property
    def lower(self) -> Floats:
        """(p,) lower limits of the hazard ratios."""
        return np.exp(self.coef - ndtri(0.5 + self.level / 2) * self.se)

    @property
    def upper(self) -> Floats:
        """(p,) upper limits of the hazard ratios."""
        return np.exp(self.coef + ndtri(0.5 + self.level / 2) * self.se)


class Weighted(NamedTuple):
    """Rows sorted by time, with what the weights need.

    time : (n,); own, other : (n,) bool, the cause and a competing one; x : (n, p) centered
    censoring : (n,) G(T-) at each row's time
    point : (m,) distinct times of the cause; deaths : (m,); free : (m,) G(t-) there
    """

    time: Floats
    own: Bools
    other: Bools
    x: Floats
    censoring: Floats
    point: Floats
    deaths: Floats
    free: Floats


class Fitted(NamedTuple):
    """The weighted partial likelihood at some coefficients."""

    loglik: float
    score: Floats
    info: Floats
    mean: Floats
    hazard: Floats


def fine_gray(
    time: Any,
    cause: Any,
    x: Any,
    *,
    of: int = 1,
    names: Sequence[str] | None = None,
    level: float = 0.95,
) -> FineGray:
    """Fit the proportional subdistribution hazards model, Breslow ties, sandwich variance.

    time : (n,); cause : (n,) 0 censored, 1, 2, ...; x : (n,) or (n, p); of : the cause
    Raises   InputError if nobody has the cause, a covariate does not vary or is a sum of others, or
             the likelihood is monotone.
    Source   Fine & Gray 1999, JASA 94:496; weights by Kaplan-Meier of the censoring.
    Checked  tests/oracle/survival (R cmprsk crr).
    """
    t, c = times(time), causes_of(cause)
    covariates = matrix(x)
    same_length(time=t, cause=c, x=covariates)
    labels = term_names(names, covariates.shape[1])
    level_checked(level)
    if not (c == of).any():
        raise InputError(f"cause: nobody has cause {of}; not estimable")
    rows = weighted(t.astype(np.float64), c, covariates, of)
    top = by_name(labels, lambda: highest_of(rows))
    if top.endless.any():
        raise InputError(f"{labels[first_row(top.endless)]}: {MONOTONE}")
    fit = likelihood_at(rows, top.beta)
    pair = (top.null.loglik, fit.loglik)
    variance = sandwich(rows, top.beta, fit)
    return FineGray(labels, top.beta, variance, pair, t.size, int(rows.own.sum()), level)


def highest_of(rows: Weighted) -> Maximum:
    """Newton's method on the weighted partial likelihood.

    Raises   InputError if a covariate does not vary or is a sum of others.
    """

    def at(beta: Floats) -> Derivatives:
        return Derivatives(*likelihood_at(rows, beta)[:3])

    null = at(np.zeros(rows.x.shape[1]))
    ground = independent(null.info, float(rows.own.sum()), scale_of(rows.x))
    return ascend(at, null, ground, lambda: pairs_of(lasting(rows), exact=False))


def lasting(rows: Weighted) -> CoxRows:
    """Rows in which those with a competing event are at risk to the end."""
    time = np.where(rows.other, np.inf, rows.time)
    order = np.argsort(time, kind="stable")
    none, first = np.empty(0), np.array([0, time.size])
    return CoxRows(
        time[order], rows.own[order], rows.x[order], none, first, none, none.astype(np.int64)
    )


def weighted(time: Floats, cause: Any, x: Floats, of: int) -> Weighted:
    """Sort rows and estimate the censoring distribution."""
    order = np.argsort(time, kind="stable")
    t, c = time[order], cause[order]
    when, first = np.unique(t, return_index=True)
    censored = np.add.reduceat((c == 0).astype(float), first)
    free = np.cumprod(1 - censored / (t.size - first))
    before = np.concatenate(([1.0], free[:-1]))
    deaths = np.add.reduceat((c == of).astype(float), first)
    hit = deaths > 0
    place = np.searchsorted(when, t)
    other = (c > 0) & (c != of)
    centered = x[order] - x.mean(axis=0)
    return Weighted(t, c == of, other, centered, before[place], when[hit], deaths[hit], before[hit])


def likelihood_at(rows: Weighted, beta: Floats) -> Fitted:
    """Log likelihood, gradient and information; mean covariate and hazard at each event time.

    Not finite where exp() of the linear predictor is not.
    """
    with np.errstate(all="ignore"):
        risk, p = np.exp(rows.x @ beta), beta.size
        squares = (rows.x[:, :, None] * rows.x[:, None, :]).reshape(-1, p * p)
        columns = np.column_stack((np.ones(risk.size), rows.x, squares))
        sums = both_sums(rows, columns * risk[:, None])
        s0, mean = sums[:, 0], sums[:, 1 : p + 1] / sums[:, :1]
        second = (sums[:, p + 1 :] / sums[:, :1]).reshape(-1, p, p)
        spread = second - mean[:, :, None] * mean[:, None, :]
        d = rows.deaths
        loglik = float((rows.x[rows.own] @ beta).sum() - d @ np.log(s0))
        score = rows.x[rows.own].sum(axis=0) - d @ mean
        return Fitted(loglik, score, np.tensordot(d, spread, 1), mean, d / s0)


def both_sums(rows: Weighted, values: Floats) -> Floats:
    """(m, q) sums over the risk set of each event time: those still at risk with weight 1, those
    with a competing event before with weight G(t-) / G(T-).
    """
    zero = np.zeros((1, values.shape[1]))
    still = np.vstack((values[::-1].cumsum(axis=0)[::-1], zero))
    gone = np.where(rows.other[:, None], values / rows.censoring[:, None], 0.0)
    before = np.vstack((zero, gone.cumsum(axis=0)))
    place = np.searchsorted(rows.time, rows.point)
    out: Floats = still[place] + rows.free[:, None] * before[place]
    return out


def sandwich(rows: Weighted, beta: Floats, fit: Fitted) -> Floats:
    """The variance of the coefficients, the estimation of the censoring distribution included.

    Source   Fine & Gray 1999, equations 7 and 8 (eta and psi).
    """
    influence = own_part(rows, beta, fit) + censoring_part(rows, beta, fit)
    inverse = np.linalg.inv(fit.info)
    out: Floats = inverse @ (influence.T @ influence) @ inverse
    return out


def own_part(rows: Weighted, beta: Floats, fit: Fitted) -> Floats:
    """(n, p) each row's weighted martingale integral of covariate less mean."""
    risk = np.exp(rows.x @ beta)
    p = beta.size
    zero = np.zeros((1, p + 1))
    rate = np.column_stack((fit.hazard, fit.hazard[:, None] * fit.mean))
    spent = np.vstack((zero, rate.cumsum(axis=0)))
    end = np.searchsorted(rows.point, rows.time, side="right")
    a = spent[end]
    out: Floats = -risk[:, None] * (rows.x * a[:, :1] - a[:, 1:])
    late = later_rates(rows, rate)[end]
    share = np.where(rows.other, risk / rows.censoring, 0.0)
    out -= share[:, None] * (rows.x * late[:, :1] - late[:, 1:])
    out[rows.own] += rows.x[rows.own] - fit.mean[end[rows.own] - 1]
    return out


def later_rates(rows: Weighted, rate: Floats) -> Floats:
    """(m + 1, p + 1) G(t-) times the rate, summed from each event time to the last."""
    scaled = rate * rows.free[:, None]
    return np.vstack((scaled[::-1].cumsum(axis=0)[::-1], np.zeros((1, rate.shape[1]))))


def censoring_part(rows: Weighted, beta: Floats, fit: Fitted) -> Floats:
    """(n, p) what each row adds through the estimated censoring distribution."""
    n, p = rows.x.shape
    risk = np.exp(rows.x @ beta)
    rate = np.column_stack((fit.hazard, fit.hazard[:, None] * fit.mean))
    censored = ~rows.own & ~rows.other
    when, count = np.unique(rows.time[censored], return_counts=True)
    begin = np.searchsorted(rows.time, when)
    at_risk = n - begin
    share = np.where(rows.other, risk / rows.censoring, 0.0)
    weights = np.column_stack((share, share[:, None] * rows.x))
    gone = np.vstack((np.zeros((1, p + 1)), weights.cumsum(axis=0)))[begin]
    late = later_rates(rows, rate)[np.searchsorted(rows.point, when)]
    q = (gone[:, 1:] * late[:, :1] - gone[:, :1] * late[:, 1:]) / at_risk[:, None]
    spent = np.vstack((np.zeros((1, p)), (q * (count / at_risk)[:, None]).cumsum(axis=0)))
    place = np.searchsorted(when, rows.time, side="right")
    out: Floats = -spent[place]
    out[censored] += q[place[censored] - 1]
    return out
