"""The order of all tests, files that take long first, so that no worker ends alone; and garbage."""

from __future__ import annotations

import gc
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
LONG = (
    "twins/test_roads.py", "browser", "wheel", "site", "unit/workspace", "docs", "twins", "mutants",
    "golden", "spec", "laws", "oracle", "unit/cli", "unit/service",
)  # fmt: skip
"""Files and folders by what their longest file takes; those not named come after, as they are."""


@cache
def rank(path: Path) -> int:
    own = path.relative_to(HERE)
    named = [k for k, one in enumerate(LONG) if own.is_relative_to(one)]
    return min(named, default=len(LONG))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: rank(item.path))


def pytest_collection_finish() -> None:
    """What the imports have made lives to the end: no collector needs to look through it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
