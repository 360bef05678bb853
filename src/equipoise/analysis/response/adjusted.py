"""Arms compared by a logistic regression, from one table of subjects."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from equipoise.analysis.estimates import Interval
from equipoise.analysis.response.logistic import (
    Logistic,
    logistic,
    profile_odds_ratio,
    standardized,
    without,
)
from equipoise.analysis.response.result import AdjustedResponse
from equipoise.analysis.survival.terms import design
from equipoise.arrays import Bools
from equipoise.frames import Frame, Labels

_UNKNOWN = Interval(float("nan"), float("nan"), float("nan"))


def adjusted_for(
    frame: Frame, seen: Bools, arms: Labels, covariates: Sequence[str], level: float
) -> list[AdjustedResponse]:
    """Each experimental arm against control, in one model of all arms and the covariates.

    Raises   InputError if a covariate cannot be used, or everybody or nobody responded.
    Checked  tests/unit/analysis/test_response_summary.py; tests/oracle/tables (R glm).
    """
    others = range(1, len(arms.levels))
    dummies = np.column_stack([(arms.codes == k).astype(np.float64) for k in others])
    names = [str(arms.levels[k]) for k in others]
    more = design(frame, covariates)
    x = np.column_stack((dummies, more.x))
    fit = logistic(seen, x, names=(*names, *more.names), level=level)
    return [_against_control(fit, j, names) for j in others]


def _against_control(fit: Logistic, j: int, names: Sequence[str]) -> AdjustedResponse:
    wald = Interval(*(float(v[j]) for v in (fit.odds_ratio, fit.lower, fit.upper)))
    ratio = without(fit, [j])
    profile = _UNKNOWN if np.isnan(wald.estimate) else profile_odds_ratio(fit, fit.names[j])
    gap, gap_p = _UNKNOWN, float("nan")
    if not fit.notes:
        others = {name: 0.0 for k, name in enumerate(names, start=1) if k != j}
        marginal = standardized(fit, fit.names[j], others)
        gap, gap_p = marginal.difference, marginal.p
    return AdjustedResponse(wald, profile, float(fit.p[j]), ratio.p, gap, gap_p, fit.notes)
