"""Waterfall, spider and swimmer: the tumors of each patient."""

from __future__ import annotations

from typing import Final

import polars as pl

from equipoise.calendar import DAYS_PER_MONTH
from equipoise.reporting.figures.axes import Axes, pictured
from equipoise.reporting.figures.drawing import Picture
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.plots.look import (
    PlotLook,
    columns_needed,
    data_table,
    level_line,
    marks_of,
)

WATERFALL: Final = ("subject", "arm", "change", "response", "confirmed")
SPIDER: Final = ("subject", "arm", "day", "change")
SWIMMER: Final = ("subject", "arm", "day", "what")
BEST_RESPONSES: Final = ("CR", "PR", "SD", "PD", "NE")
LANE_MARKS: Final = ("dose", "response", "progression", "death", "ongoing", "end")
_PARTIAL, _WORSE, _MOST = -30.0, 20.0, 100.0


def waterfall(frame: pl.DataFrame, look: PlotLook) -> ReportFigure:
    """Best change of each patient's sum of diameters, the largest growth first.

    frame : subject, arm, change (% from baseline), response (CR, PR, SD, PD, NE), confirmed
    The color is the best response, a star a confirmed one; bars beyond 100% end in an arrow.
    """
    rows = columns_needed(frame, WATERFALL, "waterfall").drop_nulls("change")
    rows = rows.sort("change", "subject", descending=[True, False])

    def draw(width: float) -> Picture:
        made = Picture(width, 360, 13 if width > 500 else 12)
        axes = Axes(made, 0, max(rows.height, 1), -100, _MOST, "", "Best change from baseline, %")
        axes.frame(xs=(), ys=(-100, -50, 0, 50, 100))
        level_line(axes, _WORSE, "+20")
        level_line(axes, _PARTIAL, "\N{MINUS SIGN}30")
        for i, row in enumerate(rows.iter_rows(named=True)):
            _bar(axes, i, row)
        x = 48.0
        for response in BEST_RESPONSES:
            made.box(x, made.height - 26, 10, 10, f"square {response.lower()}")
            made.text(x + 14, made.height - 17, response, css="small")
            x += 48
        return made

    counts = {r: rows.filter(pl.col("response") == r).height for r in BEST_RESPONSES}
    says = f"{rows.height} patients: " + ", ".join(f"{r} {n}" for r, n in counts.items())
    caption = look.caption or f"{says}. Color: best response; star: confirmed."
    return pictured(look.key, look.title, draw, (caption,), says, data_table(rows, look.key))


def _bar(axes: Axes, i: int, row: dict[str, object]) -> None:
    change = float(row["change"])  # type: ignore[arg-type]
    x1, x2 = axes.x(i), axes.x(i + 1)
    zero, end = axes.y(0), axes.y(min(change, _MOST))
    gap = min(1.0, (x2 - x1) * 0.15)
    response = str(row["response"] or "NE").lower()
    known = response if response.upper() in BEST_RESPONSES else "ne"
    top, height = min(zero, end), abs(zero - end)
    axes.made.box(x1 + gap, top, max(x2 - x1 - 2 * gap, 0.5), max(height, 1), f"square {known}")
    if change > _MOST:
        middle = (x1 + x2) / 2
        axes.made.path(f"M{middle - 3:.1f} {end:.1f}l3 -6l3 6", "whisker")
    if row["confirmed"]:
        side = end + 12 if change < 0 else end - 3
        axes.made.text((x1 + x2) / 2, side, "*", anchor="middle", css="small")


def spider(frame: pl.DataFrame, look: PlotLook) -> ReportFigure:
    """Change of each patient's sum over time, a line for each patient.

    frame : subject, arm, day, change (% from baseline)
    """
    rows = columns_needed(frame, SPIDER, "spider").drop_nulls("change").sort("subject", "day")
    last = float(rows["day"].max() or 1) / DAYS_PER_MONTH  # type: ignore[arg-type]

    def draw(width: float) -> Picture:
        made = Picture(width, 380, 13 if width > 500 else 12)
        axes = Axes(made, 0, last, -100, _MOST, "Months", "Change from baseline, %", below=44)
        axes.frame(ys=(-100, -50, 0, 50, 100))
        level_line(axes, _WORSE, "+20")
        level_line(axes, _PARTIAL, "\N{MINUS SIGN}30")
        for (_, arm), own in rows.group_by("subject", "arm", maintain_order=True):
            points = [(d / DAYS_PER_MONTH, y) for d, y in marks_of(own, "day", "change")]
            axes.path([(0.0, 0.0), *points], f"thin a{look.hue(str(arm))}")
        look.legend(made)
        return made

    n = rows["subject"].n_unique()
    says = f"{n} patients, {rows.height} assessments"
    caption = look.caption or f"{says}. Values above 100% stand at the edge."
    return pictured(look.key, look.title, draw, (caption,), says, data_table(rows, look.key))


def swimmer(frame: pl.DataFrame, look: PlotLook) -> ReportFigure:
    """A lane for each patient, the longest first: doses, response, progression, death.

    frame : subject, arm, day, what (dose, response, progression, death, ongoing, end)
    """
    rows = columns_needed(frame, SWIMMER, "swimmer").drop_nulls("day")
    ends = rows.group_by("subject", "arm").agg(pl.col("day").max().alias("last"))
    order = ends.sort("last", "subject", descending=[True, False])
    last = max(float(order["last"].max() or 1), 1.0) / DAYS_PER_MONTH  # type: ignore[arg-type]
    marks = {
        who: own.select("what", "day").rows()
        for (who,), own in rows.group_by("subject", maintain_order=True)
    }

    def draw(width: float) -> Picture:
        lane = max(4.0, min(14.0, 900.0 / max(order.height, 1)))
        made = Picture(width, order.height * lane + 96, 13 if width > 500 else 12)
        axes = Axes(made, 0, last * 1.02, 0, order.height, "Months", "Patients", below=44)
        axes.frame(ys=())
        for i, (who, arm, end) in enumerate(order.iter_rows()):
            y = axes.y(order.height - i - 0.5)
            hue = look.hue(str(arm))
            axes.made.path(
                f"M{axes.x(0):.1f} {y:.1f}H{axes.x(end / DAYS_PER_MONTH):.1f}", f"lane a{hue}"
            )
            for what, day in marks[who]:
                _swum(axes, axes.x(day / DAYS_PER_MONTH), y, what, min(lane / 2, 4.0))
        look.legend(
            made, "Bar: dose; ring: response; diamond: progression; cross: death; arrow: ongoing."
        )
        return made

    says = f"{order.height} patients; the longest {last:.1f} months"
    caption = look.caption or f"{says}. Lanes are ordered by length of follow-up."
    return pictured(look.key, look.title, draw, (caption,), says, data_table(rows, look.key))


def _swum(axes: Axes, x: float, y: float, what: str, r: float) -> None:
    drawn = {
        "dose": f"M{x:.1f} {y - r:.1f}v{2 * r:.1f}",
        "progression": f"M{x - r:.1f} {y:.1f}l{r:.1f} {-r:.1f}l{r:.1f} {r:.1f}l{-r:.1f} {r:.1f}z",
        "death": f"M{x - r:.1f} {y - r:.1f}l{2 * r:.1f} {2 * r:.1f}m0 {-2 * r:.1f}l{-2 * r:.1f} "
        f"{2 * r:.1f}",
        "ongoing": f"M{x:.1f} {y - r:.1f}l{r + 2:.1f} {r:.1f}l{-r - 2:.1f} {r:.1f}",
    }
    if what == "response":
        axes.made.circle(x, y, r, "ring")
    elif what in drawn:
        axes.made.path(drawn[what], f"swum {what}")
