"""Kaplan-Meier curves with numbers at risk, drawn from rows."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import polars as pl

from equipoise.analysis.results import Results
from equipoise.calendar import DAYS_PER_MONTH
from equipoise.reporting.figures.style import FAINT, INK, canvas, colors, svg

TICKS = 12


def km_figure(results: Results, key: str) -> str:
    """The curve of an estimand by arm, censoring marks, numbers at risk under the axis."""
    protocol = results.data.protocol
    rows = results.select(analysis=key, method="Kaplan-Meier", subgroup="")
    arms = [k for k in protocol.arms if k in set(rows["group"])]
    color = colors(arms, protocol.control)
    step = _tick_step(rows)
    with canvas(8.2, 4.9) as figure:
        top, below = figure.subplots(2, 1, height_ratios=[5, 0.42 * len(arms) + 0.35], sharex=True)
        for arm in arms:
            _curve(top, rows.filter(pl.col("group") == arm), color[arm], protocol.arms[arm].label)
        _axes(top, protocol.endpoints[protocol.estimands[key].endpoint].label)
        _at_risk(below, rows, arms, color, step, {a: protocol.arms[a].label for a in arms})
        return svg(figure, escape(f"Kaplan-Meier curves: {protocol.estimands[key].label or key}"))


def _tick_step(rows: pl.DataFrame) -> int:
    """Every third at-risk row, or more, so that there are at most TICKS of them."""
    count = rows.filter(pl.col("statistic") == "at risk")["at"].n_unique()
    return max(1, -(-count // TICKS))


def _months(days: pl.Series) -> Any:
    return days.to_numpy() / DAYS_PER_MONTH


def _curve(axes: Any, rows: pl.DataFrame, color: str, label: str) -> None:
    steps = rows.filter(pl.col("statistic") == "curve").sort("at")
    marks = rows.filter(pl.col("statistic") == "censored").sort("at")
    last = pl.concat([steps["at"], marks["at"]]).max()
    end = float(last) / DAYS_PER_MONTH if isinstance(last, (int, float)) else 0.0
    x = np.concatenate([[0.0], _months(steps["at"]), [end]])
    y = np.concatenate([[1.0], steps["value"].to_numpy()])
    axes.step(x, 100 * np.append(y, y[-1]), where="post", color=color, lw=1.8, label=label)
    axes.plot(
        _months(marks["at"]), 100 * marks["value"].to_numpy(), "|", color=color, ms=5.5, mew=0.9
    )


def _axes(axes: Any, label: str) -> None:
    axes.set_ylim(0, 102)
    axes.set_xlim(left=0)
    axes.set_ylabel(f"{label} (%)")
    axes.yaxis.grid(True, color=FAINT, lw=0.6)
    axes.set_axisbelow(True)
    axes.legend(frameon=False, loc="best")
    axes.tick_params(labelbottom=True)


def _at_risk(
    axes: Any,
    rows: pl.DataFrame,
    arms: list[str],
    color: dict[str, str],
    step: int,
    labels: dict[str, str],
) -> None:
    risk = rows.filter(pl.col("statistic") == "at risk")
    ticks = sorted(risk["at"].unique())[::step]
    axes.set_xticks([t / DAYS_PER_MONTH for t in ticks])
    axes.set_xticklabels([f"{t / DAYS_PER_MONTH:g}" for t in ticks])
    axes.set_ylim(len(arms) - 0.4, -1.0)
    for i, arm in enumerate(arms):
        known = dict(risk.filter(pl.col("group") == arm).select("at", "value").iter_rows())
        for t in ticks:
            shown = f"{known.get(t, 0):.0f}"
            axes.text(t / DAYS_PER_MONTH, i, shown, ha="center", va="center", fontsize=9)
        axes.text(
            -0.045, i, labels[arm], transform=axes.get_yaxis_transform(),
            ha="right", va="center", fontsize=9, color=color[arm],
        )  # fmt: skip
    axes.text(0, -0.85, "No. at risk", ha="left", va="center", fontsize=9, color=INK)
    axes.set_xlabel("Months")
    axes.xaxis.set_label_position("top")
    axes.axis("off")
    axes.figure.axes[0].set_xlabel("Months")
