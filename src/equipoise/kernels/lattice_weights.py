"""What an edge of the lattice weighs: censored and events between two nodes of a printed curve.

Checked  tests/byhand/test_lattice.py; tests/twins/test_lattice.py.
"""

from __future__ import annotations

from math import ceil, floor, isnan, lgamma, log, nan, sqrt
from typing import Any, NamedTuple

import numpy as np

from equipoise.arrays import Floats, Ints
from equipoise.kernels.compiled import njit, part

FREE = -1
"""A node without a published number at risk."""
NO_EVENTS, MAY, FALLS = 0, 1, 2
"""Whether events can lie on a node: none, some, or a step was read there."""
UNSEEN = 3.0
"""Log odds that a step that was read is one."""
WEIGHED_ERRORS, MOST_SLACK = 3.0, 12.0
"""Events are weighed within so many errors of the curve, and at most so many from the nearest."""
CLUMP = 12.0
"""So many more than chance would bring may be censored between two steps."""
UNMARKED = 5.0
"""Log odds against each censoring mark without a subject."""
KNOWN_CENSORED, KNOWN_DIED = 16, 32
"""Falls of S with fewer censored and events are computed once."""


class Nodes(NamedTuple):
    """One arm's nodes in order of time, (K,) each.

    goal : height of the curve; precise : 1 / (2 error^2), 0 where nothing was read
    required : the published number at risk, before the node's own events, or FREE
    censored : expected number censored since the node before, beside those marked
    marked : censoring marks since the node before
    events : NO_EVENTS, MAY or FALLS
    hazard : expected cumulative hazard since the node before; below 0 where events lie on the node
             itself, the log of the chance that a tie has one more event
    """

    goal: Floats
    precise: Floats
    required: Ints
    censored: Floats
    marked: Ints
    events: Ints
    hazard: Floats


@njit(cache=True)
def lowered(height: float, at_risk: int, censored: int, died: int, spread: bool) -> float:
    """S after `died` events, spread evenly among the censored, or all after them."""
    if died > 0 and not spread:
        return height * (1.0 - died / (at_risk - censored))
    for j in range(died):
        gone = int(censored * (j + 0.5) / died + 0.5)
        height *= 1.0 - 1.0 / (at_risk - j - gone)
    return height


@part
def log_poisson(count: int, mean: float) -> float:
    mean = max(mean, 1e-3)
    return count * log(mean) - mean - lgamma(count + 1.0)


@njit(cache=True)
def censoring_weights(nodes: Nodes, k: int, most: int) -> Floats:
    """Log weight of 0 to `most` censored before node k: one for each mark, more by chance."""
    found = np.empty(most + 1)
    marked = nodes.marked[k]
    for c in range(most + 1):
        found[c] = log_poisson(max(c - marked, 0), nodes.censored[k])
        found[c] -= UNMARKED * max(marked - c, 0)
    return found


@njit(cache=True)
def empty_falls(subjects: int) -> Floats:
    """What `fallen` fills: a factor for each number at risk, censored and events."""
    return np.full((subjects + 1, KNOWN_CENSORED, KNOWN_DIED), nan)


@njit(cache=True)
def fallen(falls: Floats, at_risk: int, censored: int, died: int) -> float:
    """The factor by which S falls where events are spread among the censored, computed once."""
    if censored >= KNOWN_CENSORED or died >= KNOWN_DIED:
        return float(lowered(1.0, at_risk, censored, died, True))
    if isnan(falls[at_risk, censored, died]):
        falls[at_risk, censored, died] = lowered(1.0, at_risk, censored, died, True)
    return float(falls[at_risk, censored, died])


@part
def most_censored(nodes: Nodes, k: int) -> int:
    """Where every step was read, heights tell of censoring that came in clumps, as at scans."""
    expected = nodes.censored[k]
    more = CLUMP if nodes.hazard[k] < 0.0 else 0.0
    return int(nodes.marked[k] + expected + 4.0 * sqrt(expected) + 3.0 + more)


@part
def events_near(at_risk: int, height: float, goal: float, precise: float, spare: float) -> Any:
    """Fewest and most events worth weighing, of which the distance from `goal` costs `spare`."""
    slack = 2.0
    if precise > 0.0:
        errors = min(WEIGHED_ERRORS, sqrt(2.0 * spare))
        slack = min(errors / sqrt(2.0 * precise) * at_risk / height, MOST_SLACK)
    near = at_risk * (1.0 - goal / height)
    low, high = floor(near - slack), ceil(near + slack)
    return max(min(low, at_risk - 1), 0), max(min(high, at_risk), 0)


@part
def possible_events(
    nodes: Nodes, k: int, at_risk: int, height: float, censored: int, spare: float
) -> Any:
    """Fewest and most events of one state at node k, whatever must be left."""
    if nodes.events[k] == NO_EVENTS or height <= 0.0 or at_risk - censored <= 0:
        return 0, 0
    inside = at_risk - censored // 2 if nodes.hazard[k] >= 0.0 else at_risk - censored
    return events_near(inside, height, nodes.goal[k], nodes.precise[k], spare)


@njit(cache=True)
def events_weights(nodes: Nodes, k: int, at_risk: int, censored: int) -> Any:
    """Log weight of no event before node k, and `first`, `each`, `clumps` of that of d events:
    first + d * each + clumps * log(d + 1).

    Spread events are negative binomial of shape 2: of many the standard deviation is 0.7 of the
    mean.
    """
    if nodes.hazard[k] < 0.0:
        none = -UNSEEN if nodes.events[k] == FALLS else 0.0
        return none, -nodes.hazard[k], nodes.hazard[k], 0.0
    mean = max(nodes.hazard[k] * (at_risk - 0.5 * censored), 1e-4)
    first = 2.0 * log(2.0 / (2.0 + mean))
    return first, first, log(mean / (2.0 + mean)), 1.0
