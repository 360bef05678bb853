"""The plain twin of `lattice`: one dictionary for each node, nothing left out."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from equipoise.kernels.lattice_weights import (
    CLUMP,
    FALLS,
    FREE,
    MOST_SLACK,
    NO_EVENTS,
    UNMARKED,
    UNSEEN,
    WEIGHED_ERRORS,
    Nodes,
)


class Reached(NamedTuple):
    """Log of the summed weight of all pasts of a state; the best past's weight and height."""

    weight: float
    best: float
    height: float


PlainStates = dict[tuple[int, int], Reached]


def lattice_plain(subjects: int, nodes: Nodes, followed: int) -> list[PlainStates]:
    """The states of every node, by (at risk, events so far)."""
    found: list[PlainStates] = [{(subjects, 0): Reached(0.0, 0.0, 1.0)}]
    for k in range(len(nodes.goal)):
        ahead = [int(n) for n in nodes.required[k:] if n != FREE]
        need = ahead[0] if ahead else followed
        now: PlainStates = {}
        for (here, dead), past in found[-1].items():
            for c, d in _ways(nodes, k, here, past.height, need):
                height = _after(nodes, k, here, past.height, c, d)
                weight = _weight(nodes, k, here, c, d, height)
                _join(now, (here - c - d, dead + d), past, weight, height)
        found.append(now)
    return found


def _join(
    now: PlainStates, key: tuple[int, int], past: Reached, weight: float, height: float
) -> None:
    total, best = past.weight + weight, past.weight + weight
    if key in now:
        old = now[key]
        total = math.log(math.exp(old.weight - best) + 1.0) + best
        if old.best >= best:
            best, height = old.best, old.height
    now[key] = Reached(total, best, height)


def _ways(nodes: Nodes, k: int, here: int, height: float, need: int) -> Iterator[tuple[int, int]]:
    pinned = nodes.required[k] != FREE
    mean = nodes.censored[k]
    usual = int(mean + 4 * math.sqrt(mean) + 3 + (CLUMP if nodes.hazard[k] < 0 else 0))
    usual += int(nodes.marked[k])
    for c in range(here - need + 1):
        if not pinned and c > usual:
            return
        low, high = _near(nodes, k, here, height, c)
        left = here - c - need
        if not pinned:
            high = min(high, left)
            yield from ((c, d) for d in range(min(low, high), high + 1))
        elif low <= left <= high or (c == 0 and left < low):
            yield c, left


def _near(nodes: Nodes, k: int, here: int, height: float, c: int) -> tuple[int, int]:
    if nodes.events[k] == NO_EVENTS or height <= 0 or here == c:
        return 0, 0
    n = here - c // 2 if nodes.hazard[k] >= 0 else here - c
    slack = 2.0
    if nodes.precise[k] > 0:
        slack = min(WEIGHED_ERRORS / math.sqrt(2 * nodes.precise[k]) * n / height, MOST_SLACK)
    nearest = n * (1 - nodes.goal[k] / height)
    low = min(math.floor(nearest - slack), n - 1)
    return max(low, 0), max(min(math.ceil(nearest + slack), n), 0)


def _after(nodes: Nodes, k: int, here: int, height: float, c: int, d: int) -> float:
    if nodes.hazard[k] < 0:
        return height * (1 - d / (here - c)) if d else height
    before = [int(c * (j + 0.5) / d + 0.5) for j in range(d)]
    return height * math.prod(1 - 1 / (here - j - gone) for j, gone in enumerate(before))


def _weight(nodes: Nodes, k: int, here: int, c: int, d: int, height: float) -> float:
    mean, marked = max(float(nodes.censored[k]), 1e-3), int(nodes.marked[k])
    more = max(c - marked, 0)
    value = more * math.log(mean) - mean - math.lgamma(more + 1)
    value -= UNMARKED * max(marked - c, 0)
    value -= float(nodes.precise[k] * (height - nodes.goal[k]) ** 2)
    if nodes.hazard[k] < 0:
        unseen = UNSEEN if nodes.events[k] == FALLS else 0.0
        return value + ((d - 1) * float(nodes.hazard[k]) if d else -unseen)
    mean = max(float(nodes.hazard[k]) * (here - 0.5 * c), 1e-4)
    p = 2 / (2 + mean)
    return value + math.log(d + 1) + 2 * math.log(p) + d * math.log(1 - p)
