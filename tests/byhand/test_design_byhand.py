"""Designs small enough to be worked without the recursion."""

from __future__ import annotations

from math import exp, log, sqrt

import pytest
from scipy import stats

from equipoise.design.bounds.boundaries import bounds
from equipoise.design.bounds.inference import stagewise_p
from equipoise.design.monitor.conditional import conditional_power
from equipoise.design.size.events import size_events
from equipoise.meaning.expected import (
    Course,
    Steps,
    StratumCourse,
    average_hazard_ratio,
    expected_events,
)
from equipoise.meaning.multiplicity import Graph, apply_graph, bonferroni, fixed_sequence, holm

# the upper 2.5% and 10% points of the normal distribution, from a table
Z_ALPHA, Z_BETA = 1.959964, 1.281552


def both_below(z1: float, z2: float, t: float) -> float:
    """P(Z1 < z1, Z2 < z2): two looks are one bivariate normal with correlation sqrt(t)."""
    r = sqrt(t)
    return float(stats.multivariate_normal([0, 0], [[1, r], [r, 1]]).cdf([z1, z2]))


def test_one_look_is_the_normal_quantile() -> None:
    b = bounds([1.0], beta=0.1)
    assert b.upper[0] == pytest.approx(Z_ALPHA, abs=1e-6)
    assert b.drift == pytest.approx(Z_ALPHA + Z_BETA, abs=1e-6)
    assert b.inflation == pytest.approx(1.0)


def test_two_looks_are_a_bivariate_normal() -> None:
    b = bounds([0.5, 1.0])
    z1, z2 = b.upper
    # Lan-DeMets: 2 - 2 Phi(2.2414 / sqrt(0.5)) = 2 - 2 Phi(3.1698) = 0.001525
    assert stats.norm.sf(z1) == pytest.approx(0.001525, abs=1e-6)
    assert 1.0 - both_below(z1, z2, 0.5) == pytest.approx(0.025, abs=1e-6)


def test_pocock_two_looks() -> None:
    # Pocock 1977: two looks at two-sided 5% have the constant 2.178
    assert bounds([0.5, 1.0], alpha=0.05, sides=2, efficacy="pocock").upper == pytest.approx(
        (2.178, 2.178), abs=5e-4
    )


def test_obrien_fleming_five_looks() -> None:
    # Jennison & Turnbull 2000, table 2.3: constant 2.040 for five looks at two-sided 5%
    z = bounds([0.2, 0.4, 0.6, 0.8, 1.0], alpha=0.05, sides=2, efficacy="obf").upper
    assert z == pytest.approx([2.040 * sqrt(5 / k) for k in range(1, 6)], abs=2e-3)


def test_schoenfeld_for_the_reference_trial() -> None:
    # 4 (1.959964 + 1.281552)^2 / log(14/30)^2 = 4 * 10.50742 / 0.580854 = 72.36
    assert size_events(hazard_ratio=14 / 30, events=None, power=0.9).amount == pytest.approx(
        72.36, abs=0.005
    )
    # 4 (1.959964 + 0.841621)^2 / log(32/50)^2 = 4 * 7.84888 / 0.199172 = 157.63
    assert size_events(hazard_ratio=32 / 50, events=None, power=0.8).amount == pytest.approx(
        157.63, abs=0.005
    )
    # Phi(sqrt(74)/2 * 0.762140 - 1.959964) = Phi(3.27811 - 1.95996) = Phi(1.31814) = 0.9063
    assert size_events(hazard_ratio=14 / 30, events=74, power=None).power == pytest.approx(
        0.9063, abs=5e-5
    )


def test_interim_with_40_of_158_deaths() -> None:
    # 2 - 2 Phi(2.241403 / sqrt(40/158)) = 2 - 2 Phi(4.454741) = 8.4e-6, whose Z is 4.30
    b = bounds([40 / 158, 1.0])
    assert b.upper[0] == pytest.approx(4.30, abs=0.005)
    assert b.nominal_p[0] == pytest.approx(8.4e-6, abs=5e-8)


def test_events_of_even_accrual_and_one_hazard() -> None:
    # 10 subjects a month for 6 months, hazard h, seen at month 6:
    # 10 * integral of 1 - exp(-h u) from 0 to 6 = 10 (6 - (1 - exp(-6h)) / h)
    h = 0.1
    by_hand = 10 * (6 - (1 - exp(-6 * h)) / h)
    none = Steps.constant(0.0)
    one = StratumCourse(Steps.constant(h), Steps.constant(1.0), none, none)
    found = expected_events(Course(Steps.lasting([6], [10]), (one,)), 6.0)
    assert found.total == pytest.approx(by_hand, rel=1e-12)
    assert found.control == pytest.approx(by_hand / 2, rel=1e-12)


def test_average_hazard_ratio_weighs_logs_by_events() -> None:
    none = Steps.constant(0.0)
    one = StratumCourse(Steps.constant(0.1), Steps((0.0, 3.0), (1.0, 0.5)), none, none)
    c = Course(Steps.lasting([6], [10]), (one,))
    early = StratumCourse(Steps((0.0, 3.0), (0.1, 0.0)), Steps.constant(1.0), none, none)
    before = expected_events(Course(c.accrual, (early,)), 9.0).total
    whole = expected_events(c, 9.0).total
    # log(1) has weight `before`, log(0.5) the rest
    assert average_hazard_ratio(c, 9.0).hazard_ratio == pytest.approx(
        exp(log(0.5) * (whole - before) / whole), rel=1e-12
    )


def test_conditional_power_of_a_single_last_look() -> None:
    # Z = 1 at half the information; under drift 3 the rest adds N(1.5, 0.5) to the score 0.7071;
    # it must pass 1.96: (1.96 - 0.7071 - 1.5) / 0.7071 = -0.34950, upper tail 0.63665
    b = bounds([0.5, 1.0], efficacy="none")
    assert conditional_power(b, look=1, z=1.0, drift=3.0) == pytest.approx(0.63665, abs=5e-6)


def test_stagewise_p_counts_the_earlier_stop_as_more_extreme() -> None:
    b = bounds([0.5, 1.0])
    z1 = b.upper[0]
    by_hand = stats.norm.sf(z1) + stats.norm.cdf(z1) - both_below(z1, 1.0, 0.5)
    assert stagewise_p(b, look=2, z=1.0) == pytest.approx(by_hand, abs=1e-6)
    assert stagewise_p(b, look=1, z=4.0) == pytest.approx(stats.norm.sf(4.0))


def test_holm_bonferroni_and_sequence_of_three() -> None:
    names, p = ("A", "B", "C"), (0.01, 0.04, 0.015)
    # Holm: 3 * 0.01, then 2 * 0.015 = 0.03 (not below 0.03), then 0.04
    assert apply_graph(holm(names), p, alpha=0.05).adjusted == pytest.approx((0.03, 0.04, 0.03))
    assert apply_graph(bonferroni(names), p, alpha=0.05).adjusted == pytest.approx(
        (0.03, 0.12, 0.045)
    )
    # in sequence each has the largest P value so far
    assert apply_graph(fixed_sequence(names), p, alpha=0.05).adjusted == pytest.approx(
        (0.01, 0.04, 0.04)
    )


def test_graph_update_after_one_rejection() -> None:
    g = Graph(("A", "B", "C"), (0.5, 0.5, 0.0), ((0, 0.5, 0.5), (1.0, 0, 0), (0.5, 0.5, 0)))
    after = g.without(0)
    assert after.weights == (0.0, 0.75, 0.25)
    # B to C: (0 + 1 * 0.5) / (1 - 1 * 0.5) = 1; C to B: (0.5 + 0.5 * 0.5) / (1 - 0.5 * 0.5) = 1
    assert after.transitions[1] == (0.0, 0.0, 1.0)
    assert after.transitions[2] == (0.0, 1.0, 0.0)
