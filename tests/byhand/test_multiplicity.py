"""Rules of multiplicity on a few P values, worked in comments."""

from __future__ import annotations

import pytest

from equipoise.errors import InputError
from equipoise.meaning.multiplicity import Graph, apply_graph, bonferroni, fixed_sequence, holm


def adjusted(rule, p):
    return apply_graph(rule("ABC"[: len(p)]), p, alpha=0.05).adjusted


def test_three_p_values():
    """0.01 0.02 0.04. Holm: 0.03, 0.04, 0.04. Bonferroni: times 3."""
    p = [0.04, 0.01, 0.02]
    assert adjusted(holm, p) == pytest.approx((0.04, 0.03, 0.04))
    assert adjusted(bonferroni, p) == pytest.approx((0.12, 0.03, 0.06))


def test_a_sequence_stops_at_the_first_failure():
    assert adjusted(fixed_sequence, [0.001, 0.2, 0.01]) == (0.001, 0.2, 0.2)


def test_a_gatekeeper_hands_its_level_on():
    """Alpha 0.05 all on PFS; rejected, it goes to OS; OS fails, response is not tested."""
    graph = Graph(("PFS", "OS", "ORR"), (1, 0, 0), ((0, 1, 0), (0, 0, 1), (0, 0, 0)))
    found = apply_graph(graph, [0.001, 0.06, 0.002], alpha=0.05)
    assert found.adjusted == pytest.approx((0.001, 0.06, 0.06))
    assert found.rejected == (True, False, False)
    assert found.order == ("PFS",)


def test_nothing_with_weight_is_never_rejected():
    found = apply_graph(Graph(("A", "B"), (1, 0), ((0, 0), (0, 0))), [0.0, 0.0], alpha=0.05)
    assert found.rejected == (True, False)
    assert found.adjusted == (0.0, 1.0)


@pytest.mark.parametrize(
    ("weights", "transitions", "said"),
    [
        ([0.7, 0.7], [[0, 1], [1, 0]], "add to more than 1"),
        ([0.5, 0.5], [[0, 1.2], [1, 0]], "add to more than 1"),
        ([0.5, 0.5], [[0.1, 0.9], [1, 0]], "to itself"),
        ([0.5], [[0, 1], [1, 0]], "2 weights"),
    ],
)
def test_impossible_graphs(weights, transitions, said):
    with pytest.raises(InputError, match=said):
        Graph(("A", "B"), tuple(weights), tuple(tuple(row) for row in transitions))
