"""Constrained longitudinal data analysis: baseline is a response, and the same in every arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from equipoise.analysis.continuous.design import MeanWeights, Regressor, Term, design
from equipoise.analysis.continuous.mmrm.fit import Adjustment, Errors, LikelihoodKind
from equipoise.analysis.continuous.mmrm.grouped import grouped_mmrm
from equipoise.analysis.continuous.mmrm.model import RepeatedMeasures, of_rows, rows_of
from equipoise.analysis.continuous.mmrm.structures import Structure
from equipoise.arrays import Floats
from equipoise.errors import InputError
from equipoise.frames import Labels


def constrained_measures(
    y: npt.ArrayLike,
    *,
    subject: npt.ArrayLike,
    visit: Labels,
    arm: Labels,
    covariates: Mapping[str, Regressor] | None = None,
    by_visit: Sequence[str] = (),
    change: bool = True,
    covariance: Structure = "us",
    adjustment: Adjustment = "kenward-roger-linear",
    errors: Errors = "model",
    criterion: LikelihoodKind = "reml",
    by_arm: bool = False,
    weights: MeanWeights = "equal",
    level: float = 0.95,
) -> RepeatedMeasures:
    """Compare arms at every visit after baseline, their means at baseline being one.

    Subjects without a later value, or without baseline, count with what they have.
    y : (n,) response, baseline among them, NaN where missing; the first visit is baseline
    change : True for means of the change from baseline, which leaves differences as they are
    Other arguments and Raises as `repeated_measures`.
    Source   Liang & Zeger 2000, Sankhya B 62:134; Lu 2010, Stat Med 29:1580.
    Checked  tests/byhand/test_mixed_by_hand.py; tests/oracle/tables (R nlme::gls).
    """
    response = np.asarray(y, dtype=float)
    seen = np.isfinite(response)
    if not len(response) == len(arm.codes) == len(visit.codes):
        raise InputError("y, arm and visit: expected the same number of rows")
    given: dict[str, Regressor] = {**(covariates or {}), "visit": visit}
    columns = {name: rows_of(column, seen) for name, column in given.items()}
    terms: list[Term] = [*((name,) for name in columns), *((name, "visit") for name in by_visit)]
    model = design(columns, terms)
    later, others = visit.levels[1:], arm.levels[1:]
    cells = [(v, a) for a in range(1, len(arm.levels)) for v in range(1, len(visit.levels))]
    at, who = visit.codes[seen], arm.codes[seen]
    effects = np.column_stack([(at == v) & (who == a) for v, a in cells]).astype(np.float64)
    names = (f"arm{arm.levels[a]}:visit{visit.levels[v]}" for v, a in cells)
    fit = grouped_mmrm(
        response[seen],
        np.column_stack((model.matrix, effects)),
        subject=np.asarray(subject)[seen],
        visit=at,
        group=Labels(who, arm.levels) if by_arm else None,
        criterion=criterion,
        covariance=covariance,
        adjustment=adjustment,
        errors=errors,
        names=(*model.names, *names),
    )

    def row(v: Any, a: Any) -> Floats:
        own = [float((later.index(v) + 1, arm.levels.index(a)) == cell) for cell in cells]
        mean = model.mean_row({"visit": v}, weights=weights)
        if change:
            mean = mean - model.mean_row({"visit": visit.levels[0]}, weights=weights)
        return np.concatenate((mean, own))

    rows = {(v, a): row(v, a) for v in later for a in (arm.levels[0], *others)}
    return of_rows(fit, rows, arm.levels, None, level=level)
