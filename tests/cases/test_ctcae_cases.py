"""Every CTCAE laboratory case a clinician wrote."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from equipoise.laboratory.ctcae.grade import grade
from support.cases import load

CASES = load("ctcae")
COLUMNS = {
    "test": ("LBTESTCD", pl.String),
    "value": ("AVAL", pl.Float64),
    "unit": ("UNIT", pl.String),
    "low": ("ANRLO", pl.Float64),
    "high": ("ANRHI", pl.Float64),
    "base": ("BASE", pl.Float64),
    "baseline": ("BNRIND", pl.String),
    "fasting": ("LBFAST", pl.String),
    "specimen": ("LBSPEC", pl.String),
}
SIDES = {"grade low": "ATOXGRL", "grade high": "ATOXGRH"}


def name_of(case: dict[str, Any]) -> str:
    said = [f"{case[k]}" for k in ("test", "value", "unit") if k in case]
    return f"v{case['version']}: {case.get('case') or ' '.join(said)}"


def check(case: dict[str, Any]) -> None:
    row = {
        column: pl.Series([case.get(key)], dtype=kind) for key, (column, kind) in COLUMNS.items()
    }
    (found,) = grade(pl.DataFrame(row), version=str(case["version"])).to_dicts()
    for key, column in SIDES.items():
        if key in case:
            assert found[column] == case[key], found
    if "term" in case:
        assert case["term"] in (found["ATOXDSCL"], found["ATOXDSCH"])


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_grade(case: dict[str, Any]) -> None:
    check(case)


def test_every_case_says_what_it_expects() -> None:
    assert all(any(side in c for side in SIDES) for c in CASES)
