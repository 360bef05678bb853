"""The report: one self-contained HTML file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from equipoise.adam.model import ADaM
from equipoise.analysis.results import Results
from equipoise.errors import expect
from equipoise.meaning.extended import in_use
from equipoise.reporting.abstract import verdict
from equipoise.reporting.added.sections import added_sections
from equipoise.reporting.catalog import displays
from equipoise.reporting.checklists.filled import checklist_links, filled_from
from equipoise.reporting.checklists.items import LISTS, TITLES
from equipoise.reporting.documents.abstract import WITHOUT_LIMIT, abstract_of
from equipoise.reporting.documents.paper.html import chapter_html
from equipoise.reporting.facts import SaidBefore, design_facts
from equipoise.reporting.figures.alone import figures
from equipoise.reporting.figures.page import figure_html
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.register import register
from equipoise.reporting.words import NumberText
from equipoise.reporting.write import write_text
from equipoise.reporting.writers.html import html_cell, html_table
from equipoise.reporting.writers.page import Stamp
from equipoise.reporting.writers.templates import css_text, rendered, resource, seal_of
from equipoise.version import __version__

_SHOWN = re.compile(r'data-row="?(\d+)')


def report(
    results: Results | ADaM,
    path: str | Path,
    *,
    style: str = "regulator",
    text: Mapping[str, str] | None = None,
) -> Path:
    """Write the report of a look as one HTML file that needs no network.

    results : or the analysis datasets, which are then analyzed first
    style : how numbers are printed: regulator, nejm, annals or lancet
    text : people's texts by key, for the abstract and the checklists
    Every number in it is a row of `results`; the row's index stands in its `data-row`, and its link
    leads to the row's key.
    Returns  the path; the file appears whole.
    Raises   InputError for an unknown style, or a flow of patients that does not add up.
    """
    expect(results, Results, ADaM)
    found = _analyzed(results) if isinstance(results, ADaM) else results
    return write_text(Path(path), render(found, style=style, text=text))


def _analyzed(data: ADaM) -> Results:
    # Results that are there need no method: the compiler and the solvers take seconds to import.
    from equipoise.analysis.analyze import analyze

    return analyze(data)


def render(
    results: Results,
    *,
    style: str = "regulator",
    text: Mapping[str, str] | None = None,
    before: SaidBefore | None = None,
) -> str:
    """The report as HTML; the same results are always the same text.

    before : what was said of the same results in another style
    """
    filters: dict[str, Callable[..., str]] = {
        "cell": html_cell,
        "table": html_table,
        "figure": figure_html,
    }
    script = resource("report.js")
    said = text or {}
    numbers = Numbers(results, NumberText.named(style).style)
    content = _content(results, numbers, before or SaidBefore.of(results))
    content["abstract"] = _abstract(numbers, said)
    look = {"style": resource("report.css"), "script": script, "seal": seal_of(script)}
    html = rendered(
        "report.html", {**look, **content, "register": "\0", "checklists": "\1"}, filters
    )
    shown = (int(row) for row in _SHOWN.findall(html))
    return html.replace("\0", register(results, shown)).replace("\1", _checklists(html, said))


def _checklists(page: str, text: Mapping[str, str]) -> str:
    """Each checklist with the addresses that the page has."""
    made = []
    for of in LISTS:
        items = filled_from(page, of, text)
        met = sum(item.met for item in items)
        made.append(
            f'<details class="printed"><summary>{TITLES[of]}: {met} of {len(items)} items are '
            f"answered here</summary>{checklist_links(items, of)}</details>"
        )
    return "\n".join(made)


def _content(results: Results, numbers: Numbers, before: SaidBefore) -> dict[str, Any]:
    data = results.data
    known = {"reconciliation": before.reconciliation}
    made, missing = displays(results, numbers, before=known)
    pictures = figures(results, numbers)
    return {
        "protocol": data.protocol,
        "data": data,
        "version": __version__,
        "running": css_text(Stamp.of(results).head),
        "facts": design_facts(results),
        "folded": before.folded,
        "assessed": before.assessed,
        "verdict": verdict(results, numbers),
        "made": made,
        "missing": missing,
        "flow": pictures["flow"],
        "curves": [
            one for key, one in pictures.items() if key.startswith("km-") and not one.extension
        ],
        "harms": pictures.get("harms"),
        "forest": pictures.get("forest"),
        "added": [one for one in pictures.values() if one.extension],
        "sections": added_sections(results, numbers),
        "extensions": in_use(data.protocol),
    }


def _abstract(numbers: Numbers, text: Mapping[str, str]) -> str:
    """The structured abstract without a limit; what the design's section says is not said twice."""
    made = abstract_of(numbers, words=WITHOUT_LIMIT, text=text)
    told = ("randomization", "interventions")
    return "\n".join(
        chapter_html(
            replace(c, blocks=tuple(b for b in c.blocks if getattr(b, "item", "") not in told)),
            before="abstract-",
        )
        for c in made.chapters
    )
