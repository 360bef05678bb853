"""The path of a hypothesis against its bounds, and the power that is left."""

from __future__ import annotations

from typing import Final

import polars as pl

from equipoise.analysis.results import Results
from equipoise.reporting.figures.axes import Axes, pictured, value_of
from equipoise.reporting.figures.drawing import Picture
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.model import Cell, Display, Line, Number, plain, run
from equipoise.reporting.numbers import Numbers

_UNDER: Final = (
    ("trend", "under the trend so far"),
    ("assumed", "under the assumption"),
    ("null", "under the null"),
)


def boundary_figure(
    results: Results, numbers: Numbers, analysis: str, title: str
) -> ReportFigure | None:
    """Z of each look taken against the bounds; None where there is no boundary."""
    bounds = results.select(analysis=analysis, statistic="information at look")
    if bounds.is_empty():
        return None
    order = bounds.sort("value")["term"].to_list()
    at = dict(bounds.select("term", "value").iter_rows())
    lines = {
        name: [
            (at[look], value)
            for look in order
            if (value := value_of(numbers.find(analysis, f"{name} at look", term=look))) is not None
        ]
        for name in ("bound z", "futility bound z", "observed z")
    }
    key = f"{analysis}-bounds".lower().replace(" ", "-")

    def draw(width: float) -> Picture:
        made = Picture(width, 340, 13 if width > 500 else 12)
        values = [y for points in lines.values() for _, y in points]
        low, high = min([0.0, *values]) - 0.4, max([*values, 2.0]) + 0.6
        axes = Axes(made, 0.0, max([1.0, *at.values()]), low, high, "Information", "Z")
        axes.frame()
        axes.path(lines["bound z"], "bound")
        axes.path(lines["futility bound z"], "futility")
        axes.path([(0.0, 0.0), *lines["observed z"]], "seen")
        for name, css in (
            ("bound z", "bound-dot"),
            ("futility bound z", "futility-dot"),
            ("observed z", "seen-dot"),
        ):
            for look in order:
                number = numbers.find(analysis, f"{name} at look", term=look)
                if number is not None and number.value is not None:
                    _marked(axes, at[look], number, css)
        return made

    table = _bounds_table(numbers, analysis, order, title)
    says = "; ".join(
        f"{line.label}: {plain(line.cells[3])}, bound {plain(line.cells[1])}"
        for line in table.lines
    )
    binding = results.select(analysis=analysis, statistic="futility bound z")
    kind = f" The futility bound is {binding['note'][0]}." if binding.height else ""
    caption = (
        "Z above 0 favors the experimental arm. Triangles up: bound for efficacy; down: for "
        f"futility; dots: Z of the looks taken.{kind} Bounds of looks to come are as planned."
    )
    return pictured(key, title, draw, (caption,), says, table)


def _marked(axes: Axes, t: float, number: Number, css: str) -> None:
    x, y = axes.x(t), axes.y(number.value or 0.0)
    below = 14 if css == "futility-dot" else -6
    if css == "seen-dot":
        axes.made.circle(x, y, 4.5, css)
    else:
        way = 1 if css == "bound-dot" else -1
        axes.made.path(f"M{x - 5:.1f} {y + 4 * way:.1f}h10l-5 {-8 * way}z", css)
    flip = x > axes.made.width - 70
    axes.made.text(
        x - 9 if flip else x + 9,
        y + below,
        (number,),
        anchor="end" if flip else "start",
        css="small",
    )


def _bounds_table(numbers: Numbers, analysis: str, order: list[str], title: str) -> Display:
    names = ("information", "bound z", "futility bound z", "observed z")
    lines = []
    for look in order:
        cells = (numbers.find(analysis, f"{name} at look", term=look) for name in names)
        lines.append(Line(look, tuple((n,) if n else ("none",) for n in cells)))
    heads: tuple[Cell, ...] = (
        ("Information",),
        ("Bound, Z",),
        ("Futility bound, Z",),
        ("Observed, Z",),
    )
    return Display(f"{analysis}-bounds-data".lower(), "", title, heads, tuple(lines))


def power_figure(
    results: Results, numbers: Numbers, analysis: str, title: str
) -> ReportFigure | None:
    """Conditional power by the effect from now on, and predictive power; None at a last look."""
    rows = results.rows.filter(
        (pl.col("analysis") == analysis)
        & pl.col("statistic").str.starts_with("conditional power at")
    )
    if rows.is_empty():
        return None
    scale = rows["statistic"][0].removeprefix("conditional power at ")
    points = sorted((float(t), float(v)) for t, v in rows.select("term", "value").iter_rows())
    predicted = numbers.find(analysis, "predictive power")
    key = f"{analysis}-power".lower().replace(" ", "-")

    def draw(width: float) -> Picture:
        made = Picture(width, 320, 13 if width > 500 else 12)
        named = scale[:1].upper() + scale[1:]
        axes = Axes(
            made,
            points[0][0],
            points[-1][0],
            0.0,
            100.0,
            f"{named} from now on",
            "Conditional power, %",
        )
        axes.frame(ys=(0, 25, 50, 75, 100))
        axes.path([(x, 100 * y) for x, y in points], "seen")
        if predicted is not None and predicted.value is not None:
            level = axes.y(100 * predicted.value)
            made.line(axes.left, level, width - axes.right, level, "planned")
            made.text(
                width - axes.right,
                level - 6,
                run("predictive power ", predicted, "%"),
                anchor="end",
                css="small",
            )
        return made

    told = [
        run(f"{said} ", n, "%")
        for under, said in _UNDER
        if (n := numbers.find(analysis, f"conditional power, {under}")) is not None
    ]
    parts = [run(", ", cell) if i else cell for i, cell in enumerate(told)]
    end = run("; predictive power ", predicted, "%") if predicted else ()
    caption = run(
        "Probability of crossing the bound at a later look: ",
        *parts,
        end,
        ". A flat prior is behind the predictive power.",
    )
    lines = [
        Line(f"{x:g}", (numbers.cell(analysis, f"conditional power at {scale}", term=f"{x:.6g}"),))
        for x, _ in points
    ]
    table = Display(f"{key}-data", "", f"By {scale}: {title}", (("Power, %",),), tuple(lines))
    return pictured(key, title, draw, caption, plain(caption), table)
