"""Means, spreads, shares and quantiles of many trials from counts, each with its Monte Carlo error.

Checked  tests/unit/simulation/test_moments.py (by hand, and against repeated runs).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from equipoise.arrays import Floats, Ints

WINDOW = 0.05  # share of the trials on either side of a quantile that tells the density there
MOST_BEYOND = 0.5  # at most this share of the trials beyond the quantile


class Known(NamedTuple):
    """A number and its Monte Carlo standard error."""

    value: float
    error: float


def share(count: int, trials: int) -> Known:
    """A proportion of trials."""
    p = count / trials
    return Known(p, math.sqrt(p * (1.0 - p) / trials))


def mean(total: int, squares: int, trials: int, per: float = 1.0) -> tuple[float, float, float]:
    """Mean, its Monte Carlo error, and the standard deviation, from whole-number sums."""
    m = total / trials / per
    if trials < 2:
        return m, math.nan, math.nan
    # exact in whole numbers, so that a small spread around a large mean keeps its digits
    if per == 1.0:
        spread = (squares * trials - total * total) / trials / (trials - 1)
    else:
        spread = (squares / per / trials - m * m) * trials / (trials - 1)
    sd = math.sqrt(max(spread, 0.0))
    return m, sd / math.sqrt(trials), sd


def deviation_error(counts: Ints, at: Floats) -> float:
    """Monte Carlo error of the standard deviation of a distribution counted at values `at`.

    Source   delta method: var(s^2) = (fourth central moment - s^4) / n.
    """
    n = int(counts.sum())
    if n < 2:
        return math.nan
    off = at - _average(counts, at)
    second, fourth = _average(counts, off**2), _average(counts, off**4)
    if second <= 0.0:
        return 0.0
    return math.sqrt(max(fourth - second * second, 0.0) / n / second) / 2.0


def square_error(counts: Ints, at: Floats, truth: float) -> float:
    """Monte Carlo error of the mean squared distance from `truth`, counted at values `at`."""
    n = int(counts.sum())
    if n < 2:
        return math.nan
    square = (at - truth) ** 2
    m = _average(counts, square)
    return math.sqrt(max(_average(counts, square**2) - m * m, 0.0) / n)


def _average(counts: Ints, values: Floats) -> float:
    """The mean of counted values, rounded once: the same on every machine."""
    seen = np.flatnonzero(counts)
    parts = (int(counts[k]) * float(values[k]) for k in seen)
    return math.fsum(parts) / int(counts.sum())


def quantile(counts: Ints, q: float) -> tuple[int, float]:
    """The q-quantile of counted whole numbers 0, 1, ..., and its Monte Carlo error.

    The error is the binomial spread of ranks over the density around the quantile.
    """
    total = int(counts.sum())
    running = np.cumsum(counts)

    def at(rank: float) -> int:
        return int(np.searchsorted(running, min(max(rank, 1.0), total), side="left"))

    spread = math.sqrt(total * q * (1.0 - q))
    wide = max(spread, min(WINDOW, MOST_BEYOND * min(q, 1.0 - q)) * total)
    middle = math.ceil(q * total)
    return at(middle), spread * (at(middle + wide) - at(middle - wide)) / (2.0 * wide)


def within(counts: Ints, q: float) -> float:
    """The q-quantile in cells, those of one cell spread evenly over it."""
    running = np.cumsum(counts)
    rank = q * running[-1]
    cell = int(np.searchsorted(running, rank, side="left"))
    before = running[cell] - counts[cell]
    return cell + float(rank - before) / float(counts[cell])
