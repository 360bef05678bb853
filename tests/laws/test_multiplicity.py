"""Every procedure is a closed test, and each is at least as powerful as the one it improves."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.analysis.multiplicity import (
    bonferroni,
    fixed_sequence,
    graph_test,
    hochberg,
    holm,
    hommel,
)

P = st.lists(st.floats(0, 1), min_size=1, max_size=5)


def closed(p, local):
    """Adjusted P by testing every intersection with `local`."""
    k = len(p)
    sets = [s for size in range(1, k + 1) for s in combinations(range(k), size)]
    values = {s: local([p[i] for i in s], s) for s in sets}
    return tuple(min(1.0, max(v for s, v in values.items() if i in s)) for i in range(k))


@given(P)
def test_holm_is_closed_bonferroni(p):
    assert holm(p) == pytest.approx(closed(p, lambda q, _: len(q) * min(q)))


@given(P)
def test_hommel_is_closed_simes(p):
    def simes(q, _):
        ranked = sorted(q)
        return min(len(q) * v / (i + 1) for i, v in enumerate(ranked))

    assert hommel(p) == pytest.approx(closed(p, simes))


@given(P)
def test_order_of_power(p):
    ladder = [np.array(m(p)) for m in (bonferroni, holm, hochberg, hommel)]
    for weaker, stronger in pairwise(ladder):
        assert (stronger <= weaker + 1e-12).all()
    assert (ladder[-1] >= np.array(p) - 1e-12).all()


@given(P)
def test_holm_and_fixed_sequence_as_graphs(p):
    k = len(p)
    share = np.full((k, k), 1 / max(k - 1, 1)) * (1 - np.eye(k))
    found = graph_test(p, weights=[1 / k] * k, transitions=share)
    assert found.adjusted == pytest.approx(holm(p), rel=1e-9, abs=1e-12)
    first = [1.0] + [0.0] * (k - 1)
    chain = np.diag(np.ones(k - 1), 1)
    found = graph_test(p, weights=first, transitions=chain)
    assert found.adjusted == pytest.approx(fixed_sequence(p), abs=1e-12)


@given(st.lists(st.floats(1e-6, 1), min_size=3, max_size=3), st.floats(0.001, 0.5))
@settings(deadline=None)
def test_decisions_follow_adjusted_p(p, alpha):
    graph = ((0, 0.3, 0.7), (0.5, 0, 0.5), (1, 0, 0))
    found = graph_test(p, weights=(0.6, 0.3, 0.1), transitions=graph, alpha=alpha)
    assert found.rejected == tuple(a <= alpha for a in found.adjusted)
    assert sorted(found.sequence) == [i for i, r in enumerate(found.rejected) if r]
