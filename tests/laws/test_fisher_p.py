"""The P value alone is that of the whole test."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from equipoise.analysis.response.tables import fisher, fisher_p

ARM = st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(deadline=None)
@given(ARM, ARM)
def test_it_is_that_of_fisher_and_of_scipy(first: tuple[int, int], second: tuple[int, int]) -> None:
    (x1, n1), (x2, n2) = first, second
    table = [[x1, n1 - x1], [x2, n2 - x2]]
    assert fisher_p(x1, n1, x2, n2) == fisher(table).p
    assert fisher_p(x1, n1, x2, n2) == pytest.approx(stats.fisher_exact(table)[1], rel=1e-9)
