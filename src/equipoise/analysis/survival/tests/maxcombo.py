"""The max-combo test: the largest of several weighted log-rank tests, with its own P value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from equipoise.analysis.survival.tests.box import box
from equipoise.analysis.survival.tests.logrank import arms_table
from equipoise.analysis.survival.tests.weighted import FlemingHarrington, Weighting, weights_of
from equipoise.arrays import Floats
from equipoise.errors import InputError
from equipoise.kernels.survival.logrank import logrank_sums

FOUR = (
    FlemingHarrington(0, 0),
    FlemingHarrington(1, 0),
    FlemingHarrington(0, 1),
    FlemingHarrington(1, 1),
)


@dataclass(frozen=True)
class MaxCombo:
    """Several weighted log-rank tests and the P value of the most extreme.

    z : (k,) of each weight, below 0 when the experimental arm does better
    correlation : (k, k), singular when one weight is a sum of others
    largest : max |z|; p : two-sided; p_better : one-sided, that no z is as low as the lowest
    """

    z: Floats
    correlation: Floats
    largest: float
    p: float
    p_better: float
    weights: tuple[Weighting, ...]

    def __repr__(self) -> str:
        return f"MaxCombo  largest |Z| {self.largest:.4g} of {self.z.size}  P {self.p:.4g}"


def max_combo(
    time: Any, event: Any, arm: Any, stratum: Any = None, *, weights: Sequence[Weighting] = FOUR
) -> MaxCombo:
    """The max-combo test of two arms; strata are summed, with each stratum's own weights.

    time, event, arm, stratum : as `logrank`
    Raises   InputError as `logrank`, or if there are more than two arms.
    Source   Karrison 2016, Stata Journal 16:678; Lin et al. 2020, Stat Biopharm Res 12:187. The
             covariance of two weighted sums is the sum of both weights times the variance.
    Checked  tests/oracle/survival (R, mvtnorm).
    """
    table = arms_table(time, event, arm, stratum)
    if table.events.shape[1] != 2:
        raise InputError("arm: the max-combo test compares two arms")
    w = [weights_of(table, weight) for weight in weights]
    k = len(w)
    gap, covariance = np.empty(k), np.empty((k, k))
    for i in range(k):
        for j in range(i + 1):
            both = np.sqrt(w[i] * w[j])
            sums = logrank_sums(table.events, table.leaving, table.first, both)
            covariance[i, j] = covariance[j, i] = sums[2][:, 1, 1].sum()
            if i == j:
                gap[i] = (sums[0] - sums[1])[:, 1].sum()
    if not (covariance.diagonal() > 0).all():
        raise InputError("arm: no event was seen while both arms were at risk; not testable")
    scale = np.sqrt(covariance.diagonal())
    z, correlation = gap / scale, covariance / np.outer(scale, scale)
    top = float(np.abs(z).max())
    p = 1 - box(np.full(k, -top), np.full(k, top), correlation)
    better = 1 - box(np.full(k, float(z.min())), np.full(k, np.inf), correlation)
    return MaxCombo(z, correlation, top, p, better, tuple(weights))
