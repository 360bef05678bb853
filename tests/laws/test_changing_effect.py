"""Planning and virtual trials agree where an effect is late, wanes or crosses."""

import numpy as np
import pytest

from equipoise.simulation.operating.batches import run_batch
from equipoise.simulation.operating.grid import grid, parse_axis
from support.effects import EFFECTS, planning_is_simulation
from support.roads import TRUTH, variant


@pytest.mark.parametrize("effect", EFFECTS)
def test_planning_is_simulation(effect):
    planning_is_simulation(effect)


def test_scenarios_share_their_random_numbers():
    points = grid(variant(0), truth=TRUTH, axes=[parse_axis("PFS.hazard ratio=0.5,0.55")])
    runs = [(points[0], 1), (points[1], 1), (points[1], 2)]
    one, other, again = (
        run_batch(point.scenario, seed=seed, start=0, trials=300).found.events_0[:, 0]
        for point, seed in runs
    )
    assert np.corrcoef(one, other)[0, 1] > 0.9
    assert abs(np.corrcoef(one, again)[0, 1]) < 0.3
