"""The validation matrix: each property of a system that conducts trials, and its tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_TESTS = Path(__file__).parents[2] / "tests"


def page(_: Path) -> Iterator[str]:
    """The page, from the matrix that the tests keep."""
    from ruamel.yaml import YAML

    properties = YAML(typ="safe").load(_TESTS / "trace.yaml")["properties"]
    yield "# The validation matrix"
    yield (
        "What software that conducts a trial must show (21 CFR 11, ICH E6(R3), Annex 11), and the "
        "tests that show it, below `tests`; `make trace` prints the same. T31 to T45 are the "
        "properties A1 to E6."
    )
    lines = ["| | property | shown by | waits in part for |", "| --- | --- | --- | --- |"]
    for key, one in properties.items():
        shown = "<br>".join(f"`{name}`" for name in one["tests"])
        lines.append(f"| {key} | {one['title']} | {shown} | {one.get('waits for', '')} |")
    yield "\n".join(lines)
