"""Counts over time at risk by polars, and their negative binomial regression by statsmodels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from equipoise.protocol import Protocol
from equipoise.protocol.model import Estimand
from equipoise.reporting.recompute.common import LEVEL, Key, Theirs, finite, pairs_of
from equipoise.reporting.recompute.proportions import STATSMODELS

_NAME = "negative binomial"


def event_rates(
    people: pl.DataFrame, protocol: Protocol, estimand: Estimand, methods: set[str]
) -> Theirs:
    """Subjects, events and days by arm, and the rate ratio where no covariate adjusts it.

    people : ARM_, COUNT and DAYS
    """
    found: Theirs = dict(_tallies(people))
    if _NAME in methods and not estimand.covariates:
        for pair, two in pairs_of(people, protocol, estimand):
            control = pair.partition(" v ")[2]
            found |= _ratio(pair, two.with_columns(X_=(pl.col("ARM_") != control).cast(pl.Float64)))
    return found


def _tallies(people: pl.DataFrame) -> Iterator[tuple[Key, Any]]:
    for (arm,), part in people.group_by(["ARM_"]):
        numbers = {
            "n": part.height,
            "with an event": part.filter(pl.col("COUNT") > 0).height,
            "events": part["COUNT"].sum(),
            "days at risk": part["DAYS"].sum(),
        }
        for name, value in numbers.items():
            yield ("count", name, str(arm), None), (float(value), "polars")


def _ratio(pair: str, two: pl.DataFrame) -> Theirs:
    """Maximum likelihood of the dispersion, and standard errors given it, as R's glm.nb has them.

    Where the counts vary no more than Poisson's there is no maximum to compare.
    """
    import statsmodels.api as sm

    y = two["COUNT"].cast(pl.Float64).to_numpy()
    offset = np.log(two["DAYS"].cast(pl.Float64).to_numpy())
    x = np.column_stack([np.ones(two.height), two["X_"].to_numpy()])
    mean = sm.GLM(y, x, family=sm.families.Poisson(), offset=offset).fit().mu
    if float(((y - mean) ** 2 - y).sum()) <= 0:  # the score of the dispersion at 0
        return {}
    model = sm.NegativeBinomial(y, x, loglike_method="nb2", offset=offset)
    start = np.array([np.log(y.sum()) - np.log(np.exp(offset).sum()), 0.0, 0.5])
    rough = model.fit(start_params=start, method="bfgs", maxiter=500, disp=0)
    whole = model.fit(start_params=rough.params, method="newton", maxiter=100, tol=1e-13, disp=0)
    alpha = float(whole.params[-1])
    if not alpha > 0 or not whole.mle_retvals["converged"]:
        return {}
    family = sm.families.NegativeBinomial(alpha=alpha)
    fit = sm.GLM(y, x, family=family, offset=offset).fit(
        tol=1e-13, maxiter=200, tol_criterion="params"
    )
    lower, upper = fit.conf_int(alpha=1 - LEVEL)[1]
    numbers = {
        "rate ratio": np.exp(fit.params[1]),
        "rate ratio lower limit": np.exp(lower),
        "rate ratio upper limit": np.exp(upper),
        "log rate ratio standard error": fit.bse[1],
        "p": fit.pvalues[1],
        "dispersion": alpha,
    }
    return {
        (_NAME, name, pair, None): (finite(float(value)), STATSMODELS)
        for name, value in numbers.items()
    }
