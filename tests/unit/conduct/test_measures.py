"""Conditions judged for several patients at once: yes, no, not known."""

import numpy as np
import pytest

from equipoise.conduct.conversion import in_unit
from equipoise.conduct.measures import (
    UNGRADED,
    Declared,
    Measures,
    judge,
    missing,
    read_condition,
)
from equipoise.errors import InputError

KNOWN = Measures(
    value={
        "ki67": np.array([3.0, 25.0, np.nan]),
        "creatinine clearance": np.array([39.0, 40.0, 90.0]),
        "sex": np.array(["F", "M", ""]),
        "hgb": np.array([7.5, 8.0, 13.0]),
        "wbc": np.array([1.9, 2.0, np.nan]),
        "weight": np.array([70.0, 80.0, 90.0]),
        "highest": np.array([75.0, 80.0, 130.0]),
    },
    grade={"platelets": np.array([1, 2, UNGRADED]), "neutrophils": np.array([3, 0, 0])},
    unit={
        "creatinine clearance": Declared("mL/min"),
        "hgb": Declared("g/dL", "HGB"),
        "wbc": Declared("10^3/uL", "WBC"),
        "weight": Declared("kg"),
        "highest": Declared("g/L", "HGB"),
    },
)
YES, NO, UNKNOWN = "yes", "no", "?"
KLEENE = {  # left, right: and, or
    (YES, YES): (YES, YES),
    (YES, NO): (NO, YES),
    (YES, UNKNOWN): (UNKNOWN, YES),
    (NO, NO): (NO, NO),
    (NO, UNKNOWN): (NO, UNKNOWN),
    (UNKNOWN, UNKNOWN): (UNKNOWN, UNKNOWN),
}
ATOM = {YES: "one = 1", NO: "one = 2", UNKNOWN: "nothing = 1"}


def answers(text, known=KNOWN, size=3):
    found = judge(read_condition(text), known, size=size)
    assert not (found.yes & found.no).any()
    return np.where(found.yes, YES, np.where(found.no, NO, UNKNOWN)).tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("KI67 <= 20", [YES, NO, UNKNOWN]),
        ("platelets grade >= 2", [NO, YES, UNKNOWN]),
        ("platelets grade >= 2 or neutrophils grade >= 3", [YES, YES, UNKNOWN]),
        ("platelets grade <= 1 and neutrophils grade >= 3", [YES, NO, NO]),
        ("creatinine clearance < 40 mL/min", [YES, NO, NO]),
        ("creatinine clearance < 40", [YES, NO, NO]),
        ("creatinine clearance < 2.4 L/h", [YES, NO, NO]),
        ("creatinine clearance < 40 L/min", [YES, YES, YES]),
        ("creatinine clearance < 40 mg", [UNKNOWN, UNKNOWN, UNKNOWN]),
        ("KI67 <= 20 %", [UNKNOWN, UNKNOWN, UNKNOWN]),
        ("HGB < 80 g/L", [YES, NO, NO]),
        ("HGB < 8", [YES, NO, NO]),
        ("HGB >= highest", [YES, YES, YES]),
        ("HGB in (80 g/L, 130 g/L)", [NO, YES, YES]),
        ("WBC < 2 10^9/L", [YES, NO, UNKNOWN]),
        ("WBC < 2 x10^9/L", [YES, NO, UNKNOWN]),
        ("WBC < 2 10*9/L", [YES, NO, UNKNOWN]),
        ("weight < 75000 g", [YES, NO, NO]),
        ('SEX = "F"', [YES, NO, UNKNOWN]),
        ("SEX = 1", [UNKNOWN, UNKNOWN, UNKNOWN]),
        ('SEX in ("F", "M")', [YES, YES, UNKNOWN]),
        ('SEX not in ("M")', [YES, NO, UNKNOWN]),
        ('SEX starts with "F"', [YES, NO, UNKNOWN]),
        ("KI67 is missing", [NO, NO, YES]),
        ("SEX is present", [YES, YES, NO]),
        ("height > 10", [UNKNOWN, UNKNOWN, UNKNOWN]),
        ("height is missing", [YES, YES, YES]),
        ("not KI67 <= 20", [NO, YES, UNKNOWN]),
    ],
)
def test_answers(text, expected):
    assert answers(text) == expected


@pytest.mark.parametrize("left", ATOM)
@pytest.mark.parametrize("right", ATOM)
def test_kleenes_strong_tables(left, right):
    known = Measures({"one": np.array([1.0])}, {})
    both, either = KLEENE.get((left, right)) or KLEENE[right, left]
    assert answers(f"{ATOM[left]} and {ATOM[right]}", known, 1) == [both]
    assert answers(f"{ATOM[left]} or {ATOM[right]}", known, 1) == [either]
    negated = {YES: NO, NO: YES, UNKNOWN: UNKNOWN}
    assert answers(f"not ({ATOM[left]} and {ATOM[right]})", known, 1) == [negated[both]]


def test_what_is_missing_is_named_by_patient():
    found = missing(read_condition("platelets grade >= 2 or KI67 > 20"), KNOWN, size=3)
    assert {k: v.tolist() for k, v in found.items()} == {
        "platelets": [False, False, True],
        "ki67": [False, False, True],
    }


def test_a_number_is_said_in_another_unit():
    assert in_unit(80, of="g/L", to="g/dL", code="HGB") == 8.0
    assert in_unit(1.5, of="mg/dL", to="umol/L", code="CREAT") == pytest.approx(132.6, abs=0.01)
    assert in_unit(2, of="years", to="months") == 24
    assert in_unit(1, of="mg", to="mL") is None
    assert in_unit(1, of="mg", to="") is None


def test_a_sentence_that_is_no_condition_is_refused():
    with pytest.raises(InputError, match="is no condition"):
        read_condition("platelets are low")
