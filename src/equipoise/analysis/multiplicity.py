"""Several hypotheses, one error rate: adjusted P values and graphs on observed P values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equipoise.arrays import Floats
from equipoise.errors import InputError

ROUNDING = 1e-9  # a graph's weights may miss 1 by this much, from decimals like 0.1


class GraphTest(NamedTuple):
    """What a graph rejects: adjusted P values, decisions, and hypotheses in order of rejection."""

    adjusted: tuple[float, ...]
    rejected: tuple[bool, ...]
    sequence: tuple[int, ...]


def bonferroni(p: Sequence[float]) -> tuple[float, ...]:
    """P values times their number, at most 1.

    Raises   InputError unless each P value is from 0 to 1.
    Checked  tests/oracle/multiplicity (R p.adjust).
    """
    values = _checked(p)
    return _as_tuple(len(values) * values)


def holm(p: Sequence[float]) -> tuple[float, ...]:
    """Step-down Bonferroni.

    Raises   InputError unless each P value is from 0 to 1.
    Source   Holm 1979, Scand J Stat 6:65.
    Checked  tests/oracle/multiplicity (R p.adjust).
    """
    values = _checked(p)
    order = np.argsort(values, kind="stable")
    left = len(values) - np.arange(len(values))
    return _back(np.maximum.accumulate(left * values[order]), order)


def hochberg(p: Sequence[float]) -> tuple[float, ...]:
    """Step-up Bonferroni; valid where the tests are independent or positively dependent.

    Raises   InputError unless each P value is from 0 to 1.
    Source   Hochberg 1988, Biometrika 75:800.
    Checked  tests/oracle/multiplicity (R p.adjust).
    """
    values = _checked(p)
    order = np.argsort(values, kind="stable")[::-1]
    return _back(np.minimum.accumulate(np.arange(1, len(values) + 1) * values[order]), order)


def hommel(p: Sequence[float]) -> tuple[float, ...]:
    """Closed Simes tests; valid where Hochberg's is, and never less powerful.

    Raises   InputError unless each P value is from 0 to 1.
    Source   Hommel 1988, Biometrika 75:383; Wright 1992, Biometrics 48:1005 (its algorithm).
    Checked  tests/oracle/multiplicity (R p.adjust); tests/laws/test_multiplicity.py.
    """
    values = _checked(p)
    n = len(values)
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    best = np.full(n, float((n * ranked / np.arange(1, n + 1)).min()))
    for m in range(n - 1, 1, -1):
        top = ranked[n - m + 1 :]  # the m - 1 largest
        simes = float((m * top / np.arange(2, m + 1)).min())
        floor = np.minimum(m * ranked[: n - m + 1], simes)
        adjusted = np.concatenate([floor, np.full(m - 1, floor[-1])])
        best = np.maximum(best, adjusted)
    return _back(np.maximum(best, ranked), order)


def benjamini_hochberg(p: Sequence[float]) -> tuple[float, ...]:
    """False discovery rate (for exploration: it does not control the familywise error).

    Raises   InputError unless each P value is from 0 to 1.
    Source   Benjamini & Hochberg 1995, J R Stat Soc B 57:289.
    Checked  tests/oracle/multiplicity (R p.adjust).
    """
    values = _checked(p)
    n = len(values)
    order = np.argsort(values, kind="stable")[::-1]
    return _back(np.minimum.accumulate(n / np.arange(n, 0, -1) * values[order]), order)


def fixed_sequence(p: Sequence[float]) -> tuple[float, ...]:
    """Hypotheses tested in the order given, each at full level, until one is not rejected.

    Raises   InputError unless each P value is from 0 to 1.
    Source   Maurer, Hothorn & Lehmacher 1995.
    Checked  tests/oracle/multiplicity (graphicalMCP); tests/byhand.
    """
    return _as_tuple(np.maximum.accumulate(_checked(p)))


def graph_test(
    p: Sequence[float],
    *,
    weights: Sequence[float],
    transitions: npt.ArrayLike,
    alpha: float = 0.025,
) -> GraphTest:
    """Sequentially rejective weighted Bonferroni test by a graph.

    p, weights : (k,) P values and shares of alpha; transitions : (k, k) share passed from row to
    column when the row's hypothesis is rejected
    Raises   InputError unless weights and each row of transitions are not negative and sum to at
             most 1, with nothing passed to oneself.
    Source   Bretz, Maurer, Brannath & Posch 2009, Stat Med 28:586, algorithms 1 and 2.
    Checked  tests/oracle/multiplicity (graphicalMCP); tests/laws/test_multiplicity.py.
    """
    values, weight = _checked(p), np.array(weights, dtype=float)
    graph = np.array(transitions, dtype=float)
    _check_graph(len(values), weight, graph)
    if not 0.0 < alpha < 1.0:
        raise InputError(f"alpha {alpha}: expected a number between 0 and 1")
    adjusted, sequence = np.ones(len(values)), []
    left, highest = list(range(len(values))), 0.0
    while left:
        ratio = [_share(values[j], weight[j]) for j in left]
        j = left[int(np.argmin(ratio))]
        highest = max(highest, min(ratio))
        adjusted[j] = min(1.0, highest)
        if adjusted[j] <= alpha:
            sequence.append(j)
        left.remove(j)
        weight, graph = _without(j, left, weight, graph)
    return GraphTest(
        _as_tuple(adjusted), tuple(bool(a <= alpha) for a in adjusted), tuple(sequence)
    )


def _share(p: float, weight: float) -> float:
    return p / weight if weight > 0 else float("inf")


def _without(j: int, left: Sequence[int], weight: Floats, graph: Floats) -> tuple[Floats, Floats]:
    """The graph once hypothesis j is rejected and its weight passed on."""
    passed, bridged = weight.copy(), np.zeros_like(graph)
    for l in left:
        passed[l] += weight[j] * graph[j, l]
        for k in left:
            loop = graph[l, j] * graph[j, l]
            if k != l and loop < 1:
                bridged[l, k] = (graph[l, k] + graph[l, j] * graph[j, k]) / (1 - loop)
    passed[j] = 0.0
    return passed, bridged


def _check_graph(k: int, weight: Floats, graph: Floats) -> None:
    if weight.shape != (k,) or graph.shape != (k, k):
        raise InputError(f"graph: expected {k} weights and {k} x {k} transitions")
    if not (weight >= 0).all() or weight.sum() > 1 + ROUNDING:
        raise InputError(f"weights: sum {weight.sum():g}; expected shares of alpha, at most 1")
    if not (graph >= 0).all() or (graph.sum(axis=1) > 1 + ROUNDING).any():
        raise InputError("transitions: expected rows of shares that sum to at most 1")
    if graph.diagonal().any():
        raise InputError("transitions: a hypothesis cannot pass its level to itself")


def _checked(p: Sequence[float]) -> Floats:
    values = np.asarray(p, dtype=float)
    if values.ndim != 1 or len(values) == 0:
        raise InputError("P values: expected a list of at least one")
    if not ((values >= 0) & (values <= 1)).all():
        place = int(np.argmin((values >= 0) & (values <= 1)))
        raise InputError(f"P value {place + 1}: {values[place]}; expected a number from 0 to 1")
    return values


def _back(adjusted: Floats, order: npt.NDArray[np.intp]) -> tuple[float, ...]:
    out = np.empty_like(adjusted)
    out[order] = adjusted
    return _as_tuple(out)


def _as_tuple(values: Floats) -> tuple[float, ...]:
    return tuple(float(v) for v in np.minimum(values, 1.0))
