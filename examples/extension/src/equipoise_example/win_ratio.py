"""The win ratio of a time to event: of all pairs of the two arms, who is known to live longer.

Source   Pocock et al. 2012, Eur Heart J 33:176 (unmatched pairs, limits from the test);
         Finkelstein & Schoenfeld 1999, Stat Med 18:1341 (the test).
"""

import math
from collections.abc import Iterator
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from equipoise import InputError, Method, Monitored, Row, Sample

NAME = "win ratio"


class Wins(NamedTuple):
    """Pairs that the experimental arm wins, loses, or of which neither is known; and the test."""

    won: int
    lost: int
    undecided: int
    z: float

    @property
    def ratio(self) -> float:
        """Wins for each loss."""
        return self.won / self.lost

    @property
    def limits(self) -> tuple[float, float]:
        """95% limits: the standard error is what the test's Z leaves of the logarithm."""
        log = math.log(self.ratio)
        reach = NormalDist().inv_cdf(0.975) * log / self.z
        return math.exp(log - abs(reach)), math.exp(log + abs(reach))


def wins(time: np.ndarray, event: np.ndarray, arm: np.ndarray) -> Wins:
    """Every pair of the two arms compared.

    time : (n,) days; event : (n,) bool; arm : (n,) 1 experimental, 0 control
    Raises   InputError if nobody wins or nobody loses: there is no ratio then.
    """
    outlives = event[None, :] & (time[:, None] > time[None, :])  # [i, j]: i is known to outlive j
    score = outlives.sum(axis=1) - outlives.sum(axis=0)
    treated, n = int(arm.sum()), arm.size
    variance = treated * (n - treated) / (n * (n - 1.0)) * float((score**2).sum())
    won = int(outlives[np.ix_(arm == 1, arm == 0)].sum())
    lost = int(outlives[np.ix_(arm == 0, arm == 1)].sum())
    if not won or not lost:
        raise InputError(f"{won} wins and {lost} losses")
    z = float(score[arm == 1].sum()) / math.sqrt(variance)
    return Wins(won, lost, treated * (n - treated) - won - lost, z)


def rows(sample: Sample) -> Iterator[Row]:
    """The win ratio of each experimental arm against control."""
    for comparison, two, arm in sample.pairs():
        found = wins(two.time, two.event, arm)
        low, high = found.limits
        values = {
            "wins": found.won,
            "losses": found.lost,
            "undecided pairs": found.undecided,
            "win ratio": found.ratio,
            "win ratio lower limit": low,
            "win ratio upper limit": high,
            "z": found.z,
            "p": 2.0 * NormalDist().cdf(-abs(found.z)),
        }
        for statistic, value in values.items():
            yield sample.row(NAME, statistic, value, comparison=comparison)


WIN_RATIO = Method(NAME, ("time to event",), monitored=Monitored("z", 1), compute=rows)
