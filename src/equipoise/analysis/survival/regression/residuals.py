"""Residuals of a fitted Cox model."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from equipoise.analysis.survival.regression.influence import (
    martingale_and_score,
    points_at,
    row_sums,
)
from equipoise.analysis.survival.regression.model import Cox
from equipoise.arrays import Floats, Ints
from equipoise.errors import InputError


class Residuals(NamedTuple):
    """One element per row, in the order the rows were given.

    martingale, deviance : (n,); score, dfbeta : (n, p)
    """

    martingale: Floats
    deviance: Floats
    score: Floats
    dfbeta: Floats


class Schoenfeld(NamedTuple):
    """One element per event, by stratum and time.

    time : (d,); row : (d,) int64, the row of the event as given; residual : (d, p)
    """

    time: Floats
    row: Ints
    residual: Floats


def residuals(fit: Cox) -> Residuals:
    """Martingale, deviance, score and dfbeta residuals of a fitted model.

    Raises   InputError under the exact tie rule, or if a coefficient is not estimable.
    Source   Therneau & Grambsch 2000, chapters 4 and 7.
    Checked  tests/oracle/survival (R residuals.coxph); twin `event_points_plain`.
    """
    estimable(fit)
    like = fit.like
    m, s = martingale_and_score(like, fit.coef)
    event = like.rows.event
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = np.where(event, np.log(event - m), 0.0)
        deviance = np.sign(m) * np.sqrt(-2 * (m + event * gain))
    influence = s @ fit.naive
    if like.rows.weight.size:
        influence = influence * like.rows.weight[:, None]
    back = np.argsort(like.order)
    return Residuals(m[back], deviance[back], s[back], influence[back])


def schoenfeld(fit: Cox) -> Schoenfeld:
    """Schoenfeld residuals: at each event, its covariates less their mean over those at risk.

    Raises   InputError under the exact tie rule, or if a coefficient is not estimable.
    Source   Schoenfeld 1982, Biometrika 69:239.
    Checked  tests/oracle/survival (R residuals.coxph).
    """
    estimable(fit)
    points, _ = points_at(fit.like, fit.coef)
    _, _, place = row_sums(fit.like, points)
    died = np.flatnonzero(place >= 0)
    rows = fit.like.rows
    gap = rows.x[died] - points.mean[place[died]]
    return Schoenfeld(rows.time[died], fit.like.order[died], gap)


def estimable(fit: Cox) -> None:
    """Refuse a model of which a coefficient ran away.

    Raises   InputError with the model's own note.
    """
    if fit.notes:
        raise InputError(fit.notes[0])
