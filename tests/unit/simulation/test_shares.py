"""The shares of error by hand, for each set of rejected hypotheses."""

import numpy as np
import pytest

from equipoise.errors import InputError
from equipoise.meaning.multiplicity import Graph, bonferroni, fixed_sequence, holm
from equipoise.simulation.kernel.shares import shares_of, unshared


def test_a_fixed_sequence_passes_all_error_on_in_order():
    table = shares_of(fixed_sequence("CAB").ordered("ABC")).table
    np.testing.assert_array_equal(table[0b000], [0, 0, 1])
    np.testing.assert_array_equal(table[0b100], [1, 0, 0])
    np.testing.assert_array_equal(table[0b101], [0, 1, 0])
    # rejected out of turn changes nothing for those before it
    np.testing.assert_array_equal(table[0b010], [0, 0, 1])
    np.testing.assert_array_equal(table[0b111], [0, 0, 0])


def test_holm_bonferroni_none():
    np.testing.assert_allclose(shares_of(holm("ABC")).table[0b010], [1 / 2, 0, 1 / 2])
    np.testing.assert_allclose(shares_of(bonferroni("ABC")).table[0b010], [1 / 3, 0, 1 / 3])
    np.testing.assert_allclose(unshared([1.0, 0.2, 1.0]).table[0b001], [0, 0.2, 1])


def test_more_hypotheses_than_the_table_holds_are_refused():
    assert shares_of(holm("ABCDEFGHIJKL")).table.shape == (4096, 12)
    for many in (lambda: shares_of(holm("ABCDEFGHIJKLM")), lambda: unshared([0.1] * 13)):
        with pytest.raises(InputError, match="13 hypotheses; virtual trials share the error amo"):
            many()


def test_two_primaries_that_pass_half_to_their_secondaries():
    # H1, H2 primary: each gives half to the other and half to its own secondary; a secondary gives
    # all to the other primary
    arrows = ((0, 0.5, 0.5, 0), (0.5, 0, 0, 0.5), (0, 1, 0, 0), (1, 0, 0, 0))
    table = shares_of(Graph(tuple("ABCD"), (0.5, 0.5, 0, 0), arrows)).table
    np.testing.assert_allclose(table[0b0001], [0, 0.75, 0.25, 0])
    # then H2: its 0.75 goes a third to H3 (0.25/0.75) and two thirds to H4 (0.5/0.75)
    np.testing.assert_allclose(table[0b0011], [0, 0, 0.5, 0.5])
    assert (table.sum(axis=1) <= 1 + 1e-12).all()


def test_the_order_of_rejections_does_not_matter():
    arrows = ((0, 0.5, 0.5, 0), (0.5, 0, 0, 0.5), (0, 1, 0, 0), (1, 0, 0, 0))
    graph = Graph(tuple("ABCD"), (0.5, 0.5, 0, 0), arrows)
    one, other = graph.without(0).without(1), graph.without(1).without(0)
    np.testing.assert_allclose(one.weights, other.weights, atol=1e-15)
