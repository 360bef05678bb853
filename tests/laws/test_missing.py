"""Level of the re-randomization test; how imputation answers move with their assumptions."""

from __future__ import annotations

import numpy as np

from equipoise.analysis.missing.reference import reference_based
from equipoise.analysis.rerandomization import rerandomization_test
from equipoise.frames import Labels
from equipoise.streams import Stream


def allocation(seed):
    def allocate(counter):
        stream = Stream.of(seed=seed, trial=counter, purpose="again")
        arms = [0] * 5 + [1] * 5
        for i in range(9, 0, -1):
            j = stream.below(i + 1)
            arms[i], arms[j] = arms[j], arms[i]
        return np.array(arms)

    return allocate


def test_the_test_holds_its_level():
    """P of 200 null trials of ten is about uniform: the share below 0.2 is within 3 s.e."""
    below = 0
    for trial in range(200):
        outcome = np.random.default_rng(trial).normal(size=10)
        found = rerandomization_test(
            lambda arm, y=outcome: float(y[arm == 1].sum() - y[arm == 0].sum()),
            arm=allocation(99)(trial),
            allocate=allocation(trial),
            draws=99,
        )
        below += found.p <= 0.2
    assert abs(below / 200 - 0.2) < 3 * np.sqrt(0.2 * 0.8 / 200)


def course(seed=3, n=60, m=3):
    rng = np.random.default_rng(seed)
    arm = np.repeat([0, 1], n // 2).astype(np.int32)
    baseline = rng.normal(size=n)
    noise = rng.multivariate_normal(np.zeros(m), 0.5 * np.eye(m) + 0.5, n)
    y = noise + 0.5 * baseline[:, None] + arm[:, None] * np.arange(1, m + 1)
    y[:5, 1:] = np.nan
    y[n // 2 : n // 2 + 10, 1:] = np.nan
    return y, baseline, Labels(arm, ("reference", "experimental"))


def pooled(method, seed=1):
    y, baseline, arm = course()
    return reference_based(y, baseline=baseline, arm=arm, method=method, count=8, seed=seed)[0]


def test_the_more_reference_the_smaller_the_effect():
    found = {m: pooled(m).estimate for m in ("mar", "copy increments", "jump to reference")}
    assert found["mar"] > found["copy increments"] > found["jump to reference"] > 0


def test_imputation_is_keyed():
    assert pooled("jump to reference") == pooled("jump to reference")
    assert pooled("jump to reference") != pooled("jump to reference", seed=2)


def test_nothing_missing_is_the_plain_analysis():
    rng = np.random.default_rng(1)
    arm = Labels(np.repeat([0, 1], 15).astype(np.int32), ("r", "e"))
    y, baseline = rng.normal(size=(30, 2)), rng.normal(size=30)
    found = reference_based(
        y, baseline=baseline, arm=arm, method="copy reference", count=2, seed=1
    )[0]
    assert found.missing == 0
