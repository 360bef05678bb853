"""Properties that hold for every design."""

from __future__ import annotations

from itertools import chain, combinations, pairwise
from math import exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize

from equipoise.design.bounds.boundaries import bounds
from equipoise.design.bounds.inference import repeated_p, stagewise
from equipoise.design.bounds.spending import spending
from equipoise.design.size.proportions import Proportions, restricted_proportions
from equipoise.meaning.expected import (
    Course,
    Steps,
    StratumCourse,
    arm_events,
    expected_events,
    time_of_events,
    when_expected,
)
from equipoise.meaning.multiplicity import Graph, apply_graph

FAMILIES = ["lan-demets-obf", "lan-demets-pocock", "hsd:-4", "hsd:0", "hsd:2", "kim-demets:3",
            "exponential:0.7", "linear:0.3,0.7,0.1,0.5", "logistic:.1,.4,.01,.1",
            "t-dist:.1,.4,.01,.1,4"]  # fmt: skip
EFFICACY = st.sampled_from([*FAMILIES, "obf", "pocock", "wang-tsiatis:0.25", "haybittle-peto"])


@st.composite
def information(draw: st.DrawFn) -> list[float]:
    n = draw(st.integers(1, 5))
    steps = draw(st.lists(st.floats(0.05, 1.0), min_size=n, max_size=n))
    t = np.cumsum(steps) / sum(steps)
    return [*t[:-1].tolist(), 1.0]


@pytest.mark.parametrize("family", FAMILIES)
def test_spending_rises_to_the_whole(family: str) -> None:
    t = np.linspace(0.001, 1.3, 400)
    spent = spending(family).spent(t, 0.025)
    assert (np.diff(spent) >= 0).all()
    assert (spent[t >= 1.0] == 0.025).all()
    assert spent[0] >= 0


@pytest.mark.parametrize("family", FAMILIES)
def test_name_and_spending_are_inverse(family: str) -> None:
    assert spending(str(spending(family))) == spending(family)


@settings(max_examples=40, deadline=None)
@given(information(), EFFICACY, st.sampled_from([1, 2]))
def test_alpha_is_spent_exactly(t: list[float], efficacy: str, sides: int) -> None:
    b = bounds(t, alpha=0.05, sides=sides, efficacy=efficacy)
    assert b.alpha_spent[-1] == pytest.approx(0.05, abs=1e-10)
    assert (np.diff(b.alpha_spent) >= -1e-15).all()


@settings(max_examples=25, deadline=None)
@given(information(), st.sampled_from(FAMILIES), st.booleans(), st.floats(0.05, 0.3))
def test_beta_is_spent_exactly(t: list[float], futility: str, binding: bool, beta: float) -> None:
    b = bounds(t, futility=futility, beta=beta, binding=binding)
    assert b.beta_spent is not None
    assert b.beta_spent[-1] == pytest.approx(beta, abs=1e-9)
    assert b.power(drift=b.drift) == pytest.approx(1 - beta, abs=1e-9)
    found = b.exits(drift=1.0)
    assert sum(found.upper) + sum(found.lower) == pytest.approx(1.0, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(information(), st.floats(1.01, 50.0))
def test_only_ratios_of_information_matter_to_exits(t: list[float], scale: float) -> None:
    from equipoise.design.bounds.model import exits

    upper = bounds(t).upper
    none = [None] * len(t)
    one = exits(t, none, upper, 2.0)[0]
    other = exits([x * scale for x in t], none, upper, 2.0 / scale**0.5)[0]
    assert one == pytest.approx(other, abs=1e-12)


def test_a_look_without_error_moves_no_bound() -> None:
    with_it = bounds([0.3, 0.5, 1.0], efficacy=[0.0, 0.005, 0.025])
    assert with_it.upper[0] is None
    assert with_it.upper[1:] == pytest.approx(bounds([0.5, 1.0], efficacy=[0.005, 0.025]).upper)
    inactive = bounds([0.3, 0.5, 1.0], efficacy_looks=[2, 3])
    assert inactive.upper[1:] == pytest.approx(bounds([0.5, 1.0]).upper)


def test_power_grows_with_drift_and_swapping_sides_mirrors() -> None:
    b = bounds([0.4, 1.0], alpha=0.05, sides=2)
    powers = [b.power(drift=d) for d in (0.0, 1.0, 2.0, 4.0)]
    assert powers == sorted(powers)
    assert b.exits(drift=1.7).upper == pytest.approx(b.exits(drift=-1.7).lower, abs=1e-13)


def test_binding_futility_lowers_the_upper_bound_and_never_the_error() -> None:
    t = [0.5, 0.8, 1.0]
    free = bounds(t, futility="hsd:-2", beta=0.1)
    bound = bounds(t, futility="hsd:-2", beta=0.1, binding=True)
    assert bound.upper[-1] < free.upper[-1]
    assert bound.alpha_spent[-1] == pytest.approx(free.alpha_spent[-1], abs=1e-10)


rates = st.floats(0.0, 0.3)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.floats(0.5, 8.0), min_size=1, max_size=3),
    st.lists(rates, min_size=3, max_size=3),
    st.lists(rates, min_size=2, max_size=2),
    st.floats(1.0, 30.0),
)
def test_closed_form_events_are_the_integral(
    lengths: list[float], hazards: list[float], leaving: list[float], t: float
) -> None:
    accrual = Steps.lasting(lengths, [1.0 + i for i in range(len(lengths))])
    hazard = Steps((0.0, 4.0, 9.0), tuple(hazards))
    dropout = Steps((0.0, 6.0), tuple(leaving))

    def density(s: float) -> float:
        gone = exp(-hazard.total(s) - dropout.total(s))
        return accrual.total(t - s) * hazard.at(s) * gone

    kinks = sorted({4.0, 6.0, 9.0, *(t - s for s in accrual.starts)})
    edges = [0.0, *(k for k in kinks if 0.0 < k < t), t]
    by_quadrature = sum(integrate.quad(density, a, b, epsabs=1e-12)[0] for a, b in pairwise(edges))
    assert sum(arm_events(accrual, hazard, dropout, t)) == pytest.approx(by_quadrature, abs=1e-8)


def course(n: float = 200.0) -> Course:
    out = Steps.constant(0.004)
    one = StratumCourse(Steps.constant(0.05), Steps.constant(0.6), out, out)
    return Course(Steps.lasting([18.0], [n / 18.0]), (one,), 2.0)


@settings(max_examples=20, deadline=None)
@given(st.floats(1.0, 150.0))
def test_time_of_events_inverts_expected_events(events: float) -> None:
    t = time_of_events(course(), events)
    assert t is not None
    assert expected_events(course(), t).total == pytest.approx(events, abs=1e-6)


def test_scaling_time_scales_dates_only() -> None:
    c = course()
    s = c.strata[0]
    slow = StratumCourse(s.control.times(1 / 30), s.hazard_ratio, s.dropout_control.times(1 / 30),
                         s.dropout_experimental.times(1 / 30))  # fmt: skip
    days = Course(Steps.lasting([540.0], [200.0 / 540.0]), (slow,), 2.0)
    assert time_of_events(days, 80) == pytest.approx(30 * time_of_events(c, 80), rel=1e-7)


def test_prediction_interval_covers_the_simulated_look_date() -> None:
    c, rng = course(), np.random.default_rng(3)
    limits = when_expected(c, 80)
    n, trials = 200, 4000
    entry = rng.uniform(0, 18, (trials, n))
    arm = rng.random((trials, n)) < 2 / 3
    event = rng.exponential(1 / np.where(arm, 0.03, 0.05))
    out = rng.exponential(1 / 0.004, (trials, n))
    at = np.where(event <= out, entry + event, np.inf)
    dates = np.sort(at, axis=1)[:, 79]
    inside = np.mean((dates >= limits.early) & (dates <= limits.late))
    assert inside == pytest.approx(0.95, abs=4 * (0.95 * 0.05 / trials) ** 0.5)
    assert np.mean(dates) == pytest.approx(limits.time, abs=0.15)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.03, 0.97), st.floats(0.03, 0.97), st.floats(-0.3, 0.3), st.floats(0.4, 3.0))
def test_restricted_likelihood_is_at_its_maximum(
    control: float, experimental: float, margin: float, ratio: float
) -> None:
    def minus(c: float) -> float:
        e = c + margin
        if not 0 < e < 1:
            return 1e9
        return -(control * log(c) + (1 - control) * log(1 - c)) - ratio * (
            experimental * log(e) + (1 - experimental) * log(1 - e)
        )

    low, high = max(1e-9, 1e-9 - margin), min(1 - 1e-9, 1 - 1e-9 - margin)
    best = optimize.minimize_scalar(minus, bounds=(low, high), method="bounded",
                                    options={"xatol": 1e-11}).x  # fmt: skip
    found = restricted_proportions(Proportions(control, experimental, margin), ratio)
    assert found[0] == pytest.approx(best, abs=1e-5)
    assert found[1] - found[0] == pytest.approx(margin, abs=1e-12)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    m = draw(st.integers(2, 4))

    def row(skip: int | None) -> tuple[float, ...]:
        raw = draw(st.lists(st.integers(0, 4), min_size=m, max_size=m))
        raw = [0 if i == skip else v for i, v in enumerate(raw)]
        total = sum(raw) or 1
        return tuple(v / total for v in raw)

    return Graph(tuple("ABCD"[:m]), row(None), tuple(row(i) for i in range(m)))


@settings(max_examples=60, deadline=None)
@given(graphs(), st.lists(st.floats(0.0005, 0.2), min_size=4, max_size=4))
def test_shortcut_is_the_closed_test(graph: Graph, p: list[float]) -> None:
    """Adjusted P values by testing every intersection with the weights the graph leaves it."""
    m = len(graph.names)
    subsets = chain.from_iterable(combinations(range(m), k) for k in range(1, m + 1))
    closed = [0.0] * m
    for subset in subsets:
        g = graph
        for j in range(m):
            if j not in subset:
                g = g.without(j)
        local = min((p[j] / g.weights[j] if g.weights[j] > 0 else 1.0) for j in subset)
        for j in subset:
            closed[j] = max(closed[j], min(local, 1.0))
    assert apply_graph(graph, p[:m], alpha=0.025).adjusted == pytest.approx(closed, abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(st.floats(-1.0, 4.0), st.sampled_from([1, 2, 3]))
def test_stagewise_limits_bracket_the_estimate(z: float, look: int) -> None:
    b = bounds([0.4, 0.7, 1.0])
    found = stagewise(b, look=look, z=z)
    assert found.interval.lower < found.estimate < found.interval.upper
    assert (found.p < 0.025) == (found.interval.lower > 0)


def test_repeated_p_is_the_alpha_that_just_rejects() -> None:
    b = bounds([0.4, 0.7, 1.0])
    for look, z in ((1, 3.0), (2, 2.2), (3, 2.5)):
        p = repeated_p(b, look=look, z=z)
        assert bounds([0.4, 0.7, 1.0], alpha=p).upper[look - 1] == pytest.approx(z, abs=1e-7)
