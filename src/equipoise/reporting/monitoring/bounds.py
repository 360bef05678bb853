"""The path of a hypothesis against its bounds, and the power that is left."""

from __future__ import annotations

from functools import partial
from typing import Final

import polars as pl

from equipoise.analysis.results import Results
from equipoise.reporting.figures.axes import Axes, PlotPoint, pictured, value_of
from equipoise.reporting.figures.drawing import Picture
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.model import Cell, Display, Line, Number, listed, plain, run
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.words import capital

_UNDER: Final = (
    ("trend", "under the trend so far"),
    ("assumed", "under the assumption"),
    ("null", "under the null"),
)


class _Looks:
    """The looks of a hypothesis by information, with Z and the bounds at each."""

    def __init__(self, results: Results, numbers: Numbers, analysis: str) -> None:
        self.results, self.numbers, self.analysis = results, numbers, analysis
        rows = results.select(analysis=analysis, statistic="information at look").sort("value")
        self.order = rows["term"].to_list()
        self.at = dict(rows.select("term", "value").iter_rows())

    def marks(self, kind: str) -> list[tuple[float, Number]]:
        """Information and number of each look that has one."""
        found = [
            (self.at[look], self.numbers.find(self.analysis, f"{kind} at look", term=look))
            for look in self.order
        ]
        return [(at, n) for at, n in found if n is not None and n.value is not None]

    def draw(self, width: float) -> Picture:
        made = Picture(width, 340, 13 if width > 500 else 12)
        marks = {kind: self.marks(kind) for kind in _DRAWN}
        values = [n.value or 0.0 for points in marks.values() for _, n in points]
        low, high = min([0.0, *values]) - 0.4, max([*values, 2.0]) + 0.6
        last = max([1.0, *self.at.values()])
        axes = Axes(made, 0.0, last, low, high, "Share of the information planned", "Z", right=28)
        axes.frame()
        for kind, (line, _, name) in _DRAWN.items():
            points = [(at, n.value or 0.0) for at, n in marks[kind]]
            axes.path([(0.0, 0.0), *points] if line == "seen" else points, line)
            taken = marks["bound z"] if kind == "futility bound z" else []
            _mark_looks(axes, marks[kind], kind, name, taken)
        return made

    def caption(self) -> str:
        """How the drawing is read."""
        binding = self.results.select(analysis=self.analysis, statistic="futility bound z")
        kind = f" The futility bound is {binding['note'][0]}." if binding.height else ""
        return (
            "Z above 0 favors the experimental arm. Triangles up: bound for efficacy; down: for "
            f"futility; dots: Z of the looks taken.{kind} Bounds of looks to come are as planned."
        )


_DRAWN: Final = {
    "bound z": ("bound", "bound-dot", "efficacy"),
    "futility bound z": ("futility", "futility-dot", "futility"),
    "observed z": ("seen", "seen-dot", "observed"),
}


def boundary_figure(
    results: Results, numbers: Numbers, analysis: str, title: str
) -> ReportFigure | None:
    """Z of each look taken against the bounds; None where there is no boundary."""
    looks = _Looks(results, numbers, analysis)
    if not looks.order:
        return None
    table = _bounds_table(numbers, analysis, looks.order, title)
    says = "; ".join(
        f"{line.label}: {plain(line.cells[3])}, bound {plain(line.cells[1])}"
        for line in table.lines
    )
    key = f"{analysis}-bounds".lower().replace(" ", "-")
    return pictured(key, title, looks.draw, (looks.caption(),), says, table)


def _mark_looks(
    axes: Axes,
    marks: list[tuple[float, Number]],
    kind: str,
    name: str,
    taken: list[tuple[float, Number]],
) -> None:
    """A mark for each look with its number; the first says what it is.

    taken : numbers that stand there already; one that would stand on them is not said twice
    """
    for k, (at, number) in enumerate(marks):
        x, y = axes.x(at), axes.y(number.value or 0.0)
        _shape(axes, x, y, _DRAWN[kind][1])
        if any(axes.x(t) == x and abs(axes.y(n.value or 0.0) - y) < 20 for t, n in taken):
            continue
        flip = x > axes.made.width - 70
        side, anchor = (x - 9, "end") if flip else (x + 9, "start")
        below = 16 if kind == "futility bound z" else -9
        said = run(number, f" {name}" if k == 0 else "")
        axes.made.text(side, y + below, said, anchor=anchor, css="small")


def _shape(axes: Axes, x: float, y: float, css: str) -> None:
    if css == "seen-dot":
        axes.made.circle(x, y, 4.5, css)
    else:
        way = 1 if css == "bound-dot" else -1
        axes.made.path(f"M{x - 5:.1f} {y + 4 * way:.1f}h10l-5 {-8 * way}z", css)


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
    caption = _power_told(numbers, analysis, predicted)
    lines = [
        Line(f"{x:g}", (numbers.cell(analysis, f"conditional power at {scale}", term=f"{x:.6g}"),))
        for x, _ in points
    ]
    table = Display(f"{key}-data", "", f"By {scale}: {title}", (("Power, %",),), tuple(lines))
    return pictured(
        key, title, partial(_draw_power, points, scale, predicted), caption, plain(caption), table
    )


def _draw_power(
    points: list[PlotPoint], scale: str, predicted: Number | None, width: float
) -> Picture:
    made = Picture(width, 320, 13 if width > 500 else 12)
    across = f"{capital(scale)} from now on"
    axes = Axes(made, points[0][0], points[-1][0], 0.0, 100.0, across, "Conditional power, %")
    axes.frame(ys=(0, 25, 50, 75, 100))
    axes.path([(x, 100 * y) for x, y in points], "seen")
    level = value_of(predicted)
    if level is not None:
        y, end = axes.y(100 * level), width - axes.right
        made.line(axes.left, y, end, y, "planned")
        told = run("predictive power ", predicted, "%")
        made.text(end, y - 6 if y > 40 else y + 16, told, anchor="end", css="small")
    return made


def _power_told(numbers: Numbers, analysis: str, predicted: Number | None) -> Cell:
    told = [
        run(f"{said} ", n, "%")
        for under, said in _UNDER
        if (n := numbers.find(analysis, f"conditional power, {under}")) is not None
    ]
    end = run("; predictive power ", predicted, "%") if predicted else ()
    return run(
        "Probability of crossing the bound at a later look: ",
        listed(told, ", "),
        end,
        ". A flat prior is behind the predictive power.",
    )
