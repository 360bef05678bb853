"""A planted bug in an effect that changes with time turns the curves worked by hand red."""

import pytest

from equipoise.meaning import rates
from support.mutants import plant
from unit.patients import test_world as byhand


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        # the first period left out
        ("ratio in effect.ratios", "ratio in effect.ratios[1:]"),
        # the first one for ever
        ("Steps(starts, values)", "Steps.constant(values[0])"),
        # a step that begins late
        ("Steps(starts, values)", "Steps((0.0, *(s + 60.0 for s in starts[1:])), values)"),
    ],
)
def test_a_wrong_period_is_found(monkeypatch, right, wrong):
    plant(monkeypatch, rates.ratios, right, wrong)
    with pytest.raises((AssertionError, ValueError)):
        byhand.test_the_periods_of_the_effect_cross_those_of_a_control_s_curve()
