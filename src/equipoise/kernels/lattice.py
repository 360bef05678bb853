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

from math import exp, log1p
from typing import Any, NamedTuple

import numpy as np

from equipoise.arrays import Floats, Ints
from equipoise.kernels.compiled import njit
from equipoise.kernels.lattice_weights import (
    FREE,
    Nodes,
    edge_weight,
    lowered,
    most_censored,
    possible_events,
)

EMPTY = -1


class States(NamedTuple):
    """At risk, events so far, height of the curve, log of the summed weight of all pasts."""

    at_risk: Ints
    died: Ints
    height: Floats
    weight: Floats


class Edges(NamedTuple):
    """From which state to which, and the log weight; in order of target."""

    origin: Ints
    target: Ints
    weight: Floats


class Lattice(NamedTuple):
    """States of all nodes in one row, the start first; first and first_edge say where a node's
    states and the edges into them begin.
    """

    first: Ints
    states: States
    first_edge: Ints
    edges: Edges


class _Place(NamedTuple):
    """Where states of a node may lie: fewest at risk, fewest died, and how many died."""

    at_risk: int
    died: int
    width: int
    size: int


@njit(cache=True, inline="always")
def _added(a: float, b: float) -> float:
    """log(e^a + e^b)."""
    return max(a, b) + log1p(exp(-abs(a - b)))


@njit(cache=True)
def needed(nodes: Nodes, k: int, followed: int) -> int:
    """How many must be left at node k: the next number at risk."""
    for j in range(k, nodes.required.size):
        if nodes.required[j] != FREE:
            return int(nodes.required[j])
    return followed


@njit(cache=True)
def _place(states: States, nodes: Nodes, k: int, need: int) -> _Place:
    high = most = states.died.max()
    for i in range(states.died.size):
        here = states.at_risk[i]
        some = min(possible_events(nodes, k, here, states.height[i], 0)[1] + 1, here - need)
        high = max(high, states.died[i] + some)
    free = nodes.required[k] == FREE
    top = states.at_risk.max() if free else need
    if not free:
        high = max(high, most + states.at_risk.max() - need)
    least, width = states.died.min(), high - states.died.min() + 1
    usual = most_censored(nodes, k)
    low = max(need, states.at_risk.min() - usual - width) if free else need
    return _Place(low, least, width, (top - low + 1) * width)


@njit(cache=True)
def _longer(values: Any, size: int) -> Any:
    length = values.shape[0]
    if size <= length:
        return values
    more = np.empty((max(size, 2 * length), *values.shape[1:]), values.dtype)
    more[:length] = values
    return more


@njit(cache=True)
def _choices(states: States, nodes: Nodes, k: int, need: int) -> Any:
    """Every state before, with the censored and the events after it that are worth weighing."""
    pinned = nodes.required[k] != FREE
    usual = most_censored(nodes, k)
    found = np.empty((2048, 3), np.int64)
    size = 0
    for i in range(states.at_risk.size):
        here = states.at_risk[i]
        for c in range((here - need if pinned else min(usual, here - need)) + 1):
            low, high = possible_events(nodes, k, here, states.height[i], c)
            left = here - c - need
            if pinned:
                # where the curve falls further than the numbers allow, whoever leaves has the event
                if left > high or (left < low and c > 0):
                    continue
                low = high = left
            high = min(high, left)
            for d in range(min(low, high), high + 1):
                found = _longer(found, size + 1)
                found[size, 0], found[size, 1], found[size, 2] = i, c, d
                size += 1
    return found[:size]


@njit(cache=True)
def _step(states: States, nodes: Nodes, k: int, need: int, kept: float) -> Any:
    """States of node k and the edges into them."""
    choices = _choices(states, nodes, k, need)
    place = _place(states, nodes, k, need)
    slot = np.full(place.size, EMPTY, np.int64)
    most = choices.shape[0]
    n, e, target = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64)
    s, total, best, weight = np.empty(most), np.empty(most), np.empty(most), np.empty(most)
    size = 0
    for x in range(most):
        i, c, d = choices[x]
        before, tall = states.at_risk[i], states.height[i]
        after = lowered(tall, before, c, d, nodes.hazard[k] >= 0.0)
        weight[x] = edge_weight(nodes, k, before, c, d, after)
        value = states.weight[i] + weight[x]
        key = (before - c - d - place.at_risk) * place.width + states.died[i] + d - place.died
        j = slot[key]
        if j == EMPTY:
            slot[key] = j = size
            size += 1
            n[j], e[j] = before - c - d, states.died[i] + d
            total[j], best[j], s[j] = value, value, after
        else:
            total[j] = _added(total[j], value)
            if value > best[j]:
                best[j], s[j] = value, after
        target[x] = j
    found = States(n[:size], e[:size], s[:size], total[:size])
    return _worth(found, Edges(choices[:, 0].copy(), target, weight), kept)


@njit(cache=True)
def _worth(states: States, edges: Edges, kept: float) -> Any:
    """Without the states that weigh less than e^-kept of the best, and without edges into them."""
    keep = states.weight >= states.weight.max() - kept
    again = np.cumsum(keep) - 1
    stays = keep[edges.target]
    target = again[edges.target[stays]]
    order = np.argsort(target, kind="mergesort")
    left = States(states.at_risk[keep], states.died[keep], states.height[keep], states.weight[keep])
    return left, Edges(edges.origin[stays][order], target[order], edges.weight[stays][order])


@njit(cache=True)
def _put(values: Any, at: int, more: Any) -> Any:
    longer = _longer(values, at + more.size)
    longer[at : at + more.size] = more
    return longer


@njit(cache=True)
def lattice(subjects: int, nodes: Nodes, followed: int, kept: float) -> Lattice:
    """Every past worth keeping, node by node.

    followed : how many are at risk at the end at least; kept : states that weigh less than e^-kept
    of a node's best are left
    """
    count = nodes.goal.size
    first, first_edge = np.zeros(count + 2, np.int64), np.zeros(count + 2, np.int64)
    n, e = np.full(1, subjects, np.int64), np.zeros(1, np.int64)
    now = States(n, e, np.ones(1), np.zeros(1))
    s, w = now.height, now.weight
    origin, target, edge = np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    first[1] = 1
    for k in range(count):
        now, into = _step(now, nodes, k, needed(nodes, k, followed), kept)
        at, a, x = first[k + 1], first[k], first_edge[k + 1]
        n, e = _put(n, at, now.at_risk), _put(e, at, now.died)
        s, w = _put(s, at, now.height), _put(w, at, now.weight)
        origin, target = _put(origin, x, into.origin + a), _put(target, x, into.target + at)
        edge = _put(edge, x, into.weight)
        first[k + 2], first_edge[k + 2] = at + now.died.size, x + into.weight.size
    m, x = first[-1], first_edge[-1]
    return Lattice(
        first,
        States(n[:m], e[:m], s[:m], w[:m]),
        first_edge,
        Edges(origin[:x], target[:x], edge[:x]),
    )
