"""A planted bug in the tables of units turns the published study's values red."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest

from equipoise.adam.labs import adlb as adlb_module
from equipoise.laboratory import units
from support.pharma import data


def _oracle() -> ModuleType:
    path = Path(__file__).parents[1] / "oracle" / "derivation" / "test_lab_units.py"
    spec = importlib.util.spec_from_file_location("lab_units_oracle", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ORACLE = _oracle()


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    units.factor.cache_clear()
    yield
    units.factor.cache_clear()


def check() -> None:
    ORACLE.test_original_values_become_the_standard_ones(ORACLE.read(data))


def planted(monkeypatch: pytest.MonkeyPatch, **change: object) -> None:
    code = str(change.pop("code"))
    table = units.known_tests()
    wrong = {**table, code: replace(table[code], **change)}  # type: ignore[arg-type]
    monkeypatch.setattr(units, "known_tests", lambda: wrong)


def test_nothing_is_red_without_a_bug() -> None:
    check()


def test_hemoglobin_as_the_tetramer(monkeypatch: pytest.MonkeyPatch) -> None:
    planted(monkeypatch, code="HGB", molar_mass=Fraction(64458))
    with pytest.raises(AssertionError, match="HGB"):
        check()


def test_urea_for_urea_nitrogen(monkeypatch: pytest.MonkeyPatch) -> None:
    planted(monkeypatch, code="BUN", molar_mass=units.known_tests()["UREA"].molar_mass)
    with pytest.raises(AssertionError, match="BUN"):
        check()


def test_a_charge_of_potassium_counted_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    planted(monkeypatch, code="K", charge=2)
    with pytest.raises(AssertionError, match="K"):
        check()


def test_the_converted_value_is_graded(monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(__file__).parents[1] / "unit" / "adam" / "test_adlb.py"
    spec = importlib.util.spec_from_file_location("adlb_by_hand", path)
    assert spec is not None
    assert spec.loader is not None
    by_hand = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(by_hand)
    right = adlb_module._grades

    def wrong(rows: pl.DataFrame, version: str) -> pl.DataFrame:
        names = {"_VALUE": "AVAL", "_TEXT": "AVALU", "_LO": "ANRLO", "_HI": "ANRHI"}
        return right(rows.with_columns(pl.col(b).alias(a) for a, b in names.items()), version)

    by_hand.test_a_value_is_graded_by_the_thresholds_of_its_own_unit()
    monkeypatch.setattr(adlb_module, "_grades", wrong)
    with pytest.raises(AssertionError):
        by_hand.test_a_value_is_graded_by_the_thresholds_of_its_own_unit()
