"""The Cox model's common case: few covariates, whole days, nothing but strata."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from equipoise.analysis.survival.arrays import FLOAT64, Floats, code_column, day_columns
from equipoise.analysis.survival.likelihood import NONE, NOWHERE, Derivatives, Likelihood
from equipoise.analysis.survival.types import Ties
from equipoise.kernels.survival.cox import CoxRows
from equipoise.kernels.survival.newton import FEW, cox_of_days


class DayFit(NamedTuple):
    """The maximum found in one call.

    null : the likelihood at 0; loglik : at the maximum; coef : (p,); variance : (p, p)
    """

    like: Likelihood
    null: Derivatives
    loglik: float
    coef: Floats
    variance: Floats
    events: int


def fit_of_days(time: Any, event: Any, x: Any, stratum: Any, ties: Ties) -> DayFit | None:
    """The maximum, or None where rows or the likelihood are not of the common case.

    Arguments as `cox.cox`; nothing need be checked before.
    """
    days, group, covariates = day_columns(time, event), code_column(stratum), np.asarray(x)
    if covariates.ndim == 1:
        covariates = covariates[:, None]
    if days is None or group is None or covariates.ndim != 2 or covariates.dtype.kind not in "fiub":
        return None
    p = covariates.shape[1]
    if not 1 <= p <= FEW or ties == "exact":
        return None
    if covariates.dtype is not FLOAT64:
        covariates = covariates.astype(np.float64)
    usable, order, when, died, rows, first, out = cox_of_days(
        *days, covariates, group, ties == "efron"
    )
    if not usable:
        return None
    numbers, square = out.tolist(), p * p
    null, at = 2 + 2 * p, 2 + 2 * p + square
    sorted_rows = CoxRows(when, died, rows, NONE, first, NONE, NOWHERE)
    return DayFit(
        Likelihood(sorted_rows, order, out[-1 - p : -1], NONE, ties),
        Derivatives(numbers[0], out[2 + p : null], out[null:at].reshape(p, p)),
        numbers[1],
        out[2 : 2 + p],
        out[at : at + square].reshape(p, p),
        int(numbers[-1]),
    )
