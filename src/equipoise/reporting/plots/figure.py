"""Figures by name: from a plain table, or from the results of a trial."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import polars as pl

from equipoise.errors import InputError, did_you_mean
from equipoise.frames import AnyTable, frame_of
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.plots import curves, harms, labs, means, strips, tumor
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
