"""States and edges of a lattice, kept in rows that grow, without those that weigh too little.

Checked  tests/twins/test_lattice.py.
"""

from __future__ import annotations

from math import inf
from typing import Any, NamedTuple

import numpy as np

from equipoise.arrays import Floats, Ints
from equipoise.kernels.compiled import part

MOST_STATES = 150
"""Of one node the likeliest so many are kept at most: what more subjects could add is finer than
any reading.
"""


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


class LatticeLogs(NamedTuple):
    """What every node uses: factors by which S falls (`fallen`), and logs of whole numbers."""

    falls: Floats
    logs: Floats


@part
def longer(values: Any, size: int) -> Any:
    """The same with room for `size`."""
    length = values.shape[0]
    if size <= length:
        return values
    more = np.empty(max(size, 2 * length), values.dtype)
    for i in range(length):  # for slices numba compiles all that it would say if they did not fit
        more[i] = values[i]
    return more


@part
def more_rows(rows: Any, size: int) -> Any:
    """The same with room for `size` rows."""
    length, width = rows.shape
    if size <= length:
        return rows
    more = np.empty((max(size, 2 * length), width), rows.dtype)
    for i in range(length):
        for j in range(width):
            more[i, j] = rows[i, j]
    return more


@part
def worth(states: States, edges: Edges, kept: float) -> Any:
    """Without the states that weigh less than e^-kept of the best, at most `MOST_STATES`, and
    without edges into the others; edges in order of target.
    """
    least = states.weight.max() - kept
    if states.weight.size > MOST_STATES and kept < inf:
        least = max(least, -np.sort(-states.weight)[MOST_STATES])
    keep = states.weight >= least
    again = np.cumsum(keep) - 1
    begin = np.zeros(again[-1] + 2, np.int64)
    for x in range(edges.target.size):
        if keep[edges.target[x]]:
            begin[again[edges.target[x]] + 1] += 1
    begin = np.cumsum(begin)
    size = begin[-1]
    origin, target, weight = np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size)
    for x in range(edges.target.size):
        if keep[edges.target[x]]:
            j = again[edges.target[x]]
            y = begin[j]
            origin[y], target[y], weight[y] = edges.origin[x], j, edges.weight[x]
            begin[j] = y + 1
    left = States(states.at_risk[keep], states.died[keep], states.height[keep], states.weight[keep])
    return left, Edges(origin, target, weight)


@part
def put(values: Any, at: int, more: Any) -> Any:
    """`values` with `more` from place `at` on."""
    grown = longer(values, at + more.size)
    for i in range(more.size):
        grown[at + i] = more[i]
    return grown
