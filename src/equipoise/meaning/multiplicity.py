"""Several hypotheses, one alpha: a weighted graph that passes alpha on from what is rejected.

Fixed sequence, Holm and Bonferroni are graphs too. With looks, a hypothesis enters with its
sequential P value, so that its bound at each look is that of its own spending function at the level
it holds at the moment.

Source   Bretz et al. 2009; Maurer & Bretz 2013; Liu & Anderson 2008.
Checked  tests/oracle/design (graphicalMCP); tests/laws (closure by enumeration).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from equipoise.errors import InputError
from equipoise.protocol.model import Protocol

_ROUNDING = 1e-9  # weights that differ by less are equal


@dataclass(frozen=True, slots=True)
class Graph:
    """Weights of the hypotheses and where each passes its weight on when it is rejected.

    weights : (m,) add to 1 or less
    transitions : (m, m) row i adds to 1 or less, zero on the diagonal
    """

    names: tuple[str, ...]
    weights: tuple[float, ...]
    transitions: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        m = len(self.names)
        if not m or len(set(self.names)) != m:
            raise InputError(f"hypotheses {list(self.names)} must be one or more, all different")
        if len(self.weights) != m or any(len(row) != m for row in self.transitions):
            raise InputError(f"a graph of {m} hypotheses needs {m} weights and {m} x {m} arrows")
        if len(self.transitions) != m:
            raise InputError(f"a graph of {m} hypotheses needs {m} rows of arrows")
        for what, row in (("weights", self.weights), *self._rows()):
            if min(row) < 0.0 or sum(row) > 1.0 + _ROUNDING:
                raise InputError(f"{what}: {list(row)} must not be negative nor add to more than 1")
        if any(self.transitions[i][i] for i in range(m)):
            raise InputError("a hypothesis must not pass alpha to itself")

    def _rows(self) -> list[tuple[str, tuple[float, ...]]]:
        pairs = zip(self.names, self.transitions, strict=True)
        return [(f"arrows from {n}", row) for n, row in pairs]

    def ordered(self, names: Sequence[str]) -> Graph:
        """The same graph with its hypotheses in another order."""
        at = [self.names.index(name) for name in names]
        rows = tuple(tuple(self.transitions[i][k] for k in at) for i in at)
        return Graph(tuple(names), tuple(self.weights[i] for i in at), rows)

    def without(self, rejected: int) -> Graph:
        """The graph after one hypothesis is rejected; it stays in its place with weight 0."""
        m, j, g = len(self.names), rejected, self.transitions
        weights = [0.0 if i == j else self.weights[i] + self.weights[j] * g[j][i] for i in range(m)]
        rows = []
        for i in range(m):
            loop = 1.0 - g[i][j] * g[j][i]
            dead = i == j or loop <= _ROUNDING
            rows.append(
                tuple(
                    0.0 if dead or k in (i, j) else (g[i][k] + g[i][j] * g[j][k]) / loop
                    for k in range(m)
                )
            )
        return Graph(self.names, tuple(min(w, 1.0) for w in weights), tuple(rows))


class GraphResult(NamedTuple):
    """What a graph says about P values.

    adjusted : (m,) compare with alpha; order : hypotheses in the order of rejection
    levels : (m,) the level each hypothesis holds once everything that can be rejected is
    """

    adjusted: tuple[float, ...]
    rejected: tuple[bool, ...]
    order: tuple[str, ...]
    levels: tuple[float, ...]


def fixed_sequence(names: Sequence[str]) -> Graph:
    """Each hypothesis is tested at full alpha if all before it were rejected."""
    m = len(names)
    rows = tuple(tuple(1.0 if k == i + 1 else 0.0 for k in range(m)) for i in range(m))
    return Graph(tuple(names), tuple(1.0 if i == 0 else 0.0 for i in range(m)), rows)


def holm(names: Sequence[str]) -> Graph:
    """Equal weights; a rejected hypothesis shares its alpha among all others."""
    m = len(names)
    share = 1.0 / (m - 1) if m > 1 else 0.0
    rows = tuple(tuple(0.0 if k == i else share for k in range(m)) for i in range(m))
    return Graph(tuple(names), (1.0 / m,) * m, rows)


def bonferroni(names: Sequence[str], shares: Mapping[str, float] | None = None) -> Graph:
    """Nothing is passed on; those without a share of their own have equal parts of the rest."""
    m, own = len(names), shares or {}
    rest = (1.0 - sum(own.values())) / (m - len(own)) if m > len(own) else 0.0
    weights = tuple(own.get(name, rest) for name in names)
    return Graph(tuple(names), weights, ((0.0,) * m,) * m)


def graph_of(protocol: Protocol) -> Graph:
    """The design's rule over all its hypotheses; with `multiplicity: none` it is not used.

    Raises   InputError if the weights or arrows make no graph.
    """
    plan = protocol.design
    names = list(plan.hypotheses)
    if plan.multiplicity == "holm":
        return holm(names)
    if plan.multiplicity == "bonferroni":
        own = {name: h.alpha for name, h in plan.hypotheses.items() if h.alpha is not None}
        return bonferroni(names, {name: alpha / plan.alpha for name, alpha in own.items()})
    if plan.multiplicity != "graph":
        rest = [name for name in names if name not in plan.order]
        return fixed_sequence([*plan.order, *rest])
    if plan.graph is None:
        raise InputError("design: `multiplicity: graph` needs a `graph`")
    arrows = plan.graph.transitions
    rows = tuple(tuple(arrows.get(a, {}).get(b, 0.0) for b in names) for a in names)
    return Graph(tuple(names), tuple(plan.graph.weights.get(n, 0.0) for n in names), rows)


def apply_graph(graph: Graph, p: Sequence[float | None], *, alpha: float) -> GraphResult:
    """Adjusted P values and decisions.

    p : (m,) P values, or sequential P values where there are looks; None is not tested yet
    Raises   InputError for another number of P values than hypotheses.
    """
    if len(p) != len(graph.names):
        raise InputError(f"{len(p)} P values are given for {len(graph.names)} hypotheses")
    known = [1.0 if value is None else value for value in p]
    adjusted, order, largest = [1.0] * len(known), [], 0.0
    now, at_alpha = graph, graph
    left = set(range(len(known)))
    while left:
        ratio, j = min((_ratio(known[i], now.weights[i]), i) for i in left)
        largest = max(largest, min(ratio, 1.0))
        adjusted[j] = largest
        left.remove(j)
        now = now.without(j)
        if largest <= alpha * (1.0 + 1e-12):
            order.append(graph.names[j])
            at_alpha = now
    rejected = tuple(name in order for name in graph.names)
    levels = tuple(alpha * w for w in at_alpha.weights)
    return GraphResult(tuple(adjusted), rejected, tuple(order), levels)


def _ratio(p: float, weight: float) -> float:
    return p / weight if weight > 0.0 else float("inf")
