"""The Cox model, fitted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import numpy as np

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
from equipoise.analysis.survival.regression.ascent import MONOTONE, Maximum, by_name
from equipoise.analysis.survival.regression.days import fit_of_days
from equipoise.analysis.survival.regression.influence import cluster_variance
from equipoise.analysis.survival.regression.likelihood import (
    PartialLikelihood,
    likelihood,
    maximize,
)
from equipoise.analysis.survival.regression.model import Cox, term_names
from equipoise.analysis.survival.regression.twoarm import two_arm_maximum
from equipoise.analysis.survival.tests.logrank import arms_table
from equipoise.analysis.survival.types import Ties
from equipoise.errors import InputError

TIES: tuple[Ties, ...] = get_args(Ties)


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
        quick = fit_of_days(time, event, x, stratum, ties, names=names, level=level)
        if quick is not None:
            return quick
    like = prepare(
        time, event, x, stratum=stratum, ties=ties, start=start, weight=weight, offset=offset
    )
    if ties == "exact" and (robust or cluster is not None):
        raise InputError(
            "ties: the exact rule has no robust variance here; choose efron or breslow"
        )
    labels = term_names(names, like.center.size)
    return fitted(
        like,
        by_name(labels, lambda: maximize(like)),
        labels,
        cluster,
        robust or cluster is not None,
        level,
    )


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
    top = by_name(("arm",), lambda: maximize(like))
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
) -> PartialLikelihood:
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


def fitted(
    like: PartialLikelihood,
    top: Maximum,
    labels: tuple[str, ...],
    cluster: Any,
    robust: bool,
    level: float,
) -> Cox:
    """Variances and tests at the maximum."""
    inverse = top.inverse
    naive = top.known(inverse)
    variance = naive
    if robust:
        variance = top.known(cluster_variance(like, top.beta, inverse, cluster))
    coef = np.where(top.endless, np.nan, top.beta)
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
