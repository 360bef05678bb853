"""Decisions worked out from bounds, to hold `decide` against."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from equipoise.design.bounds.boundaries import bounds
from equipoise.kernels.trials.batch import COLUMNS, EVENTS_0, EVENTS_1, Z
from equipoise.simulation.kernel import decisions
from equipoise.simulation.kernel.scenario import Scenario
from support.trials import small


def one_hypothesis() -> Scenario:
    """The small protocol with two looks of PFS, 12 and 24 events, O'Brien-Fleming spending."""
    scenario = small(1)
    (only,) = scenario.hypotheses
    assert only.planned == (12.0, 24.0)
    return replace(scenario, hypotheses=(replace(only, spending="lan-demets-obf", plan=None),))


def readings_of(*looks: tuple[int, float]) -> np.ndarray:
    """(1, K, 8) as the kernel would fill it: (events, z in favor of the experimental arm)."""
    found = np.full((1, len(looks), COLUMNS), np.nan)
    for k, (events, z) in enumerate(looks):
        found[0, k, EVENTS_0], found[0, k, EVENTS_1] = events - events // 2, events // 2
        found[0, k, Z] = -z
    return found


def decided(scenario: Scenario, *looks: tuple[int, float]) -> tuple[int, int]:
    """(outcome, reading) of the one hypothesis."""
    done = decisions.decide(scenario, readings_of(*looks))
    return int(done.outcome[0, 0]), int(done.stop[0, 0])


def check_bounds() -> None:
    """A hair over and under each bound, at other information than was planned."""
    scenario = one_hypothesis()
    share = [15 / 24, 1.0]
    found = bounds(share, alpha=scenario.alpha / 2, efficacy="lan-demets-obf", spending_time=share)
    first, last = found.upper
    assert first is not None
    assert last is not None
    hair = 1e-6
    assert decided(scenario, (15, first + hair), (24, 0.0)) == (decisions.BENEFIT, 0)
    assert decided(scenario, (15, first - hair), (24, last + hair)) == (decisions.BENEFIT, 1)
    assert decided(scenario, (15, first - hair), (24, last - hair)) == (decisions.NOT_SHOWN, 1)
    assert decided(scenario, (15, -first - hair), (24, 9.0)) == (decisions.HARM, 0)
