"""Laboratory: eDISH, shift from baseline to worst, spaghetti with bands of grades."""

from __future__ import annotations

import math
from typing import Final

import polars as pl

from equipoise.calendar import DAYS_PER_MONTH
from equipoise.reporting.figures.axes import Axes, month_ticks
from equipoise.reporting.figures.drawing import Picture
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.model import run
from equipoise.reporting.plots.look import PlotLook, columns_needed, plotted
from equipoise.reporting.plots.tumor import threads

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
    alt = look.numbers(rows, "alt", "peak ALT, x ULN", term="subject", digits=2)
    bilirubin = look.numbers(rows, "bilirubin", "peak bilirubin, x ULN", term="subject", digits=2)

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
        for i, row in enumerate(rows.iter_rows(named=True)):
            at = math.log10(max(row["alt"], 0.05)), math.log10(max(row["bilirubin"], 0.05))
            css = f"point a{look.hue(str(row['arm']))}"
            says = f"{row['subject']}: ALT {alt[i]}, bilirubin {bilirubin[i]} x ULN"
            with made.link(alt[i], says):
                made.circle(axes.x(at[0]), axes.y(at[1]), 3, css)
        look.legend(made)
        return made

    who = ", ".join(map(str, over["subject"].to_list()[:5])) or "nobody"
    told = run(
        look.count("patients", rows.height),
        " patients; ALT of 3 and bilirubin of 2 x ULN or more: ",
        look.count("ALT of 3 and bilirubin of 2 x ULN or more, patients", over.height),
    )
    more = f" ({who}). Each point is a patient, at the highest values of each, on any days."
    return plotted(look, draw, told, more, rows, {"alt": alt, "bilirubin": bilirubin})


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


def shift_plot(
    frame: pl.DataFrame, look: PlotLook, what: str = "", digits: int | None = None
) -> ReportFigure:
    """Value at baseline across, worst on treatment upward; on the line nothing changed.

    frame : subject, arm, baseline, worst; what : is measured, for the axes; digits : of its values
    """
    rows = columns_needed(frame, SHIFT, "shift").drop_nulls(["baseline", "worst"])
    values = [*rows["baseline"], *rows["worst"]]
    low, high = min(values, default=0.0), max(values, default=1.0)
    numbers = {
        name: look.numbers(rows, name, name, term="subject", digits=digits)
        for name in ("baseline", "worst")
    }
    before = f"{what}, baseline" if what else "Baseline"
    after = f"{what}, worst on treatment" if what else "Worst on treatment"

    def draw(width: float) -> Picture:
        made = Picture(width, 400, 13 if width > 500 else 12)
        axes = Axes(made, low, high, low, high, before, after, below=44)
        axes.frame()
        axes.path([(low, low), (high, high)], "null")
        for i, row in enumerate(rows.iter_rows(named=True)):
            css = f"point a{look.hue(str(row['arm']))}"
            first, worst = numbers["baseline"][i], numbers["worst"][i]
            with made.link(worst, f"{row['subject']}: {first} at baseline, then {worst}"):
                made.circle(axes.x(row["baseline"]), axes.y(row["worst"]), 3, css)
        look.legend(made)
        return made

    told = run(look.count("patients", rows.height), " patients with both values")
    more = ". Each point is a patient; on the line nothing changed."
    return plotted(look, draw, told, more, rows, numbers)


def spaghetti(
    frame: pl.DataFrame,
    look: PlotLook,
    bands: tuple[float, ...] = (),
    what: str = "Value",
    digits: int | None = None,
) -> ReportFigure:
    """Each patient's values over time, with lines where grades begin.

    frame : subject, arm, day, value; bands : values at which grade 1, 2, ... begin
    what : is measured, for the axis; digits : of its values
    """
    rows = columns_needed(frame, SPAGHETTI, "spaghetti").drop_nulls(["day", "value"])
    rows = rows.sort("subject", "day")
    low = min([float(rows["value"].min() or 0), *bands])  # type: ignore[arg-type]
    high = max([float(rows["value"].max() or 1), *bands])  # type: ignore[arg-type]
    days = rows["day"] / DAYS_PER_MONTH
    first, last = float(days.min() or 0), float(days.max() or 1)  # type: ignore[arg-type]
    values = look.numbers(rows, "value", "value", term="subject", at="day", digits=digits)

    def draw(width: float) -> Picture:
        made = Picture(width, 380, 13 if width > 500 else 12)
        axes = Axes(made, min(first, 0.0), last, low, high, "Months", what, below=44)
        axes.frame(xs=month_ticks(last))
        for grade, value in enumerate(bands, 1):
            y = axes.y(value)
            made.line(axes.left, y, width - axes.right, y, "null")
            made.text(width - axes.right, y - 3, f"grade {grade}", anchor="end", css="small")
        threads(axes, rows, values, look)
        look.legend(made)
        return made

    told = run(look.count("patients", rows["subject"].n_unique()), " patients, ",
               look.count("values, count", rows.height), " values")  # fmt: skip
    more = ". A line for each patient." + (" Dashed: where grades begin." if bands else "")
    return plotted(look, draw, told, more, rows, {"value": values})
