"""The Cox model's common case: few covariates, whole days, nothing but strata."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from equipoise.analysis.survival.arrays import (
    FLOAT64,
    code_column,
    day_columns,
)
from equipoise.analysis.survival.regression.likelihood import NONE, NOWHERE, Derivatives, Likelihood
from equipoise.analysis.survival.types import Ties
from equipoise.arrays import Floats
from equipoise.kernels.survival.cox import CoxRows
from equipoise.kernels.survival.newton import FAST_TERMS, cox_of_days


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
    covariates = np.asarray(x)
    if covariates.ndim == 1:
        covariates = covariates[:, None]
    if covariates.dtype is not FLOAT64 and covariates.dtype.kind in "fiub":
        covariates = covariates.astype(np.float64)
    days, group = day_columns(time, event), code_column(stratum)
    if days is None or group is None or covariates.dtype is not FLOAT64:
        return None
    if ties == "exact" or covariates.ndim != 2 or covariates.shape[1] not in FAST_TERMS:
        return None
    found = cox_of_days(*days, covariates, group, ties == "efron")
    if not found.usable:
        return None
    rows = CoxRows(found.time, found.event, found.x, NONE, found.first, NONE, NOWHERE)
    return DayFit(
        Likelihood(rows, found.order, found.center, NONE, ties),
        Derivatives(found.null_loglik, found.null_score, found.null_info),
        found.loglik,
        found.coef,
        found.variance,
        found.events,
    )
