"""Units as laboratories write them, and factors worked by hand."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest

from equipoise.errors import InputError
from equipoise.laboratory import units
from equipoise.laboratory.ctcae.terms import CTCAE_FILES, criteria
from equipoise.shipped import table


@pytest.mark.parametrize(
    ("text", "test", "name"),
    [
        ("g/dL", "HGB", "g/dL"),
        (" GM / DL ", "HGB", "g/dL"),
        ("\u00b5mol/L", "CREAT", "umol/L"),  # micro sign
        ("\u03bcmol/l", "CREAT", "umol/L"),  # Greek mu
        ("mcmol/L", "CREAT", "umol/L"),
        ("K/uL", "PLAT", "10^3/uL"),
        ("x10E9/L", "PLAT", "10^9/L"),
        ("cells/mm3", "CD4", "/mm3"),
        ("IU/L", "ALT", "U/L"),
        # G/L is grams of albumin, but 10^9 platelets.
        ("G/L", "ALB", "g/L"),
        ("G/L", "PLAT", "10^9/L"),
        ("furlong", "PLAT", None),
        ("mmol/L", "PLAT", None),
        (None, "PLAT", None),
        ("ng/mL", "A TEST NOBODY KNOWS", "ug/L"),
    ],
)
def test_a_unit_as_it_is_written(text: str | None, test: str, name: str | None) -> None:
    assert units.unit_of(text, test=test) == name


@pytest.mark.parametrize(
    ("test", "from_", "to", "expected"),
    [
        ("HGB", "g/dL", "g/L", Fraction(10)),
        ("PLAT", "10^3/uL", "10^9/L", Fraction(1)),
        ("PLAT", "/mm3", "10^9/L", Fraction(1, 1000)),
        ("ALT", "ukat/L", "U/L", Fraction(60)),
        # Creatinine C4H7N3O: 4 x 12.011 + 7 x 1.008 + 3 x 14.007 + 15.999 = 113.120 g/mol;
        # 1 mg/dL = 10 mg/L = 10 / 113.120 mmol/L = 10000 / 113.120 umol/L.
        ("CREAT", "mg/dL", "umol/L", Fraction(10000) / Fraction("113.120")),
        # Glucose C6H12O6: 180.156 g/mol; 1 mg/dL = 10 / 180.156 mmol/L.
        ("GLUC", "mg/dL", "mmol/L", Fraction(10) / Fraction("180.156")),
        # Hemoglobin as the monomer of 16 114.5 g/mol: 1 g/dL = 10 g/L = 10000 / 16114.5 mmol/L.
        ("HGB", "g/dL", "mmol/L", Fraction(10000) / Fraction("16114.5")),
        # An ion of charge 2: 1 mEq is half a mmol; 1 mEq/L = 40.078 / 2 mg/L.
        ("CA", "mEq/L", "mmol/L", Fraction(1, 2)),
        ("CA", "mEq/L", "mg/dL", Fraction("40.078") / 20),
        ("K", "mEq/L", "mmol/L", Fraction(1)),
        # A mole of urea has two nitrogen atoms: 28.014 g.
        ("UREAN", "mg/dL", "mmol/L", Fraction(10) / Fraction("28.014")),
    ],
)
def test_a_factor_by_hand(test: str, from_: str, to: str, expected: Fraction) -> None:
    assert units.factor(test, from_=from_, to=to) == expected
    assert units.factor(test, from_=to, to=from_) == 1 / expected


@pytest.mark.parametrize(
    ("test", "from_", "to"),
    [
        ("CRP", "mg/L", "mmol/L"),  # no molar mass
        ("GLUC", "mEq/L", "mmol/L"),  # no charge
        ("PLAT", "10^9/L", "g/L"),
        ("UNHEARD", "g/L", "mmol/L"),
        (
            "CREATCLR",
            "mL/min/1.73m2",
            "mL/min",
        ),  # a person's surface is not the laboratory's to know
    ],
)
def test_what_cannot_be_turned_into_another(test: str, from_: str, to: str) -> None:
    assert units.factor(test, from_=from_, to=to) is None


def test_every_spelling_means_one_unit_of_a_kind() -> None:
    for kind, known in table("equipoise.laboratory", "units.json")["kinds"].items():
        written = [s for u, said in known.items() for s in {units._plain(u), *said.get("also", ())}]
        assert [s for s, n in Counter(written).items() if n > 1] == [], kind
        assert all(s == units._plain(s) for s in written), kind


def test_every_test_has_usual_units_of_its_own_kinds() -> None:
    for code, test in units.known_tests().items():
        for unit in (test.si, test.us):
            assert units.kind_of(unit) in test.kinds
            assert units.factor(code, from_=test.si, to=unit) is not None


@pytest.mark.parametrize("version", CTCAE_FILES)
def test_a_graded_test_can_be_turned_into_the_criterion_from_both_systems(version: str) -> None:
    for criterion in criteria(version):
        if "any" in criterion.grades:
            continue
        for code in criterion.tests:
            for system in ("SI", "US"):
                unit = units.usual(code, system)
                assert unit is not None, code
                assert any(units.factor(code, from_=unit, to=u) for u in criterion.grades), code


def test_a_unit_that_a_protocol_asks_for() -> None:
    assert units.asked("GLUC", "mg/dL") == "mg/dL"
    assert units.asked("PLAT", "GI/L") == "10^9/L"
    with pytest.raises(
        InputError, match=r'"mg/dl/h" is no unit of GLUC; expected one of g/L, .*mean mg/dL'
    ):
        units.asked("GLUC", "mg/dl/h")
    with pytest.raises(InputError, match='"mmol/L" is no unit of PLAT'):
        units.asked("PLAT", "mmol/L")
