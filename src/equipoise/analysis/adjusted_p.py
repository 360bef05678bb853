"""Multiplicity on observed P values: adjusted P and decision of every hypothesis of this look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from equipoise.adam.model import ADaM
from equipoise.analysis.decisions import METHOD as BOUNDARY
from equipoise.analysis.decisions import data_at, estimand_of, looks_before, looks_now
from equipoise.analysis.methods import method_named, samples
from equipoise.analysis.results import Row, frame
from equipoise.errors import InputError
from equipoise.meaning import multiplicity
from equipoise.meaning.multiplicity import Graph, apply_graph
from equipoise.protocol import Protocol

METHOD = "multiplicity"


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
    here, before = looks_now(protocol, data.look), looks_before(data)
    entered = {name: _observed(data, name, rows) for name in here}
    entered |= {name: _earlier(data, name, looks, rows) for name, looks in before.items()}
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
            yield _row(protocol, name, "adjusted p", None, f"not estimable: {why[name]}")
        elif name in by_name:
            p, rejected = by_name[name]
            yield _row(protocol, name, "adjusted p", p, note)
            yield _row(protocol, name, "rejected", float(rejected), note)


def graph_of(protocol: Protocol) -> Graph:
    """The design's rule as a graph: fixed sequence, Holm and Bonferroni are graphs too.

    Raises   InputError if the graph names a hypothesis that the design has not.
    """
    plan = protocol.design
    names = list(plan.hypotheses)
    if plan.multiplicity == "fixed sequence":
        return multiplicity.fixed_sequence(list(plan.order) or names)
    if plan.multiplicity == "holm":
        return multiplicity.holm(names)
    if plan.multiplicity == "bonferroni":
        return multiplicity.bonferroni(names)
    if plan.graph is None:
        raise InputError("design: `multiplicity: graph` needs a `graph`")
    weights = tuple(plan.graph.weights.get(name, 0.0) for name in names)
    arrows: Mapping[str, Mapping[str, float]] = plan.graph.transitions
    rows = tuple(tuple(arrows.get(a, {}).get(b, 0.0) for b in names) for a in names)
    return Graph(tuple(names), weights, rows)


def _observed(data: ADaM, name: str, rows: pl.DataFrame) -> float | str:
    """The P value that a hypothesis enters with, or why there is none."""
    key = estimand_of(data.protocol, name)
    test = data.protocol.estimands[key].test if key is not None else None
    if key is None or test is None:
        return "the hypothesis has no estimand with a test"
    own = rows.filter((pl.col("analysis") == key) & (pl.col("subgroup") == ""))
    if len(data.protocol.design.hypotheses[name].looks) > 1:
        return _sequential(own)
    return _single(own.filter(pl.col("method") == test), test)


def _earlier(data: ADaM, name: str, looks: list[str], rows: pl.DataFrame) -> float | str:
    """The same of a hypothesis that was tested before this look, by the data as they were."""
    key = estimand_of(data.protocol, name)
    test = data.protocol.estimands[key].test if key is not None else None
    if key is None or test is None or len(data.protocol.design.hypotheses[name].looks) > 1:
        return _observed(data, name, rows)
    at = data_at(data, name, looks[-1])
    return _single(frame(method_named(test)(next(iter(samples(at, key))))), test)


def _sequential(own: pl.DataFrame) -> float | str:
    p = own.filter(
        (pl.col("method") == BOUNDARY) & (pl.col("statistic") == "sequential p, one-sided")
    )
    value = p["value"][0] if p.height else None
    return "no boundary for its looks" if value is None else min(2 * float(value), 1.0)


def _single(rows: pl.DataFrame, test: str) -> float | str:
    p = rows.filter(pl.col("statistic") == "p")
    overall = p.filter(pl.col("comparison") == "all arms")
    p = overall if overall.height else p
    if p["comparison"].n_unique() > 1:
        return "several comparisons; name one in the estimand's `compare`"
    value = p["value"][0] if p.height else None
    return f"no P value of {test}" if value is None else float(value)


def _row(protocol: Protocol, name: str, statistic: str, value: float | None, note: str) -> Row:
    key = estimand_of(protocol, name) or name
    population = protocol.estimands[key].population if key in protocol.estimands else ""
    return Row(key, METHOD, population, statistic, value, note=note)
