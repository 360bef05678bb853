"""How error is shared among hypotheses, given those already rejected, as one table.

Checked  tests/unit/simulation/test_shares.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.arrays import Floats
from equipoise.errors import InputError
from equipoise.meaning.multiplicity import Graph

MOST_HYPOTHESES = 12  # each more doubles the table


@dataclass(frozen=True, slots=True)
class Shares:
    """Row `rejected` (a bit mask) holds each hypothesis' share of alpha; 0 for those rejected."""

    table: Floats  # (2**H, H)


def shares_of(graph: Graph) -> Shares:
    """The weights of a graph after each set of rejections, in whatever order they came.

    Raises   InputError for more hypotheses than the table has room for.
    Source   Maurer & Bretz 2013; Bretz et al. 2009, algorithm 1.
    """
    left = [graph]
    for mask in _masks(len(graph.names))[1:]:
        last = mask.bit_length() - 1
        left.append(left[mask ^ 1 << last].without(last))
    return Shares(np.array([one.weights for one in left]))


def unshared(levels: Sequence[float]) -> Shares:
    """Each hypothesis at a share of its own, whatever becomes of the others."""
    masks = _masks(len(levels))
    rows = [[0.0 if mask >> h & 1 else own for h, own in enumerate(levels)] for mask in masks]
    return Shares(np.array(rows))


def _masks(hypotheses: int) -> range:
    if hypotheses > MOST_HYPOTHESES:
        raise InputError(
            f"the design has {hypotheses} hypotheses; virtual trials share the error among "
            f"{MOST_HYPOTHESES} at most"
        )
    return range(1 << hypotheses)
