"""What a report says in every style is kept and read back, and stands in any other style."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from equipoise.analysis.results import Results
from equipoise.reporting.facts import SaidBefore
from equipoise.reporting.html import render
from equipoise.reporting.model import Line, Number
from support.looks import netter_results
from support.street import pilot_results

RESULTS = {"pilot": pilot_results, "virtual": netter_results}


def kept(results: Results) -> SaidBefore:
    """Through the file and back."""
    return SaidBefore.from_dict(json.loads(json.dumps(SaidBefore.of(results).to_dict())))


@pytest.mark.parametrize("name", RESULTS)
def test_what_is_kept_comes_back_as_it_was(name: str) -> None:
    results = RESULTS[name]()
    found = SaidBefore.of(results)
    assert kept(results) == found
    assert {fact.key for fact in found.folded} >= {"looks"}
    assert not any(isinstance(part, Number) for cell in found.reconciliation.cells for part in cell)


@pytest.mark.parametrize("name", RESULTS)
@pytest.mark.parametrize("style", ["regulator", "lancet"])
def test_it_is_what_another_style_says(name: str, style: str) -> None:
    results = RESULTS[name]()
    assert render(results, style=style, before=kept(results)) == render(results, style=style)


def test_what_was_said_before_is_said() -> None:
    """A report that found it anew would not say this."""
    found = kept(pilot_results())
    line = Line("Kept from before", (("12",), ("none",)), 1)
    table = replace(found.reconciliation, lines=(*found.reconciliation.lines, line))
    other = replace(found, assessed=("Harms are graded otherwise.",), reconciliation=table)
    page = render(pilot_results(), before=other)
    assert "Kept from before" in page
    assert "Harms are graded otherwise." in page
    assert "Kept from before" not in render(pilot_results())
