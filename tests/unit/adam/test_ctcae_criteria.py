from __future__ import annotations

import polars as pl
import pytest

from equipoise.errors import InputError
from equipoise.laboratory.ctcae.criteria import threshold
from equipoise.laboratory.ctcae.grade import grade
from equipoise.laboratory.ctcae.terms import CTCAE_FILES, criteria
from equipoise.laboratory.units import kinds


@pytest.mark.parametrize("version", CTCAE_FILES)
def test_every_threshold_can_be_read(version: str) -> None:
    canonical = {unit for units in kinds().values() for unit in units} | {"any"}
    for criterion in criteria(version):
        for table in (criterion.grades, criterion.high or {}, criterion.low or {}):
            assert set(table) <= canonical, criterion.term
            for grades in table.values():
                assert set(grades) <= {1, 2, 3, 4}
                for text in grades.values():
                    threshold(text)


@pytest.mark.parametrize("version", CTCAE_FILES)
def test_a_test_has_one_criterion_in_each_direction_without_conditions(version: str) -> None:
    found = [(t, c.direction) for c in criteria(version) if not c.where for t in c.tests]
    assert len(found) == len(set(found))


@pytest.mark.parametrize("version", CTCAE_FILES)
def test_units_of_one_criterion_agree(version: str) -> None:
    # 10^9/L and /mm3 are the same number but for a factor of 1000.
    for criterion in criteria(version):
        if {"10^9/L", "/mm3"} <= set(criterion.grades):
            low, high = criterion.grades["10^9/L"], criterion.grades["/mm3"]
            assert set(low) == set(high)
            for g, text in low.items():
                number = text.split()[-1]
                if number not in ("LLN", "ULN"):
                    assert float(high[g].split()[-1]) == pytest.approx(1000 * float(number))


def test_an_unknown_version() -> None:
    with pytest.raises(InputError, match=r"CTCAE version '5': expected 4.03, 5.0, 6.0"):
        criteria("5")


def test_a_threshold_that_is_none() -> None:
    with pytest.raises(InputError, match="'about 5'"):
        threshold("about 5")


def test_a_missing_column_is_named() -> None:
    with pytest.raises(InputError, match="expected column UNIT"):
        grade(pl.DataFrame({"LBTESTCD": ["ALT"], "AVAL": [1.0]}), version="5.0")


def test_no_rows() -> None:
    kinds = {"LBTESTCD": pl.String, "UNIT": pl.String, "BNRIND": pl.String} | dict.fromkeys(
        ("AVAL", "ANRLO", "ANRHI", "BASE"), pl.Float64
    )
    assert grade(pl.DataFrame(schema=kinds), version="5.0").columns[-1] == "ATOXDSCH"
