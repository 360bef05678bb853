"""How error is shared among hypotheses, given those already rejected, as one table.

Checked  tests/unit/simulation/test_shares.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.arrays import Floats
from equipoise.meaning.multiplicity import Graph


@dataclass(frozen=True, slots=True)
class Shares:
    """Row `rejected` (a bit mask) holds each hypothesis' share of alpha; 0 for those rejected."""

    table: Floats  # (2**H, H)


def shares_of(graph: Graph) -> Shares:
    """The weights of a graph after each set of rejections, in whatever order they came.

    Source   Maurer & Bretz 2013; Bretz et al. 2009, algorithm 1.
    """
    rows = []
    for mask in range(1 << len(graph.names)):
        left = graph
        for j in range(len(graph.names)):
            left = left.without(j) if mask >> j & 1 else left
        rows.append(left.weights)
    return Shares(np.array(rows))


def unshared(levels: Sequence[float]) -> Shares:
    """Each hypothesis at a share of its own, whatever becomes of the others."""
    masks = range(1 << len(levels))
    rows = [[0.0 if mask >> h & 1 else own for h, own in enumerate(levels)] for mask in masks]
    return Shares(np.array(rows))
