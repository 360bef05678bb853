"""Means with limits and the number of patients under the ticks: quality of life by visit."""

from __future__ import annotations

from typing import Final

import polars as pl

from equipoise.reporting.figures.axes import Axes
from equipoise.reporting.figures.drawing import Picture
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.model import Cell, Piece, listed, run
from equipoise.reporting.plots.look import PlotLook, columns_needed, plotted

MEANS: Final = ("arm", "at", "visit", "mean", "lower", "upper", "n")


ENOUGH_ANSWERS: Final = 5
"""Patients below which limits, which would be of any width, are not drawn."""


def means_plot(frame: pl.DataFrame, look: PlotLook, upward: str = "Mean (95% CI)") -> ReportFigure:
    """Mean and limits of each arm at each visit; patients stand under the visits.

    frame : arm, at (where the visit stands), visit (its name), mean, lower, upper, n
    """
    rows = columns_needed(frame, MEANS, "means").sort("at")
    arms = [a for a in look.arms if a in set(rows["arm"])] or rows["arm"].unique().to_list()
    visits = rows.select("at", "visit").unique("at", keep="first").sort("at")
    enough = rows.filter(pl.col("n") >= ENOUGH_ANSWERS)
    known = [v for c in ("lower", "upper") for v in enough[c].drop_nulls()]
    known += rows["mean"].drop_nulls().to_list()
    low, high = min(known, default=0.0), max(known, default=1.0)
    margin = (high - low) * 0.06 or 1.0
    numbers = {
        name: look.numbers(rows, name, f"{name}{', patients' * (name == 'n')}", term="visit",
                           digits=0 if name == "n" else 1)
        for name in ("mean", "lower", "upper", "n")
    }  # fmt: skip
    whole = rows.with_row_index("I")

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
            own = whole.filter(pl.col("arm") == arm)
            _arm(axes, own, look, arm, (k - (len(arms) - 1) / 2) * 5, numbers["mean"])
            y = base + 42 + 30 * k
            made.text(4, y, look.arms.get(arm, arm), css=f"small name a{look.hue(arm)}")
            for i, at in own.select("I", "at").iter_rows():
                made.text(axes.x(at), y + 14, run(numbers["n"][i]), anchor="middle", css="small")
        return made

    told = listed([_answered(whole, look, arm, numbers["n"]) for arm in arms], "; ")
    more = (
        ". Means of the patients who answered, with 95% limits where "
        f"{ENOUGH_ANSWERS} or more of them did."
    )
    return plotted(look, draw, told, more, rows, numbers)


def _answered(whole: pl.DataFrame, look: PlotLook, arm: str, n: tuple[Piece | None, ...]) -> Cell:
    own = whole.filter(pl.col("arm") == arm)["I"]
    ends = run(n[own[0]], " patients at first, ", n[own[-1]], " at last")
    return run(f"{look.arms.get(arm, arm)}: ", ends)


def _arm(
    axes: Axes,
    own: pl.DataFrame,
    look: PlotLook,
    arm: str,
    shift: float,
    means: tuple[Piece | None, ...],
) -> None:
    hue, d = look.hue(arm), ""
    for row in own.iter_rows(named=True):
        if row["mean"] is None:
            continue
        x, y = axes.x(row["at"]) + shift, axes.y(row["mean"])
        d += f"{'L' if d else 'M'}{x:.1f} {y:.1f}"
        if row["n"] >= ENOUGH_ANSWERS and None not in (row["lower"], row["upper"]):
            top, bottom = axes.y(row["upper"]), axes.y(row["lower"])
            axes.made.path(f"M{x:.1f} {top:.1f}V{bottom:.1f}", f"limits a{hue}")
        number = means[row["I"]]
        with axes.made.link(number, f"{look.arms.get(arm, arm)}, {row['visit']}: {number}"):
            axes.made.circle(x, y, 3.5, f"point a{hue}")
    if d:
        axes.made.path(d, f"curve a{hue}", look.dash(arm))
