"""Adverse events: volcano of terms, bars stacked by grade."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from equipoise.reporting.figures.axes import Axes
from equipoise.reporting.figures.drawing import Picture
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.model import Piece, run
from equipoise.reporting.plots.look import PlotLook, columns_needed, level_line, plotted

VOLCANO: Final = ("term", "difference", "p", "patients")
STACKED: Final = ("term", "arm", "grade", "patients", "n")
MOST_NAMED, MOST_STACKED = 12, 20
_LEVEL = 0.05
_LETTERS = "ABCDEFGHIJKLMNOP"


def volcano(frame: pl.DataFrame, look: PlotLook) -> ReportFigure:
    """Difference of risks across, -log10 P upward; the area is the number of patients.

    frame : term, difference (of risks, experimental less control), p, patients (with the event)
    P values only order the terms: they are not adjusted and are no tests of the design.
    """
    rows = columns_needed(frame, VOLCANO, "volcano").drop_nulls(["difference", "p"])
    rows = rows.sort("p", "term")
    numbers = {
        "difference": look.numbers(rows, "difference", "risk difference", term="term"),
        "p": look.numbers(rows, "p", "p", term="term"),
        "patients": look.numbers(rows, "patients", "patients of both arms, count", term="term"),
    }
    over = rows.filter(pl.col("p") < _LEVEL).height
    told = run(
        look.count("terms, count", rows.height), " terms, ",
        look.count("terms with P below 0.05, count", over),
        f" with P below 0.05, {_LEVEL * rows.height:.1f} expected by chance",
    )  # fmt: skip
    more = (
        ". Right: more frequent in the experimental arm. P values, not adjusted, only order the "
        "terms; area: patients with the event."
    )
    return plotted(look, lambda width: _bubbles(rows, numbers, width), told, more, rows, numbers)


def _bubbles(
    rows: pl.DataFrame, numbers: Mapping[str, Sequence[Piece | None]], width: float
) -> Picture:
    """A bubble for each term, and the names of the first below P = 0.05 where there is room."""
    reach = 100 * max(0.01, float(rows["difference"].abs().max() or 0)) * 1.1  # type: ignore[arg-type]
    high = max([_up(p) for p in rows["p"]] + [2.0]) * 1.1
    most = max(float(rows["patients"].max() or 1), 1.0)  # type: ignore[arg-type]
    made = Picture(width, 380, 13 if width > 500 else 12)
    across = "Difference of risks, percentage points"
    axes = Axes(made, -reach, reach, 0, high, across, "P, \N{MINUS SIGN}log10")
    axes.frame()
    level_line(axes, _up(_LEVEL), "P = 0.05")
    axes.made.line(axes.x(0), axes.top, axes.x(0), axes.y(0), "null")
    named: list[tuple[float, float]] = []
    for i, row in enumerate(rows.iter_rows(named=True)):
        x, y = axes.x(100 * row["difference"]), axes.y(_up(row["p"]))
        radius = 2.5 + 7 * math.sqrt(row["patients"] / most)
        kind = "bubble a1" if row["difference"] > 0 else "bubble a0"
        gap = numbers["difference"][i]
        with made.link(gap, f"{row['term']}: {gap} points, P {numbers['p'][i]}"):
            made.circle(x, y, round(radius, 1), kind)
        free = all(abs(y - b) > 12 or abs(x - a) > 160 for a, b in named)
        if i < MOST_NAMED and row["p"] < _LEVEL and width > 500 and free:
            named.append((x, y))
            side = "end" if x > width - 150 else "start"
            shift = -radius - 3 if side == "end" else radius + 3
            made.text(x + shift, y + 4, str(row["term"]), anchor=side, css="small")
    return made


def _up(p: float) -> float:
    return -math.log10(max(p, 1e-12))


def stacked(frame: pl.DataFrame, look: PlotLook) -> ReportFigure:
    """Patients by worst grade, a bar for each arm under each term, the most frequent first.

    frame : term, arm, grade (1 to 5), patients, n (of the arm)
    """
    rows = columns_needed(frame, STACKED, "stacked").filter(pl.col("patients") > 0)
    order = rows.group_by("term").agg(pl.col("patients").sum().alias("N"))
    terms = order.sort("N", "term", descending=[True, False])["term"].to_list()
    shown = terms[:MOST_STACKED]
    share = rows.group_by("term", "arm").agg((pl.col("patients") / pl.col("n")).sum().alias("S"))
    most = 100 * float(share["S"].max() or 0.1) * 1.05  # type: ignore[arg-type]
    arms = list(look.arms) or rows["arm"].unique(maintain_order=True).to_list()
    patients = _graded(rows, look)
    whole = rows.with_row_index("I")

    def draw(width: float) -> Picture:
        lane, names = 13 * len(arms) + 8, 190.0 if width > 500 else 118.0
        made = Picture(width, lane * len(shown) + 76, 12)
        axes = Axes(made, 0, most, 0, len(shown), "Patients, %", "", left=names, below=44)
        axes.frame(ys=())
        for i, term in enumerate(shown):
            top = axes.top + lane * i
            made.text(2, top + 13, term[: int(names / 6.2)], css="small")
            for k, arm in enumerate(arms):
                own = whole.filter((pl.col("term") == term) & (pl.col("arm") == arm))
                _stack(axes, own.sort("grade"), top + 3 + 13 * k, k, patients)
        _grades(made, arms, look)
        return made

    left = len(terms) - len(shown)
    told = run(look.count("terms, count", len(shown)), " terms")
    if left:
        rarer = look.count("rarer terms, count", left)
        told = run(told, "; ", rarer, " rarer ones are in the table of terms")
    more = ". Worst grade of each patient; darker is worse."
    return plotted(look, draw, told, more, rows, {"patients": patients})


def _graded(rows: pl.DataFrame, look: PlotLook) -> tuple[Piece | None, ...]:
    """Patients of each term, arm and grade, which is the statistic's."""
    return tuple(
        look.count(f"worst grade {grade}, patients", patients, group=arm, term=term)
        for grade, patients, arm, term in rows.select("grade", "patients", "arm", "term").rows()
    )


def _stack(
    axes: Axes, own: pl.DataFrame, y: float, k: int, numbers: tuple[Piece | None, ...]
) -> None:
    at = 0.0
    for i, term, grade, patients, n in own.select("I", "term", "grade", "patients", "n").rows():
        width = 100 * patients / n
        with axes.made.link(numbers[i], f"{term}, worst grade {grade}: {numbers[i]} of {n}"):
            axes.made.box(axes.x(at), y, axes.x(at + width) - axes.x(at), 11, f"square g{grade}")
        at += width
    axes.made.text(axes.x(at) + 3, y + 9, _LETTERS[k], css="small")


def _grades(made: Picture, arms: list[str], look: PlotLook) -> None:
    x, y = 4.0, made.height + 10
    for grade in range(1, 6):
        made.box(x, y - 9, 10, 10, f"square g{grade}")
        made.text(x + 13, y, str(grade), css="small")
        x += 30
    made.text(x + 2, y, "worst grade", css="small")
    for k, arm in enumerate(arms):
        y += 15
        made.text(4, y, f"{_LETTERS[k]}: {look.arms.get(arm, arm)}", css="small")
    made.height = y + 8
