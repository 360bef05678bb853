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


def same(one: Any, other: Any, close: float = CLOSE) -> bool:
    """Whether two answers are one; numbers but for the last digits."""
    if isinstance(one, float | int) and isinstance(other, float | int):
        return isclose(one, other, rel_tol=close, abs_tol=close)
    return bool(one == other)
