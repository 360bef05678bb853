"""The shares of error by hand, for each set of rejected hypotheses."""

import numpy as np
import pytest
from equipoise.simulation.kernel.multiplicity import shares

from equipoise.errors import InputError


def rows(rule, count=3, **options):
    return shares(rule, count, **options).table


def test_fixed_sequence_passes_all_error_on_in_order():
    table = rows("fixed sequence", order=[2, 0, 1])
    np.testing.assert_array_equal(table[0b000], [0, 0, 1])
    np.testing.assert_array_equal(table[0b100], [1, 0, 0])
    np.testing.assert_array_equal(table[0b101], [0, 1, 0])
    # rejected out of turn changes nothing for those before it
    np.testing.assert_array_equal(table[0b010], [0, 0, 1])
    np.testing.assert_array_equal(table[0b111], [0, 0, 0])


def test_holm_bonferroni_none():
    np.testing.assert_allclose(rows("holm")[0b010], [1 / 2, 0, 1 / 2])
    np.testing.assert_allclose(rows("bonferroni")[0b010], [1 / 3, 0, 1 / 3])
    np.testing.assert_allclose(rows("none")[0b010], [1, 0, 1])


def test_holm_is_a_graph():
    graph = rows("graph", weights=[1 / 3] * 3, transitions=(1 - np.eye(3)) / 2)
    np.testing.assert_allclose(graph, rows("holm"), atol=1e-15)


def test_a_fixed_sequence_is_a_graph():
    graph = rows("graph", weights=[1, 0, 0], transitions=np.diag([1.0, 1.0], 1))
    np.testing.assert_allclose(graph[[0b000, 0b001, 0b011, 0b111]],
                               rows("fixed sequence")[[0b000, 0b001, 0b011, 0b111]])  # fmt: skip


def test_two_primaries_that_pass_half_to_their_secondaries():
    # H1, H2 primary: each gives half to the other and half to its own secondary; a secondary gives
    # all to the other primary
    transitions = [[0, 0.5, 0.5, 0], [0.5, 0, 0, 0.5], [0, 1, 0, 0], [1, 0, 0, 0]]
    table = rows("graph", 4, weights=[0.5, 0.5, 0, 0], transitions=transitions)
    np.testing.assert_allclose(table[0b0001], [0, 0.75, 0.25, 0])
    # then H2: its 0.75 goes a third to H3 (0.25/0.75) and two thirds to H4 (0.5/0.75)
    np.testing.assert_allclose(table[0b0011], [0, 0, 0.5, 0.5])
    assert (table.sum(axis=1) <= 1 + 1e-12).all()


def test_unknown_rules_and_bare_graphs_are_refused():
    with pytest.raises(InputError, match="did you mean holm"):
        shares("hulm", 2)
    with pytest.raises(InputError, match="weights"):
        shares("graph", 2)
