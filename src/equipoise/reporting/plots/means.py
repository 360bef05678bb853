"""Means with limits and the number of patients under the ticks: quality of life by visit."""

from __future__ import annotations

from typing import Final

import polars as pl

from equipoise.reporting.figures.axes import Axes, pictured
from equipoise.reporting.figures.drawing import Picture
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.plots.look import PlotLook, columns_needed, data_table

MEANS: Final = ("arm", "at", "visit", "mean", "lower", "upper", "n")


ENOUGH_ANSWERS: Final = 5
"""Patients below which limits do not set the axis; they stop at its edge."""


def means_plot(frame: pl.DataFrame, look: PlotLook, upward: str = "Mean (95% CI)") -> ReportFigure:
    """Mean and limits of each arm at each visit; patients stand under the visits.

    frame : arm, at (where the visit stands), visit (its name), mean, lower, upper, n
    """
    rows = columns_needed(frame, MEANS, "means").sort("at")
    arms = [a for a in look.arms if a in set(rows["arm"])] or rows["arm"].unique().to_list()
    visits = rows.select("at", "visit").unique("at", keep="first").sort("at")
    enough = rows.filter(pl.col("n") >= ENOUGH_ANSWERS)
    of = enough if enough.height else rows
    known = [v for c in ("mean", "lower", "upper") for v in of[c].drop_nulls()]
    low, high = min(known, default=0.0), max(known, default=1.0)
    margin = (high - low) * 0.06 or 1.0

    def draw(width: float) -> Picture:
        made = Picture(width, 330 + 30 * len(arms), 13 if width > 500 else 12)
        below = 56 + 30 * len(arms)
        first, last = float(visits["at"][0]), float(visits["at"][-1])
        pad = (last - first) * 0.04 or 1.0
        axes = Axes(
            made, first - pad, last + pad, low - margin, high + margin, "", upward, below=below
        )
        axes.frame(xs=())
        base = made.height - below
        for at, name in visits.iter_rows():
            made.line(axes.x(at), base, axes.x(at), base + 5)
            made.text(axes.x(at), base + 19, str(name), anchor="middle", css="small")
        for k, arm in enumerate(arms):
            _arm(axes, rows.filter(pl.col("arm") == arm), look, arm, (k - (len(arms) - 1) / 2) * 5)
            y = base + 42 + 30 * k
            made.text(4, y, look.arms.get(arm, arm), css=f"small name a{look.hue(arm)}")
            for at, n in rows.filter(pl.col("arm") == arm).select("at", "n").iter_rows():
                made.text(axes.x(at), y + 14, str(n), anchor="middle", css="small")
        return made

    says = "; ".join(
        f"{look.arms.get(arm, arm)}: {own['n'][0]} patients at first, {own['n'][-1]} at last"
        for arm in arms
        if (own := rows.filter(pl.col("arm") == arm)).height
    )
    caption = look.caption or f"{says}. Means of the patients who answered, with 95% limits."
    return pictured(look.key, look.title, draw, (caption,), says, data_table(rows, look.key))


def _arm(axes: Axes, own: pl.DataFrame, look: PlotLook, arm: str, shift: float) -> None:
    hue, d = look.hue(arm), ""
    for row in own.iter_rows(named=True):
        if row["mean"] is None:
            continue
        x, y = axes.x(row["at"]) + shift, axes.y(row["mean"])
        d += f"{'L' if d else 'M'}{x:.1f} {y:.1f}"
        if row["lower"] is not None and row["upper"] is not None:
            top, bottom = axes.y(row["upper"]), axes.y(row["lower"])
            axes.made.path(f"M{x:.1f} {top:.1f}V{bottom:.1f}", f"limits a{hue}")
        axes.made.circle(x, y, 3.5, f"point a{hue}")
    if d:
        axes.made.path(d, f"curve a{hue}", look.dash(arm))
