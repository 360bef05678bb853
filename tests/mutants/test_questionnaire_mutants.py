"""A planted bug in scoring or in deterioration turns the eight patients red."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from equipoise.adam import adqs as room
from equipoise.adam.time import adtte, origins
from equipoise.protocol.model import DateSource, Endpoint
from equipoise.questionnaires.forms import FormScale


def _patients() -> ModuleType:
    path = Path(__file__).parents[1] / "byhand" / "test_quality_of_life.py"
    spec = importlib.util.spec_from_file_location("eight_patients", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EIGHT = _patients()


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    EIGHT.data.cache_clear()
    yield
    EIGHT.data.cache_clear()


def test_none_is_red_without_a_bug() -> None:
    EIGHT.test_scores()
    EIGHT.test_times()


def test_more_than_half_of_the_items_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = room.score_scale

    def wrong(scale: FormScale, answers: np.ndarray) -> np.ndarray:
        half = 2 * np.isfinite(answers).sum(axis=0) > len(scale.items)
        return np.where(half, right(scale, answers), np.nan)

    monkeypatch.setattr(room, "score_scale", wrong)
    EIGHT.test_scores()  # every baseline is complete
    with pytest.raises(AssertionError):
        EIGHT.test_times()


def test_a_single_item_range_off_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    right = room.score_scale
    monkeypatch.setattr(room, "score_scale", lambda scale, a: right(scale, a) * 6 / 7)
    with pytest.raises(AssertionError):
        EIGHT.test_scores()


@pytest.mark.parametrize("change", ["CHG >= 10", "CHG <= -5"])
def test_a_change_the_wrong_way_or_too_small(monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    right = origins.worsening

    def wrong(endpoint: Endpoint) -> tuple[DateSource, ...]:
        return tuple(
            s.model_copy(update={"where": f'PARAMCD = "QL2" and {change}'}) for s in right(endpoint)
        )

    monkeypatch.setattr(adtte, "worsening", wrong)
    with pytest.raises(AssertionError):
        EIGHT.test_times()
