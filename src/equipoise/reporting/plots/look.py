"""What a figure from a plain table needs to be told: columns, arms, title, caption."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from equipoise.errors import InputError
from equipoise.reporting.figures.axes import Axes
from equipoise.reporting.figures.drawing import DASHES, Picture, wrapped
from equipoise.reporting.model import Cell, Display, Line
from equipoise.reporting.words import rounded


@dataclass(frozen=True, slots=True)
class PlotLook:
    """How a figure is told.

    key : its name in files; title, caption : in words; number : its place by ICH E3
    arms : arm -> label, in order, the control's color first where `control` names it
    """

    key: str
    title: str
    caption: str = ""
    number: str = ""
    arms: Mapping[str, str] = field(default_factory=dict)
    control: str = ""

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


def columns_needed(frame: pl.DataFrame, needed: Sequence[str], what: str) -> pl.DataFrame:
    """The frame itself. Raises InputError that names the columns it lacks, or that it is empty."""
    missing = [name for name in needed if name not in frame.columns]
    if missing:
        told = f"{what}: the table has no column {', '.join(missing)}"
        raise InputError(f"{told}; expected {', '.join(needed)}")
    if frame.is_empty():
        raise InputError(f"{what}: the table has no row")
    return frame


def data_table(frame: pl.DataFrame, key: str) -> Display:
    """What is drawn, as a table."""
    names = frame.columns
    lines = tuple(
        Line(_said(row[0]), tuple((_said(value),) for value in row[1:]))
        for row in frame.iter_rows()
    )
    heads: tuple[Cell, ...] = tuple((name,) for name in names[1:])
    return Display(f"{key}-data", "", f"Data: one line for each {names[0]}", heads, lines)


def _said(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else rounded(value, 4).rstrip("0")
    return str(value)


def marks_of(frame: pl.DataFrame, x: str, y: str) -> list[tuple[float, float]]:
    """Pairs of two columns that are both known."""
    pairs = frame.select(x, y).drop_nulls()
    return [(float(a), float(b)) for a, b in pairs.iter_rows()]


def level_line(axes: Axes, value: float, label: str) -> None:
    """A dashed line across at a value, with what it means."""
    y, end = axes.y(value), axes.made.width - axes.right
    axes.made.line(axes.left, y, end, y, "null")
    axes.made.text(end, y - 5, label, anchor="end", css="small")
