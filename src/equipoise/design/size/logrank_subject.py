"""What one subject adds to the log-rank score and to its variance, whatever the hazards.

At follow-up s, e is the share on the experimental arm among those at risk and L the cumulative
hazard of all at risk. A subject of arm a (1 experimental, 0 control) who is followed for x adds to
the score U and to its variance estimate V, up to terms that vanish as subjects grow,

    U    integral to x of (a - e) dL, and e - a if x is an event
    V    integral to x of (1 - 2e) (a - e) dL, and e (1 - e) if x is an event

Subjects are independent, so that the covariance of U and V, within a look and between looks, is
that of one subject, followed at each look for as long as the look allows.

Source   Struthers & Kalbfleisch 1986; Lin & Wei 1989 (a subject's share in the score).
Checked  tests/oracle/test_logrank_oracle.py (simulated trials).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from equipoise.arrays import Floats
from equipoise.meaning.expected import Course, Steps, StratumCourse

FEWEST = 1e-12  # of all subjects; fewer at risk add nothing, and must not divide
STEPS_OF_TIME = 1500  # of the midpoint rule; it moves no probability by more than 1e-6


class Grid(NamedTuple):
    """Steps of time: (m + 1,) ends, (m,) middles and widths; rates are constant within a step."""

    ends: Floats
    middle: Floats
    width: Floats


class Entry(NamedTuple):
    """(n,) calendar times of entry, the share of all subjects that enters at each, and (n + 1,)
    the ends of the steps of which they are the middles."""

    time: Floats
    share: Floats
    ends: Floats


class ArmRates(NamedTuple):
    """One arm of a stratum: 1 or 0, and its share of the stratum.

    hazard, dropout : (m,) in each step; remaining : (m + 1,) share still followed at its ends
    """

    experimental: int
    share: float
    hazard: Floats
    dropout: Floats
    remaining: Floats


class StratumRates(NamedTuple):
    """A stratum and its share of all subjects, control arm first.

    balance, hazard : (m,) e, and the hazard of all at risk
    """

    share: float
    arms: tuple[ArmRates, ArmRates]
    balance: Floats
    hazard: Floats


class _Path(NamedTuple):
    """What a subject has added: (m + 1,) while followed, and (m,) more at an event."""

    followed: Floats
    event: Floats


def grid_to(end: float, knots: Iterable[float]) -> Grid:
    """Steps from 0 to `end` that break at every knot."""
    inside = sorted({0.0, end, *(k for k in knots if 0.0 < k < end)})
    pieces = [
        np.linspace(a, b, 1 + max(1, round(STEPS_OF_TIME * (b - a) / end)))[:-1]
        for a, b in pairwise(inside)
    ]
    ends = np.concatenate([*pieces, [end]])
    return Grid(ends, _middle(ends), np.diff(ends))


def follow_up(course: Course, last: float) -> Grid:
    """Steps of follow-up until a look at calendar time `last`."""
    rates = [
        steps
        for s in course.strata
        for steps in (s.control, s.hazard_ratio, s.dropout_control, s.dropout_experimental)
    ]
    return grid_to(last, [start for steps in rates for start in steps.starts])


def entries(course: Course, last: float) -> Entry:
    """When subjects enter, until a look at calendar time `last`."""
    grid = grid_to(last, course.accrual.starts)
    entered = rates_at(course.accrual, grid.middle) * grid.width
    return Entry(grid.middle, entered / entered.sum(), grid.ends)


def stratum(course: Course, s: StratumCourse, grid: Grid) -> StratumRates:
    """The rates of a stratum on the grid."""
    q = course.experimental_share
    control = rates_at(s.control, grid.middle)
    experimental = control * rates_at(s.hazard_ratio, grid.middle)
    lost = (rates_at(d, grid.middle) for d in (s.dropout_control, s.dropout_experimental))
    arms = [
        ArmRates(a, share, hazard, dropout, np.exp(-_summed(grid, hazard + dropout)))
        for a, (share, hazard, dropout) in enumerate(
            zip((1.0 - q, q), (control, experimental), lost, strict=True)
        )
    ]
    here = [arm.share * _middle(arm.remaining) for arm in arms]
    balance = here[1] / np.maximum(here[0] + here[1], FEWEST)
    hazard = (1.0 - balance) * control + balance * experimental
    return StratumRates(s.share, (arms[0], arms[1]), balance, hazard)


def rates_at(steps: Steps, t: Floats) -> Floats:
    """(n,) value of a step function at each time."""
    return np.asarray(np.array(steps.values)[np.searchsorted(steps.starts, t, side="right") - 1])


def at_risk(arm: ArmRates, seen: Floats) -> Floats:
    """(m,) share of an arm that is at risk; `seen` is the share followed for so long at most."""
    return seen * _middle(arm.remaining)


def covariance(
    strata: Sequence[StratumRates], grid: Grid, entry: Entry, times: Sequence[float]
) -> Floats:
    """(2k, 2k) of what a subject adds to U and V at the looks: U_1, V_1, U_2, V_2 and so on.

    Arms are as even within strata as their ratio, strata as they come.
    """
    size = 2 * len(times)
    found, means = np.zeros((size, size)), np.zeros((len(strata), size))
    shares = np.array([s.share for s in strata])
    followed = [np.maximum(t - entry.time, 0.0) for t in times]
    for row, s in enumerate(strata):
        for arm in s.arms:
            second, mean = _moments(s, arm, grid, entry, followed)
            found += s.share * arm.share * (second - np.outer(mean, mean))
            means[row] += arm.share * mean
    centered = means - shares @ means
    return np.asarray(found + (centered.T * shares) @ centered)


def _moments(
    s: StratumRates, arm: ArmRates, grid: Grid, entry: Entry, followed: Sequence[Floats]
) -> tuple[Floats, Floats]:
    """Second moments and expectation of what a subject of an arm adds, in the same order."""
    e, a = s.balance, arm.experimental
    score = _Path(_summed(grid, (a - e) * s.hazard), e - a)
    variance = _Path(_summed(grid, (1.0 - 2.0 * e) * (a - e) * s.hazard), e * (1.0 - e))
    added = [(path, end) for end in followed for path in (score, variance)]
    mean = np.array(
        [entry.share @ _later(arm, grid, p, np.zeros_like(end), end) for p, end in added]
    )
    second = np.zeros((len(added), len(added)))
    for i, (one, first) in enumerate(added):
        for j, (other, last) in enumerate(added[i:], start=i):
            product = entry.share @ _product(arm, grid, (one, other), (first, last))
            second[i, j] = second[j, i] = float(product)
    return second, mean


def _later(arm: ArmRates, grid: Grid, path: _Path, start: Floats, end: Floats) -> Floats:
    """Expectation of what has been added by `end`, over those still followed at `start`."""
    middle = _middle(path.followed)
    leaving = arm.hazard * (middle + path.event) + arm.dropout * middle
    left = _summed(grid, _middle(arm.remaining) * leaving)
    rest = _at(grid, arm.remaining * path.followed, end)
    return np.asarray(_at(grid, left, end) - _at(grid, left, start) + rest)


def _product(
    arm: ArmRates, grid: Grid, paths: tuple[_Path, _Path], ends: tuple[Floats, Floats]
) -> Floats:
    """Expectation of the product of two paths, the first followed no longer than the second."""
    one, other = (_middle(p.followed) for p in paths)
    at_event = (one + paths[0].event) * (other + paths[1].event)
    leaving = arm.hazard * at_event + arm.dropout * one * other
    left = _summed(grid, _middle(arm.remaining) * leaving)
    going_on = _at(grid, paths[0].followed, ends[0]) * _later(arm, grid, paths[1], *ends)
    return np.asarray(_at(grid, left, ends[0]) + going_on)


def _summed(grid: Grid, rate: Floats) -> Floats:
    """(m + 1,) integral of a rate from 0 to each end of a step."""
    return np.concatenate([[0.0], np.cumsum(rate * grid.width)])


def _middle(ends: Floats) -> Floats:
    return np.asarray(0.5 * (ends[1:] + ends[:-1]))


def _at(grid: Grid, values: Floats, t: Floats) -> Floats:
    return np.interp(t, grid.ends, values)
