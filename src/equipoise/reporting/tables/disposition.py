"""Disposition: who came, was randomized, treated, left and is analyzed, by arm."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.analysis.results import Results
from equipoise.reporting.labels import population_label, term_label
from equipoise.reporting.model import DASH, Cell, Display, Line
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.words import capital

_FLOW = (
    "randomized", "treated", "not treated", "discontinued the intervention", "completed the study",
    "in the study at the cut-off", "left the study", "lost to follow-up",
)  # fmt: skip
_REASONED = ("discontinued the intervention", "left the study")


def disposition_table(results: Results, numbers: Numbers) -> Display:
    """Patients at each step, with the reasons for leaving."""
    lines = [*_before(results, numbers)]
    seen = set(results.select(analysis="flow")["statistic"])
    lost = results.select(analysis="flow", statistic="left the study", term="LOST TO FOLLOW-UP")
    for statistic in _FLOW:
        if statistic not in seen or (statistic == "lost to follow-up" and lost.height):
            continue
        lines.append(Line(capital(statistic), _cells(results, numbers, statistic)))
        if statistic in _REASONED:
            lines += _reasons(results, numbers, statistic)
    for name in results.data.protocol.populations:
        label = f"Analyzed: {population_label(results.data.protocol, name)}"
        cells = _cells(results, numbers, "analyzed", name)
        lines.append(Line(label, cells))
    heads: list[Cell] = [(arm.label,) for arm in results.data.protocol.arms.values()]
    title = "Disposition of patients"
    return Display("disposition", "14.1.1", title, (*heads, ("All",)), tuple(lines))


def _before(results: Results, numbers: Numbers) -> Iterator[Line]:
    for statistic in ("assessed for eligibility", "not randomized"):
        rows = results.select(analysis="flow", statistic=statistic)
        for term in rows["term"]:
            blank = (DASH,) * len(results.data.protocol.arms)
            total = numbers.cell("flow", statistic, group="all", term=term)
            label = capital(term_label(term)) if term else capital(statistic)
            yield Line(label, (*blank, total), 1 if term else 0)


def _cells(results: Results, numbers: Numbers, statistic: str, term: str = "") -> tuple[Cell, ...]:
    cells: list[Cell] = []
    for arm in results.data.protocol.arms:
        found = numbers.find("flow", statistic, group=arm, term=term)
        cells.append((found,) if found else ("0",) if term else DASH)
    total = numbers.find("flow", statistic, group="all", term=term)
    return (*cells, (total,) if total else DASH)


def _reasons(results: Results, numbers: Numbers, statistic: str) -> Iterator[Line]:
    rows = results.select(analysis="flow", statistic=statistic)
    for term in rows["term"].unique(maintain_order=True):
        if term:
            label = capital(term_label(term))
            yield Line(label, _cells(results, numbers, statistic, term), 1)
