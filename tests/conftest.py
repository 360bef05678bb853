"""The order of all tests: files that take long begin first, so that no worker ends alone."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent
LONG = ("wheel", "site", "docs", "twins", "mutants", "golden", "spec", "laws", "oracle")
"""Folders by what their longest file takes; those not named come after, in their own order."""


def rank(path: Path) -> int:
    folder = path.relative_to(HERE).parts[0]
    return LONG.index(folder) if folder in LONG else len(LONG)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: rank(item.path))
