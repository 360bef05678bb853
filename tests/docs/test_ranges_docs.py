"""The file of ranges that docs/conduct.md prints is taken as it stands."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from equipoise.conduct.ranges.told import RANGE_COLUMNS, read_ranges

PAGE = Path(__file__).parents[2] / "docs" / "conduct.md"


def test_the_file_of_the_page_is_taken():
    lines = [one.strip() for one in PAGE.read_text("utf-8").splitlines()]
    first = lines.index(",".join(RANGE_COLUMNS))
    file = lines[first : lines.index("", first)]
    found, wrong = read_ranges("\n".join(file), latest=dt.date(2026, 1, 1))
    assert wrong == []
    assert [one.test for one in found] == ["ALT", "HGB", "HGB"]
