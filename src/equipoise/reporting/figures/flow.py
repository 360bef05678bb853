"""The CONSORT flow diagram, its counts from rows."""

from __future__ import annotations

from typing import Any

import polars as pl

from equipoise.analysis.results import Results
from equipoise.reporting.figures.style import INK, canvas, svg
from equipoise.reporting.rounding import capital, count

WIDTH = 9.0
LINE = 0.30


def flow_figure(results: Results) -> str:
    """Assessed, randomized, allocated, followed, analyzed; one column per arm.

    Source   CONSORT 2025, flow diagram.
    """
    protocol = results.data.protocol
    arms = list(protocol.arms)
    blocks = [[_allocated, _followed, _analyzed][i] for i in range(3)]
    texts = [[block(results, arm) for arm in arms] for block in blocks]
    heights = [max(len(t) for t in row) * LINE + 0.3 for row in texts]
    total = sum(heights) + 3.0 + 0.4 * len(heights)
    with canvas(WIDTH, total) as figure:
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(total, 0)
        axes.axis("off")
        _top(axes, results)
        _columns(axes, texts, heights, len(arms))
        return svg(figure, "Flow of patients")


def _top(axes: Any, results: Results) -> None:
    center = WIDTH / 2
    screened = _n(results, "assessed for eligibility")
    excluded = _n(results, "not randomized")
    _box(axes, center - 1.6, 0.2, 3.2, [f"Assessed for eligibility (n = {screened})"])
    _box(axes, center + 0.9, 1.05, 3.0, [f"Not randomized (n = {excluded})"])
    _box(axes, center - 1.6, 1.9, 3.2, [f"Randomized (n = {_n(results, 'randomized')})"])
    _arrow(axes, (center, 0.2 + LINE + 0.3), (center, 1.9))
    _arrow(axes, (center, 1.35), (center + 0.9, 1.35))


def _columns(axes: Any, texts: list[list[list[str]]], heights: list[float], arms: int) -> None:
    width = WIDTH / arms
    start, split = 2.9, 1.9 + LINE + 0.3
    for a in range(arms):
        center = width * (a + 0.5)
        axes.plot([WIDTH / 2, center], [split + 0.12] * 2, color=INK, lw=0.9)
        _arrow(axes, (center, split + 0.12), (center, start))
        y = start
        for row, height in zip(texts, heights):
            _box(axes, center - width / 2 + 0.15, y, width - 0.3, row[a], height)
            if row is not texts[-1]:
                _arrow(axes, (center, y + height), (center, y + height + 0.4))
            y += height + 0.4
    axes.plot([WIDTH / 2] * 2, [split, split + 0.12], color=INK, lw=0.9)


def _box(
    axes: Any, x: float, y: float, width: float, lines: list[str], height: float | None = None
) -> None:
    from matplotlib.patches import Rectangle

    tall = height or len(lines) * LINE + 0.3
    axes.add_patch(Rectangle((x, y), width, tall, fill=True, fc="white", ec=INK, lw=0.9))
    for i, line in enumerate(lines):
        weight = "bold" if i == 0 else "normal"
        axes.text(
            x + 0.12, y + 0.15 + LINE * (i + 0.5), line, va="center", fontsize=9, fontweight=weight
        )


def _arrow(axes: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    style = {"arrowstyle": "-|>", "color": INK, "lw": 0.9, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", xy=end, xytext=start, arrowprops=style)


def _n(results: Results, statistic: str, group: str = "all", term: str = "") -> str:
    found = results.select(analysis="flow", statistic=statistic, group=group, term=term)
    return count(found["value"][0] if found.height else 0)


def _allocated(results: Results, arm: str) -> list[str]:
    label = results.data.protocol.arms[arm].label
    return [
        f"{label} (n = {_n(results, 'randomized', arm)})",
        f"Received it (n = {_n(results, 'treated', arm)})",
        f"Did not receive it (n = {_n(results, 'not treated', arm)})",
    ]


def _followed(results: Results, arm: str) -> list[str]:
    lines = [f"Left the study (n = {_n(results, 'left the study', arm)})"]
    rows = results.select(analysis="flow", statistic="left the study", group=arm)
    lines += [
        f"   {capital(row['term'].lower())} (n = {count(row['value'])})"
        for row in rows.filter(pl.col("term") != "").iter_rows(named=True)
    ]
    lines.append(f"Completed it (n = {_n(results, 'completed the study', arm)})")
    lines.append(f"In it at the cut-off (n = {_n(results, 'in the study at the cut-off', arm)})")
    return lines


def _analyzed(results: Results, arm: str) -> list[str]:
    return ["Analyzed"] + [
        f"   {name} population (n = {_n(results, 'analyzed', arm, name)})"
        for name in results.data.protocol.populations
    ]
