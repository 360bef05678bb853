"""Errors of what is counted: by hand on a few trials, and against the spread of repeated runs."""

import math

import numpy as np
import pytest

from equipoise.simulation.operating import moments
from equipoise.simulation.operating.batches import simulate_scenario
from support.trials import small

RUNS = 60
MOST = 2.0
"""The spread of 60 runs is known to about 10%; errors of extreme quantiles vary more than that."""


def test_errors_by_hand():
    # six trials at 1, 1, 1, 2, 2, 5: mean 2, squares off it 1 1 1 0 0 9, fourth powers 1 1 1 0 0 81
    counts, at = np.array([3, 2, 0, 0, 1]), np.arange(1.0, 6.0)
    second, fourth = 12 / 6, 84 / 6
    by_hand = math.sqrt((fourth - second**2) / 6 / second) / 2
    assert moments.deviation_error(counts, at) == pytest.approx(by_hand, rel=1e-14)
    # squares off a truth of 1: 0 0 0 1 1 16, mean 3, mean of their squares 258 / 6
    assert moments.square_error(counts, at, 1.0) == pytest.approx(math.sqrt((43 - 9) / 6))


def test_alike_trials_have_no_error():
    counts, at = np.array([0, 7, 0]), np.arange(3.0)
    assert moments.deviation_error(counts, at) == 0.0
    assert moments.quantile(counts, 0.5) == (1, 0.0)


def test_one_trial_has_no_known_error():
    assert math.isnan(moments.deviation_error(np.array([0, 1]), np.arange(2.0)))
    assert math.isnan(moments.square_error(np.array([0, 1]), np.arange(2.0), 0.0))


def test_a_quantile_inside_a_cell():
    # a quarter of the way through the second cell, which holds ranks 2 to 6 of 8
    assert moments.within(np.array([2, 4, 2]), 3 / 8) == pytest.approx(1.25)
    assert moments.within(np.array([2, 4, 2]), 1.0) == pytest.approx(3.0)


def test_errors_are_the_spread_of_repeated_runs():
    runs = [simulate_scenario(small(1), trials=200, seed=seed) for seed in range(RUNS)]
    rows = [
        (r.hypothesis, r.look, r.statistic)
        for r in runs[0].rows
        if r.statistic.startswith(("estimate", "day", "mean squared")) and r.error
    ]
    assert len(rows) > 20
    ratios = []
    for hypothesis, look, statistic in rows:
        found = [run.value(statistic, hypothesis=hypothesis, look=look) for run in runs]
        spread = np.std([r.value for r in found], ddof=1)
        ratios.append(spread / np.mean([r.error for r in found]))
    assert all(1 / MOST < x < MOST for x in ratios), dict(zip(rows, ratios, strict=True))
    assert 0.85 < np.median(ratios) < 1.15
