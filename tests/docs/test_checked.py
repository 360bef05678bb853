"""A docstring that says where something is checked names a test that is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLACES = {
    place
    for folder in ("src", "docs", "verification")
    for file in (ROOT / folder).rglob("*")
    if file.suffix in (".py", ".md")
    for place in re.findall(r"\btests/[\w/]+(?:\.\w+)?", file.read_text(encoding="utf-8"))
}


def test_there_are_many():
    assert len(PLACES) > 60


@pytest.mark.parametrize("place", sorted(PLACES))
def test_it_is_there(place):
    assert (ROOT / place).exists()
