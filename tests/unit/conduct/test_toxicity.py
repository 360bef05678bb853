"""Grades by hand, on and beside every limit."""

import numpy as np
import pytest

from equipoise.conduct.toxicity import toxicity_grade

LOW = {"NEUT": (1.8, [1.5, 1.0, 0.5]), "PLAT": (150.0, [75.0, 50.0, 25.0])}


@pytest.mark.parametrize("code", LOW)
def test_a_value_on_a_limit_takes_the_milder_grade(code):
    normal, limits = LOW[code]
    edges = np.array([normal, *limits])
    on = toxicity_grade(edges, code=code, unit="10^9/L", lower=normal, upper=None, version="4.03")
    below = toxicity_grade(
        edges - 0.01, code=code, unit="10^9/L", lower=normal, upper=None, version="4.03"
    )
    assert on.tolist() == [0, 1, 2, 3]
    assert below.tolist() == [1, 2, 3, 4]


def test_creatinine_is_graded_by_multiples_of_the_upper_limit():
    values = np.array([100.0, 100.1, 150.0, 150.1, 300.1, 600.1])
    found = toxicity_grade(
        values,
        code="CREAT",
        unit="umol/L",
        lower=None,
        upper=100.0,
        version="5.0",
        base=np.full(6, 200.0),
    )
    assert found.tolist() == [0, 1, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("code", "unit", "lower", "values"),
    [
        ("HGB", "g/dL", 12.0, [12.0, 11.9, 10.0, 9.9, 7.9]),
        ("PLAT", "/mm3", 150_000.0, [150_000.0, 149_000.0, 75_000.0, 74_000.0, 49_000.0]),
        ("PLAT", "K/uL", 150.0, [150.0, 149.0, 75.0, 74.0, 49.0]),
    ],
)
def test_a_value_in_another_unit_has_the_grade_of_its_own(code, unit, lower, values):
    found = toxicity_grade(
        np.array(values), code=code, unit=unit, lower=lower, upper=None, version="4.03"
    )
    assert found.tolist() == [0, 1, 1, 2, 3]


@pytest.mark.parametrize(
    ("code", "unit", "lower"),
    [("NEUT", "10^9/L", None), ("NEUT", "furlong", 1.8), ("XYZ", "10^9/L", 1.8)],
)
def test_without_limit_unit_or_scale_nothing_is_graded(code, unit, lower):
    found = toxicity_grade(
        np.array([1.7]), code=code, unit=unit, lower=lower, upper=None, version="4.03"
    )
    assert found.tolist() == [-1]
