"""How error is shared among hypotheses, given those already rejected.

A rule is a table: for each set of rejected hypotheses, the share of alpha of every other one. That
one form holds fixed sequences, Bonferroni, Holm and Maurer-Bretz graphs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.arrays import Floats
from equipoise.errors import InputError, did_you_mean

RULES = ("none", "fixed sequence", "bonferroni", "holm", "graph")


@dataclass(frozen=True, slots=True)
class Shares:
    """Row `rejected` (a bit mask) holds each hypothesis' share of alpha; 0 for those rejected."""

    table: Floats  # (2**H, H)


def shares(
    rule: str,
    count: int,
    *,
    order: Sequence[int] | None = None,
    weights: Sequence[float] | None = None,
    transitions: Sequence[Sequence[float]] | None = None,
) -> Shares:
    """The table of a rule for `count` hypotheses.

    order : of a fixed sequence, default 0, 1, ...
    weights, transitions : (H,) and (H, H) of a graph
    Source   Maurer & Bretz 2013; Bretz et al. 2009, algorithm 1.
    Raises   InputError for an unknown rule or a graph without weights.
    Checked  tests/unit/simulation/test_multiplicity.py.
    """
    if rule not in RULES:
        raise InputError(f'unknown rule "{rule}"{did_you_mean(rule, RULES)}')
    masks = range(1 << count)
    if rule == "graph":
        if weights is None or transitions is None:
            raise InputError("graph: expected weights and transitions")
        rows = [_graph(mask, np.array(weights), np.array(transitions)) for mask in masks]
        return Shares(np.array(rows))
    sequence = list(range(count)) if order is None else list(order)
    return Shares(np.array([_simple(rule, mask, count, sequence) for mask in masks]))


def _simple(rule: str, mask: int, count: int, sequence: list[int]) -> list[float]:
    open_ = [h for h in sequence if not mask >> h & 1]
    row = [0.0] * count
    for place, h in enumerate(open_):
        if rule == "fixed sequence":
            row[h] = 1.0 if place == 0 else 0.0
        else:
            row[h] = {"none": 1.0, "bonferroni": 1 / count, "holm": 1 / len(open_)}[rule]
    return row


def _graph(mask: int, weights: Floats, transitions: Floats) -> list[float]:
    """Weights after the hypotheses in `mask` are rejected one by one, in whatever order."""
    w, g = weights.astype(float).copy(), transitions.astype(float).copy()
    for j in range(len(w)):
        if not mask >> j & 1:
            continue
        passed, old = w + w[j] * g[j], g.copy()
        loop = old[j, :][None, :] * old[:, j][:, None]
        rest = 1.0 - old[:, j] * old[j, :]
        with np.errstate(divide="ignore", invalid="ignore"):
            g = np.where(rest[:, None] > 0.0, (old + loop) / rest[:, None], 0.0)
        np.fill_diagonal(g, 0.0)
        g[j, :] = g[:, j] = 0.0
        w = passed
        w[j] = 0.0
    return [float(x) for x in w]
