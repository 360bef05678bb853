"""Curves as read from a publication, and the curves of the subjects rebuilt from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from equipoise.analysis.survival.curves.kaplan_meier import kaplan_meier
from equipoise.arrays import Bools, Floats
from equipoise.reporting.figures.axes import Axes, PlotPoint, pictured
from equipoise.reporting.figures.drawing import Picture
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.plots.look import PlotLook, data_table

DOT: Final = 2.0


class RereadCurve(NamedTuple):
    """One arm: points as read, (n,), and the rebuilt subjects, (m,).

    largest : the largest gap between the points and the subjects' curve, in S
    """

    arm: str
    largest: float
    read_time: Floats
    read: Floats
    time: Floats
    event: Bools

    def rebuilt(self) -> tuple[Floats, Floats]:
        """Times and S of the subjects' Kaplan-Meier curve, up to the last of them."""
        curve = kaplan_meier(self.time, self.event)
        return np.asarray(curve.time, dtype=np.float64), np.asarray(curve.survival)


def reread_plot(curves: Sequence[RereadCurve], *, key: str, unit: str = "Time") -> ReportFigure:
    """The rebuilt curve of each arm as a line, the points as read on it.

    curves : the control first; unit : of the times, for the axis
    """
    names = {c.arm: c.arm or "Curve" for c in curves}
    look = PlotLook(key, "Curves as read and as rebuilt", arms=names, control=curves[0].arm)
    last = max(float(max(c.time.max(), c.read_time.max())) for c in curves)
    gaps = "; ".join(f"{names[c.arm]}: largest gap {c.largest:.4f}" for c in curves)

    def draw(width: float) -> Picture:
        made = Picture(width, 380, 13 if width > 500 else 12)
        axes = Axes(made, 0, last, 0, 100, unit, "Survival, %")
        axes.frame(ys=(0, 25, 50, 75, 100))
        for c in curves:
            hue = f"a{look.hue(c.arm)}"
            steps = (f"H{axes.x(x):.1f}V{axes.y(y):.1f}" for x, y in _percent(*c.rebuilt())[1:])
            start = f"M{axes.x(0.0):.1f} {axes.y(100.0):.1f}"
            made.path(start + "".join(steps), f"curve {hue}", look.dash(c.arm))
            for x, y in _percent(c.read_time, c.read)[1:]:
                made.circle(axes.x(x), axes.y(y), DOT, f"point {hue}")
        look.legend(made, f"Lines: rebuilt. Dots: as read. {gaps}.")
        return made

    caption = f"Lines: Kaplan-Meier curves of the rebuilt subjects. Dots: points as read. {gaps}."
    return pictured(key, look.title, draw, (caption,), gaps, data_table(_rows(curves), key))


def _percent(time: Floats, survival: Floats) -> list[PlotPoint]:
    """From (0, 100) on."""
    return [(0.0, 100.0), *zip(time.tolist(), (100.0 * survival).tolist(), strict=True)]


def _rows(curves: Sequence[RereadCurve]) -> pl.DataFrame:
    """What is drawn, a row a point."""
    return pl.DataFrame(
        [
            {"arm": c.arm, "curve": which, "time": t, "survival": s}
            for c in curves
            for which, times, heights in (
                ("as read", c.read_time, c.read),
                ("rebuilt", *c.rebuilt()),
            )
            for t, s in zip(times.tolist(), heights.tolist(), strict=True)
        ]
    )
