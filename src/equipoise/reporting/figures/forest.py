"""Hazard ratios by subgroup, drawn from rows."""

from __future__ import annotations

from html import escape
from typing import Any

import polars as pl

from equipoise.analysis.results import Results
from equipoise.reporting.figures.style import ARMS, FAINT, INK, canvas, svg
from equipoise.reporting.rounding import ratio

WIDEST = (0.01, 20.0)


def forest_figure(results: Results, key: str) -> str:
    """Hazard ratio of the first comparison, overall and by level of each subgroup; "" if none."""
    lines = _lines(results, key)
    if len(lines) < 2:
        return ""
    with canvas(5.2, 0.36 * len(lines) + 1.0) as figure:
        axes = figure.subplots()
        for i, line in enumerate(lines):
            _draw(axes, i, line)
        _frame(axes, len(lines), results, key)
        return svg(figure, escape(f"Hazard ratios by subgroup: {key}"))


def _lines(results: Results, key: str) -> list[dict[str, Any]]:
    rows = results.select(analysis=key).filter(
        pl.col("method").is_in(["Cox", "stratified Cox"])
        & pl.col("statistic").str.starts_with("hazard ratio")
    )
    if rows.is_empty():
        return []
    first = rows["comparison"][0]
    rows = rows.filter(pl.col("comparison") == first)
    found = []
    for name, part in rows.group_by("subgroup", maintain_order=True):
        values = dict(part.select("statistic", "value").iter_rows())
        found.append(
            {
                "label": str(name[0]) or "All patients",
                "hr": values.get("hazard ratio"),
                "lower": values.get("hazard ratio lower limit"),
                "upper": values.get("hazard ratio upper limit"),
                "n": _total(results, key, str(name[0]), first, "n"),
                "events": _total(results, key, str(name[0]), first, "events"),
            }
        )
    return found


def _total(results: Results, key: str, subgroup: str, pair: str, statistic: str) -> int:
    rows = results.select(analysis=key, subgroup=subgroup, statistic=statistic, method="count")
    return int(rows.filter(pl.col("group").is_in(pair.split(" v ")))["value"].sum())


def _draw(axes: Any, i: int, line: dict[str, Any]) -> None:
    side = axes.get_yaxis_transform()
    weight = "bold" if i == 0 else "normal"
    axes.text(-0.78, i, line["label"], transform=side, va="center", fontsize=10, fontweight=weight)
    shown = f"{line['events']}/{line['n']}"
    axes.text(-0.08, i, shown, transform=side, va="center", ha="right", fontsize=10)
    if line["hr"] is None or line["lower"] is None or line["upper"] is None:
        axes.text(1.04, i, "not estimable", transform=side, va="center", fontsize=10)
        return
    low, high = max(line["lower"], WIDEST[0]), min(line["upper"], WIDEST[1])
    axes.plot([low, high], [i, i], color=INK, lw=1)
    if WIDEST[0] <= line["hr"] <= WIDEST[1]:
        axes.plot(line["hr"], i, "D" if i == 0 else "s", color=ARMS[0], ms=6 if i == 0 else 5)
    text = f"{ratio(line['hr'])} ({ratio(line['lower'])} to {ratio(line['upper'])})"
    axes.text(1.04, i, text, transform=side, va="center", fontsize=10)


def _frame(axes: Any, n: int, results: Results, key: str) -> None:
    axes.set_xscale("log")
    axes.axvline(1, color=FAINT, lw=1, zorder=0)
    axes.set_ylim(n - 0.4, -1.2)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    ticks = [t for t in (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10) if _inside(axes, t)]
    axes.set_xticks(ticks, [f"{t:g}" for t in ticks])
    axes.minorticks_off()
    axes.set_xlabel("Hazard ratio (95% CI); below 1 favors the experimental arm")
    side = axes.get_yaxis_transform()
    for x, text, align in ((-0.78, "Subgroup", "left"), (-0.08, "Events/patients", "right")):
        axes.text(x, -0.9, text, transform=side, ha=align, fontsize=10, fontweight="bold")
    axes.text(1.04, -0.9, "Hazard ratio (95% CI)", transform=side, fontsize=10, fontweight="bold")


def _inside(axes: Any, tick: float) -> bool:
    low, high = axes.get_xlim()
    return bool(low <= tick <= high)
