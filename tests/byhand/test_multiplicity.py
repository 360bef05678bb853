"""Procedures on a few P values, worked in comments."""

from __future__ import annotations

import pytest

from equipoise.analysis.multiplicity import (
    bonferroni,
    fixed_sequence,
    graph_test,
    hochberg,
    holm,
    hommel,
)
from equipoise.errors import InputError


def test_three_p_values():
    """0.01 0.02 0.04. Holm: 0.03, 0.04, 0.04. Hochberg: 0.03, 0.04, 0.04. Bonferroni: times 3."""
    p = [0.04, 0.01, 0.02]
    assert holm(p) == pytest.approx((0.04, 0.03, 0.04))
    assert hochberg(p) == pytest.approx((0.04, 0.03, 0.04))
    assert bonferroni(p) == pytest.approx((0.12, 0.03, 0.06))


def test_where_holm_and_hochberg_differ():
    """0.03 and 0.04: Holm 0.06 for both, Hochberg 0.04 for both."""
    assert holm([0.03, 0.04]) == pytest.approx((0.06, 0.06))
    assert hochberg([0.03, 0.04]) == pytest.approx((0.04, 0.04))
    assert hommel([0.03, 0.04]) == pytest.approx((0.04, 0.04))


def test_a_sequence_stops_at_the_first_failure():
    assert fixed_sequence([0.001, 0.2, 0.01]) == (0.001, 0.2, 0.2)


def test_a_gatekeeper_hands_its_level_on():
    """Alpha 0.05 all on PFS; rejected, it goes to OS; OS fails, response is not tested."""
    found = graph_test(
        [0.001, 0.06, 0.002],
        weights=[1, 0, 0],
        transitions=[[0, 1, 0], [0, 0, 1], [0, 0, 0]],
        alpha=0.05,
    )
    assert found.adjusted == pytest.approx((0.001, 0.06, 0.06))
    assert found.rejected == (True, False, False)
    assert found.sequence == (0,)


def test_nothing_with_weight_is_never_rejected():
    found = graph_test([0.0, 0.0], weights=[1, 0], transitions=[[0, 0], [0, 0]], alpha=0.05)
    assert found.rejected == (True, False)
    assert found.adjusted == (0.0, 1.0)


@pytest.mark.parametrize(
    ("weights", "transitions", "said"),
    [
        ([0.7, 0.7], [[0, 1], [1, 0]], "sum 1.4"),
        ([0.5, 0.5], [[0, 1.2], [1, 0]], "at most 1"),
        ([0.5, 0.5], [[0.1, 0.9], [1, 0]], "to itself"),
        ([0.5], [[0, 1], [1, 0]], "2 weights"),
    ],
)
def test_impossible_graphs(weights, transitions, said):
    with pytest.raises(InputError, match=said):
        graph_test([0.01, 0.02], weights=weights, transitions=transitions)


def test_impossible_p_values():
    with pytest.raises(InputError, match=r"P value 2: 1\.2"):
        holm([0.1, 1.2])
    with pytest.raises(InputError, match="P value 1: nan"):
        holm([float("nan")])
