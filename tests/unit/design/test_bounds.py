"""Boundaries: options, refusals, and what a dictionary says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from equipoise.design.bounds.boundaries import bounds
from equipoise.design.monitor.scales import (
    on_scales,
    p_to_z,
    z_to_hazard_ratio,
    z_to_p,
)
from equipoise.errors import InputError


def test_dictionary_has_lists_per_look() -> None:
    d = bounds([0.5, 1.0], futility="hsd:-2", beta=0.1).to_dict()
    for key in ("information", "upper", "lower", "alpha_spent", "beta_spent", "nominal_p"):
        assert len(d[key]) == 2
    assert d["lower"][1] == d["upper"][1]
    assert d["inflation"] > 1
    assert d["provenance"] == {"beta": "yours"}
    json.dumps(d, allow_nan=False)


def test_without_bounds_are_none_in_json() -> None:
    d = bounds([0.5, 1.0], efficacy="none").to_dict()
    assert d["upper"][0] is None
    assert d["lower"] == [None, None]
    assert d["beta_spent"] is None
    assert d["provenance"] == {"beta": "default"}


def test_symmetric_bounds() -> None:
    b = bounds([0.5, 1.0], alpha=0.05, sides=2)
    assert b.lower == tuple(-u for u in b.upper)
    assert b.nominal_p[0] == pytest.approx(2 * z_to_p(b.upper[0]))


def test_harm_is_spent_under_the_null_among_those_that_go_on() -> None:
    from equipoise.design.bounds.model import exits

    b = bounds([0.5, 1.0], harm="hsd:-2", harm_alpha=0.1)
    _, below = exits(b.information, b.harm, b.upper, 0.0)
    assert sum(below) == pytest.approx(0.1, abs=1e-10)
    assert b.lower == (None, None)


def test_calendar_spending_differs_from_information() -> None:
    by_time = bounds([0.3, 1.0], spending_time=[0.5, 1.0])
    assert by_time.upper[0] == pytest.approx(bounds([0.5, 1.0]).upper[0])
    assert by_time.upper[1] != pytest.approx(bounds([0.5, 1.0]).upper[1], abs=1e-4)


def test_repr_is_one_line() -> None:
    assert repr(bounds([0.5, 1.0])) == "Bounds(Z 2.9626, 1.9686 at information 0.5, 1)"


@pytest.mark.parametrize(
    ("information", "options", "message"),
    [
        ([], {}, "must rise"),
        ([0.5, 0.5], {}, "must rise"),
        ([0.0, 1.0], {}, "must rise"),
        ([float("nan"), 1.0], {}, "must rise"),
        ([1.0], {"alpha": 0.0}, "alpha is 0"),
        ([1.0], {"alpha": 1.5}, "alpha is 1.5"),
        ([1.0], {"sides": 3}, "sides is 3"),
        ([1.0], {"beta": 1.0}, "beta is 1"),
        ([0.5, 1], {"efficacy": "lan-demet-obf"}, "did you mean lan-demets-obf"),
        ([0.5, 1], {"efficacy": "hsd"}, "takes one parameter"),
        ([0.5, 1], {"efficacy": "hsd:x"}, "is not a number"),
        ([0.5, 1], {"efficacy": "obf:1"}, "takes no parameter"),
        ([0.5, 1], {"efficacy": "wang-tsiatis"}, "takes one parameter"),
        ([0.2, 0.5, 1], {"efficacy": "haybittle-peto:2"}, "more than the whole alpha"),
        ([0.5, 1], {"efficacy": [0.03, 0.025]}, "must not fall"),
        ([0.5, 1], {"efficacy": [0.025]}, "1 value "),
        ([0.5, 1], {"futility": "hsd:1"}, "say beta"),
        ([0.5, 1], {"futility": "hsd:1", "beta": 0.1, "sides": 2}, "one-sided"),
        ([0.5, 1], {"binding": True}, "needs a futility bound"),
        ([0.5, 1], {"harm": "hsd:1"}, "error of its own"),
        ([0.5, 1], {"spending_time": [1.0]}, "1 spending times"),
        ([0.5, 1], {"spending_time": [0.9, 0.5]}, "must not fall"),
        ([0.5, 1], {"efficacy_looks": [1]}, "last look must test"),
        ([0.5, 1], {"efficacy_looks": [3]}, "count from 1 to 2"),
    ],
)
def test_refusals(information: list[float], options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        bounds(information, **options)


def test_scales_are_inverse() -> None:
    assert p_to_z(z_to_p(2.1)) == pytest.approx(2.1)
    assert p_to_z(0.004, sides=2) == pytest.approx(2.878, abs=5e-4)
    # exp(-2.1 / sqrt(74 * 2 / 9))
    assert z_to_hazard_ratio(2.1, events=74, ratio=2.0) == pytest.approx(0.595796, abs=1e-6)


def test_rows_on_scales() -> None:
    b = bounds([0.5, 1.0], futility="hsd:-2", beta=0.1)
    rows = on_scales(b, events=74)
    assert [(r["look"], r["bound"]) for r in rows] == [
        (1, "upper"), (2, "upper"), (1, "lower"), (2, "lower"),
    ]  # fmt: skip
    assert rows[0]["conditional_power"] > 0.99
    assert rows[1]["conditional_power"] is None
    assert 0.0 < rows[2]["conditional_power"] < 0.2
    assert rows[0]["hazard_ratio"] == pytest.approx(0.3775, abs=1e-3)
    assert on_scales(b)[0]["hazard_ratio"] is None
