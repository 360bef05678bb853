"""Every rule is a closed test, and a graph by its own formula."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.meaning import multiplicity
from equipoise.meaning.multiplicity import Graph, apply_graph
from support.adjusted_p import bonferroni, fixed_sequence, holm

P = st.lists(st.floats(0, 1), min_size=1, max_size=5)


def adjusted(rule, p):
    return apply_graph(rule("ABCDE"[: len(p)]), p, alpha=0.025).adjusted


def closed(p, local):
    """Adjusted P by testing every intersection with `local`."""
    k = len(p)
    sets = [s for size in range(1, k + 1) for s in combinations(range(k), size)]
    values = {s: local([p[i] for i in s], s) for s in sets}
    return tuple(min(1.0, max(v for s, v in values.items() if i in s)) for i in range(k))


@given(P)
def test_holm_is_closed_bonferroni(p):
    found = adjusted(multiplicity.holm, p)
    assert found == pytest.approx(closed(p, lambda q, _: len(q) * min(q)), rel=1e-9, abs=1e-12)


@given(P)
def test_rules_are_their_own_formulas(p):
    for rule, formula in (
        (multiplicity.holm, holm),
        (multiplicity.bonferroni, bonferroni),
        (multiplicity.fixed_sequence, fixed_sequence),
    ):
        assert adjusted(rule, p) == pytest.approx(formula(p), rel=1e-9, abs=1e-12)


@given(P)
def test_order_of_power(p):
    ladder = [np.array(adjusted(r, p)) for r in (multiplicity.bonferroni, multiplicity.holm)]
    for weaker, stronger in pairwise(ladder):
        assert (stronger <= weaker + 1e-12).all()
    assert (ladder[-1] >= np.array(p) - 1e-12).all()


@given(st.lists(st.floats(1e-6, 1), min_size=3, max_size=3), st.floats(0.001, 0.5))
@settings(deadline=None)
def test_decisions_follow_adjusted_p(p, alpha):
    arrows = ((0, 0.3, 0.7), (0.5, 0, 0.5), (1, 0, 0))
    found = apply_graph(Graph(tuple("ABC"), (0.6, 0.3, 0.1), arrows), p, alpha=alpha)
    assert found.rejected == tuple(a <= alpha * (1 + 1e-12) for a in found.adjusted)
    assert {"ABC".index(name) for name in found.order} == {
        i for i, rejected in enumerate(found.rejected) if rejected
    }
