"""The partial likelihood of checked data as one function of the coefficients, and its maximum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from equipoise.analysis.survival.arrays import (
    Codes,
    first_row,
)
from equipoise.analysis.survival.types import Ties
from equipoise.arrays import Bools, Floats, Ints
from equipoise.errors import InputError
from equipoise.kernels.survival.cox import CoxRows, cox_sums
from equipoise.kernels.survival.exact import exact_sums
from equipoise.kernels.survival.newton import ALMOST, FLAT, RUNNING, STILL
from equipoise.kernels.survival.order import (
    TIME_TIE,
    sort_rows,
)

NONE = np.empty(0)
NOWHERE = np.empty(0, np.int64)

STEPS = 40
"""Newton steps allowed; 5 are usual, and each step along a diverging coefficient adds about 1."""

SETTLED = 1e-10
"""A Newton step this small, in within-risk-set standard deviations, is not worth taking."""


class Derivatives(NamedTuple):
    """Log partial likelihood with its gradient (p,) and information (p, p) at some coefficients."""

    loglik: float
    score: Floats
    info: Floats


@dataclass(frozen=True)
class Likelihood:
    """Sorted rows, centered covariates and the tie rule.

    order : (n,) the row at each place; center : (p,) mean of each covariate
    offset : (n,) in sorted order, or empty
    """

    rows: CoxRows
    order: Ints
    center: Floats
    offset: Floats
    ties: Ties

    def predictor(self, beta: Floats) -> Floats:
        """(n,) linear predictor in sorted order, centered."""
        eta = self.rows.x @ beta
        return eta + self.offset if self.offset.size else eta

    def risk(self, eta: Floats) -> Floats:
        """(n,) weight times exp(eta)."""
        risk: Floats = np.exp(eta)
        if self.rows.weight.size:
            risk *= self.rows.weight
        return risk

    def at(self, beta: Floats) -> Derivatives:
        """The likelihood and its derivatives at `beta` (p,)."""
        p = beta.size
        score, info = np.zeros(p), np.zeros((p, p))
        eta = self.predictor(beta)
        r = self.rows
        if self.ties == "exact":
            loglik = exact_sums(r, eta, score, info)
        else:
            efron = self.ties == "efron"
            loglik = cox_sums(r, eta, self.risk(eta), efron, score, info)
        return Derivatives(loglik, score, info)


def likelihood(
    time: Any,
    event: Bools,
    x: Floats,
    *,
    stratum: Codes | None,
    strata: int,
    ties: Ties,
    start: Any = None,
    weight: Floats | None = None,
    offset: Floats | None = None,
) -> Likelihood:
    """Sort checked rows for the kernels; near ties among starts and stops become ties."""
    begin = NONE
    if start is not None:
        time, begin = joint_ties(time, start)
    rows = sort_rows(time, stratum, strata)
    o = rows.order
    center = np.full(x.shape[0], 1 / x.shape[0]) @ x
    centered = np.take(x, o, axis=0)
    centered -= center
    falling = NOWHERE
    if start is not None:
        begin = begin[o]
        block = np.repeat(np.arange(strata), np.diff(rows.first))
        falling = np.lexsort((-begin, block)).astype(np.int64)
    weights = NONE if weight is None else weight[o]
    ready = CoxRows(rows.time, event[o], centered, weights, rows.first, begin, falling)
    return Likelihood(ready, o, center, NONE if offset is None else offset[o], ties)


def joint_ties(time: Any, start: Any) -> tuple[Floats, Floats]:
    """Stops and starts with near ties among all of them made equal.

    Raises   InputError if a row starts at or after its end.
    """
    n = time.size
    both = np.concatenate((time, start)).astype(np.float64)
    value, place = np.unique(both, return_inverse=True)
    gap = TIME_TIE * max(1.0, float(np.abs(value).mean()))
    new = np.concatenate(([True], np.diff(value) > gap))
    both = value[new][np.cumsum(new) - 1][place]
    stop, begin = both[:n], both[n:]
    if (begin >= stop).any():
        row = first_row(begin >= stop)
        raise InputError(f"start[{row}]: {start[row]} is not before its end {time[row]}")
    return stop, begin


class Maximum(NamedTuple):
    """Where Newton's steps ended.

    beta : (p,); null : at 0; best : at beta; steps : number taken
    endless : (p,) True for a coefficient that runs away while the likelihood stands still
    """

    beta: Floats
    null: Derivatives
    best: Derivatives
    steps: int
    endless: Bools


def maximize(like: Likelihood, start: Floats | None = None) -> Maximum:
    """Newton's method with step halving from 0 (or `start`).

    Where the likelihood is monotone in a direction, each step moves about as far as the one before
    while the likelihood no longer rises: those coefficients are `endless`.
    Raises   InputError if a covariate does not vary or is a sum of others.
    """
    p = like.center.size
    null = like.at(np.zeros(p))
    spread = independent(null.info, int(like.rows.event.sum()), scale_of(like.rows.x))
    beta = np.zeros(p) if start is None else start
    now = null if start is None else like.at(beta)
    for count in range(1, STEPS + 1):
        step = newton_step(now)
        size = float(np.max(np.abs(step) * spread))
        if size <= SETTLED:
            return Maximum(beta, null, now, count, np.zeros(p, np.bool_))
        before = now.loglik
        beta, now = uphill(like, beta, step, now)
        if size <= ALMOST:
            return Maximum(beta, null, now, count, np.zeros(p, np.bool_))
        if size > RUNNING and now.loglik - before <= FLAT * abs(now.loglik):
            return Maximum(beta, null, now, count, np.abs(step) * spread > RUNNING)
    raise InputError(f"covariates: the likelihood has no maximum within {STEPS} steps")


def uphill(
    like: Likelihood, beta: Floats, step: Floats, now: Derivatives
) -> tuple[Floats, Derivatives]:
    """Where a step leads, halved until the likelihood does not fall."""
    floor = now.loglik - FLAT * abs(now.loglik)
    for _ in range(STEPS):
        new = like.at(beta + step)
        if new.loglik >= floor:
            return beta + step, new
        step = step / 2
    return beta, now


def newton_step(at: Derivatives) -> Floats:
    """Solve information times step = gradient, by least squares where the information fades."""
    if at.score.size == 1 and at.info[0, 0] > 0:
        return np.asarray(at.score / at.info[0], np.float64)
    try:
        step: Any = np.linalg.solve(at.info, at.score)
    except np.linalg.LinAlgError:
        step = np.linalg.lstsq(at.info, at.score, rcond=None)[0]
    return np.asarray(step, np.float64)


def scale_of(x: Floats) -> Floats:
    """(p,) the root mean square of each centered covariate."""
    return np.asarray(np.sqrt(np.mean(x**2, axis=0)), np.float64)


def independent(info: Floats, events: int, scale: Floats) -> Floats:
    """The spread (p,) of each covariate within the risk sets, all of them varying on their own.

    scale : (p,) its spread over all rows; within the risk sets it must exceed what rounding leaves
    Raises   InputError naming by number the first column that is constant or a sum of others.
    """
    spread: Floats = np.sqrt(np.maximum(info.diagonal(), 0.0) / events)
    still = spread <= STILL * scale
    if still.any():
        j = first_row(still)
        raise InputError(f"covariate {j}: the same for all at risk at every event; no coefficient")
    scaled = info / np.outer(spread, spread) / events
    for j in range(1, spread.size):
        if np.linalg.matrix_rank(scaled[: j + 1, : j + 1], tol=1e-10, hermitian=True) <= j:
            raise InputError(f"covariate {j}: a sum of the covariates before it")
    return spread
