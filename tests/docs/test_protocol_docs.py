"""The handbook of the language says what the code does."""

import re
from pathlib import Path

import pytest

from equipoise.meaning.check import RULES
from equipoise.protocol.language.wording import (
    parse_dose_rule,
    parse_hazard,
    parse_look,
    parse_regimen,
    parse_visit,
)
from equipoise.protocol.model import Protocol
from equipoise.protocol.model.base import spoken
from equipoise.protocol.read.schema_faults import node_at
from support.spec import INVALID, expected_line

DOCS = Path(__file__).parents[2] / "docs"
RULES_PAGE = (DOCS / "protocol.md").read_text(encoding="utf-8")
LANGUAGE = (DOCS / "language.md").read_text(encoding="utf-8")
HEADINGS = dict(re.findall(r"^## (P\d\d) (.+)$", RULES_PAGE, re.MULTILINE))


def test_every_rule_has_its_heading():
    assert {rule.id: rule.title for rule in RULES}.items() <= HEADINGS.items()
    assert set(HEADINGS) - {rule.id for rule in RULES} == {"P09", "P25", "P34", "P51", "P52"}


@pytest.mark.parametrize("rule", HEADINGS)
def test_the_line_shown_is_the_line_of_a_case(rule):
    section = RULES_PAGE.split(f"## {rule} ")[1].split("\n## ")[0]
    shown = re.search(r"```text\n(\w+)\.yaml:(.+)\n```", section)
    case = next(c for c in INVALID if c.stem == shown[1])
    assert shown[2] == expected_line(case)
    assert case.stem.startswith(rule.lower())


def test_every_section_is_named():
    for name in Protocol.model_fields:
        if name != "equipoise":
            assert f"`{spoken(name)}`" in LANGUAGE


PARSERS = {
    "regimen": parse_regimen,
    "dose rule": parse_dose_rule,
    "visit": parse_visit,
    "look": parse_look,
    "time to event": parse_hazard,
}


def test_every_sentence_shown_can_be_read():
    kind, count = "", 0
    for first, cell in re.findall(r"^\| ([\w ]*) ?\| (`.+`) \|$", LANGUAGE, re.MULTILINE):
        kind = first.strip() or kind
        for sentence in re.findall(r"`([^`]+)`", cell):
            if kind in PARSERS:
                assert PARSERS[kind](sentence)
                count += 1
    assert count >= 15


def test_nodes_are_found_by_their_path():
    assert node_at(("arms", "any", "give", 0)).__name__ == "Regimen"
    assert node_at(("design", "PFS", "looks", "final")).__name__ == "LookPlan"
    assert node_at(("nowhere",)) is None
