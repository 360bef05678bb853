"""Pictures of a run: quantiles against theory, and every row in its band."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from verification.check import Budget, Row

SHOWN = 400  # quantiles drawn
BAND, LINE, POINT, BAD = "#e6e6e6", "#888888", "#1f5a92", "#c0392b"


def qq(budget: Budget, name: str, draws: Any, quantile: Any, *, label: str) -> None:
    """Sorted draws against the quantile function of theory."""
    if budget.folder is None:
        return
    seen = np.sort(np.asarray(draws, dtype=np.float64))
    n = len(seen)
    rank = np.unique(np.linspace(0, n - 1, SHOWN).astype(np.int64))
    theory = quantile((rank + 0.5) / n)
    figure = Figure(figsize=(4, 4), layout="constrained")
    axes = figure.subplots()
    ends = [min(theory[0], seen[0]), max(theory[-1], seen[-1])]
    axes.plot(ends, ends, color=LINE, linewidth=0.8)
    axes.plot(theory, seen[rank], ".", color=POINT, markersize=3)
    axes.set(title=label, xlabel="theory", ylabel=f"drawn, n = {n:,}")
    _save(figure, budget.folder / f"{name}.svg")


def overview(folder: Path, rows: Sequence[tuple[str, Row]]) -> None:
    """Every row by where it lies in its band: 0 as expected, -1 and 1 the ends."""
    both = [(check, row) for check, row in rows if np.isfinite(row.high - row.low)]
    figure = Figure(figsize=(7, 0.5 + 0.2 * len(both)), layout="constrained")
    axes = figure.subplots()
    axes.axvspan(-1, 1, color=BAND)
    axes.axvline(0, color=LINE, linewidth=0.8)
    for k, (_, row) in enumerate(both):
        middle, half = (row.high + row.low) / 2.0, (row.high - row.low) / 2.0
        at = float(np.clip((row.found - middle) / half, -1.6, 1.6)) if half > 0.0 else 0.0
        axes.plot(at, k, "o", color=POINT if row.ok else BAD, markersize=4)
    axes.set_yticks(range(len(both)), [f"{check}: {row.name}" for check, row in both], fontsize=6)
    axes.invert_yaxis()
    axes.set(xlim=(-1.7, 1.7), xlabel="place in the band")
    _save(figure, folder / "overview.svg")


def _save(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
