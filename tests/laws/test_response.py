"""What must hold for any counts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from equipoise.analysis.response import difference, odds, rates, strata, tables

SIDE = st.integers(1, 40)


@st.composite
def pairs(draw, largest=40):
    n1, n2 = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    return draw(st.integers(0, n1)), n1, draw(st.integers(0, n2)), n2


@given(pairs())
def test_clopper_pearson_tails(counts):
    x, n = counts[:2]
    found = rates.clopper_pearson(x, n)
    if x > 0:
        assert stats.binom.sf(x - 1, n, found.lower) == pytest.approx(0.025)
    if x < n:
        assert stats.binom.cdf(x, n, found.upper) == pytest.approx(0.025)


@pytest.mark.parametrize("method", [difference.miettinen_nurminen, difference.newcombe])
@given(counts=pairs())
@settings(deadline=None)
def test_swapping_arms_negates(method, counts):
    x1, n1, x2, n2 = counts
    found, turned = method(x1, n1, x2, n2), method(x2, n2, x1, n1)
    assert found.estimate == pytest.approx(-turned.estimate)
    assert found.lower == pytest.approx(-turned.upper, abs=1e-9)
    assert found.upper == pytest.approx(-turned.lower, abs=1e-9)
    assert -1 <= found.lower <= found.estimate <= found.upper <= 1


@given(pairs(), st.floats(-0.95, 0.95))
@settings(deadline=None)
def test_constrained_rates_maximize_the_likelihood(counts, delta):
    x1, n1, x2, n2 = counts

    def log_likelihood(p1: float) -> float:
        p2 = p1 - delta
        return float(
            stats.binom.logpmf(x1, n1, p1) + stats.binom.logpmf(x2, n2, min(max(p2, 0.0), 1.0))
        )

    low, high = max(0.0, delta), min(1.0, 1.0 + delta)
    best = optimize.minimize_scalar(
        lambda p: -log_likelihood(p), bounds=(low, high), method="bounded", options={"xatol": 1e-10}
    )
    first, second = difference.constrained_rate(x1, n1, x2, n2, delta)
    assert first - second == pytest.approx(delta, abs=1e-9)
    assert log_likelihood(first) >= -best.fun - 1e-6


@given(pairs(25))
@settings(deadline=None, max_examples=50)
def test_unconditional_tests_beat_or_meet_the_conditional(counts):
    x1, n1, x2, n2 = counts
    fisher = tables.fisher([[x1, n1 - x1], [x2, n2 - x2]])
    assert tables.boschloo(*counts).p <= fisher.p + 1e-9
    assert tables.barnard(*counts).p == pytest.approx(tables.barnard(x2, n2, x1, n1).p, rel=1e-6)


@given(pairs())
@settings(deadline=None)
def test_exact_limits_hold_the_estimate(counts):
    found = odds.exact_odds_ratio(*counts)
    assert found.lower <= found.estimate <= found.upper
    turned = odds.exact_odds_ratio(counts[2], counts[3], counts[0], counts[1])
    assert found.p == pytest.approx(turned.p)
    if 0 < found.estimate < math.inf:
        assert found.estimate == pytest.approx(1 / turned.estimate, rel=1e-9)


@given(pairs())
@settings(deadline=None)
def test_a_stratum_of_one_arm_adds_nothing(counts):
    """A stratum without responders changes neither CMH nor the exact test."""
    x1, n1, x2, n2 = counts
    if not 0 < x1 + x2 < n1 + n2:
        return
    one = strata.cochran_mantel_haenszel([[[x1, n1 - x1], [x2, n2 - x2]]])
    two = strata.cochran_mantel_haenszel([[[x1, n1 - x1], [x2, n2 - x2]], [[0, 5], [0, 7]]])
    assert one.general.statistic == pytest.approx(two.general.statistic)
    exact = odds.exact_odds_ratio([x1, 0], [n1, 5], [x2, 0], [n2, 7])
    assert exact.p == pytest.approx(odds.exact_odds_ratio(*counts).p)


@given(pairs())
@settings(deadline=None)
def test_stratified_difference_of_one_stratum_is_the_plain_one(counts):
    one = difference.stratified_miettinen_nurminen(*([c] for c in counts))
    plain = difference.miettinen_nurminen(*counts)
    assert one[:3] == pytest.approx(plain[:3], abs=1e-10)
    if np.isfinite(plain.z):  # with nobody or everybody a responder there is nothing to test
        assert one[3:] == pytest.approx(plain[3:], abs=1e-10)


def test_score_limits_cover():
    """Exact coverage of Miettinen-Nurminen over every outcome, n = 30 v 25, rates 0.3 v 0.2."""
    n1, n2, p1, p2 = 30, 25, 0.3, 0.2
    mass = np.outer(
        stats.binom.pmf(np.arange(n1 + 1), n1, p1), stats.binom.pmf(np.arange(n2 + 1), n2, p2)
    )
    covered = 0.0
    for (x1, x2), weight in np.ndenumerate(mass):
        if weight > 1e-9:
            found = difference.miettinen_nurminen(x1, n1, x2, n2)
            covered += weight * (found.lower <= p1 - p2 <= found.upper)
    assert 0.93 < covered < 0.97
