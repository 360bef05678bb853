"""The max-combo test: the most extreme of several weighted log-rank tests, with its own P value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr

from equipoise.analysis.survival.event_rows import event_rows
from equipoise.analysis.survival.tests.logrank import arms_table
from equipoise.analysis.survival.tests.weighted import FlemingHarrington
from equipoise.arrays import Floats
from equipoise.errors import InputError
from equipoise.kernels import orthant
from equipoise.kernels.trials.weighted import combined

FOUR = (
    FlemingHarrington(0, 0),
    FlemingHarrington(1, 0),
    FlemingHarrington(0, 1),
    FlemingHarrington(1, 1),
)


@dataclass(frozen=True)
class MaxCombo:
    """Several weighted tests and the P values of the most extreme.

    z : (k,) of each weight, below 0 when the experimental arm lives longer
    correlation : (k, k), singular when one weight is a sum of others
    largest : max |z|; p : two-sided, that no |z| is as large
    p_better : one-sided, that no z is as low as the lowest; as high as the highest if `sign` is -1
    one_sided_z : the Z of `p_better`, below 0 when the experimental arm lives longer
    """

    z: Floats
    correlation: Floats
    largest: float
    p: float
    p_better: float
    one_sided_z: float
    weights: tuple[FlemingHarrington, ...]

    def __repr__(self) -> str:
        return f"MaxCombo  largest |Z| {self.largest:.4g} of {self.z.size}  P {self.p:.4g}"


def max_combo(
    time: Any,
    event: Any,
    arm: Any,
    stratum: Any = None,
    *,
    weights: Sequence[FlemingHarrington] = FOUR,
    sign: int = 1,
) -> MaxCombo:
    """The max-combo test of two arms; strata are summed, with each stratum's own weights.

    time, event, arm, stratum : as `logrank`
    weights : one to four
    sign : 1 if the one-sided P value is about the lowest z, -1 if about the highest
    Raises   InputError as `logrank`, or if there are more than two arms or four weights.
    Source   Karrison 2016, Stata Journal 16:678; Lin et al. 2020, Stat Biopharm Res 12:187.
    Checked  tests/oracle/survival (R, mvtnorm); tests/laws/test_one_reading.py.
    """
    if not 1 <= len(weights) <= orthant.MOST_NORMALS:
        raise InputError(f"weights: {len(weights)} given; expected 1 to {orthant.MOST_NORMALS}")
    table = arms_table(time, event, arm, stratum)
    if table.events.shape[1] != 2:
        raise InputError("arm: the max-combo test compares two arms")
    rows = event_rows(table)
    pairs = np.array([(weight.rho, weight.gamma) for weight in weights], dtype=np.float64)
    one_sided, z, correlation = combined(rows, len(rows.events), pairs, float(sign))
    if not np.isfinite(one_sided):
        raise InputError("arm: no event was seen while both arms were at risk; not testable")
    top = float(np.abs(z).max())
    p = orthant.beyond_either_side(top, correlation)
    p_better = float(ndtr(sign * one_sided))
    return MaxCombo(z, correlation, top, p, p_better, float(one_sided), tuple(weights))
