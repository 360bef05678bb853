"""All six allocations of four subjects, two to each arm."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from equipoise.analysis.rerandomization import rerandomization_test
from equipoise.errors import InputError

OUTCOME = np.array([1.0, 2.0, 3.0, 10.0])
EVERY = [np.isin(np.arange(4), pair).astype(int) for pair in combinations(range(4), 2)]


def gap(arm):
    return float(OUTCOME[arm == 1].mean() - OUTCOME[arm == 0].mean())


def run(**more):
    return rerandomization_test(
        gap, arm=[0, 0, 1, 1], allocate=lambda k: EVERY[k % 6], draws=600, **more
    )


def test_enumerated():
    """Gaps of the six: +-5 (34 v 12), +-4 (24 v 13), +-3 (14 v 23). Two of six reach |5|."""
    found = run()
    assert found.statistic == 5
    assert found.exceedances == 200
    assert found.p == pytest.approx(201 / 601)
    assert run(alternative="greater").p == pytest.approx(101 / 601)
    assert run(alternative="less").p == pytest.approx(601 / 601)


def test_rounding_does_not_hide_a_tie():
    found = rerandomization_test(
        lambda arm: gap(arm) * (1 if arm[3] else 1 - 1e-15),
        arm=[0, 0, 1, 1],
        allocate=lambda k: EVERY[k % 6],
        draws=600,
    )
    assert found.exceedances == 200


def test_faults_are_named():
    with pytest.raises(InputError, match="allocation 0"):
        rerandomization_test(gap, arm=[0, 0, 1, 1], allocate=lambda k: [0, 1], draws=5)
    with pytest.raises(InputError, match="draws 0"):
        rerandomization_test(gap, arm=[0, 0, 1, 1], allocate=lambda k: EVERY[0], draws=0)
    with pytest.raises(InputError, match="not finite"):
        rerandomization_test(lambda a: float("nan"), arm=[0, 1], allocate=lambda k: [0, 1], draws=1)
