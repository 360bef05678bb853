"""Difference of two rates, first arm minus second: score, hybrid and Wald limits, and strata."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike
from scipy.special import ndtr

from equipoise.analysis.estimates import Interval
from equipoise.analysis.response.rates import (
    checked_count,
    normal_quantile,
    wilson,
)
from equipoise.errors import InputError
from equipoise.kernels.trials.proportions import score
from equipoise.roots import root

_EDGE = 1e-12  # how near to -1 and 1 a root is looked for; the score is infinite at the ends
_ROOT_TOLERANCE = 1e-15  # absolute, so limits are good to the last digits of a double


class DifferenceTest(NamedTuple):
    """A difference with limits, and the test that it is nought (or the margin)."""

    estimate: float
    lower: float
    upper: float
    z: float
    p: float


def constrained_rate(x1: int, n1: int, x2: int, n2: int, delta: float) -> tuple[float, float]:
    """The two rates of greatest likelihood among those that differ by `delta`.

    Source   Miettinen & Nurminen 1985, Stat Med 4:213, appendix 1 (the cubic and its trigonometric
             root); Farrington & Manning 1990, Stat Med 9:1447.
    Checked  tests/laws/test_response.py (direct maximization of the likelihood).
    """
    p1, p2, ratio = x1 / n1, x2 / n2, n2 / n1
    a = 1 + ratio
    b = -(1 + ratio + p1 + ratio * p2 + delta * (ratio + 2))
    c = delta * delta + delta * (2 * p1 + ratio + 1) + p1 + ratio * p2
    d = -p1 * delta * (1 + delta)
    v = b**3 / (27 * a**3) - b * c / (6 * a * a) + d / (2 * a)
    u = math.copysign(math.sqrt(max(b * b / (9 * a * a) - c / (3 * a), 0.0)), v)
    angle = math.pi / 3
    if u:
        angle = (math.pi + math.acos(min(max(v / u**3, -1.0), 1.0))) / 3
    first = min(max(2 * u * math.cos(angle) - b / (3 * a), 0.0, delta), 1.0, 1.0 + delta)
    return first, min(max(first - delta, 0.0), 1.0)


def score_variance(
    x1: int, n1: int, x2: int, n2: int, delta: float, *, unbiased: bool = True
) -> float:
    """Variance of the difference if it were `delta`; `unbiased` multiplies by N/(N-1)."""
    first, second = constrained_rate(x1, n1, x2, n2, delta)
    variance = first * (1 - first) / n1 + second * (1 - second) / n2
    return variance * (n1 + n2) / (n1 + n2 - 1) if unbiased else variance


def _standardized(gap: float, variance: float) -> float:
    if variance > 0:
        return gap / math.sqrt(variance)
    return 0.0 if gap == 0 else math.copysign(math.inf, gap)


def _limits(score: Callable[[float], float], estimate: float, level: float) -> tuple[float, float]:
    """Where a score that falls with its argument crosses z and -z."""
    z = normal_quantile(level)
    big = 1e6  # stands for infinity, which a root finder cannot bracket

    def crossed(target: float, low: float, high: float) -> float:
        def above(delta: float) -> float:
            return max(min(score(delta), big), -big) - target

        return root(above, low, high, xtol=_ROOT_TOLERANCE)

    lower, upper = -1.0, 1.0
    if estimate > -1 + _EDGE:
        lower = crossed(z, -1 + _EDGE, estimate)
    if estimate < 1 - _EDGE:
        upper = crossed(-z, estimate, 1 - _EDGE)
    return float(lower), float(upper)


def _score_interval(
    x1: int, n1: int, x2: int, n2: int, *, level: float, unbiased: bool
) -> Interval:
    x1, n1 = checked_count(x1, n1)
    x2, n2 = checked_count(x2, n2)
    estimate = x1 / n1 - x2 / n2

    def score(delta: float) -> float:
        variance = score_variance(x1, n1, x2, n2, delta, unbiased=unbiased)
        return _standardized(estimate - delta, variance)

    return Interval(estimate, *_limits(score, estimate, level))


def miettinen_nurminen(
    x1: int, n1: int, x2: int, n2: int, *, level: float = 0.95
) -> DifferenceTest:
    """Score limits of p1 - p2 with the variance times N/(N-1), and the score test that it is 0.

    z and p are NaN where nobody or everybody responded: the test has no variance.
    Raises   InputError if a count is not a whole number from 0 to its n.
    Source   Miettinen & Nurminen 1985, Stat Med 4:213; method 6 of Newcombe 1998, Stat Med 17:873.
    Checked  tests/oracle/response (own R score inversion; Newcombe's table II); tests/twins.
    """
    limits = _score_interval(x1, n1, x2, n2, level=level, unbiased=True)
    z, _ = score(int(x1), int(n1), int(x2), int(n2))
    return DifferenceTest(*limits, z, 2 * float(ndtr(-abs(z))))


def mee(x1: int, n1: int, x2: int, n2: int, *, level: float = 0.95) -> Interval:
    """Score limits of p1 - p2 without N/(N-1).

    Raises   InputError if a count is not a whole number from 0 to its n.
    Source   Mee 1984, Biometrics 40:1175; method 5 of Newcombe 1998, Stat Med 17:873.
    Checked  tests/oracle/response (own R score inversion).
    """
    return _score_interval(x1, n1, x2, n2, level=level, unbiased=False)


def newcombe(x1: int, n1: int, x2: int, n2: int, *, level: float = 0.95) -> Interval:
    """Hybrid limits of p1 - p2 from the two Wilson intervals.

    Raises   InputError if a count is not a whole number from 0 to its n.
    Source   Newcombe 1998, Stat Med 17:873, method 10.
    Checked  tests/oracle/response (R arithmetic).
    """
    p1, l1, u1 = wilson(x1, n1, level=level)
    p2, l2, u2 = wilson(x2, n2, level=level)
    estimate = p1 - p2
    return Interval(
        estimate, estimate - math.hypot(p1 - l1, u2 - p2), estimate + math.hypot(u1 - p1, p2 - l2)
    )


def wald_difference(x1: int, n1: int, x2: int, n2: int, *, level: float = 0.95) -> DifferenceTest:
    """Normal limits of p1 - p2, and the pooled z (its square is Pearson's chi-square).

    z and p are NaN where nobody or everybody responded: the test has no variance.
    Raises   InputError if a count is not a whole number from 0 to its n.
    Source   Fleiss, Levin & Paik 2003, section 3.
    Checked  tests/oracle/response (R prop.test without correction).
    """
    x1, n1 = checked_count(x1, n1)
    x2, n2 = checked_count(x2, n2)
    p1, p2, pooled = x1 / n1, x2 / n2, (x1 + x2) / (n1 + n2)
    estimate = p1 - p2
    half = normal_quantile(level) * math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    lower, upper = max(-1.0, estimate - half), min(1.0, estimate + half)
    variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2)
    if variance == 0:
        return DifferenceTest(estimate, lower, upper, math.nan, math.nan)
    z = estimate / math.sqrt(variance)
    return DifferenceTest(estimate, lower, upper, z, 2 * float(ndtr(-abs(z))))


def farrington_manning(
    x1: int, n1: int, x2: int, n2: int, *, margin: float = 0.0, unbiased: bool = False
) -> tuple[float, float]:
    """z and one-sided P of the hypothesis p1 - p2 <= margin (margin < 0: non-inferiority).

    Raises   InputError if a count is not a whole number from 0 to its n or |margin| >= 1.
    Source   Farrington & Manning 1990, Stat Med 9:1447.
    Checked  tests/oracle/response (own R score).
    """
    x1, n1 = checked_count(x1, n1)
    x2, n2 = checked_count(x2, n2)
    if not -1.0 < margin < 1.0:
        raise InputError(f"margin {margin}: expected a difference of rates between -1 and 1")
    variance = score_variance(x1, n1, x2, n2, margin, unbiased=unbiased)
    z = _standardized(x1 / n1 - x2 / n2 - margin, variance)
    return z, float(ndtr(-z))


def checked_strata(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike
) -> tuple[npt.NDArray[np.int64], ...]:
    """Counts by stratum as int64 vectors of one length; raises InputError naming the stratum."""
    columns = [np.atleast_1d(np.asarray(v, dtype=float)) for v in (x1, n1, x2, n2)]
    if len({c.shape for c in columns}) != 1 or columns[0].ndim != 1:
        raise InputError("counts by stratum: expected four vectors of the same length")
    for k, (a, b, c, d) in enumerate(zip(*columns)):
        for arm, x, n in (("first", a, b), ("second", c, d)):
            checked_count(x, n, name=f"stratum {k + 1}, {arm} arm: responders")
    return tuple(c.astype(np.int64) for c in columns)


def mantel_haenszel_weights(
    n1: npt.NDArray[np.int64], n2: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """n1 n2 / (n1 + n2) by stratum, summing to 1."""
    weight = n1 * n2 / (n1 + n2)
    return np.asarray(weight / weight.sum(), dtype=np.float64)


def stratified_miettinen_nurminen(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, *, level: float = 0.95
) -> DifferenceTest:
    """Score limits of the common difference, strata weighted by n1 n2 / (n1 + n2).

    x1, n1, x2, n2 : (K,) counts by stratum; every stratum has both arms
    Raises   InputError if a stratum lacks an arm or a count is no whole number from 0 to n.
    Source   Miettinen & Nurminen 1985, Stat Med 4:213, with Mantel-Haenszel weights.
    Checked  tests/oracle/response (own R score inversion).
    """
    counts = checked_strata(x1, n1, x2, n2)
    weight = mantel_haenszel_weights(counts[1], counts[3])
    estimate = float(weight @ (counts[0] / counts[1] - counts[2] / counts[3]))
    rows = [(int(a), int(b), int(c), int(d)) for a, b, c, d in zip(*counts)]

    def score(delta: float) -> float:
        variance = sum(w * w * score_variance(*row, delta) for w, row in zip(weight, rows))
        return _standardized(estimate - delta, float(variance))

    z = score(0.0)
    p = 2 * float(ndtr(-abs(z)))
    return DifferenceTest(estimate, *_limits(score, estimate, level), z, p)


def mantel_haenszel_difference(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, *, level: float = 0.95
) -> DifferenceTest:
    """Mantel-Haenszel difference with Sato's variance, consistent in sparse and large strata.

    z and p are NaN where the variance is nought.
    Raises   InputError if a stratum lacks an arm or a count is no whole number from 0 to n.
    Source   Greenland & Robins 1985, Biometrics 41:55; Sato 1989, Biometrics 45:1323.
    Checked  tests/oracle/response (R arithmetic); tests/byhand.
    """
    a, m1, b, m2 = (c.astype(float) for c in checked_strata(x1, n1, x2, n2))
    total = m1 + m2
    weight = m1 * m2 / total
    estimate = float((weight * (a / m1 - b / m2)).sum() / weight.sum())
    skew = (m1**2 * b - m2**2 * a + m1 * m2 * (m2 - m1) / 2) / total**2
    spread = (a * (m2 - b) + b * (m1 - a)) / (2 * total)
    variance = float(estimate * skew.sum() + spread.sum()) / float(weight.sum()) ** 2
    half = normal_quantile(level) * math.sqrt(max(variance, 0.0))
    lower, upper = max(-1.0, estimate - half), min(1.0, estimate + half)
    if variance <= 0:
        return DifferenceTest(estimate, lower, upper, math.nan, math.nan)
    z = estimate / math.sqrt(variance)
    return DifferenceTest(estimate, lower, upper, z, 2 * float(ndtr(-abs(z))))
