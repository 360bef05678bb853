"""The partial likelihood of checked data as one function of the coefficients, and its maximum."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from equipoise.analysis.survival.arrays import first_row
from equipoise.analysis.survival.regression.ascent import (
    Derivatives,
    Maximum,
    ascend,
    independent,
    scale_of,
)
from equipoise.analysis.survival.regression.separation import pairs_of
from equipoise.analysis.survival.types import Ties
from equipoise.arrays import Bools, Floats, Ints, SmallInts
from equipoise.errors import InputError
from equipoise.kernels.survival.cox import CoxRows, cox_sums
from equipoise.kernels.survival.exact import exact_sums
from equipoise.kernels.survival.order import (
    TIME_TIE,
    sort_rows,
)

NO_VALUES = np.empty(0)
NOWHERE = np.empty(0, np.int64)

HIGHEST = 600.0
"""The highest linear predictor left as it is: sums of exp(709) overflow."""


@dataclass(frozen=True)
class PartialLikelihood:
    """Sorted rows, centered covariates and the tie rule.

    order : (n,) the row at each place; center : (p,) mean of each covariate
    offset : (n,) in sorted order, or empty
    """

    rows: CoxRows
    order: Ints
    center: Floats
    offset: Floats
    ties: Ties

    @property
    def events(self) -> float:
        """The number of events, or their weight."""
        w = self.rows.weight
        return float(w[self.rows.event].sum() if w.size else self.rows.event.sum())

    def predictor(self, beta: Floats) -> Floats:
        """(n,) linear predictor in sorted order, centered; lowered as one where exp() would not
        hold it, which no risk set can tell.
        """
        eta = self.rows.x @ beta
        if self.offset.size:
            eta = eta + self.offset
        top = float(eta.max())
        return eta - top if top > HIGHEST else eta

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
    stratum: SmallInts | None,
    strata: int,
    ties: Ties,
    start: Any = None,
    weight: Floats | None = None,
    offset: Floats | None = None,
) -> PartialLikelihood:
    """Sort checked rows for the kernels; near ties among starts and stops become ties."""
    begin = NO_VALUES
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
    weights = NO_VALUES if weight is None else weight[o]
    ready = CoxRows(rows.time, event[o], centered, weights, rows.first, begin, falling)
    return PartialLikelihood(ready, o, center, NO_VALUES if offset is None else offset[o], ties)


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


def maximize(like: PartialLikelihood, *, start: Floats | None = None) -> Maximum:
    """Newton's method from 0 (or `start`) on the partial likelihood; see `ascent.ascend`.

    Steps are measured by the covariates' spread at 0 without any offset, which may leave none.
    Raises   InputError if a covariate does not vary or is a sum of others.
    """
    zero = np.zeros(like.center.size)
    null = like.at(zero)
    plain = replace(like, offset=NO_VALUES).at(zero) if like.offset.size else null
    ground = independent(plain.info, like.events, scale_of(like.rows.x))
    return ascend(
        like.at, null, ground, lambda: pairs_of(like.rows, exact=like.ties == "exact"), start=start
    )
