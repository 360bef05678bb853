"""All ways in which whole numbers of subjects can have made one printed curve, weighed.

The curve is cut at nodes. Between two nodes c subjects are censored and d have the event; a state
is (at risk, events so far), with the height S to which its likeliest past has brought the curve. An
edge weighs the distance of S from the height read (normal error), c (Poisson) and d: where every
step was read events are single but for ties, else they are negative binomial about a smooth hazard,
wide enough for clumps.

Source   forward filtering, backward sampling: Carter & Kohn 1994, Biometrika 81:541.
Checked  tests/byhand/test_lattice.py; tests/twins/test_lattice.py (plain twin).
"""

from __future__ import annotations

from math import exp, inf
from typing import Any, NamedTuple

import numpy as np

from equipoise.arrays import Floats, Ints
from equipoise.kernels.compiled import njit, part
from equipoise.kernels.lattice_states import (
    MOST_STATES,
    Edges,
    Lattice,
    LatticeLogs,
    States,
    more_rows,
    put,
    worth,
)
from equipoise.kernels.lattice_weights import (
    FREE,
    Nodes,
    censoring_weights,
    empty_falls,
    events_weights,
    fallen,
    most_censored,
    possible_events,
)

EMPTY = -1
MARGIN = 3.0
"""How much less than the least of the states before, as a log weight, an edge is followed where
there are so many.
"""


class _Place(NamedTuple):
    """Where states of a node may lie: fewest at risk, fewest died, and how many died."""

    at_risk: int
    died: int
    width: int
    size: int


@part
def needed(nodes: Nodes, k: int, followed: int) -> int:
    """How many must be left at node k: the next number at risk."""
    for j in range(k, nodes.required.size):
        if nodes.required[j] != FREE:
            return int(nodes.required[j])
    return followed


@part
def _place(states: States, nodes: Nodes, k: int, need: int) -> _Place:
    high = most = states.died.max()
    for i in range(states.died.size):
        here = states.at_risk[i]
        some = min(possible_events(nodes, k, here, states.height[i], 0, inf)[1] + 1, here - need)
        high = max(high, states.died[i] + some)
    free = nodes.required[k] == FREE
    top = states.at_risk.max() if free else need
    if not free:
        high = max(high, most + states.at_risk.max() - need)
    least, width = states.died.min(), high - states.died.min() + 1
    usual = most_censored(nodes, k)
    low = max(need, states.at_risk.min() - usual - width) if free else need
    return _Place(low, least, width, (top - low + 1) * width)


@part
def _most(states: States, nodes: Nodes, k: int, need: int) -> int:
    """How many can be censored before node k."""
    leaving = states.at_risk.max() - need
    return int(leaving if nodes.required[k] != FREE else min(most_censored(nodes, k), leaving))


@part
def _ways(
    states: States,
    begin: int,
    end: int,
    nodes: Nodes,
    k: int,
    need: int,
    censoring: Floats,
    least: float,
) -> Any:
    """For some of the states before, and each number censored after them, fewest and most events
    worth weighing, and where the weights of these edges begin; and how many edges that are.

    begin, end : the states, the last not among them
    least : edges that would lead to less are left
    """
    pinned = nodes.required[k] != FREE
    found = np.empty((2048, 5), np.int64)
    size, edges = 0, 0
    for i in range(begin, end):
        here = states.at_risk[i]
        for c in range(min(here - need, censoring.size - 1) + 1):
            spare = states.weight[i] + censoring[c] - least
            if spare < 0.0:
                continue
            low, high = possible_events(nodes, k, here, states.height[i], c, spare)
            left = here - c - need
            if pinned:
                # where the curve falls further than the numbers allow, whoever leaves has the event
                if left > high or (left < low and c > 0):
                    continue
                low = high = left
            high = min(high, left)
            found = more_rows(found, size + 1)
            found[size, 0], found[size, 1], found[size, 2] = i, c, min(low, high)
            found[size, 3], found[size, 4] = high, edges
            size, edges = size + 1, edges + high - min(low, high) + 1
    return found[:size], edges


@part
def _weighed(
    states: States,
    nodes: Nodes,
    k: int,
    ways: Ints,
    edges: int,
    censoring: Floats,
    tables: LatticeLogs,
) -> Any:
    """Log weight of each edge, and the height of S after it."""
    weight, after = np.empty(edges), np.empty(edges)
    spread = nodes.hazard[k] >= 0.0
    goal, precise = nodes.goal[k], nodes.precise[k]
    for i, c, low, high, x in ways:
        before, tall = states.at_risk[i], states.height[i]
        none, first, each, clumps = events_weights(nodes, k, before, c)
        for d in range(low, high + 1):
            if d == 0:
                height = tall
            elif spread:
                height = tall * fallen(tables.falls, before, c, d)
            else:
                height = tall * (1.0 - d / (before - c))
            events = none if d == 0 else first + d * each + clumps * tables.logs[d + 1]
            weight[x] = censoring[c] + events - precise * (height - goal) ** 2
            after[x] = height
            x += 1
    return weight, after


@part
def _step(states: States, nodes: Nodes, k: int, need: int, kept: float, tables: LatticeLogs) -> Any:
    """States of node k and the edges into them."""
    censoring = censoring_weights(nodes, k, _most(states, nodes, k, need))
    best_one = np.argmax(states.weight)
    ways, edges = _ways(states, best_one, best_one + 1, nodes, k, need, censoring, -inf)
    weight, _ = _weighed(states, nodes, k, ways, edges, censoring, tables)
    if states.weight.size >= MOST_STATES:
        kept = min(kept, states.weight.max() - states.weight.min() + MARGIN)
    least = _best_past(states, ways, weight) - kept
    none = np.int64(0)  # a bare 0 has a type of its own, and all is compiled once more for it
    ways, edges = _ways(states, none, states.died.size, nodes, k, need, censoring, least)
    weight, after = _weighed(states, nodes, k, ways, edges, censoring, tables)
    likeliest = _best_past(states, ways, weight)
    least = likeliest - kept
    place = _place(states, nodes, k, need)
    slot = np.full(place.size, EMPTY, np.int64)
    most = min(edges, place.size)
    n, e = np.empty(most, np.int64), np.empty(most, np.int64)
    s, total, best = np.empty(most), np.empty(most), np.empty(most)
    origin, target, into = np.empty(edges, np.int64), np.empty(edges, np.int64), np.empty(edges)
    size, count = 0, 0
    for i, c, low, high, x in ways:
        left, died = states.at_risk[i] - c, states.died[i]
        for d in range(low, high + 1):
            value = states.weight[i] + weight[x]
            if value >= least:
                key = (left - d - place.at_risk) * place.width + died + d - place.died
                j = slot[key]
                if j == EMPTY:
                    slot[key] = j = size
                    size += 1
                    n[j], e[j] = left - d, died + d
                    total[j], best[j], s[j] = 0.0, value, after[x]
                elif value > best[j]:
                    best[j], s[j] = value, after[x]
                total[j] += exp(value - likeliest)
                origin[count], target[count], into[count] = i, j, weight[x]
                count += 1
            x += 1
    found = States(n[:size], e[:size], s[:size], likeliest + np.log(total[:size]))
    return worth(found, Edges(origin[:count], target[:count], into[:count]), kept)


@part
def _best_past(states: States, ways: Ints, weight: Floats) -> float:
    best = -inf
    for i, _, low, high, x in ways:
        for y in range(x, x + high - low + 1):
            best = max(best, states.weight[i] + weight[y])
    return float(best)


@njit(cache=True)
def lattice(subjects: int, nodes: Nodes, followed: int, kept: float) -> Lattice:
    """Every past worth keeping, node by node.

    followed : how many are at risk at the end at least; kept : states that weigh less than e^-kept
    of a node's best are left
    """
    count = nodes.goal.size
    tables = LatticeLogs(empty_falls(subjects), np.log(np.maximum(np.arange(subjects + 2.0), 1.0)))
    first, first_edge = np.zeros(count + 2, np.int64), np.zeros(count + 2, np.int64)
    n, e = np.full(1, subjects, np.int64), np.zeros(1, np.int64)
    now = States(n, e, np.ones(1), np.zeros(1))
    s, w = now.height, now.weight
    origin, target, edge = np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    first[1] = 1
    for k in range(count):
        now, into = _step(now, nodes, k, needed(nodes, k, followed), kept, tables)
        at, a, x = first[k + 1], first[k], first_edge[k + 1]
        n, e = put(n, at, now.at_risk), put(e, at, now.died)
        s, w = put(s, at, now.height), put(w, at, now.weight)
        origin, target = put(origin, x, into.origin + a), put(target, x, into.target + at)
        edge = put(edge, x, into.weight)
        first[k + 2], first_edge[k + 2] = at + now.died.size, x + into.weight.size
    m, x = first[-1], first_edge[-1]
    return Lattice(
        first,
        States(n[:m], e[:m], s[:m], w[:m]),
        first_edge,
        Edges(origin[:x], target[:x], edge[:x]),
    )
