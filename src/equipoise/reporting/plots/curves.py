"""Curves from one row a patient: Kaplan-Meier and cumulative incidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from equipoise.analysis.survival.curves.competing import cumulative_incidence
from equipoise.analysis.survival.curves.kaplan_meier import kaplan_meier
from equipoise.reporting.figures.axes import Axes, PlotPoint, pictured
from equipoise.reporting.figures.drawing import Picture
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.plots.look import PlotLook, columns_needed, data_table

TIMES: Final = ("arm", "time", "event")


def km_plot(frame: pl.DataFrame, look: PlotLook, unit: str = "Time") -> ReportFigure:
    """Kaplan-Meier curves with at risk (censored) [events] under the same ticks.

    frame : arm, time, event (0 or 1), a row a patient; unit : of the time, for the axis
    """
    rows = columns_needed(frame, TIMES, "km")
    curves = {}
    for arm in _arms(rows, look):
        own = rows.filter(pl.col("arm") == arm)
        found = kaplan_meier(own["time"].to_numpy(), own["event"].cast(pl.Boolean).to_numpy())
        points = list(zip(map(float, found.time), (100 * float(s) for s in found.survival)))
        curves[arm] = [(0.0, 100.0), *points]
    return _curves(rows, look, curves, unit, "Free of the event, %", ("event", 1))


def incidence_plot(frame: pl.DataFrame, look: PlotLook, unit: str = "Time") -> ReportFigure:
    """Cumulative incidence of event 1, with 2, 3, ... competing (Aalen-Johansen).

    frame : arm, time, event (0 censored, 1 the event, 2 and more competing), a row a patient
    """
    rows = columns_needed(frame, TIMES, "incidence")
    curves = {}
    for arm in _arms(rows, look):
        own = rows.filter(pl.col("arm") == arm)
        found = cumulative_incidence(own["time"].to_numpy(), own["event"].to_numpy())
        points = list(zip(map(float, found.time), (100 * float(s) for s in found.estimate)))
        curves[arm] = [(0.0, 0.0), *points]
    return _curves(rows, look, curves, unit, "Cumulative incidence, %", ("event", 1))


def _arms(rows: pl.DataFrame, look: PlotLook) -> list[str]:
    seen = rows["arm"].unique(maintain_order=True).to_list()
    return [arm for arm in look.arms if arm in seen] or seen


def _curves(
    rows: pl.DataFrame,
    look: PlotLook,
    curves: dict[str, list[PlotPoint]],
    unit: str,
    upward: str,
    event: tuple[str, int],
) -> ReportFigure:
    last = max(float(rows["time"].max() or 1), 1e-9)  # type: ignore[arg-type]
    step = _round_step(last)
    ticks = [k * step for k in range(int(last // step) + 1)]
    table = _at_risk(rows, look, list(curves), ticks)

    def draw(width: float) -> Picture:
        made = Picture(width, 360 + 30 * len(curves), 13 if width > 500 else 12)
        axes = Axes(made, 0, last, 0, 100, unit, upward, below=64 + 30 * len(curves))
        axes.frame(xs=ticks, ys=(0, 25, 50, 75, 100))
        for arm, points in curves.items():
            hue, dash = look.hue(arm), look.dash(arm)
            d = f"M{axes.x(points[0][0]):.1f} {axes.y(points[0][1]):.1f}"
            d += "".join(f"H{axes.x(x):.1f}V{axes.y(y):.1f}" for x, y in points[1:])
            made.path(d, f"curve a{hue}", dash)
        y = made.height - 30 * len(curves) - 8
        for arm in curves:
            label = look.arms.get(arm, arm)
            made.text(4, y, f"{label}: at risk (censored) [events]", css=f"small a{look.hue(arm)}")
            for t in ticks:
                n, c, e = table[arm, t]
                told = f"{n} ({c}) [{e}]" if width > 500 else f"{n}"
                made.text(axes.x(t), y + 14, told, anchor="middle", css="small")
            y += 30
        return made

    counts = "; ".join(
        f"{look.arms.get(arm, arm)}: {table[arm, ticks[0]][0]} patients, "
        f"{rows.filter((pl.col('arm') == arm) & (pl.col(event[0]) == event[1])).height} events"
        for arm in curves
    )
    return pictured(
        look.key, look.title, draw, (look.caption or f"{counts}.",), counts,
        data_table(rows.select(TIMES), look.key),
    )  # fmt: skip


def _at_risk(
    rows: pl.DataFrame, look: PlotLook, arms: Sequence[str], ticks: Sequence[float]
) -> dict[tuple[str, float], tuple[int, int, int]]:
    """At risk, censored before and with an event before each tick; they add to the patients."""
    found = {}
    for arm in arms:
        own = rows.filter(pl.col("arm") == arm)
        for t in ticks:
            before = own.filter(pl.col("time") < t)
            events = before.filter(pl.col("event") > 0).height
            found[arm, t] = (own.height - before.height, before.height - events, events)
    return found


def _round_step(last: float) -> float:
    for step in (0.1, 0.2, 0.5, 1, 2, 3, 6, 12, 24, 50, 100, 200, 500, 1000, 2000):
        if last / step <= 8:
            return step
    return last / 6
