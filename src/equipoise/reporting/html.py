"""The report: one self-contained HTML file."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from equipoise.adam.model import ADaM
from equipoise.analysis.analyze import analyze
from equipoise.analysis.results import Results
from equipoise.errors import expect
from equipoise.reporting.abstract import results_paragraph
from equipoise.reporting.figures.flow import flow_figure
from equipoise.reporting.figures.forest import forest_figure
from equipoise.reporting.figures.km import km_figure
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.tables.baseline import baseline_table
from equipoise.reporting.tables.efficacy import efficacy_table
from equipoise.reporting.tables.provenance import (
    excluded_table,
    findings_table,
    published_table,
    sources_table,
)
from equipoise.reporting.tables.reconciliation import reconciliation_table
from equipoise.reporting.tables.safety import overview_table, terms_table
from equipoise.reporting.write import write_text
from equipoise.version import __version__


def report(results: Results | ADaM, path: str | Path) -> Path:
    """Write the report of a look as one HTML file that needs no network.

    results : or the analysis datasets, which are then analyzed first
    Every number in it is a row of `results`; the row's index stands in its `data-row`.
    Returns  the path; the file appears whole.
    """
    expect(results, Results, ADaM)
    found = analyze(results) if isinstance(results, ADaM) else results
    return write_text(Path(path), render(found))


def render(results: Results) -> str:
    """The report as HTML; the same results are always the same text."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("equipoise.reporting", "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = files("equipoise.reporting").joinpath("templates/report.css").read_text("utf-8")
    return environment.get_template("report.html").render(style=style, **_content(results))


def _content(results: Results) -> dict[str, Any]:
    data, numbers = results.data, Numbers(results)
    protocol = data.protocol
    return {
        "protocol": protocol,
        "data": data,
        "version": __version__,
        "paragraph": results_paragraph(results, numbers),
        "flow": flow_figure(results),
        "baseline": baseline_table(results, numbers) if protocol.report.baseline else None,
        "efficacy": efficacy_table(results, numbers),
        "curves": [(k, protocol.estimands[k], km_figure(results, k)) for k in _drawn(results)],
        "forest": _forest(results),
        "safety": _safety(results, numbers),
        "published": published_table(results, numbers) if protocol.report.published else None,
        "findings": findings_table(results) if results.findings else None,
        "reconciliation": reconciliation_table(results),
        "excluded": excluded_table(results) if data.snapshot.excluded.height else None,
        "sources": sources_table(results) if protocol.sources else None,
    }


def _drawn(results: Results) -> list[str]:
    """Estimands with a curve to draw; sensitivity analyses are in the table only."""
    rows = results.select(method="Kaplan-Meier", statistic="curve")
    estimands = results.data.protocol.estimands
    keys = rows["analysis"].unique(maintain_order=True)
    return [k for k in keys if estimands[k].role in ("primary", "secondary")]


def _forest(results: Results) -> str:
    for key, estimand in results.data.protocol.estimands.items():
        if estimand.role == "primary":
            return forest_figure(results, key)
    return ""


def _safety(results: Results, numbers: Numbers) -> list[Any]:
    if results.select(analysis="safety").is_empty():
        return []
    return [overview_table(results, numbers), terms_table(results, numbers)]
