"""Mean, covariance and skewness of the stratified log-rank Z at calendar looks.

Z = U / sqrt(V), the score over the root of its variance estimate. With u and v the expectations of
U and V of one subject, n subjects, and the variances of `logrank_subject`,

    mean        sqrt(n) u / sqrt(v), and a term of order 1 / sqrt(n): U and V are curved in the
                numbers at risk, and Z is curved in U and V
    covariance  by the derivatives 1 / sqrt(v) for U and -u / (2 v^1.5) for V
    skewness    as under equal hazards: of jumps e or e - 1 at the events, e the share at risk

Under hazards that differ the variance is not 1 and the increments are not independent.

Source   Yung & Liu 2020 (mean and variance under any hazards); Lin & Wei 1989; the terms of order
         1 / sqrt(n) by a Taylor series of second order.
Checked  tests/oracle/test_logrank_oracle.py (simulated trials).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from equipoise.arrays import Floats
from equipoise.design.size.logrank_subject import (
    FEWEST,
    Entry,
    Grid,
    StratumRates,
    at_risk,
    covariance,
    entries,
    follow_up,
    stratum,
)
from equipoise.meaning.expected import Course


class Moments(NamedTuple):
    """Z at each of k looks, large in favor of the experimental arm, with so many subjects.

    leading, bias : (k,) expectation, as subjects grow and what is to be added for their number
    covariance : (k, k); skewness : (k,)
    """

    subjects: float
    leading: Floats
    bias: Floats
    covariance: Floats
    skewness: Floats

    def scaled(self, factor: float) -> Moments:
        """The same trial with `factor` times as many subjects."""
        root = factor**0.5
        return Moments(
            self.subjects * factor,
            self.leading * root,
            self.bias / root,
            self.covariance,
            self.skewness / root,
        )


class _Sums(NamedTuple):
    """(k,) sums at each look: expectations of U and V of a subject, what the number of subjects
    adds to those of the trial, and the third cumulant of U of a subject."""

    score: Floats
    variance: Floats
    score_bias: Floats
    variance_bias: Floats
    third: Floats


def logrank_moments(course: Course, times: Sequence[float]) -> Moments:
    """The stratified log-rank Z at calendar `times`, which rise, under any hazards."""
    n, looks = course.accrual.total(times[-1]), range(len(times))
    grid, entry = follow_up(course, times[-1]), entries(course, times[-1])
    strata = [stratum(course, s, grid) for s in course.strata]
    sums = _Sums(*np.array([_at_look(strata, grid, entry, t) for t in times]).T)
    u, v = sums.score, sums.variance
    of_subject = covariance(strata, grid, entry, times)
    slope = np.zeros((len(times), 2 * len(times)))
    for k in looks:
        slope[k, 2 * k : 2 * k + 2] = v[k] ** -0.5, -0.5 * u[k] * v[k] ** -1.5
    together = np.array([of_subject[2 * k, 2 * k + 1] for k in looks])
    of_v = np.array([of_subject[2 * k + 1, 2 * k + 1] for k in looks])
    bias = sums.score_bias / v**0.5 - 0.5 * (u * sums.variance_bias + together) / v**1.5
    bias = (bias + 0.375 * u * of_v / v**2.5) / n**0.5
    skewness = sums.third / v**1.5 / n**0.5
    return Moments(n, (n / v) ** 0.5 * u, bias, slope @ of_subject @ slope.T, skewness)


def _at_look(strata: Sequence[StratumRates], grid: Grid, entry: Entry, time: float) -> Floats:
    entered = np.concatenate([[0.0], np.cumsum(entry.share)])
    seen = np.interp(time - grid.middle, entry.ends, entered, left=0.0)
    return np.asarray(sum(_of_stratum(s, grid.width, seen) for s in strata))


def _of_stratum(s: StratumRates, width: Floats, seen: Floats) -> Floats:
    """The sums of a stratum at one look.

    x, y are the shares of subjects at risk on the experimental arm and on control. Their numbers
    are binomial, and half their variances times the second derivatives of U's and V's expectation
    at fixed numbers is what their spread adds.
    """
    p0, p1 = (at_risk(arm, seen) for arm in s.arms)
    inside = p0 + p1 > FEWEST
    p0, p1, w = p0[inside], p1[inside], width[inside]
    l0, l1 = (arm.hazard[inside] for arm in s.arms)
    y, x = s.share * s.arms[0].share * p0, s.share * s.arms[1].share * p1
    both, spread_x, spread_y = x + y, x * (1.0 - p1), y * (1.0 - p0)
    e, events = x / both, x * l1 + y * l0
    bent = -(y**2 * spread_x + x**2 * spread_y) / both**3
    in_x = y**2 * ((l1 - 2.0 * l0) * y - (2.0 * l1 - l0) * x) / both**4
    in_y = x**2 * ((l0 - 2.0 * l1) * x - (2.0 * l0 - l1) * y) / both**4
    rates = (
        both * e * (1.0 - e) * (l0 - l1),
        events * e * (1.0 - e),
        bent * (l0 - l1),
        in_x * spread_x + in_y * spread_y,
        events * e * (1.0 - e) * (2.0 * e - 1.0),
    )
    return np.array([rate @ w for rate in rates])
