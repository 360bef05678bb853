"""`size` asks the same of survival, proportions and means as the functions behind it."""

from __future__ import annotations

import pytest

from equipoise import InputError, size
from equipoise.design.size.events import size_events
from equipoise.design.size.means import size_mean
from equipoise.design.size.proportions import size_proportion
from equipoise.design.size.size import TrialRates, size_looks, size_trial


def test_survival_by_events_alone() -> None:
    there = size_events(hazard_ratio=0.6, events=None, power=0.9)
    assert size("survival", hazard_ratio=0.6) == there


def test_survival_with_a_calendar() -> None:
    rates = TrialRates(14.0, 18.0, 0.05, 12.0)
    there = size_trial(rates, hazard_ratio=0.6, subjects=None, power=0.8, duration=36.0)
    asked = {"hazard_ratio": 0.6, "power": 0.8, "duration": 36.0, "dropout": 0.05}
    assert size("survival", median=14.0, accrual=18.0, **asked) == there


def test_survival_at_looks() -> None:
    rates = TrialRates(14.0, 18.0, 0.0, 12.0)
    asked = {"hazard_ratio": 0.6, "after": 3.0, "looks": [24.0, 36.0], "subjects": 300.0}
    there = size_looks(rates, power=None, **asked)
    assert size("survival", median=14.0, accrual=18.0, **asked) == there


def test_proportions_take_a_margin_of_either_sign() -> None:
    asked = {"control": 0.6, "experimental": 0.6}
    there = size_proportion(**asked, margin=-0.1, method="farrington-manning")
    assert size("proportion", margin=0.1, **asked) == there
    assert size("proportion", margin=-0.1, **asked) == there


def test_means() -> None:
    assert size("mean", difference=1.0, sd=2.0) == size_mean(difference=1.0, sd=2.0)


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        ("survivle", {}, "did you mean survival"),
        ("survival", {"hazard_ratio": 0.6, "median": 3.0}, "both median and accrual"),
        ("survival", {"looks": [3.0], "median": 3.0, "accrual": 3.0}, "need the hazard ratio"),
        ("survival", {"looks": [3.0], "hazard_ratio": 0.6, "events": 9.0}, "no place for events"),
        ("proportion", {}, "needs control"),
        ("mean", {}, "needs sd"),
    ],
)
def test_what_is_missing_is_named(kind: str, given: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        size(kind, **given)  # type: ignore[call-overload]
