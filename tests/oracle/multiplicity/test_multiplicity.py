"""Adjusted P values against R's p.adjust and graphicalMCP."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from equipoise.analysis.multiplicity import (
    benjamini_hochberg,
    bonferroni,
    graph_test,
    hochberg,
    holm,
    hommel,
)

REFERENCE = json.loads((Path(__file__).parent / "reference.json").read_text())
EXACT = 1e-8  # relative: sums and products of the same numbers
PRINTED = 1e-8  # relative: graph_test_closure rounds to ten decimals

METHODS = {
    "holm": holm,
    "hochberg": hochberg,
    "hommel": hommel,
    "BH": benjamini_hochberg,
    "bonferroni": bonferroni,
}


@pytest.mark.parametrize("name", METHODS)
def test_p_adjust(name):
    expected = REFERENCE["entries"][0]["value"][name]
    found = METHODS[name]((0.0121, 0.0142, 0.1986, 0.0191, 0.0002))
    assert found == pytest.approx(expected, rel=EXACT)


HOMMEL = [
    # R 4.2.2: p.adjust(p, "hommel")
    (
        (0.0705, 0.1385, 0.3282, 0.8248, 0.0407, 0.8071),
        (0.34625, 0.554, 0.8248, 0.8248, 0.2115, 0.8248),
    ),
    (
        (0.8924, 0.4367, 0.3958, 0.0038, 0.0424, 0.0312),
        (0.8924, 0.8734, 0.7916, 0.0228, 0.1696, 0.1248),
    ),
    (
        (0.472, 0.1475, 0.5927, 0.2477, 0.515, 0.9839),
        (0.944, 0.7375, 0.9839, 0.79026666666666667, 0.9839, 0.9839),
    ),
]


@pytest.mark.parametrize(("p", "expected"), HOMMEL)
def test_hommel_of_six(p, expected):
    assert hommel(p) == pytest.approx(expected, rel=EXACT)


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
    found = graph_test(p, weights=weights, transitions=transitions, alpha=0.025)
    assert found.adjusted == pytest.approx(entry["value"]["adjusted_p"], rel=PRINTED)
    assert list(found.rejected) == entry["value"]["rejected"]
