"""Pasts of a lattice: drawn by their weight, their mean, and the one closest to it.

Source   Carter & Kohn 1994, Biometrika 81:541 (backward sampling).
Checked  tests/twins/test_lattice.py.
"""

from __future__ import annotations

from math import exp, inf

import numpy as np

from equipoise.arrays import Floats, Ints
from equipoise.kernels.compiled import njit
from equipoise.kernels.lattice_states import Lattice


@njit(cache=True)
def drawn(found: Lattice, last: int, chance: Floats) -> Ints:
    """One past of the state `last`, by weight: a state for each node, the start first.

    chance : (K,) uniform
    """
    weight, edges = found.states.weight, found.edges
    path = np.empty(found.first.size - 1, np.int64)
    path[-1] = last
    for k in range(path.size - 1, 0, -1):
        a, b = found.first_edge[k], found.first_edge[k + 1]
        low = a + np.searchsorted(edges.target[a:b], path[k], side="left")
        high = a + np.searchsorted(edges.target[a:b], path[k], side="right")
        share = 0.0
        for x in range(low, high):
            path[k - 1] = edges.origin[x]
            share += exp(weight[edges.origin[x]] + edges.weight[x] - weight[path[k]])
            if share >= chance[k - 1]:
                break
    return path


@njit(cache=True)
def mean_past(found: Lattice, ends: Floats) -> Floats:
    """Mean numbers at risk and of events at each node, of all pasts by their weight, (K + 1, 2).

    ends : share of each state of the last node, summing to 1
    """
    states, edges = found.states, found.edges
    share = np.zeros(states.died.size)
    for j in range(ends.size):  # of a slice numba compiles what it would say if it did not fit
        share[found.first[-2] + j] = ends[j]
    for x in range(edges.target.size - 1, -1, -1):
        i, j = edges.origin[x], edges.target[x]
        share[i] += share[j] * exp(states.weight[i] + edges.weight[x] - states.weight[j])
    mean = np.zeros((found.first.size - 1, 2))
    for k in range(found.first.size - 1):
        for j in range(found.first[k], found.first[k + 1]):
            mean[k, 0] += share[j] * states.at_risk[j]
            mean[k, 1] += share[j] * states.died[j]
    return mean


@njit(cache=True)
def nearest(found: Lattice, last: Floats, at_risk: Floats, died: Floats, share: float) -> Ints:
    """The past that stays closest to mean numbers at risk and of events, node by node.

    last : cost of ending in each state of the last node; share : what the weight of an edge counts
    beside the squared distance of one subject
    """
    states, edges = found.states, found.edges
    cost = np.full(states.died.size, inf)
    before = np.zeros(states.died.size, np.int64)
    cost[0] = 0.0
    for k in range(1, found.first.size - 1):
        for x in range(found.first_edge[k], found.first_edge[k + 1]):
            value = cost[edges.origin[x]] - share * edges.weight[x]
            if value < cost[edges.target[x]]:
                cost[edges.target[x]], before[edges.target[x]] = value, edges.origin[x]
        for j in range(found.first[k], found.first[k + 1]):
            cost[j] += (states.at_risk[j] - at_risk[k]) ** 2 + (states.died[j] - died[k]) ** 2
    path = np.empty(found.first.size - 1, np.int64)
    path[-1] = found.first[-2] + np.argmin(cost[found.first[-2] :] + last)
    for k in range(path.size - 1, 0, -1):
        path[k - 1] = before[path[k]]
    return path
