"""A planted bug in an effect that changes with time turns plan and simulation apart."""

import pytest

from equipoise.meaning import rates as assumed
from equipoise.patients import world
from equipoise.simulation.kernel import compile as compiling
from support.effects import EFFECTS, planning_is_simulation
from support.mutants import plant

CROSSING = EFFECTS[2]


@pytest.mark.parametrize(
    ("function", "right", "wrong"),
    [
        # the last hazard ratio from the start
        (world.curve, "_at(cut, since, ratios)", "ratios[-1]"),
        # the first one for ever
        (world.curve, "_at(cut, since, ratios)", "ratios[1]"),
        (assumed._ratio_steps, "ratio in effect.ratios", "ratio in effect.ratios[1:]"),
        # a step that begins late
        (world._at, "start <= day", "start < day - 60"),
    ],
)  # fmt: skip
def test_a_wrong_period_is_found(monkeypatch, function, right, wrong):
    also = (compiling,) if function is world.curve else ()
    plant(monkeypatch, function, right, wrong, also=also)
    with pytest.raises((AssertionError, ValueError)):
        planning_is_simulation(CROSSING)
