"""A grid of scenarios as one table, printed and as CSV."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from pathlib import Path

from equipoise.calendar import months
from equipoise.meaning.variation.scenario import TRUTH
from equipoise.simulation.operating.characteristics import OperatingRow
from equipoise.simulation.operating.scenario_figure import GridResults, figure

SHORT = 12  # characters of a digest that tell runs apart
PRINTED = ("power", "rejected", "expected events", "expected subjects", "expected duration")


def write(results: GridResults, folder: Path) -> None:
    """`table.csv` with every row of every scenario, and `figure.svg`; each appears whole."""
    folder.mkdir(parents=True, exist_ok=True)
    _whole(folder / "table.csv", table(results))
    _whole(folder / "figure.svg", figure(results))


def _whole(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)


def varied_names(results: GridResults) -> list[str]:
    """What is varied in any of the grids, but for truths: those have a column of their own."""
    every = (name for point, _ in results for name in point.set)
    return [name for name in dict.fromkeys(every) if name != TRUTH]


def table(results: GridResults) -> str:
    """Every row of every scenario as CSV; what a grid does not vary is empty."""
    out = io.StringIO()
    names = varied_names(results)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["scenarios", TRUTH, *names, "trials", "seed", *OperatingRow.__slots__])
    for point, found in results:
        head = [point.grid, found.scenario, *(point.set.get(name, "") for name in names)]
        for row in found.rows:
            values = (getattr(row, name) for name in OperatingRow.__slots__)
            writer.writerow([*head, found.trials, found.seed, *values])
    return out.getvalue()


def lines(results: GridResults) -> Iterator[str]:
    """The table as text: a line per scenario and hypothesis, a block per grid."""
    for name in dict.fromkeys(point.grid for point, _ in results):
        own = [(point, found) for point, found in results if point.grid == name]
        trials, seed = own[0][1].trials, own[0][1].seed
        head = f"{trials:,} trials each, seed {seed}  (virtual patients)"
        yield f"{name}: {head}" if name else head
        yield from _aligned([_heading(own), *_body(own)])


def _heading(results: GridResults) -> list[str]:
    return [TRUTH, *varied_names(results), "hypothesis", *PRINTED, "digest"]


def _body(results: GridResults) -> Iterator[list[str]]:
    names = varied_names(results)
    for point, found in results:
        rows = {(r.hypothesis, r.statistic): r for r in found.rows if not r.look}
        head = [found.scenario, *(point.set[name] for name in names)]
        for hypothesis in dict.fromkeys(r.hypothesis for r in found.rows if r.hypothesis):
            shown = [_cell(rows.get((hypothesis, what))) for what in PRINTED]
            yield [*head, hypothesis, *shown, found.digest[:SHORT]]


def _cell(row: OperatingRow | None) -> str:
    """A share with its Monte Carlo error, or a mean; durations in months."""
    if row is None or row.value is None:
        return "-"
    if not row.unit:
        return f"{row.value:.4f} +- {row.error or 0.0:.4f}"
    if row.unit == "days":
        return f"{months(row.value):.1f} months"
    return f"{row.value:.1f}"


def _aligned(cells: list[list[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield "  " + "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip()
