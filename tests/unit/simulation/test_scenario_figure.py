"""What stands along the x axis of a figure of scenarios."""

import pytest

from equipoise.simulation.operating.batches import simulate_scenario
from equipoise.simulation.operating.grid import Axis, grid
from equipoise.simulation.operating.scenario_figure import SHOWN, abscissa, figure
from support.roads import TRUTH, variant


def points(**axes):
    return grid(variant(0), truth=TRUTH, axes=[Axis(k, v) for k, v in axes.items()])


def test_numbers_stand_where_they_are():
    found = abscissa(points(**{"PFS.hazard ratio": ("0.3", "1/2", "1")}))
    assert found.is_number
    assert list(found.at.values()) == pytest.approx([0.3, 0.5, 1.0])


def test_durations_are_months():
    found = abscissa(points(**{"accrual lasts": ("12 weeks", "6 months")}))
    assert found.label == "accrual lasts, months"
    assert list(found.at.values()) == pytest.approx([84 / 30.4375, 6.0])


def test_the_first_thing_with_numbers_is_taken_and_one_that_does_not_vary_is_not():
    found = abscissa(points(**{"PFS.looks": ("50%/100%", "100%"), "dropout": ("5%",),
                               "subjects": ("30", "40")}))  # fmt: skip
    assert found.name == "subjects"


def test_words_stand_side_by_side():
    every = points(**{"PFS.looks": ("50%/100%", "100%")})
    found = abscissa(every)
    assert not found.is_number
    assert [found.of(p) for p in every] == [0.0, 1.0]


def test_the_figure_has_a_panel_per_number_and_says_that_patients_are_virtual():
    every = points(**{"PFS.hazard ratio": ("0.4", "0.8"), "subjects": ("30", "40")})
    done = [(p, simulate_scenario(p.scenario, trials=30, seed=1)) for p in every]
    text = figure(done)
    assert text == figure(done)
    assert "Virtual patients: 30 trials a point" in text
    for title in SHOWN.values():
        assert f"PFS: {title}" in text
    assert "subjects 30" in text
    assert text.startswith("<svg")


def test_responders_are_not_counted_as_events():
    every = points(subjects=("30",))
    found = simulate_scenario(every[0].scenario, trials=30, seed=1)
    rows = tuple(r for r in found.rows if r.statistic != "expected events")
    import dataclasses

    text = figure([(every[0], dataclasses.replace(found, rows=rows))])
    assert "PFS: Expected duration" in text
