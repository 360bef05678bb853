"""Proportions and means against R's stats package; each adapter is keyed by the recorded call."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from equipoise.design.size.means import power_mean, size_mean
from equipoise.design.size.proportions import Proportions, power_proportion, size_proportion

ENTRIES = json.loads((Path(__file__).parent / "design" / "size.json").read_text())["entries"]
TOLERANCE = 1e-8  # R's own root finding was asked for 1e-12


def mean_of(**a: float) -> float:
    return power_mean(alpha=0.05, sides=2, ratio=1.0, method="t", **a)


OURS = [
    lambda: size_proportion(control=0.5, experimental=0.75, alpha=0.05, sides=2).control,
    lambda: size_proportion(control=0.1, experimental=0.25, alpha=0.01, sides=2, power=0.8).control,
    lambda: size_proportion(control=0.1, experimental=0.25).control,
    lambda: power_proportion(
        Proportions(0.5, 0.75, 0.0), control=50, alpha=0.05, sides=2, ratio=1.0, method="pooled"
    ),
    lambda: (
        size_proportion(
            control=0.2, experimental=None, subjects=240, power=0.85, alpha=0.05, sides=2
        ).effect
    ),
    lambda: size_mean(difference=1, sd=1, alpha=0.05, sides=2).control,
    lambda: size_mean(difference=0.4, sd=1.7, power=0.8).control,
    lambda: size_mean(difference=None, sd=1, subjects=40, alpha=0.05, sides=2).effect,
    lambda: mean_of(control=37, difference=0.8, sd=1.3),
    lambda: (
        size_proportion(
            control=0.5, experimental=0.8, subjects=60, power=None, method="exact"
        ).power
    ),
    lambda: (
        size_proportion(
            control=0.1, experimental=0.6, subjects=36, ratio=2, power=None, method="exact"
        ).power
    ),
]


@pytest.mark.parametrize("k", range(len(ENTRIES)))
def test_size_by_r(k: int) -> None:
    assert OURS[k]() == pytest.approx(ENTRIES[k]["value"], rel=TOLERANCE), ENTRIES[k]["call"]


def test_every_call_has_its_counterpart() -> None:
    assert len(OURS) == len(ENTRIES)
