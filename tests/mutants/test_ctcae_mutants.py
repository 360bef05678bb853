"""A planted bug in the grading turns CTCAE cases red."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest

from equipoise.laboratory.ctcae import criteria, grade, terms


def _module(folder: str, name: str) -> ModuleType:
    path = Path(__file__).parents[1] / folder / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"{name}_of_{folder.replace('/', '_')}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CASES = _module("cases", "test_ctcae_cases")
THRESHOLDS = _module("oracle/derivation", "test_ctcae_thresholds")


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    grade._direction.cache_clear()
    yield
    grade._direction.cache_clear()


def red() -> list[str]:
    failed = []
    for case in CASES.CASES:
        try:
            CASES.check(case)
        except AssertionError:
            failed.append(CASES.name_of(case))
    return failed


def test_none_is_red_without_a_bug() -> None:
    assert red() == []


def test_the_worse_grade_on_a_threshold(monkeypatch: pytest.MonkeyPatch) -> None:
    right = criteria.threshold

    def wrong(text: str, factor: Fraction) -> pl.Expr:
        return right(text.replace("< ", "<= ").replace("> ", ">= "), factor)

    monkeypatch.setattr(grade, "threshold", wrong)
    failed = red()
    assert "v5.0: PLAT 75 10^9/L" in failed
    assert "v5.0: ALT 120 U/L" in failed


def test_the_baseline_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    right = grade.criteria

    def wrong(version: str) -> tuple[terms.GradedTerm, ...]:
        return tuple(replace(c, high=None, low=None) for c in right(version))

    monkeypatch.setattr(grade, "criteria", wrong)
    failed = red()
    assert "v5.0: ALT under 1.5 x a high baseline is grade 0 although over ULN" in failed
    assert "v6.0: creatinine by a low baseline" in failed


def test_the_unit_is_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    right = grade.unit_of
    monkeypatch.setattr(grade, "unit_of", lambda text, *, test: right(text, test=test) or "10^9/L")
    assert "v5.0: a unit nobody knows" in red()


def test_floats_instead_of_decimals(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(rows: pl.DataFrame) -> pl.DataFrame:
        exact = right(rows)
        names = {"_VALUE": "AVAL", "_LO": "ANRLO", "_HI": "ANRHI", "_BASE": "BASE"}
        return exact.with_columns(
            (pl.col(b).cast(pl.Float64) * criteria.SCALE).alias(a) for a, b in names.items()
        )

    right = grade._exact
    monkeypatch.setattr(grade, "_exact", wrong)
    assert "v5.0: 0.1 + 0.2 is 3 x 0.1 exactly" in red()


@pytest.mark.parametrize("version", ["4.03", "6.0"])
def test_another_version(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setattr(grade, "criteria", lambda _: terms.criteria(version))
    assert len(red()) >= 10


def test_a_threshold_mistyped(monkeypatch: pytest.MonkeyPatch) -> None:
    right = terms.criteria

    def wrong(version: str) -> tuple[terms.GradedTerm, ...]:
        # Platelets under 52 are not yet grade 3.
        ladder = {"10^9/L": {1: "< LLN", 2: "< 75", 3: "< 52", 4: "< 25"}}
        return tuple(
            replace(c, grades=ladder) if c.term == "Platelet count decreased" else c
            for c in right(version)
        )

    monkeypatch.setattr(THRESHOLDS, "criteria", wrong)
    entry = ("5.0", "Platelet count decreased", "10^9/L", {2: 75, 3: 50, 4: 25})
    with pytest.raises(AssertionError):
        THRESHOLDS.test_a_grade_begins_where_it_is_said_to(*entry)
