"""What a figure from a plain table needs to be told: columns, arms, title, caption."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from equipoise.errors import InputError
from equipoise.reporting.figures.axes import Axes, pictured
from equipoise.reporting.figures.drawing import DASHES, Picture, wrapped
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.model import NO_CELL, Cell, Display, Line, Number, Piece, plain, run
from equipoise.reporting.plots.numbered import FigureRows, numbers_of, plain_value


@dataclass(frozen=True, slots=True)
class PlotLook:
    """How a figure is told.

    key : its name in files; title, caption : in words; number : its place by ICH E3
    arms : arm -> label, in order, the control's color first where `control` names it
    rows : where the values become rows with keys; None of somebody's own table
    known : column and term -> the row of Results that a value is already
    """

    key: str
    title: str
    caption: str = ""
    number: str = ""
    arms: Mapping[str, str] = field(default_factory=dict)
    control: str = ""
    rows: FigureRows | None = None
    known: Mapping[tuple[str, str], Number] = field(default_factory=dict)

    def numbers(
        self,
        table: pl.DataFrame,
        column: str,
        statistic: str,
        *,
        term: str = "",
        at: str = "",
        digits: int | None = None,
    ) -> tuple[Piece | None, ...]:
        """A column's values as numbers, those that are rows of Results as these."""
        if any(column == known for known, _ in self.known):
            return tuple(self.known.get((column, str(name))) for name in table[term])
        return numbers_of(self.rows, table, column, statistic, term=term, at=at, digits=digits)

    def count(self, statistic: str, value: int, *, group: str = "", term: str = "") -> Piece:
        """A number of patients, or of whatever is counted."""
        if self.rows is None:
            return str(value)
        return self.rows.number(statistic, value, group=group, term=term)

    def hue(self, arm: str) -> int:
        """The number of an arm's color, 0 for the control."""
        others = [a for a in self.arms if a != self.control]
        if arm == self.control:
            return 0
        return others.index(arm) % 4 + 1 if arm in others else 1

    def dash(self, arm: str) -> str:
        """How an arm's line is broken."""
        pattern = DASHES[self.hue(arm) % len(DASHES)]
        return f"stroke-dasharray:{pattern}" if pattern else ""

    def legend(self, made: Picture, more: str = "") -> None:
        """Arms with their lines below the drawing, one beside or under the other; then words."""
        x, y = 4.0, made.height + 6
        for arm, label in self.arms.items():
            wide = 44 + 6.4 * len(label)
            if x > 4 and x + wide > made.width:
                x, y = 4.0, y + 16
            made.path(f"M{x:.0f} {y - 4:.0f}h22", f"curve a{self.hue(arm)}", self.dash(arm))
            made.text(x + 28, y, label, css="small")
            x += wide
        for part in wrapped(more, made.width - 8, 11.5) if more else []:
            y += 16
            made.text(4, y, part, css="small")
        made.height = y + 8


def plotted(
    look: PlotLook,
    draw: Callable[[float], Picture],
    told: Cell,
    more: str,
    table: pl.DataFrame,
    numbers: Mapping[str, Sequence[Piece | None]],
) -> ReportFigure:
    """The figure: drawn for page and phone, what it counts and how it is read, and its table."""
    caption = (look.caption,) if look.caption else run(told, more)
    data = data_table(table, look.key, numbers)
    made = pictured(look.key, look.title, draw, caption, plain(told), data)
    return replace(made, rows=None if look.rows is None else look.rows.table)


def columns_needed(frame: pl.DataFrame, needed: Sequence[str], what: str) -> pl.DataFrame:
    """The frame itself. Raises InputError that names the columns it lacks, or that it is empty."""
    missing = [name for name in needed if name not in frame.columns]
    if missing:
        told = f"{what}: the table has no column {', '.join(missing)}"
        raise InputError(f"{told}; expected {', '.join(needed)}")
    if frame.is_empty():
        raise InputError(f"{what}: the table has no row")
    return frame


def data_table(
    frame: pl.DataFrame, key: str, numbers: Mapping[str, Sequence[Piece | None]] | None = None
) -> Display:
    """What is drawn, as a table; the columns of `numbers` as these."""
    names, made = frame.columns, numbers or {}
    columns = [made.get(name) or [_said(value) for value in frame[name]] for name in names]
    lines = tuple(
        Line(str(first), tuple(NO_CELL if one is None else (one,) for one in others))
        for first, *others in zip(*columns, strict=True)
    )
    heads: tuple[Cell, ...] = tuple((name,) for name in names[1:])
    return Display(f"{key}-data", "", f"Data: one line for each {names[0]}", heads, lines)


def _said(value: object) -> str:
    if value is None:
        return ""
    return plain_value(value) if isinstance(value, float) else str(value)


def level_line(axes: Axes, value: float, label: str, *, left: bool = False) -> None:
    """A dashed line across at a value, with what it means at its right end, or at its left."""
    y, end = axes.y(value), axes.made.width - axes.right
    axes.made.line(axes.left, y, end, y, "null")
    at, anchor = (axes.left + 4, "start") if left else (end, "end")
    axes.made.text(at, y - 5, label, anchor=anchor, css="small")
