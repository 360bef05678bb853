"""What the other library is asked, and how its answer is read."""

from __future__ import annotations

from types import SimpleNamespace

import polars as pl
import pytest

from equipoise.reporting.recompute import times


def at(day: int, events: list[bool]) -> list[float | None]:
    """Survival, its limits and error on a day, of subjects followed to days 1, 2, 3."""
    people = pl.DataFrame({"AVAL": [1, 2, 3], "EVENT": events})
    estimand = SimpleNamespace(interval="log-log", at=[SimpleNamespace(days=day)])
    fit = times._curve(people, estimand)  # type: ignore[arg-type]
    found = times._at_times(fit, "new", estimand)  # type: ignore[arg-type]
    return [value for value, _ in found.values()]


def test_past_the_last_time_nothing_is_known_if_somebody_was_censored() -> None:
    assert at(3, [True, False, False])[0] == pytest.approx(2 / 3)
    assert at(4, [True, False, False]) == [None] * 4


def test_past_the_last_event_of_all_survival_is_0() -> None:
    assert at(4, [True, True, True])[0] == 0


def test_a_likelihood_without_a_maximum_is_not_estimable() -> None:
    """All of one arm before any of the other: the estimate runs off, and so do its limits."""
    people = pl.DataFrame(
        {"AVAL": [1, 2, 3, 10, 11, 12], "EVENT": [1] * 6, "ARM_": ["new"] * 3 + ["old"] * 3}
    )
    estimand = SimpleNamespace(ties="efron")
    plan = SimpleNamespace(control="old", experimental=["new"])
    found = times._cox(people, plan, "Cox", "new v old", [], estimand)  # type: ignore[arg-type]
    assert {value for value, _ in found.values()} == {None}
