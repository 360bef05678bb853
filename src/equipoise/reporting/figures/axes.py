"""Axes of a drawing: scales, round ticks, lines; and figures that are drawn for page and phone."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from equipoise.reporting.figures.drawing import Picture
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.model import Cell, Display, Number

PlotPoint = tuple[float, float]
WIDE_PLOT, PHONE_PLOT = 760.0, 360.0


@dataclass
class Axes:
    """A drawing with its scales; values outside stop at the edge.

    across, upward : what each axis says; low, high : of what is drawn upward
    """

    made: Picture
    x0: float
    x1: float
    low: float
    high: float
    across: str
    upward: str
    left: float = 48.0
    top: float = 26.0
    right: float = 16.0
    below: float = 44.0

    def x(self, value: float) -> float:
        share = (value - self.x0) / ((self.x1 - self.x0) or 1.0)
        return self.left + min(max(share, 0.0), 1.0) * (self.made.width - self.left - self.right)

    def y(self, value: float) -> float:
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        bottom = self.made.height - self.below
        return bottom - min(max(share, 0.0), 1.0) * (bottom - self.top)

    def frame(self, xs: Sequence[float] | None = None, ys: Sequence[float] | None = None) -> None:
        """Grid, ticks and titles; round values where none are given, none where () is."""
        bottom, end = self.made.height - self.below, self.made.width - self.right
        for value in round_values(self.low, self.high) if ys is None else ys:
            self.made.line(self.left, self.y(value), end, self.y(value), "grid")
            self.made.text(self.left - 6, self.y(value) + 4, _said(value), anchor="end")
        for value in round_values(self.x0, self.x1) if xs is None else xs:
            self.made.line(self.x(value), bottom, self.x(value), bottom + 5)
            self.made.text(self.x(value), bottom + 19, _said(value), anchor="middle")
        self.made.line(self.left, bottom, end, bottom)
        self.made.text(4, 12, self.upward)
        self.made.text((self.left + end) / 2, bottom + 37, self.across, anchor="middle")

    def path(self, points: Sequence[PlotPoint], css: str, *, steps: bool = False) -> None:
        """A line through points, or steps that hold until the next."""
        if not points:
            return
        d = f"M{self.x(points[0][0]):.1f} {self.y(points[0][1]):.1f}"
        for x, y in points[1:]:
            d += (
                f"H{self.x(x):.1f}V{self.y(y):.1f}"
                if steps
                else f"L{self.x(x):.1f} {self.y(y):.1f}"
            )
        self.made.path(d, css)


def round_values(low: float, high: float, most: int = 7) -> list[float]:
    """Round values inside, at most so many."""
    if not high > low:
        return [low]
    raw = (high - low) / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * k for k in (1, 2, 2.5, 5, 10) if power * k >= raw)
    first = math.ceil(low / step - 1e-9)
    return [k * step for k in range(first, math.floor(high / step + 1e-9) + 1)]


def month_ticks(last: float, most: int = 10) -> list[float]:
    """Months from 0 on: whole quarters or years where the axis is long."""
    step = next((s for s in (1, 3, 6, 12, 24, 60) if last / s <= most), 120)
    return [float(k * step) for k in range(int(last // step) + 1)]


def _said(value: float) -> str:
    return f"{value:g}".replace("-", "\N{MINUS SIGN}")


def value_of(number: Number | None) -> float | None:
    """The value of a number that may not be there."""
    return None if number is None else number.value


def pictured(
    key: str, title: str, draw: Callable[[float], Picture], caption: Cell, says: str, data: Display
) -> ReportFigure:
    """A figure that is drawn twice, for a page and anew for a phone."""
    wide = draw(WIDE_PLOT).svg(key, title, says, "wide-only")
    small = draw(PHONE_PLOT).svg(f"{key}-small", title, says, "small-only")
    return ReportFigure(key, "", title, wide + small, caption, says, data)
