"""One and two rates with a correction for continuity: Wald, Wilson, Newcombe, chi-square."""

from __future__ import annotations

import math

from scipy.special import ndtr

from equipoise.analysis.estimates import ChiSquare, Interval
from equipoise.analysis.response.difference import DifferenceTest
from equipoise.analysis.response.rates import checked_count, normal_quantile


def corrected_wald(x: int, n: int, *, level: float = 0.95) -> Interval:
    """Normal limits of a rate, half a subject wider on both sides, cut at 0 and 1.

    Raises   InputError if x is not a whole number from 0 to n.
    Source   Fleiss, Levin & Paik 2003, section 2.4.1 (SAS FREQ, WALD(CORRECT)).
    Checked  tests/byhand/test_corrected.py; tests/oracle/tables (R arithmetic).
    """
    x, n = checked_count(x, n)
    rate = x / n
    half = normal_quantile(level) * math.sqrt(rate * (1 - rate) / n) + 1 / (2 * n)
    return Interval(rate, max(0.0, rate - half), min(1.0, rate + half))


def corrected_wilson(x: int, n: int, *, level: float = 0.95) -> Interval:
    """Score limits of a rate with a correction for continuity.

    Raises   InputError if x is not a whole number from 0 to n.
    Source   Newcombe 1998, Stat Med 17:857, method 4.
    Checked  tests/byhand/test_corrected.py; tests/oracle/tables (R prop.test).
    """
    x, n = checked_count(x, n)
    z = normal_quantile(level)
    rate = x / n
    # near one half the correction is no more than the distance to it, as in R
    step = min(0.5, abs(x - n * 0.5))

    def end(side: int) -> float:
        moved = rate + side * step / n
        center, spread = moved + z * z / (2 * n), moved * (1 - moved) / n + z * z / (4 * n * n)
        return (center + side * z * math.sqrt(max(spread, 0.0))) / (1 + z * z / n)

    return Interval(rate, 0.0 if x == 0 else max(0.0, end(-1)), 1.0 if x == n else min(1.0, end(1)))


def corrected_newcombe(x1: int, n1: int, x2: int, n2: int, *, level: float = 0.95) -> Interval:
    """Hybrid limits of p1 - p2 from the two corrected Wilson intervals.

    Raises   InputError if a count is not a whole number from 0 to its n.
    Source   Newcombe 1998, Stat Med 17:873, method 11.
    Checked  tests/oracle/tables (R prop.test, squares added).
    """
    p1, l1, u1 = corrected_wilson(x1, n1, level=level)
    p2, l2, u2 = corrected_wilson(x2, n2, level=level)
    gap = p1 - p2
    return Interval(gap, gap - math.hypot(p1 - l1, u2 - p2), gap + math.hypot(u1 - p1, p2 - l2))


def corrected_difference(
    x1: int, n1: int, x2: int, n2: int, *, level: float = 0.95
) -> DifferenceTest:
    """Normal limits of p1 - p2 and the pooled z, both with Yates's correction.

    The correction is no more than the difference, as in R; z and p are NaN where nobody or
    everybody responded. z squared is the corrected chi-square.
    Raises   InputError if a count is not a whole number from 0 to its n.
    Source   Yates 1934, J R Stat Soc Suppl 1:217; Fleiss, Levin & Paik 2003, section 3.3.
    Checked  tests/byhand/test_corrected.py; tests/oracle/tables (R prop.test).
    """
    x1, n1 = checked_count(x1, n1)
    x2, n2 = checked_count(x2, n2)
    p1, p2, pooled, per = x1 / n1, x2 / n2, (x1 + x2) / (n1 + n2), 1 / n1 + 1 / n2
    gap = p1 - p2
    step = min(0.5, abs(gap) / per)
    half = normal_quantile(level) * math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) + step * per
    lower, upper = max(-1.0, gap - half), min(1.0, gap + half)
    variance = pooled * (1 - pooled) * per
    if variance == 0:
        return DifferenceTest(gap, lower, upper, math.nan, math.nan)
    z = math.copysign(max(abs(gap) - step * per, 0.0), gap) / math.sqrt(variance)
    return DifferenceTest(gap, lower, upper, z, 2 * float(ndtr(-abs(z))))


def corrected_chi_square(x1: int, n1: int, x2: int, n2: int) -> ChiSquare:
    """Pearson's chi-square of a 2 x 2 table with Yates's correction.

    Arguments, Raises, Source and Checked as `corrected_difference`.
    """
    found = corrected_difference(x1, n1, x2, n2)
    return ChiSquare(found.z**2, 1, found.p)
