"""Conditions judged for several patients at once."""

import numpy as np
import pytest

from equipoise.conduct.measures import UNGRADED, Measures, holds, read_condition
from equipoise.errors import InputError

KNOWN = Measures(
    value={
        "ki67": np.array([3.0, 25.0, np.nan]),
        "creatinine clearance": np.array([39.0, 40.0, 90.0]),
        "sex": np.array(["F", "M", ""]),
    },
    grade={"platelets": np.array([1, 2, UNGRADED]), "neutrophils": np.array([3, 0, 0])},
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("KI67 <= 20", [True, False, False]),
        ("platelets grade >= 2", [False, True, False]),
        ("platelets grade <= 1", [True, False, False]),
        ("platelets grade >= 2 or neutrophils grade >= 3", [True, True, False]),
        ("platelets grade <= 1 and neutrophils grade >= 3", [True, False, False]),
        ("creatinine clearance < 40 mL/min", [True, False, False]),
        ('SEX = "F"', [True, False, False]),
        ('SEX in ("F", "M")', [True, True, False]),
        ('SEX not in ("M")', [True, False, False]),
        ("KI67 is missing", [False, False, True]),
        ("SEX is present", [True, True, False]),
        ("weight > 10", [False, False, False]),
        ("weight is missing", [True, True, True]),
        ("not KI67 <= 20", [False, True, True]),
    ],
)
def test_holds(text, expected):
    assert holds(read_condition(text), KNOWN, size=3).tolist() == expected


def test_a_sentence_that_is_no_condition_is_refused():
    with pytest.raises(InputError, match="is no condition"):
        read_condition("platelets are low")
