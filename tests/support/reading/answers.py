"""Answers of a room: (question, hypothesis, ...) -> what it says."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose
from typing import Any

Key = tuple[str, ...]
Said = Iterator[tuple[Key, Any]]
CLOSE = 1e-9  # both roads and the hand count whole days; sums differ in their last digits


class Answers(dict[Key, Any]):
    """What one room says of one case."""


NEAR = {
    # `check` tells whole events, and patients die on whole days
    "events by the end": 0.01,
    # the likeliest rates are searched for
    "z": 1e-6,
    # patients enter on whole days
    "accrual days": 0.005,
}
"""Questions whose answers are rounded by some rooms, with the share by which they may differ."""


def same(one: Any, other: Any, question: str = "") -> bool:
    """Whether two answers are one; numbers but for the last digits."""
    close = NEAR.get(question, CLOSE)
    if isinstance(one, float | int) and isinstance(other, float | int):
        return isclose(one, other, rel_tol=close, abs_tol=close)
    return bool(one == other)
