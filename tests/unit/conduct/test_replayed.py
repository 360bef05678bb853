"""Slots that were used out of their order are named, and those of requests that waited are not."""

from __future__ import annotations

from typing import Any

from equipoise.conduct.replayed import out_of_order

STRATUM = '["north"]'


class Rows:
    """A store of three tables: a slot and a minute for each subject, and what was sealed."""

    def __init__(self, used: dict[str, tuple[int, int]], sealed: tuple[int, ...] = ()) -> None:
        of = {"list": "test", "stratum": STRATUM}
        times = {who: f"2026-05-01T10:{minute:02}:00Z" for who, (_, minute) in used.items()}
        self.tables: dict[str, list[dict[str, Any]]] = {
            "allocation": [{**of, "subject": who, "slot": slot} for who, (slot, _) in used.items()],
            "subject": [{"id": who, "randomized": at} for who, at in times.items()],
            "envelope": [{**of, "slot": slot} for slot in sealed],
        }

    def rows(self, table: str, **_: Any) -> list[dict[str, Any]]:
        return self.tables[table]


def test_requests_that_waited_for_each_other_are_in_order() -> None:
    assert out_of_order(Rows({"a": (1, 2), "b": (2, 1), "c": (3, 3)})) == []


def test_an_envelope_that_was_opened_late_is_named() -> None:
    found = out_of_order(Rows({"a": (1, 9), "b": (2, 1), "c": (3, 3)}, sealed=(1,)))
    assert found == ["a: its slot was used after a later one"]


def test_what_came_after_a_later_envelope_is_named() -> None:
    found = out_of_order(Rows({"a": (1, 5), "b": (2, 6), "c": (3, 1)}, sealed=(3,)))
    assert found == [f"{who}: its slot was used after a later one" for who in "ab"]
