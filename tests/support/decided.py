"""Decisions worked out from bounds, to hold `decide` against."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from equipoise.arrays import Ints
from equipoise.design.bounds.boundaries import bounds
from equipoise.kernels.trials.fields import Readouts, empty_readouts
from equipoise.simulation.kernel import decisions
from equipoise.simulation.kernel.scenario import Scenario
from equipoise.simulation.kernel.shares import Shares, unshared
from support.trials import small


def one_hypothesis() -> Scenario:
    """The small protocol with two looks of PFS, 12 and 24 events, O'Brien-Fleming spending."""
    scenario = small(1)
    (only,) = scenario.hypotheses
    assert only.planned == (12.0, 24.0)
    return replace(scenario, hypotheses=(replace(only, spending="lan-demets-obf", plan=None),))


def readings_of(*looks: tuple[int, float]) -> Readouts:
    """One trial as the kernel would leave it: (events, z in favor of the experimental arm)."""
    found = empty_readouts(1, len(looks))
    for k, (events, z) in enumerate(looks):
        found.events_0[0, k], found.events_1[0, k] = events - events // 2, events // 2
        found.z[0, k] = -z
    return found


def in_turn(scenario: Scenario) -> Ints:
    """(1, L) days of looks that come one after the other."""
    return np.arange(1, len(scenario.look_names) + 1)[None, :]


def decided(scenario: Scenario, *looks: tuple[int, float]) -> tuple[int, int]:
    """(outcome, reading) of the one hypothesis."""
    done = decisions.decide(scenario, readings_of(*looks), in_turn(scenario))
    return int(done.outcome[0, 0]), int(done.stop[0, 0])


def pair(rule: Shares, *z: float, days: tuple[int, int] = (1, 1)) -> list[int]:
    """Outcomes of two hypotheses read at one look of 20 events each, on these days."""
    found = readings_of(*[(20, x) for x in z])
    return decisions.decide(two(rule), found, np.array([days])).outcome[0].tolist()


def turns(days: list[list[int]]) -> list[list[int]]:
    """In which turn each of two looks comes, trial by trial."""
    found = decisions.turns_of(two(unshared([1.0, 1.0])), np.array(days))
    return [list(map(int, row)) for row in found]


def two(rule: Shares) -> Scenario:
    """Two hypotheses with one look each."""
    scenario = small(6)
    one, other = scenario.hypotheses
    single = (
        replace(one, readings=(0,), planned=(20.0,), spending=None),
        replace(other, readings=(1,), planned=(20.0,), spending=None),
    )
    r = scenario.readings
    columns = {name: getattr(r, name)[[0, 2]] for name in r._fields}
    return replace(
        scenario,
        readings=r._replace(**{**columns, "look": np.array([0, 1])}),
        hypotheses=single,
        shares=rule,
    )


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
