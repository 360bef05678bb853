"""Rates over strata by Wilson's intervals, and the Mantel-Haenszel test corrected."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtr

from equipoise.analysis.estimates import ChiSquare, Interval
from equipoise.analysis.response.corrected import corrected_wilson
from equipoise.analysis.response.difference import checked_strata, mantel_haenszel_weights
from equipoise.analysis.response.rates import checked_count, normal_quantile, wilson
from equipoise.arrays import Floats
from equipoise.errors import InputError


def stratified_wilson(
    x: ArrayLike,
    n: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    level: float = 0.95,
    correct: bool = False,
) -> Interval:
    """A rate over strata, its limits the weighted ones of the strata at a common narrower level.

    x, n : (K,) responders and subjects; weight : (K,) of the strata, their sizes if not given
    correct : True for Wilson's interval with its correction for continuity
    The strata's limits are taken at z times the root of the sum of squares over the sum of their
    weighted standard errors, so that their sum has the level asked for; where no stratum's rate
    varies, as if one small rate were common to all.
    Raises   InputError if a count is no whole number from 0 to n, or weights are not above 0.
    Source   Yan & Su 2010, Stat Biopharm Res 2:329.
    Checked  tests/byhand/test_stratified_rates.py; tests/oracle/tables (R prop.test by stratum).
    """
    responders, size = _counts(x, n)
    w = size.copy() if weight is None else np.atleast_1d(np.asarray(weight, np.float64))
    if w.shape != size.shape or not (np.isfinite(w) & (w > 0)).all():
        raise InputError(f"weight: expected {size.size} numbers above 0, one for each stratum")
    w = w / w.sum()
    rate = responders / size
    error = np.sqrt(rate * (1 - rate) / size)
    if not error.any():
        error = np.sqrt(1 / size)
    z = normal_quantile(level) * float(np.sqrt((w**2 * error**2).sum()) / (w * error).sum())
    each: Callable[..., Interval] = corrected_wilson if correct else wilson
    narrower = 1 - 2 * float(ndtr(-z))
    ends = [each(int(a), int(b), level=narrower) for a, b in zip(responders, size)]
    lower, upper = (np.array([getattr(i, side) for i in ends]) for side in ("lower", "upper"))
    return Interval(float(w @ rate), float(w @ lower), float(w @ upper))


def _counts(x: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats]:
    a, b = (np.atleast_1d(np.asarray(v, np.float64)) for v in (x, n))
    if a.shape != b.shape or a.ndim != 1 or not a.size:
        raise InputError("counts by stratum: expected two vectors of the same length")
    for k, (one, all_) in enumerate(zip(a, b)):
        checked_count(one, all_, name=f"stratum {k + 1}: responders")
    return a, b


def stratified_newcombe(
    x1: ArrayLike,
    n1: ArrayLike,
    x2: ArrayLike,
    n2: ArrayLike,
    *,
    level: float = 0.95,
    correct: bool = False,
) -> Interval:
    """Hybrid limits of the Mantel-Haenszel difference from the arms' stratified Wilson limits.

    x1, n1, x2, n2 : (K,) counts by stratum; every stratum has both arms
    Raises   InputError if a stratum lacks an arm or a count is no whole number from 0 to n.
    Source   Yan & Su 2010, Stat Biopharm Res 2:329 (SAS FREQ, RISKDIFF(COMMON CL=NEWCOMBE)).
    Checked  tests/byhand/test_stratified_rates.py; tests/oracle/tables (R prop.test by stratum).
    """
    a, m1, b, m2 = checked_strata(x1, n1, x2, n2)
    w = mantel_haenszel_weights(m1, m2)
    first = stratified_wilson(a, m1, weight=w, level=level, correct=correct)
    second = stratified_wilson(b, m2, weight=w, level=level, correct=correct)
    z, gap = normal_quantile(level), first.estimate - second.estimate
    per1, per2 = float((w**2 / m1).sum()), float((w**2 / m2).sum())

    def spread(rate1: float, rate2: float) -> float:
        return z * math.sqrt(per1 * rate1 * (1 - rate1) + per2 * rate2 * (1 - rate2))

    return Interval(
        gap, gap - spread(first.lower, second.upper), gap + spread(first.upper, second.lower)
    )


def mantel_haenszel_test(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, *, correct: bool = True
) -> ChiSquare:
    """Mantel and Haenszel's chi-square of 2 x 2 tables over strata, by default corrected.

    x1, n1, x2, n2 : (K,) counts by stratum
    correct : the correction of one half, no more than the deviation itself, as in R
    Raises   InputError if a stratum lacks an arm, or no stratum can inform the test.
    Source   Mantel & Haenszel 1959, J Natl Cancer Inst 22:719.
    Checked  tests/byhand/test_stratified_rates.py; tests/oracle/tables (R mantelhaen.test).
    """
    a, m1, b, m2 = (c.astype(np.float64) for c in checked_strata(x1, n1, x2, n2))
    total, responders = m1 + m2, a + b
    deviation = float((a - m1 * responders / total).sum())
    share = responders * (total - responders) / total**2
    variance = float((m1 * m2 * share / np.maximum(total - 1, 1)).sum())
    if variance == 0:
        raise InputError("tables: no stratum varies in both arms and response, nothing to test")
    step = min(0.5, abs(deviation)) if correct else 0.0
    statistic = (abs(deviation) - step) ** 2 / variance
    return ChiSquare(statistic, 1, float(chdtrc(1, statistic)))
