"""Figures of a trial, patient by patient; every number in them is a row with a key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, NamedTuple

import polars as pl

from equipoise.analysis.results import Results
from equipoise.calendar import DAYS_PER_MONTH
from equipoise.errors import InputError
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.model import Number, numbers_in
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.plots import curves, harms, labs, means, sources, strips, tumor
from equipoise.reporting.plots.look import PlotLook
from equipoise.reporting.plots.numbered import FigureRows
from equipoise.reporting.words import NumberText

Settings = dict[str, Any]


def _nothing(results: Results) -> Settings:
    return {}


class TrialFigure(NamedTuple):
    """A figure of a trial.

    number : by ICH E3; table : what is drawn, which raises InputError where the data lack it
    draw : from the table, with the settings that the trial gives; method : what its values are
    treated : True where it is of the safety population; days : of the unit of its times
    """

    title: str
    number: str
    table: Callable[[Results], pl.DataFrame]
    draw: Callable[..., ReportFigure]
    method: str
    treated: bool = False
    settings: Callable[[Results], Settings] = _nothing
    days: float = 1.0


def _scale(results: Results) -> Settings:
    return {"upward": f"{sources.scale_means(results.data, None)[1]}, mean (95% CI)"}


def _lab(results: Results) -> Settings:
    what, digits = sources.lab_name(results.data, None)
    return {"what": what, "digits": digits}


OF_TRIAL: Final = {
    "waterfall": TrialFigure(
        "Best change of the sum of diameters", "14.2.3.1",
        lambda r: sources.best_changes(r.data), tumor.waterfall, "smallest change after baseline",
    ),
    "spider": TrialFigure(
        "Change of the sum of diameters over time", "14.2.3.2",
        lambda r: sources.sums(r.data), tumor.spider, "change from baseline",
    ),
    "swimmer": TrialFigure(
        "Course of each patient", "14.2.3.3",
        lambda r: sources.lanes(r.data), tumor.swimmer, "days from randomization",
    ),
    "quality": TrialFigure(
        "Quality of life by visit", "14.2.4.1",
        lambda r: sources.scale_means(r.data, None)[0], means.means_plot,
        "mean, limits by Student's t", settings=_scale,
    ),
    "exposure": TrialFigure(
        "Doses of each patient", "14.1.3.1",
        lambda r: sources.strip_doses(r.data), strips.exposure_strip,
        "dose given / largest dose of the drug in the arm",
    ),
    "onset": TrialFigure(
        "Time to the first adverse event of grade 3 or higher, death competing", "14.3.1.4",
        lambda r: sources.onsets(r.data), curves.incidence_plot, "Aalen-Johansen", treated=True,
        settings=lambda _: {"unit": "Months from the first dose"}, days=DAYS_PER_MONTH,
    ),
    "volcano": TrialFigure(
        "Terms by difference of risks and P", "14.3.1.5",
        sources.terms_tested, harms.volcano, "count", treated=True,
    ),
    "grades": TrialFigure(
        "Adverse events by worst grade", "14.3.1.6",
        sources.grades_by_term, harms.stacked, "worst grade of each patient", treated=True,
    ),
    "edish": TrialFigure(
        "Peak ALT and bilirubin", "14.3.4.3",
        lambda r: sources.liver(r.data), labs.edish, "highest value on treatment",
    ),
    "shift": TrialFigure(
        "Laboratory value at baseline and worst on treatment", "14.3.4.4",
        lambda r: sources.lab_shifts(r.data, None), labs.shift_plot, "as collected",
        settings=_lab,
    ),
    "spaghetti": TrialFigure(
        "Laboratory values over time", "14.3.4.5",
        lambda r: sources.lab_course(r.data, None), labs.spaghetti, "as collected", settings=_lab,
    ),
}  # fmt: skip
"""Figures that are drawn of a trial's own data, patient by patient."""


def of_trial(results: Results, name: str, style: str = "regulator") -> ReportFigure:
    """One of them. Raises InputError that says why the data do not have it."""
    made, protocol = OF_TRIAL[name], results.data.protocol
    table = made.table(results)
    words = NumberText.named(style)
    rows = FigureRows(
        name, words, method=made.method, after=results.rows.height, days=made.days,
        population=protocol.safety.population if made.treated else "",
    )  # fmt: skip
    labels = {key: arm.label for key, arm in protocol.arms.items()}
    look = PlotLook(name, made.title, number=made.number, arms=labels, control=protocol.control,
                    rows=rows)  # fmt: skip
    if name == "volcano":
        known = sources.terms_known(results, Numbers(results, words.style))
        look = replace(look, known=known)
    figure = made.draw(table, look, **made.settings(results))
    return replace(figure, number=made.number)


def with_rows(results: Results, figure: ReportFigure) -> Results:
    """The results with the rows that a figure draws beside them."""
    if figure.rows is None:
        return results
    return Results(pl.concat([results.rows, figure.rows]), results.data, results.findings)


def not_drawn(results: Results) -> dict[str, str]:
    """Figures that these data do not have, and why."""
    found = {}
    for name, made in OF_TRIAL.items():
        try:
            made.table(results)
        except InputError as problem:
            found[name] = str(problem)
    return found


def drawn_number(results: Results, key: str) -> tuple[ReportFigure, Number] | None:
    """The figure that draws the number of a key, and the number; None if there is none."""
    for name in OF_TRIAL:
        try:
            figure = of_trial(results, name)
        except InputError:
            continue
        found = next((one for one in numbers_in(figure.cells) if one.key == key), None)
        if found is not None and found.row >= results.rows.height:
            return figure, found
    return None
