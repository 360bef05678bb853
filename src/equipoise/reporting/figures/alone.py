"""Figures as files of their own: SVG for a column or a page, and the numbers that are drawn."""

from __future__ import annotations

from pathlib import Path

from equipoise.analysis.results import Results
from equipoise.errors import InputError, did_you_mean
from equipoise.reporting.added.figures import added_figures
from equipoise.reporting.figures.flow import flow_figure
from equipoise.reporting.figures.forest import forest_figure
from equipoise.reporting.figures.harms import harms_figure
from equipoise.reporting.figures.km import km_figure
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.figures.still import PAGE, standalone
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.words import NumberText
from equipoise.reporting.write import write_text
from equipoise.reporting.writers.page import Stamp
from equipoise.reporting.writers.plain import csv_text


def drawn(results: Results) -> list[str]:
    """Estimands with a curve to draw; sensitivity analyses are in the table only."""
    rows = results.select(method="Kaplan-Meier", statistic="curve")
    estimands = results.data.protocol.estimands
    keys = rows["analysis"].unique(maintain_order=True)
    return [k for k in keys if estimands[k].role in ("primary", "secondary")]


def figures(results: Results, numbers: Numbers) -> dict[str, ReportFigure]:
    """Every figure of the report by its name."""
    made = [flow_figure(results, numbers)]
    made += [km_figure(results, numbers, key) for key in drawn(results)]
    subgroups = results.rows.filter(results.rows["subgroup"] != "").height
    made += [one for one in (forest_figure(results, numbers) if subgroups else None,) if one]
    events = results.select(analysis="safety").height
    made += [one for one in (harms_figure(results, numbers) if events else None,) if one]
    made += added_figures(results, numbers, [one.key for one in made])
    return {one.key: one for one in made}


def write_figure(
    results: Results,
    name: str,
    folder: str | Path,
    *,
    width: int = PAGE,
    gray: bool = False,
    style: str = "regulator",
) -> list[Path]:
    """NAME.svg and NAME.csv, the numbers that it draws.

    width : mm; up to 84 as for a column, drawn anew and not made smaller
    Raises   InputError if there is no such figure, with the list.
    """
    known = figures(results, Numbers(results, NumberText.named(style).style))
    if name not in known:
        hint = did_you_mean(name, known)
        raise InputError(f'figure: found "{name}", expected one of {", ".join(known)}{hint}')
    if width <= 0:
        raise InputError(f"width: found {width}, expected millimeters above 0, as 84 or 174")
    one, place = known[name], Path(folder)
    picture = standalone(one.svg, width=width, gray=gray)
    table = csv_text([one.data], Stamp.of(results))
    return [
        write_text(place / f"{name}.svg", picture),
        write_text(place / f"{name}.csv", table),
    ]
