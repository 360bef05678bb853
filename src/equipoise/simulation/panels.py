"""A grid of scenarios as one table and one figure of small multiples."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path

from equipoise.simulation.operating import Operating, Row

Results = Sequence[tuple[dict[str, str], Operating]]
SHOWN = ("power", "rejected", "expected events", "expected subjects", "expected duration")
ERRORS_SHOWN = 1.96


def write(results: Results, folder: Path) -> None:
    """`table.csv` with every row of every scenario, and `figure.svg`; each appears whole."""
    folder.mkdir(parents=True, exist_ok=True)
    _whole(folder / "table.csv", _table(results))
    _whole(folder / "figure.svg", _figure(results))


def _whole(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)


def _table(results: Results) -> str:
    out = io.StringIO()
    axes = list(results[0][0])
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["scenario", *axes, *Row.__slots__])
    for point, found in results:
        head = [found.scenario, *(point[a] for a in axes)]
        for row in found.rows:
            writer.writerow([*head, *(getattr(row, name) for name in Row.__slots__)])
    return out.getvalue()


def _figure(results: Results) -> str:
    """A panel per hypothesis and statistic, scenarios along the x axis."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    shown = [r for r in results[0][1].rows if r.statistic in SHOWN and not r.look]
    names = list(dict.fromkeys(r.hypothesis for r in shown))
    figure = Figure(figsize=(3.2 * len(SHOWN), 2.6 * len(names)), layout="constrained")
    FigureCanvasSVG(figure)
    panels = figure.subplots(len(names), len(SHOWN), squeeze=False)
    ticks = [", ".join(point.values()) or found.scenario for point, found in results]
    for i, name in enumerate(names):
        for j, statistic in enumerate(SHOWN):
            _panel(panels[i][j], results, name, statistic, ticks)
    figure.suptitle(", ".join(results[0][0]) + " (virtual patients)")
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()


def _panel(panel: object, results: Results, name: str, statistic: str, ticks: list[str]) -> None:
    from matplotlib.axes import Axes

    assert isinstance(panel, Axes)
    rows = [
        next(
            (r for r in found.rows if (r.hypothesis, r.look, r.statistic) == (name, "", statistic)),
            None,
        )
        for _, found in results
    ]
    at = [k for k, r in enumerate(rows) if r is not None and r.value is not None]
    known = [r for r in rows if r is not None and r.value is not None]
    panel.errorbar(
        at,
        [r.value or 0.0 for r in known],
        yerr=[ERRORS_SHOWN * (r.error or 0.0) for r in known],
        marker="o",
        markersize=3,
        linewidth=1,
    )
    panel.set_xticks(range(len(ticks)), ticks, fontsize=7)
    panel.set_title(f"{name}: {statistic}", fontsize=8)
    panel.tick_params(axis="y", labelsize=7)
    panel.margins(x=0.1)
