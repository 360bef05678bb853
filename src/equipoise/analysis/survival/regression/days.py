"""The Cox model's common case: few covariates, whole days, nothing but strata."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from equipoise.analysis.survival.arrays import (
    FLOAT64,
    code_column,
    day_columns,
)
from equipoise.analysis.survival.regression.ascent import Derivatives
from equipoise.analysis.survival.regression.likelihood import (
    NO_VALUES,
    NOWHERE,
    PartialLikelihood,
)
from equipoise.analysis.survival.regression.model import Cox, term_names
from equipoise.analysis.survival.types import Ties
from equipoise.kernels.survival.cox import CoxRows
from equipoise.kernels.survival.newton import FAST_TERMS, cox_of_days


def fit_of_days(
    time: Any,
    event: Any,
    x: Any,
    stratum: Any,
    ties: Ties,
    *,
    names: Sequence[str] | None,
    level: float,
) -> Cox | None:
    """The model, or None where rows or the likelihood are not of the common case.

    Arguments and Raises as `cox.cox`; nothing but ties and level need be checked before.
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
    rows = CoxRows(found.time, found.event, found.x, NO_VALUES, found.first, NO_VALUES, NOWHERE)
    return Cox(
        names=term_names(names, covariates.shape[1]),
        coef=found.coef,
        variance=found.variance,
        naive=found.variance,
        null=Derivatives(found.null_loglik, found.null_score, found.null_info),
        loglik=(found.null_loglik, found.loglik),
        n=covariates.shape[0],
        events=found.events,
        ties=ties,
        level=level,
        notes=(),
        robust=False,
        like=PartialLikelihood(rows, found.order, found.center, NO_VALUES, ties),
    )
