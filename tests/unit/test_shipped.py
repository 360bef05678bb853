"""The JSON that is read at run time says what people wrote beside it as YAML.

`EQUIPOISE_APPROVE=1 pytest tests/unit/test_shipped.py` writes the JSON of a table that was changed.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import equipoise
from equipoise.adam import variables
from equipoise.laboratory.ctcae.terms import CTCAE_FILES, criteria
from equipoise.protocol.language.sources import named_sources
from equipoise.reporting.package.tabulation import described
from equipoise.shipped import table

PACKAGE = Path(equipoise.__file__).parent
TABLES = (
    "protocol/sources.yaml",
    "adam/variables.yaml",
    "reporting/package/tabulation/sdtm.yaml",
    *(f"laboratory/ctcae/{Path(name).stem}.yaml" for name in CTCAE_FILES.values()),
)


def written(name: str) -> Any:
    """What people wrote."""
    return YAML(typ="safe", pure=True).load((PACKAGE / name).read_text("utf-8"))


def as_json(said: Any) -> str:
    """As it is shipped; a grade, which is a number, is a text as every name in JSON."""
    return json.dumps(said, indent=1, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("name", TABLES)
def test_what_is_shipped_is_what_was_written(name: str) -> None:
    file, text = (PACKAGE / name).with_suffix(".json"), as_json(written(name))
    if os.environ.get("EQUIPOISE_APPROVE"):
        file.write_text(text, "utf-8")
    assert file.read_text("utf-8") == text, f"EQUIPOISE_APPROVE=1 writes {file.name} anew"


@pytest.mark.parametrize("name", TABLES)
def test_nothing_is_lost_on_the_way(name: str) -> None:
    """No two names become one, and every value comes back as it was."""

    def plain(said: Any) -> Any:
        if isinstance(said, dict):
            assert len({str(k) for k in said}) == len(said)
            return {str(k): plain(v) for k, v in said.items()}
        return [plain(one) for one in said] if isinstance(said, list) else said

    assert json.loads(as_json(written(name))) == plain(written(name))


def test_the_rooms_read_it() -> None:
    assert named_sources() == written("protocol/sources.yaml")
    assert variables.known() == written("adam/variables.yaml")
    assert described.known() == written("reporting/package/tabulation/sdtm.yaml")


@pytest.mark.parametrize("version", CTCAE_FILES)
def test_grades_are_numbers(version: str) -> None:
    raw = written(f"laboratory/ctcae/{Path(CTCAE_FILES[version]).stem}.yaml")["criteria"]
    found = criteria(version)
    assert [one.term for one in found] == [one["term"] for one in raw]
    for one, said in zip(found, raw, strict=True):
        assert one.grades == said["grades"]
        assert (one.high, one.low) == (said.get("if_baseline_high"), said.get("if_baseline_low"))


def test_other_tables_of_people_are_named_here() -> None:
    """A new YAML file is read at run time as YAML only where a person gives it, as a protocol."""
    shipped = {p.relative_to(PACKAGE).as_posix() for p in PACKAGE.rglob("*.yaml")}
    given = {name for name in shipped if name.startswith("protocol/templates/")}
    assert shipped - given == {*TABLES, "workspace/deployment/compose.yaml"}


def test_a_table_is_read_once() -> None:
    assert table("equipoise.protocol", "sources.json") is named_sources()
