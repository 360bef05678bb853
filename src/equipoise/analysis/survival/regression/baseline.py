"""What a fitted Cox model says of one person: the cumulative hazard and survival."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from equipoise.analysis.survival.arrays import choice, finite, level_checked
from equipoise.analysis.survival.curves.kaplan_meier import CumulativeHazard, Curve, log_limits
from equipoise.analysis.survival.curves.limits import LIMIT_SCALES
from equipoise.analysis.survival.regression.influence import points_at
from equipoise.analysis.survival.regression.model import Cox
from equipoise.analysis.survival.regression.residuals import estimable
from equipoise.analysis.survival.types import LimitScale
from equipoise.arrays import Floats, Ints
from equipoise.errors import InputError
from equipoise.kernels.survival.baseline import hazard_squares
from equipoise.kernels.survival.entered import EnteredRows, EnteredTable, entered_table


class Predicted(NamedTuple):
    """Of one person, at each distinct time of a stratum: cumulative hazard and its variance."""

    table: EnteredTable
    hazard: Floats
    variance: Floats


def predicted_survival(
    fit: Cox, x: ArrayLike, *, stratum: int = 0, conf: LimitScale = "log-log", level: float = 0.95
) -> Curve:
    """The survival of a person with covariates x, exp(-cumulative hazard), with limits.

    fit : a model of `cox`; the hazard is Efron's or Breslow's as its ties are
    x : (p,) covariates in the order of `fit.names`; stratum : the code of the person's stratum
    conf : scale of the limits: log-log, log (R's default), plain, logit or arcsin
    Returns  Curve, of which `at_risk` and the counts are those of the stratum.
    Raises   InputError if a coefficient is not estimable, under the exact rule, or if x does not
             have one number for each coefficient.
    Source   Tsiatis 1981, Annals of Statistics 9:93; Therneau & Grambsch 2000, section 10.2.3.
    Checked  tests/byhand/test_baseline.py; tests/oracle/tables (R survfit.coxph); twin
             `hazard_squares_plain`.
    """
    choice(conf, LIMIT_SCALES, "conf")
    level_checked(level)
    found = predicted(fit, x, stratum)
    when, died, risk, gone, _ = found.table
    counts = (risk[:, 0], died[:, 0], gone[:, 0] - died[:, 0])
    return Curve(when, *counts, np.exp(-found.hazard), found.variance, conf, level)


def baseline_hazard(
    fit: Cox, x: ArrayLike | None = None, *, stratum: int = 0, level: float = 0.95
) -> CumulativeHazard:
    """The cumulative hazard where all covariates are 0, or x, with limits on the log scale.

    Arguments, Raises, Source and Checked as `predicted_survival`.
    """
    level_checked(level)
    found = predicted(fit, np.zeros(fit.coef.size) if x is None else x, stratum)
    error = np.sqrt(found.variance)
    lower, upper = log_limits(found.hazard, error, level=level)
    columns = (found.table.time, found.hazard, error, lower, upper, np.exp(-found.hazard))
    return CumulativeHazard(*columns, level)


def predicted(fit: Cox, x: Any, stratum: int) -> Predicted:
    """The hazard summed over the event times, and its variance: that of the events, and that of the
    coefficients by how far the person is from those at risk.
    """
    estimable(fit)
    like, person = fit.like, finite(np.atleast_1d(x), "x")
    if person.shape != fit.coef.shape:
        raise InputError(f"x: {person.size} numbers found; expected {', '.join(fit.names)}")
    strata = like.rows.first.size - 1
    if not 0 <= stratum < strata or like.rows.first[stratum] == like.rows.first[stratum + 1]:
        raise InputError(f"stratum: {stratum} found; expected the code of a stratum with rows")
    points, risk = points_at(like, fit.coef)
    squares = hazard_squares(like.rows, risk, like.ties == "efron", points.first)
    own = slice(points.first[stratum], points.first[stratum + 1])
    away = person - like.center
    # risks are relative to the mean, and lowered together where exp() would not hold them
    lowered = float((np.log(risk) - like.rows.x @ fit.coef)[0]) - _own_part(fit)
    scale = float(np.exp(away @ fit.coef + lowered))
    hazard = np.cumsum(points.hazard[own])
    gap = np.cumsum(points.drift[own], axis=0) - np.outer(hazard, away)
    spread = np.cumsum(squares[own]) + np.einsum("ij,jk,ik->i", gap, fit.variance, gap)
    table = entered_table(_rows_of(fit, stratum), 1)
    place = np.searchsorted(points.time[own], table.time, side="right")
    return Predicted(
        table,
        np.append(0.0, scale * hazard)[place],
        np.append(0.0, scale**2 * spread)[place],
    )


def _own_part(fit: Cox) -> float:
    """What the first row adds to its own risk beside the covariates: offset and log weight."""
    like = fit.like
    plus = float(like.offset[0]) if like.offset.size else 0.0
    return plus + (float(np.log(like.rows.weight[0])) if like.rows.weight.size else 0.0)


def _rows_of(fit: Cox, stratum: int) -> EnteredRows:
    """One stratum's rows as they were under observation."""
    rows = fit.like.rows
    a, b = rows.first[stratum], rows.first[stratum + 1]
    n = int(b - a)
    begin = rows.start[a:b] if rows.start.size else np.full(n, -1.0)
    weight = rows.weight[a:b] if rows.weight.size else np.ones(n)
    entering: Ints = np.argsort(-begin, kind="stable").astype(np.int64)
    first, arm = np.array([0, n], np.int64), np.zeros(n, np.int32)
    return EnteredRows(rows.time[a:b], begin, weight, rows.event[a:b], arm, first, entering)
