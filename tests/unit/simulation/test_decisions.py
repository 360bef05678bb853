"""Decisions at observed information, passed on by the rule of multiplicity."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from equipoise.meaning.multiplicity import Graph, bonferroni, fixed_sequence, holm
from equipoise.simulation.kernel.decisions import BENEFIT, FUTILE, HARM, NOT_SHOWN
from equipoise.simulation.kernel.shares import shares_of, unshared
from support.decided import check_bounds, decided, one_hypothesis, pair, turns
from support.trials import small


def test_bounds_are_spent_at_the_information_observed():
    check_bounds()


def test_a_single_look_has_the_normal_quantile():
    scenario = small(0)
    bound = norm.isf(scenario.alpha / 2)
    assert decided(scenario, (20, bound + 1e-9)) == (BENEFIT, 0)
    assert decided(scenario, (20, bound - 1e-9)) == (NOT_SHOWN, 0)
    assert decided(scenario, (20, -bound - 1e-9)) == (HARM, 0)
    assert decided(replace(scenario, sides=1, alpha=0.1), (20, -9.0)) == (NOT_SHOWN, 0)


def test_a_look_without_new_events_decides_nothing():
    assert decided(one_hypothesis(), (0, 9.0), (24, 0.0)) == (NOT_SHOWN, 1)
    assert decided(one_hypothesis(), (12, 0.0), (12, 9.0)) == (NOT_SHOWN, 1)


def test_what_cannot_be_tested_rejects_nothing():
    assert decided(small(0), (20, np.nan)) == (NOT_SHOWN, 0)


def test_futility_stops_at_the_interim_only():
    only = small(7).hypotheses[0]
    assert only.futility == "lan-demets-obf"
    assert decided(small(7), (12, -3.0), (24, 9.0))[0] in (FUTILE, HARM)
    one_sided = replace(small(7), sides=1, alpha=0.1)
    assert decided(one_sided, (12, -3.0), (24, 9.0)) == (FUTILE, 0)
    assert decided(one_sided, (12, 1.0), (24, 9.0)) == (BENEFIT, 1)


BOUND = norm.isf(0.1)
HALF = norm.isf(0.05)


@pytest.mark.parametrize(
    ("rule", "z", "expected"),
    [
        (shares_of(fixed_sequence("AB")), (BOUND + 0.01, BOUND + 0.01), [BENEFIT, BENEFIT]),
        (shares_of(fixed_sequence("AB")), (BOUND - 0.01, 9.0), [NOT_SHOWN, NOT_SHOWN]),
        (unshared([1.0, 1.0]), (BOUND - 0.01, BOUND + 0.01), [NOT_SHOWN, BENEFIT]),
        (shares_of(bonferroni("AB")), (HALF + 0.01, BOUND + 0.01), [BENEFIT, NOT_SHOWN]),
        (shares_of(holm("AB")), (HALF + 0.01, BOUND + 0.01), [BENEFIT, BENEFIT]),
        (shares_of(holm("AB")), (BOUND + 0.01, HALF + 0.01), [BENEFIT, BENEFIT]),
        (shares_of(holm("AB")), (BOUND + 0.01, BOUND + 0.01), [NOT_SHOWN, NOT_SHOWN]),
    ],
)
def test_error_is_passed_on(rule, z, expected):
    assert pair(rule, *z) == expected


def test_a_graph_passes_its_weight_on():
    graph = shares_of(Graph(("A", "B"), (1.0, 0.0), ((0.0, 1.0), (0.0, 0.0))))
    assert pair(graph, BOUND + 0.01, BOUND + 0.01) == [BENEFIT, BENEFIT]
    assert pair(graph, BOUND - 0.01, 9.0) == [NOT_SHOWN, NOT_SHOWN]


def test_the_second_of_a_sequence_can_come_first():
    assert pair(shares_of(fixed_sequence("BA").ordered("AB")), 9.0, 0.0) == [NOT_SHOWN, NOT_SHOWN]


def test_what_was_not_shown_is_tested_again_with_the_error_of_others():
    rule = shares_of(holm("AB"))
    z = (BOUND + 0.01, HALF + 0.01)
    assert pair(rule, *z, days=(1, 2)) == [BENEFIT, BENEFIT]
    assert pair(rule, *z, days=(2, 1)) == [BENEFIT, BENEFIT]
    assert pair(shares_of(bonferroni("AB")), *z, days=(1, 2)) == [NOT_SHOWN, BENEFIT]


def test_harm_passes_no_error_on():
    assert pair(shares_of(fixed_sequence("AB")), -9.0, 9.0) == [HARM, NOT_SHOWN]


def test_looks_are_taken_by_the_calendar():
    days = [[7, 3], [3, 7], [5, 5]]
    assert turns(days) == [[1, 0], [0, 1], [0, 0]]
