"""Adjusted P values of graphs against R's p.adjust and graphicalMCP."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from equipoise.meaning.multiplicity import Graph, apply_graph, bonferroni, holm

REFERENCE = json.loads((Path(__file__).parent / "reference.json").read_text())
EXACT = 1e-8  # relative: sums and products of the same numbers
PRINTED = 1e-8  # relative: graph_test_closure rounds to ten decimals
P = (0.0121, 0.0142, 0.1986, 0.0191, 0.0002)
RULES = {"holm": holm, "bonferroni": bonferroni}


@pytest.mark.parametrize("name", RULES)
def test_p_adjust(name):
    expected = REFERENCE["entries"][0]["value"][name]
    found = apply_graph(RULES[name]("ABCDE"), P, alpha=0.025)
    assert found.adjusted == pytest.approx(expected, rel=EXACT)


GRAPHS = [
    ((0.018, 0.03, 0.002), (0.8, 0.2, 0), ((0, 1, 0), (0.5, 0, 0.5), (1, 0, 0))),
    ((0.01, 0.02, 0.04), (1, 0, 0), ((0, 1, 0), (0, 0, 1), (0, 0, 0))),
    (
        (0.01, 0.02, 0.03, 0.005),
        (0.5, 0.5, 0, 0),
        ((0, 0.5, 0.5, 0), (0.5, 0, 0, 0.5), (0, 1, 0, 0), (1, 0, 0, 0)),
    ),
]


@pytest.mark.parametrize(
    ("entry", "graph"), list(zip(REFERENCE["graphs"], GRAPHS)), ids=[str(len(g[0])) for g in GRAPHS]
)
def test_graphs(entry, graph):
    p, weights, transitions = graph
    found = apply_graph(Graph(tuple("ABCD"[: len(p)]), weights, transitions), p, alpha=0.025)
    assert found.adjusted == pytest.approx(entry["value"]["adjusted_p"], rel=PRINTED)
    assert list(found.rejected) == entry["value"]["rejected"]
