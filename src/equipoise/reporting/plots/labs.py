"""Laboratory: eDISH, shift from baseline to worst, spaghetti with bands of grades."""

from __future__ import annotations

import math
from typing import Final

import polars as pl

from equipoise.calendar import DAYS_PER_MONTH
from equipoise.reporting.figures.axes import Axes, pictured
from equipoise.reporting.figures.drawing import Picture
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.plots.look import PlotLook, columns_needed, data_table, marks_of

EDISH: Final = ("subject", "arm", "alt", "bilirubin")
SHIFT: Final = ("subject", "arm", "baseline", "worst")
SPAGHETTI: Final = ("subject", "arm", "day", "value")
ALT_LINE, BILIRUBIN_LINE = 3.0, 2.0  # times the upper limit of normal: Hy's law
_LOG_TICKS = (0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 50, 100)


def edish(frame: pl.DataFrame, look: PlotLook) -> ReportFigure:
    """Peak ALT across, peak bilirubin upward, both in multiples of the upper limit of normal.

    frame : subject, arm, alt, bilirubin (each patient's highest, times ULN)
    Lines at 3 and 2; right above both is Hy's law.
    Source   FDA, Drug-induced liver injury: premarketing clinical evaluation, 2009.
    """
    rows = columns_needed(frame, EDISH, "edish").drop_nulls(["alt", "bilirubin"])
    over = rows.filter((pl.col("alt") >= ALT_LINE) & (pl.col("bilirubin") >= BILIRUBIN_LINE))

    def draw(width: float) -> Picture:
        made = Picture(width, 380, 13 if width > 500 else 12)
        xs = [math.log10(max(v, 0.05)) for v in rows["alt"]] + [-1.0, 1.1]
        ys = [math.log10(max(v, 0.05)) for v in rows["bilirubin"]] + [-1.0, 1.1]
        across, upward = "Peak ALT, x ULN", "Peak bilirubin, x ULN"
        axes = Axes(made, min(xs), max(xs), min(ys), max(ys), across, upward, below=44)
        _log_frame(axes)
        x, y = axes.x(math.log10(ALT_LINE)), axes.y(math.log10(BILIRUBIN_LINE))
        made.line(x, axes.top, x, made.height - axes.below, "null")
        made.line(axes.left, y, width - axes.right, y, "null")
        made.text(width - axes.right, axes.top + 12, "Hy's law", anchor="end", css="small")
        for row in rows.iter_rows(named=True):
            at = math.log10(max(row["alt"], 0.05)), math.log10(max(row["bilirubin"], 0.05))
            css = f"point a{look.hue(str(row['arm']))}"
            made.circle(axes.x(at[0]), axes.y(at[1]), 3, css)
        look.legend(made)
        return made

    who = ", ".join(map(str, over["subject"].to_list()[:5])) or "nobody"
    says = f"{rows.height} patients; ALT of 3 and bilirubin of 2 x ULN or more: {over.height}"
    caption = look.caption or f"{says} ({who}). Each point is a patient."
    return pictured(look.key, look.title, draw, (caption,), says, data_table(rows, look.key))


def _log_frame(axes: Axes) -> None:
    bottom, end = axes.made.height - axes.below, axes.made.width - axes.right
    for value in _LOG_TICKS:
        at = math.log10(value)
        if axes.low <= at <= axes.high:
            axes.made.line(axes.left, axes.y(at), end, axes.y(at), "grid")
            axes.made.text(axes.left - 6, axes.y(at) + 4, f"{value:g}", anchor="end")
        if axes.x0 <= at <= axes.x1:
            axes.made.text(axes.x(at), bottom + 19, f"{value:g}", anchor="middle")
    axes.made.line(axes.left, bottom, end, bottom)
    axes.made.text(4, 12, axes.upward)
    axes.made.text((axes.left + end) / 2, bottom + 37, axes.across, anchor="middle")


def shift_plot(frame: pl.DataFrame, look: PlotLook) -> ReportFigure:
    """Value at baseline across, worst on treatment upward; on the line nothing changed.

    frame : subject, arm, baseline, worst
    """
    rows = columns_needed(frame, SHIFT, "shift").drop_nulls(["baseline", "worst"])
    values = [*rows["baseline"], *rows["worst"]]
    low, high = min(values, default=0.0), max(values, default=1.0)

    def draw(width: float) -> Picture:
        made = Picture(width, 400, 13 if width > 500 else 12)
        axes = Axes(made, low, high, low, high, "Baseline", "Worst on treatment", below=44)
        axes.frame()
        axes.path([(low, low), (high, high)], "null")
        for row in rows.iter_rows(named=True):
            css = f"point a{look.hue(str(row['arm']))}"
            made.circle(axes.x(row["baseline"]), axes.y(row["worst"]), 3, css)
        look.legend(made)
        return made

    says = f"{rows.height} patients with both values"
    caption = look.caption or f"{says}. On the line: no change."
    return pictured(look.key, look.title, draw, (caption,), says, data_table(rows, look.key))


def spaghetti(frame: pl.DataFrame, look: PlotLook, bands: tuple[float, ...] = ()) -> ReportFigure:
    """Each patient's values over time, with lines where grades begin.

    frame : subject, arm, day, value; bands : values at which grade 1, 2, ... begin
    """
    rows = columns_needed(frame, SPAGHETTI, "spaghetti").drop_nulls(["day", "value"])
    rows = rows.sort("subject", "day")
    low = min([float(rows["value"].min() or 0), *bands])  # type: ignore[arg-type]
    high = max([float(rows["value"].max() or 1), *bands])  # type: ignore[arg-type]
    days = rows["day"] / DAYS_PER_MONTH
    first, last = float(days.min() or 0), float(days.max() or 1)  # type: ignore[arg-type]

    def draw(width: float) -> Picture:
        made = Picture(width, 380, 13 if width > 500 else 12)
        axes = Axes(made, min(first, 0.0), last, low, high, "Months", "Value", below=44)
        axes.frame()
        for grade, value in enumerate(bands, 1):
            y = axes.y(value)
            made.line(axes.left, y, width - axes.right, y, "null")
            made.text(width - axes.right, y - 3, f"grade {grade}", anchor="end", css="small")
        for (_, arm), own in rows.group_by("subject", "arm", maintain_order=True):
            points = [(d / DAYS_PER_MONTH, v) for d, v in marks_of(own, "day", "value")]
            axes.path(points, f"thin a{look.hue(str(arm))}")
        look.legend(made)
        return made

    says = f"{rows['subject'].n_unique()} patients, {rows.height} values"
    told = " Dashed: where grades begin." if bands else ""
    return pictured(
        look.key, look.title, draw, (look.caption or f"{says}.{told}",), says,
        data_table(rows, look.key),
    )  # fmt: skip
