"""Figures by name: from a plain table, or from the results of a trial."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import polars as pl

from equipoise.analysis.results import Results
from equipoise.errors import InputError, did_you_mean
from equipoise.frames import AnyTable, frame_of
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.plots import curves, harms, labs, means, sources, strips, tumor
from equipoise.reporting.plots.look import PlotLook

PlainPlot = Callable[..., ReportFigure]
PLAIN_PLOTS: Final[dict[str, tuple[PlainPlot, tuple[str, ...]]]] = {
    "km": (curves.km_plot, curves.TIMES),
    "incidence": (curves.incidence_plot, curves.TIMES),
    "waterfall": (tumor.waterfall, tumor.WATERFALL),
    "spider": (tumor.spider, tumor.SPIDER),
    "swimmer": (tumor.swimmer, tumor.SWIMMER),
    "volcano": (harms.volcano, harms.VOLCANO),
    "grades": (harms.stacked, harms.STACKED),
    "edish": (labs.edish, labs.EDISH),
    "shift": (labs.shift_plot, labs.SHIFT),
    "spaghetti": (labs.spaghetti, labs.SPAGHETTI),
    "means": (means.means_plot, means.MEANS),
    "exposure": (strips.exposure_strip, strips.STRIP),
}
"""Each figure that a plain table gives, and the columns that it needs."""


def figure(
    name: str,
    table: AnyTable,
    *,
    title: str = "",
    caption: str = "",
    arms: Mapping[str, str] | None = None,
    control: str = "",
    unit: str = "",
    bands: Sequence[float] = (),
) -> ReportFigure:
    """A figure from a plain table: pandas, polars or whatever narwhals reads.

    name : km, incidence, waterfall, spider, swimmer, volcano, grades, edish, shift, spaghetti,
        means or exposure; docs/report.md has the columns of each
    arms : arm -> label, in the order of the legend; control : the arm with the control's color
    unit : of the time of km and incidence; bands : of spaghetti, values at which grades begin
    Returns  the figure: shown by a notebook as it is, `save` writes it
    Raises   InputError for an unknown figure, a missing column or an empty table.
    """
    if name not in PLAIN_PLOTS:
        hint = did_you_mean(name, PLAIN_PLOTS)
        raise InputError(f'figure: found "{name}", expected one of {", ".join(PLAIN_PLOTS)}{hint}')
    frame = pl.DataFrame(frame_of(table).to_dict(as_series=False))
    labels = arms or _labels(frame)
    look = PlotLook(name, title or name, caption, "", dict(labels), control)
    return PLAIN_PLOTS[name][0](frame, look, **_options(name, unit, bands))


def _options(name: str, unit: str, bands: Sequence[float]) -> dict[str, Any]:
    """What a figure takes beside its table. Raises InputError for what it does not take."""
    if unit and name not in ("km", "incidence"):
        raise InputError(f'unit: found "{unit}", which only km and incidence take, not {name}')
    if bands and name != "spaghetti":
        raise InputError(f"bands: found {list(bands)}, which only spaghetti takes, not {name}")
    return {k: v for k, v in (("unit", unit), ("bands", tuple(bands))) if v}


def _labels(frame: pl.DataFrame) -> dict[str, str]:
    if "arm" not in frame.columns:
        return {}
    return {str(arm): str(arm) for arm in frame["arm"].unique(maintain_order=True)}


class TrialFigure(NamedTuple):
    """A figure of a trial: title, number by ICH E3, and how it is drawn."""

    title: str
    number: str
    make: Callable[[Results, PlotLook], ReportFigure]


def _means(results: Results, look: PlotLook) -> ReportFigure:
    frame, scale = sources.scale_means(results.data, None)
    return means.means_plot(frame, look, f"{scale}, mean (95% CI)")


def _spaghetti(results: Results, look: PlotLook) -> ReportFigure:
    return labs.spaghetti(sources.lab_course(results.data, None), look)


def _onset(results: Results, look: PlotLook) -> ReportFigure:
    return curves.incidence_plot(sources.onsets(results.data), look, "Months from the first dose")


OF_TRIAL: Final = {
    "waterfall": TrialFigure(
        "Best change of the sum of diameters", "14.2.3.1",
        lambda r, k: tumor.waterfall(sources.best_changes(r.data), k),
    ),
    "spider": TrialFigure(
        "Change of the sum of diameters over time", "14.2.3.2",
        lambda r, k: tumor.spider(sources.sums(r.data), k),
    ),
    "swimmer": TrialFigure(
        "Course of each patient", "14.2.3.3",
        lambda r, k: tumor.swimmer(sources.lanes(r.data), k),
    ),
    "quality": TrialFigure("Quality of life by visit", "14.2.4.1", _means),
    "exposure": TrialFigure(
        "Doses of each patient", "14.1.3.1",
        lambda r, k: strips.exposure_strip(sources.strip_doses(r.data), k),
    ),
    "onset": TrialFigure(
        "Time to the first adverse event of grade 3 or higher, death competing", "14.3.1.4", _onset
    ),
    "volcano": TrialFigure(
        "Terms by difference of risks and P", "14.3.1.5",
        lambda r, k: harms.volcano(sources.terms_tested(r), k),
    ),
    "grades": TrialFigure(
        "Adverse events by worst grade", "14.3.1.6",
        lambda r, k: harms.stacked(sources.grades_by_term(r), k),
    ),
    "edish": TrialFigure(
        "Peak ALT and bilirubin", "14.3.4.3", lambda r, k: labs.edish(sources.liver(r.data), k)
    ),
    "shift": TrialFigure(
        "Laboratory value at baseline and worst on treatment", "14.3.4.4",
        lambda r, k: labs.shift_plot(sources.lab_shifts(r.data, None), k),
    ),
    "spaghetti": TrialFigure("Laboratory values over time", "14.3.4.5", _spaghetti),
}  # fmt: skip
"""Figures that are drawn of a trial's own data, patient by patient."""


def of_trial(results: Results, name: str) -> ReportFigure:
    """One of them. Raises InputError that says why the data do not have it."""
    made = OF_TRIAL[name]
    found = made.make(results, sources.look_of(results, name, made.title))
    return found


def not_drawn(results: Results) -> dict[str, str]:
    """Figures that these data do not have, and why."""
    found = {}
    for name in OF_TRIAL:
        try:
            of_trial(results, name)
        except InputError as problem:
            found[name] = str(problem)
    return found
