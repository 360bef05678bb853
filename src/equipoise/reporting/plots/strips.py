"""Exposure: a strip for each patient, darker where more of the full dose was given."""

from __future__ import annotations

from typing import Final

import polars as pl

from equipoise.calendar import DAYS_PER_MONTH
from equipoise.reporting.figures.axes import Axes, month_ticks
from equipoise.reporting.figures.drawing import Picture
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.model import Piece, run
from equipoise.reporting.plots.look import PlotLook, columns_needed, plotted

STRIP: Final = ("subject", "arm", "day", "share")


def exposure_strip(frame: pl.DataFrame, look: PlotLook) -> ReportFigure:
    """Doses of each patient by day, full or reduced; arms one under the other.

    frame : subject, arm, day (from the first dose), share (of the full dose, 1 is all of it)
    """
    rows = columns_needed(frame, STRIP, "exposure").drop_nulls(["day", "share"])
    ends = rows.group_by("subject", "arm").agg(pl.col("day").max().alias("last"), pl.len())
    arms = [a for a in look.arms if a in set(ends["arm"])] or ends["arm"].unique().to_list()
    place = {arm: i for i, arm in enumerate(arms)}
    order = ends.with_columns(P=pl.col("arm").replace_strict(place, default=99)).sort(
        "P", "last", "subject", descending=[False, True, False]
    )
    last = max(float(rows["day"].max() or 1), 1.0) / DAYS_PER_MONTH  # type: ignore[arg-type]
    statistic = "share of the full dose, proportion"
    shares = look.numbers(rows, "share", statistic, term="subject", at="day")
    doses: dict[object, list[tuple[float, float, Piece | None]]] = {}
    for (who, day, share), number in zip(rows.select("subject", "day", "share").rows(), shares):
        doses.setdefault(who, []).append((day, share, number))

    def draw(width: float) -> Picture:
        lane = max(2.0, min(8.0, 700.0 / max(order.height, 1)))
        made = Picture(width, order.height * lane + 100, 13 if width > 500 else 12)
        axes = Axes(made, 0, last * 1.02, 0, order.height, "Months from the first dose", "Patients",
                    below=44)  # fmt: skip
        axes.frame(xs=month_ticks(last), ys=())
        for i, (who, arm) in enumerate(order.select("subject", "arm").iter_rows()):
            y = axes.y(order.height - i)
            for day, share, number in doses[who]:
                css = "full" if share >= 1 - 1e-9 else "part"
                x = axes.x(day / DAYS_PER_MONTH)
                with made.link(number, f"{who}, day {day:g}: {number}% of the full dose"):
                    made.box(x, y, 2.4, max(lane - 0.5, 1.5), f"dose {css} a{look.hue(str(arm))}")
        look.legend(made)
        return made

    part = rows.filter(pl.col("share") < 1 - 1e-9).height
    told = run(
        look.count("patients", order.height), " patients, ",
        look.count("doses, count", rows.height), " doses, ",
        look.count("doses below the full dose, count", part), " of them below the full dose",
    )  # fmt: skip
    return plotted(look, draw, told, "; those are pale.", rows, {"share": shares})
