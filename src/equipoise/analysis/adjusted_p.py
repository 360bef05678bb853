"""Multiplicity on observed P values: adjusted P and decision of every hypothesis of this look."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from equipoise.adam.model import ADaM
from equipoise.analysis.decisions import BOUNDARY, data_at, looks_before, looks_now
from equipoise.analysis.methods import method_named
from equipoise.analysis.results import Row, frame
from equipoise.analysis.samples.of_estimand import whole_sample
from equipoise.meaning.hypotheses import Hypothesis, hypotheses
from equipoise.meaning.multiplicity import apply_graph, graph_of

_METHOD = "multiplicity"


def adjusted(data: ADaM, rows: pl.DataFrame) -> Iterator[Row]:
    """Rows "adjusted p" and "rejected" (1 or 0) of the hypotheses that this look tests.

    rows : the rows of the estimands and of `decisions`

    A hypothesis with one look enters with the two-sided P value of its test; one with several, with
    twice its sequential P value (`design.monitor`), so that its own boundary is kept. A hypothesis
    not tested yet enters with P = 1 and passes nothing on. Compare "adjusted p" with alpha
    (twice alpha where the design is one-sided).
    Source   Bretz, Maurer, Brannath & Posch 2009, Stat Med 28:586; Maurer & Bretz 2013.
    Checked  tests/unit/analysis/test_adjusted.py
    """
    protocol = data.protocol
    names = list(protocol.design.hypotheses)
    if protocol.design.multiplicity == "none" or len(names) < 2:
        return
    here, before = looks_now(data), looks_before(data)
    asked = {h.name: h for h in hypotheses(protocol)}
    entered = {name: _observed(asked[name], rows) for name in here}
    entered |= {name: _earlier(data, asked[name], looks, rows) for name, looks in before.items()}
    known = {name: p for name, p in entered.items() if isinstance(p, float)}
    why = {name: reason for name, reason in entered.items() if isinstance(reason, str)}
    graph = graph_of(protocol)
    alpha = protocol.design.alpha * (2 if protocol.design.sides == 1 else 1)
    result = apply_graph(graph, [known.get(name) for name in graph.names], alpha=alpha)
    by_name = dict(zip(graph.names, zip(result.adjusted, result.rejected, strict=True)))
    waiting = [n for n in graph.names if n not in known and n not in why]
    note: str = protocol.design.multiplicity
    note += f"; not tested yet: {', '.join(waiting)}" if waiting else ""
    for name in here:
        if name in why:
            yield _row(asked[name], "adjusted p", None, f"not estimable: {why[name]}")
        elif name in by_name:
            p, rejected = by_name[name]
            yield _row(asked[name], "adjusted p", p, note)
            yield _row(asked[name], "rejected", float(rejected), note)


def _observed(h: Hypothesis, rows: pl.DataFrame) -> float | str:
    """The P value that a hypothesis enters with, or why there is none."""
    if h.key is None or h.method is None:
        return "the hypothesis has no estimand with a test"
    own = rows.filter((pl.col("analysis") == h.key) & (pl.col("subgroup") == ""))
    if len(h.looks) > 1:
        return _sequential(own)
    return _single(own.filter(pl.col("method") == h.method.name), h)


def _earlier(data: ADaM, h: Hypothesis, looks: list[str], rows: pl.DataFrame) -> float | str:
    """The same of a hypothesis that was tested before this look, by the data as they were."""
    if h.key is None or h.method is None or len(h.looks) > 1:
        return _observed(h, rows)
    sample = whole_sample(data_at(data, h, looks[-1]), h.key)
    return _single(frame(method_named(h.method.name)(sample)), h)


def _sequential(own: pl.DataFrame) -> float | str:
    p = own.filter(
        (pl.col("method") == BOUNDARY) & (pl.col("statistic") == "sequential p, one-sided")
    )
    value = p["value"][0] if p.height else None
    return "no boundary for its looks" if value is None else min(2 * float(value), 1.0)


def _single(rows: pl.DataFrame, h: Hypothesis) -> float | str:
    """The P value of the pair that the hypothesis compares."""
    p = rows.filter((pl.col("statistic") == "p") & (pl.col("comparison") == h.comparison))
    value = p["value"][0] if p.height else None
    test = h.method.name if h.method else "the test"
    return f"no P value of {test}" if value is None else float(value)


def _row(h: Hypothesis, statistic: str, value: float | None, note: str) -> Row:
    population = h.estimand.population if h.estimand else ""
    key = h.key or h.name
    return Row(key, _METHOD, population, statistic, value, note=note, extension=h.extension)
