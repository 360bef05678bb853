"""Figures as files of their own: SVG for a column or a page, and the numbers that are drawn."""

from __future__ import annotations

from pathlib import Path

from equipoise.analysis.results import Results
from equipoise.errors import InputError, did_you_mean
from equipoise.reporting.added.figures import added_figures
from equipoise.reporting.figures.files import figure_files
from equipoise.reporting.figures.flow import flow_figure
from equipoise.reporting.figures.forest import forest_figure
from equipoise.reporting.figures.harms import harms_figure
from equipoise.reporting.figures.km import km_figure
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.figures.page import figure_page
from equipoise.reporting.figures.still import PAGE
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.plots.trial import OF_TRIAL, of_trial
from equipoise.reporting.words import NumberText
from equipoise.reporting.write import write_text


def drawn(results: Results) -> list[str]:
    """Estimands with a curve to draw; sensitivity analyses are in the table only."""
    rows = results.select(method="Kaplan-Meier", statistic="curve")
    estimands = results.data.protocol.estimands
    keys = rows["analysis"].unique(maintain_order=True)
    wanted = ("primary", "secondary")
    return [k for k in keys if estimands[k].role in wanted or _deteriorates(results, k)]


def _deteriorates(results: Results, key: str) -> bool:
    """Whether an estimand is a time to deterioration of a questionnaire's scale."""
    protocol = results.data.protocol
    return protocol.endpoints[protocol.estimands[key].endpoint].type == "questionnaire"


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


def report_figure(results: Results, name: str, style: str = "regulator") -> ReportFigure:
    """A figure by its name, of the report or of the patients.

    Raises   InputError if there is no such figure, with the list, or these data do not have it.
    """
    if name in OF_TRIAL:
        try:
            return of_trial(results, name, style)
        except InputError as problem:
            raise InputError(f'figure: "{name}" is not made, because {problem}') from None
    known = figures(results, Numbers(results, NumberText.named(style).style))
    if name not in known:
        names = [*known, *OF_TRIAL]
        hint = did_you_mean(name, names)
        raise InputError(f'figure: found "{name}", expected one of {", ".join(names)}{hint}')
    return known[name]


def write_figure(
    results: Results,
    name: str,
    folder: str | Path,
    *,
    to: str = "svg",
    width: int = PAGE,
    gray: bool = False,
    style: str = "regulator",
) -> list[Path]:
    """NAME.svg and NAME.csv, the numbers that it draws.

    to : svg, html with what each number is, pdf and png by the package typst, or eps by the program
        pdftops
    width : mm; up to 84 as for a column, drawn anew and not made smaller
    Raises   InputError if there is no such figure, with the list.
    """
    one = report_figure(results, name, style)
    if to == "html":
        return [write_text(Path(folder) / f"{one.key}.html", figure_page(results, one))]
    return figure_files(one, folder, to=to, width=width, gray=gray)
