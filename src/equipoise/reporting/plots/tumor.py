"""Waterfall, spider and swimmer: the tumors of each patient."""

from __future__ import annotations

from typing import Final

import polars as pl

from equipoise.calendar import DAYS_PER_MONTH
from equipoise.reporting.figures.axes import Axes, month_ticks
from equipoise.reporting.figures.drawing import Picture
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.model import Cell, Piece, listed, run
from equipoise.reporting.plots.look import PlotLook, columns_needed, level_line, plotted

WATERFALL: Final = ("subject", "arm", "change", "response", "confirmed")
SPIDER: Final = ("subject", "arm", "day", "change")
SWIMMER: Final = ("subject", "arm", "day", "what")
BEST_RESPONSES: Final = ("CR", "PR", "SD", "PD", "NE")
LANE_MARKS: Final = ("dose", "response", "progression", "death", "ongoing", "end")
_PARTIAL, _WORSE, _MOST = -30.0, 20.0, 100.0
_LANE_KEY: Final = (
    "Bar: dose; ring: response; diamond: progression; cross: death; arrow: still followed."
)


def waterfall(frame: pl.DataFrame, look: PlotLook) -> ReportFigure:
    """Best change of each patient's sum of diameters, the largest growth first.

    frame : subject, arm, change (% from baseline), response (CR, PR, SD, PD, NE), confirmed
    The color is the best response, a star a confirmed one; bars beyond 100% end in an arrow.
    """
    rows = columns_needed(frame, WATERFALL, "waterfall").drop_nulls("change")
    rows = rows.sort("change", "subject", descending=[True, False])
    changes = look.numbers(rows, "change", "best change, %", term="subject", digits=1)

    def draw(width: float) -> Picture:
        made = Picture(width, 360, 13 if width > 500 else 12)
        axes = Axes(made, 0, max(rows.height, 1), -100, _MOST, "", "Best change from baseline, %")
        axes.frame(xs=(), ys=(-100, -50, 0, 50, 100))
        level_line(axes, _WORSE, "+20")
        level_line(axes, _PARTIAL, "\N{MINUS SIGN}30", left=True)
        for i, row in enumerate(rows.iter_rows(named=True)):
            _bar(axes, i, row, changes[i])
        _responses(made)
        return made

    told = run(_people(look, rows), ": ", listed([_best(look, rows, r) for r in BEST_RESPONSES]))
    more = ". A bar for each patient; color: best response; star: confirmed."
    return plotted(look, draw, told, more, rows, {"change": changes})


def _people(look: PlotLook, rows: pl.DataFrame) -> Cell:
    return run(look.count("patients", rows["subject"].n_unique()), " patients")


def _best(look: PlotLook, rows: pl.DataFrame, response: str) -> Cell:
    seen = rows.filter(pl.col("response") == response).height
    return run(f"{response} ", look.count("best response, patients", seen, term=response))


def _responses(made: Picture) -> None:
    x = 48.0
    for response in BEST_RESPONSES:
        made.box(x, made.height - 26, 10, 10, f"square {response.lower()}")
        made.text(x + 14, made.height - 17, response, css="small")
        x += 48


def _bar(axes: Axes, i: int, row: dict[str, object], number: Piece | None) -> None:
    change = float(row["change"])  # type: ignore[arg-type]
    x1, x2 = axes.x(i), axes.x(i + 1)
    zero, end = axes.y(0), axes.y(min(change, _MOST))
    gap = min(1.0, (x2 - x1) * 0.15)
    response = str(row["response"] or "NE")
    known = response if response in BEST_RESPONSES else "NE"
    top, height = min(zero, end), abs(zero - end)
    with axes.made.link(number, f"{row['subject']}, {response}: {number}%"):
        width = max(x2 - x1 - 2 * gap, 0.5)
        axes.made.box(x1 + gap, top, width, max(height, 1), f"square {known.lower()}")
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
    changes = look.numbers(rows, "change", "change, %", term="subject", at="day", digits=1)

    def draw(width: float) -> Picture:
        made = Picture(width, 380, 13 if width > 500 else 12)
        axes = Axes(made, 0, last, -100, _MOST, "Months", "Change from baseline, %", below=44)
        axes.frame(xs=month_ticks(last), ys=(-100, -50, 0, 50, 100))
        level_line(axes, _WORSE, "+20")
        level_line(axes, _PARTIAL, "\N{MINUS SIGN}30")
        threads(axes, rows.with_columns(value=pl.col("change")), changes, look, start=0.0)
        look.legend(made)
        return made

    told = run(_people(look, rows), ", ", look.count("assessments, count", rows.height),
               " assessments")  # fmt: skip
    more = ". A line for each patient; values above 100% stand at the edge."
    return plotted(look, draw, told, more, rows, {"change": changes})


def threads(
    axes: Axes,
    rows: pl.DataFrame,
    numbers: tuple[Piece | None, ...],
    look: PlotLook,
    start: float | None = None,
) -> None:
    """A line for each patient through the values, and a point where each was measured.

    rows : subject, arm, day, value, by subject and day; start : of the lines, on day 0
    """
    whole = rows.with_row_index("I")
    for (who, arm), own in whole.group_by("subject", "arm", maintain_order=True):
        hue = f"a{look.hue(str(arm))}"
        points = [(day / DAYS_PER_MONTH, v) for day, v in own.select("day", "value").iter_rows()]
        axes.path(points if start is None else [(0.0, start), *points], f"thin {hue}")
        for i, (x, y) in zip(own["I"], points, strict=True):
            with axes.made.link(numbers[i], f"{who}, month {x:.1f}: {numbers[i]}"):
                axes.made.circle(axes.x(x), axes.y(y), 1.6, f"knot {hue}")


def swimmer(frame: pl.DataFrame, look: PlotLook) -> ReportFigure:
    """A lane for each patient, the longest first: doses, response, progression, death.

    frame : subject, arm, day, what (dose, response, progression, death, ongoing, end)
    """
    rows = columns_needed(frame, SWIMMER, "swimmer").drop_nulls("day").sort("subject", "day")
    ends = rows.group_by("subject", "arm").agg(pl.col("day").max().alias("last"))
    order = ends.sort("last", "subject", descending=[True, False])
    last = max(float(order["last"].max() or 1), 1.0) / DAYS_PER_MONTH  # type: ignore[arg-type]
    days = _days(rows, look)
    marks: dict[object, list[tuple[str, float, Piece | None]]] = {}
    for (who, what, day), number in zip(rows.select("subject", "what", "day").rows(), days):
        marks.setdefault(who, []).append((what, day, number))

    def draw(width: float) -> Picture:
        lane = max(4.0, min(14.0, 900.0 / max(order.height, 1)))
        made = Picture(width, order.height * lane + 96, 13 if width > 500 else 12)
        axes = Axes(made, 0, last * 1.02, 0, order.height, "Months", "Patients", below=44)
        axes.frame(xs=month_ticks(last), ys=())
        for i, (who, arm, end) in enumerate(order.iter_rows()):
            y = axes.y(order.height - i - 0.5)
            path = f"M{axes.x(0):.1f} {y:.1f}H{axes.x(end / DAYS_PER_MONTH):.1f}"
            made.path(path, f"lane a{look.hue(str(arm))}")
            for what, day, number in marks[who]:
                with made.link(number, f"{who}, {what}: day {number}"):
                    _swum(axes, axes.x(day / DAYS_PER_MONTH), y, what, min(lane / 2, 4.0))
        look.legend(made, _LANE_KEY)
        return made

    longest = "" if look.rows is None else "; the longest is followed "
    months = look.rows.number("longest follow-up, months", last) if look.rows else ""
    told = run(_people(look, rows), longest, months, " months" if longest else "")
    more = ". A lane for each patient, by length of follow-up."
    return plotted(look, draw, told, more, rows, {"day": days})


def _days(rows: pl.DataFrame, look: PlotLook) -> list[Piece | None]:
    """The day of each mark, a row of its own for each kind of mark."""
    whole = rows.with_row_index("I")
    found: dict[int, Piece | None] = {}
    for (what,), own in whole.group_by("what", maintain_order=True):
        made = look.numbers(own.drop("I"), "day", f"day of {what}", term="subject", digits=0)
        found |= dict(zip(own["I"], made, strict=True))
    return [found[i] for i in range(rows.height)]


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
