"""A repeated-measures comparison of arms: means and differences visit by visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from equipoise.analysis.continuous.contrasts import Difference, FTest, Mean
from equipoise.analysis.continuous.design import (
    LinearModel,
    MeanWeights,
    Regressor,
    Term,
    design,
)
from equipoise.analysis.continuous.mmrm.contrast import contrast, f_test
from equipoise.analysis.continuous.mmrm.fit import MMRM, Adjustment, Errors, LikelihoodKind, mmrm
from equipoise.analysis.continuous.mmrm.grouped import grouped_mmrm
from equipoise.analysis.continuous.mmrm.structures import Structure
from equipoise.arrays import Floats
from equipoise.errors import InputError
from equipoise.frames import Labels


@dataclass(frozen=True, slots=True)
class RepeatedMeasures:
    """Least-squares means and differences by visit, and the test that no visit differs.

    model : the design, whose terms `terms_tested` tests; None where it is constrained
    """

    fit: MMRM
    means: tuple[Mean, ...]
    differences: tuple[Difference, ...]
    overall: FTest
    model: LinearModel | None = None

    def __repr__(self) -> str:
        last = self.differences[-1]
        return (
            f"{self.fit!r}; {last.arm} v {last.control} at {last.visit} "
            f"{last.value.estimate:.3g} ({last.value.lower:.3g} to {last.value.upper:.3g})"
        )


def repeated_measures(
    y: npt.ArrayLike,
    *,
    subject: npt.ArrayLike,
    visit: Labels,
    arm: Labels,
    covariates: Mapping[str, Regressor] | None = None,
    by_visit: Sequence[str] = (),
    covariance: Structure = "us",
    adjustment: Adjustment = "kenward-roger-linear",
    errors: Errors = "model",
    criterion: LikelihoodKind = "reml",
    by_arm: bool = False,
    weights: MeanWeights = "equal",
    level: float = 0.95,
) -> RepeatedMeasures:
    """Compare arms at every visit by a mixed model with arm, visit and their product.

    y : (n,) response, NaN where missing; subject : (n,) labels; the first arm is the control
    covariates : (n,) numbers or labels by name; those named in `by_visit` also interact with visit
    adjustment : the default is SAS's ddfm = kr for an unstructured covariance; "kenward-roger" is
        R's mmrm, whose second derivatives depend on how the covariance is parametrized
    criterion : "ml" for maximum likelihood; by_arm : True for a covariance of its own in each arm
    weights : of the other factors' levels in a least-squares mean, as `LinearModel.mean_row`
    Raises   InputError as `mmrm`, or if a covariate is missing.
    Source   Mallinckrodt et al. 2008, Drug Inf J 42:303.
    Checked  tests/oracle/continuous (R mmrm with emmeans).
    """
    response = np.asarray(y, dtype=float)
    seen = np.isfinite(response)
    if not len(response) == len(arm.codes) == len(visit.codes):
        raise InputError("y, arm and visit: expected the same number of rows")
    given: dict[str, Regressor] = {**(covariates or {}), "arm": arm, "visit": visit}
    columns = {name: rows_of(column, seen) for name, column in given.items()}
    terms: list[Term] = [(name,) for name in columns]
    terms += [(name, "visit") for name in (*by_visit, "arm")]
    model = design(columns, terms)
    kept = columns["visit"]
    assert isinstance(kept, Labels)
    own = columns["arm"] if by_arm else None
    assert own is None or isinstance(own, Labels)
    fit = grouped_mmrm if by_arm or criterion != "reml" else mmrm
    extra = {} if fit is mmrm else {"group": own, "criterion": criterion}
    found = fit(
        response[seen],
        model.matrix,
        subject=np.asarray(subject)[seen],
        visit=kept.codes,
        covariance=covariance,
        adjustment=adjustment,
        errors=errors,
        names=model.names,
        **extra,
    )
    return compared_by_visit(found, model, visit.levels, arm.levels, weights=weights, level=level)


def compared_by_visit(
    fit: MMRM,
    model: LinearModel,
    visits: Sequence[Any],
    arms: Sequence[Any],
    *,
    weights: MeanWeights,
    level: float,
) -> RepeatedMeasures:
    """Means of every arm at every visit and their differences from the first arm."""

    def row(visit: Any, arm: Any) -> Floats:
        return model.mean_row({"visit": visit, "arm": arm}, weights=weights)

    return of_rows(fit, {(v, a): row(v, a) for v in visits for a in arms}, arms, model, level=level)


def of_rows(
    fit: MMRM,
    rows: Mapping[tuple[Any, Any], Floats],
    arms: Sequence[Any],
    model: LinearModel | None,
    *,
    level: float,
) -> RepeatedMeasures:
    """Means and differences from the first arm, from the row of each visit and arm."""
    control, visits = arms[0], dict.fromkeys(v for v, _ in rows)
    gaps = {(v, a): rows[v, a] - rows[v, control] for v in visits for a in arms[1:]}
    return RepeatedMeasures(
        fit,
        tuple(Mean(a, v, contrast(fit, row, level=level)) for (v, a), row in rows.items()),
        tuple(
            Difference(a, control, v, contrast(fit, row, level=level))
            for (v, a), row in gaps.items()
        ),
        f_test(fit, np.stack(list(gaps.values()))),
        model,
    )


def rows_of(column: Regressor, keep: npt.NDArray[np.bool_]) -> Regressor:
    if isinstance(column, Labels):
        return Labels(column.codes[keep], column.levels)
    return np.asarray(column, dtype=np.float64)[keep]
