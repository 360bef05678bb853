"""Three subjects on a curve whose two steps are read at 2/3 and 1/3, by hand.

None censored: 3 at risk, one event, S = 2/3; 2 at risk, one event, S = 1/3: both as read. One
censored before the first step: 2 at risk, one event, S = 1/2, off by 1/6. One censored between the
steps: 1 at risk, one event, S = 0, off by 1/3; no event, S = 2/3, off by 1/3 and a step not seen.

With an error of 0.1 an edge weighs -50 (S - read)^2, and by Poisson with mean 1/2 of c censored:
c = 0: -1/2; c = 1: log(1/2) - 1/2; a second event of a tie log(1/4).
"""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from equipoise.kernels.lattice import lattice
from equipoise.kernels.lattice_weights import (
    FALLS,
    FREE,
    UNMARKED,
    UNSEEN,
    Nodes,
    censoring_weights,
    empty_falls,
    events_weights,
    fallen,
    lowered,
)

TWO = Nodes(
    goal=np.array([2 / 3, 1 / 3]),
    precise=np.full(2, 50.0),
    required=np.full(2, FREE),
    censored=np.full(2, 0.5),
    marked=np.zeros(2, np.int64),
    events=np.full(2, FALLS),
    hazard=np.full(2, log(0.25)),
)


def edges(node, nodes=TWO):
    """Log weights into the first or second node, by at risk and events before and after."""
    found = lattice(3, nodes, 0, np.inf)
    state, into = found.states, slice(found.first_edge[node], found.first_edge[node + 1])
    columns = (column[into] for column in found.edges)
    return {
        (state.at_risk[i], state.died[i], state.at_risk[j], state.died[j]): w
        for i, j, w in zip(*columns, strict=True)
    }


def test_one_event_as_read():
    assert edges(1)[3, 0, 2, 1] == pytest.approx(-0.5)


def test_one_censored_before_the_first_step():
    assert edges(1)[3, 0, 1, 1] == pytest.approx(-0.5 + log(0.5) - 50 / 36)


def test_a_tie():
    # two of three at once: S = 1/3 where 2/3 is read
    assert edges(1)[3, 0, 1, 2] == pytest.approx(-0.5 + log(0.25) - 50 / 9)


def test_a_step_that_nobody_made():
    assert edges(1)[3, 0, 3, 0] == pytest.approx(-0.5 - UNSEEN - 50 / 9)


def test_one_censored_between_the_steps():
    assert edges(2)[2, 1, 0, 2] == pytest.approx(-0.5 + log(0.5) - 50 / 9)


def test_a_number_at_risk_is_met():
    # two at risk where the second step is, before its own event
    pinned = Nodes(
        goal=np.array([2 / 3, 2 / 3, 1 / 3]),
        precise=np.array([50.0, 0.0, 50.0]),
        required=np.array([FREE, 2, FREE]),
        censored=np.full(3, 0.5),
        marked=np.zeros(3, np.int64),
        events=np.array([FALLS, 0, FALLS]),
        hazard=np.full(3, log(0.25)),
    )
    found = lattice(3, pinned, 0, np.inf)
    assert set(found.states.at_risk[found.first[2] : found.first[3]]) == {2}


def test_somebody_is_followed_to_the_end():
    found = lattice(3, TWO, 1, np.inf)
    assert found.states.at_risk[found.first[-2] :].min() == 1


def test_two_events_among_two_censored():
    # four at risk: 1/4 dies with none gone before it, then 1 of 4 - 1 - 1; evenly spread the two
    # censored lie at 1/4 and 3/4, as the events do, which come first
    assert lowered(1.0, 4, 2, 2, True) == pytest.approx((1 - 1 / 3) * (1 - 1 / 1))
    assert lowered(1.0, 4, 2, 1, True) == pytest.approx(1 - 1 / 3)
    assert lowered(1.0, 4, 1, 2, False) == pytest.approx(1 / 3)


def test_a_mark_is_one_censored():
    # one mark: none beside it has mean 1/2; nobody on it costs UNMARKED more
    marked = TWO._replace(marked=np.array([0, 1]))
    assert edges(2, marked)[2, 1, 0, 2] == pytest.approx(-0.5 - 50 / 9)
    assert edges(2, marked)[2, 1, 1, 2] == pytest.approx(-0.5 - UNMARKED)
    assert censoring_weights(marked, 1, 2) == pytest.approx(
        [-0.5 - UNMARKED, -0.5, -0.5 + log(0.5)]
    )


def test_clumps():
    # shape 2, mean 2: p = 1/2; none (1/2)^2, one 2 (1/2)^3, two 3 (1/2)^4
    spread = TWO._replace(hazard=np.full(2, 0.5))
    none, first, each, clumps = events_weights(spread, 0, 4, 0)
    assert none == pytest.approx(log(1 / 4))
    assert first + each + clumps * log(2) == pytest.approx(log(1 / 4))
    assert first + 2 * each + clumps * log(3) == pytest.approx(log(3 / 16))


def test_a_fall_is_computed_once():
    falls = empty_falls(4)
    assert fallen(falls, 4, 2, 2) == lowered(1.0, 4, 2, 2, True)
    falls[4, 2, 2] = 0.5
    assert fallen(falls, 4, 2, 2) == 0.5
    assert fallen(falls, 400, 40, 1) == lowered(1.0, 400, 40, 1, True)
