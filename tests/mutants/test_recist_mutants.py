"""A planted rule bug turns cases red."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pytest

from equipoise.adam.recist import best, target


def _cases() -> ModuleType:
    path = Path(__file__).parents[1] / "cases" / "test_recist_cases.py"
    spec = importlib.util.spec_from_file_location("recist_cases", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CASES = _cases()
TARGETS = [c for c in CASES.SCANS if c["file"] == "target.yaml"]


def red(check: Callable[[dict[str, Any]], None], cases: list[dict[str, Any]]) -> list[str]:
    """The names of the cases that fail."""
    failed = []
    for case in cases:
        try:
            check(case)
        except AssertionError:
            failed.append(case["case"])
    return failed


def test_none_is_red_without_a_bug() -> None:
    assert red(CASES.check_scans, TARGETS) == []
    assert red(CASES.check_best, CASES.BESTS) == []


def test_nadir_without_baseline(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(complete_sum: pl.Expr) -> pl.Expr:
        later = pl.when(~pl.col("BASELINE")).then(complete_sum)
        return later.cum_min().forward_fill().shift(1)

    monkeypatch.setattr(target, "running_nadir", wrong)
    failed = red(CASES.check_scans, TARGETS)
    assert "the nadir includes the baseline" in failed
    assert len(failed) >= 5


def test_twenty_percent_without_five_mm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target, "PROGRESSION_MM", 0)
    failed = red(CASES.check_scans, TARGETS)
    assert "20 to 24 is 20 percent but only 4 mm, not PD" in failed


def test_confirmation_at_27_days(monkeypatch: pytest.MonkeyPatch) -> None:
    right = best.confirmed_responses

    def wrong(series: pl.DataFrame, *, options: best.RecistOptions) -> pl.DataFrame:
        early = replace(options, confirmation_days=options.confirmation_days - 1)
        return right(series, options=early)

    monkeypatch.setattr(best, "confirmed_responses", wrong)
    failed = red(CASES.check_best, CASES.BESTS)
    assert {"CR at 27 days is not confirmed", "PR at 27 days is not confirmed"} <= set(failed)


@pytest.mark.parametrize(
    ("name", "value", "case"),
    [
        ("RESPONSE", (10, 8), "100 to 71 is SD"),
        ("PROGRESSION", (4, 5), "nadir 70, then 84 is PD, exactly 20 percent"),
        ("NORMAL_NODE_MM", 11, "a node of exactly 10 mm is still disease"),
    ],
)
def test_a_wrong_constant(
    monkeypatch: pytest.MonkeyPatch, name: str, value: object, case: str
) -> None:
    monkeypatch.setattr(target, name, value)
    assert red(CASES.check_scans, [c for c in TARGETS if c["case"] == case]) == [case]
