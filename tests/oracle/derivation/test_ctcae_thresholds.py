"""Every threshold of the criteria files equals its transcription by another project."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from equipoise.laboratory.ctcae.terms import GradedTerm, criteria

ENTRIES: list[Any] = YAML(typ="safe").load(Path(__file__).with_name("ctcae_thresholds.yaml"))
CASES = [(f"{v:g}" if v == 4.03 else f"{v:.1f}", *rest) for vs, *rest in ENTRIES for v in vs]
# Terms that in some version are told by the range alone, or in several ways at once.
WITHOUT_NUMBERS = {
    "Alkaline phosphatase increased",
    "Blood lactate dehydrogenase increased",
    "Creatinine increased",
    "Eosinophilia",
    "Fibrinogen decreased",
    "Haptoglobin decreased",
    "HDL decreased",
    "Hyperuricemia",
    "LDL increased",
    "Methemoglobinemia",
}


def table(criterion: GradedTerm, where: str) -> Mapping[int, str]:
    if where.startswith("high baseline"):
        assert criterion.high is not None
        return criterion.high[where.removeprefix("high baseline").strip() or "any"]
    if where.startswith("low baseline"):
        assert criterion.low is not None
        return criterion.low["any"]
    return criterion.grades[where]


def numbers(ladder: Mapping[int, str]) -> dict[int, float]:
    """Grade -> the number in its threshold, where there is one."""
    found = {g: re.findall(r"\d+(?:\.\d+)?", text) for g, text in ladder.items()}
    return {g: float(n[0]) for g, n in found.items() if n}


@pytest.mark.parametrize(("version", "term", "where", "expected"), CASES)
def test_a_grade_begins_where_it_is_said_to(version, term, where, expected) -> None:
    (criterion,) = [c for c in criteria(version) if c.term == term]
    assert numbers(table(criterion, where)) == expected


@pytest.mark.parametrize("version", ["4.03", "5.0", "6.0"])
def test_every_term_with_numbers_was_compared(version: str) -> None:
    compared = {term for v, term, *_ in CASES if v == version}
    assert {c.term for c in criteria(version)} - compared <= WITHOUT_NUMBERS
