"""How the next subject's arm is drawn, method by method, in plain Python: the definition.

Each method turns what has been allocated so far into weights, whole numbers by arm; a draw's level
L of 2**31 then picks the arm on which slot L * (sum of weights) >> 31 falls. Permuted blocks, the
block urn, complete randomization, the biased coin and the big stick go by the list of a stratum;
minimization looks at every subject so far. A chance that is no ratio of small numbers is a weight
in 2**31.

The numba twin is `kernels/trials/allocate.py`; real lists use these functions with draws of
HMAC-SHA-256 (`allocation.lists`).

Source   Zhao & Weng 2011, Contemp Clin Trials 32:953 (block urn); Efron 1971, Biometrika 58:403
         (biased coin); Soares & Wu 1983, Commun Stat Theory 12:2017 (big stick); Pocock & Simon
         1975, Biometrics 31:103; Han, Enas & McEntegart 2009, Stat Med 28:3202 (unequal ratios).
Checked  tests/unit/allocation/test_methods.py (published examples); tests/twins/test_cohort.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise import streams
from equipoise.arrays import Floats, Ints

BLOCKS, URN, COMPLETE, COIN, STICK, MINIMIZATION = range(6)
RANGE, VARIANCE, MARGINAL = range(3)
TIE = 1e-9  # relative: imbalances that differ by rounding alone are alike


class Procedure(NamedTuple):
    """A method of allocation with its settings; S strata, F factors.

    coin : level below which a biased coin gives the arm that is behind
    limit : of the difference between the arms, for a big stick
    preferred : chance of a preferred arm of the smallest share, in minimization
    weight : (F,); level : (S, F) each stratum's level of each factor; levels : most of a factor
    """

    method: int
    coin: int
    limit: int
    preferred: float
    measure: int
    weight: Floats
    level: Ints
    levels: int
    purpose: np.uint64


def make_procedure(
    method: int,
    *,
    coin: float = 0.5,
    limit: int = 1,
    preferred: float = 1.0,
    measure: int = RANGE,
    weight: Sequence[float] = (),
    level: NDArray[np.int64] | None = None,
) -> Procedure:
    """The procedure with these settings; those of other methods are not looked at."""
    place = np.zeros((1, 0), dtype=np.int64) if level is None else level
    return Procedure(
        method=method,
        coin=streams.threshold(coin),
        limit=limit,
        preferred=float(preferred),
        measure=measure,
        weight=np.array(weight, dtype=np.float64),
        level=np.ascontiguousarray(place, dtype=np.int64),
        levels=int(place.max(initial=0)) + 1,
        purpose=np.uint64(streams.purpose_id("minimization")),
    )


def pick(weights: Sequence[int], level: int) -> int:
    """The arm on which a level in 0..2**31-1 falls."""
    slot, below = level * sum(weights) >> 31, 0
    for arm, weight in enumerate(weights[:-1]):
        below += weight
        if slot < below:
            return arm
    return len(weights) - 1


def list_weights(
    procedure: Procedure, ratio: Sequence[int], times: int, counts: Sequence[int]
) -> list[int]:
    """Weights of a stratum's next slot, for every method that goes by a list but permuted blocks.

    times : how many times the ratio goes into a block; counts : of the stratum so far, by arm
    """
    if procedure.method == URN:
        sets = min(n // r for n, r in zip(counts, ratio, strict=True))
        return [(times + sets) * r - n for n, r in zip(counts, ratio, strict=True)]
    if procedure.method == COIN and counts[0] != counts[1]:
        behind = procedure.coin
        ahead = streams.LEVELS - behind
        return [behind, ahead] if counts[0] < counts[1] else [ahead, behind]
    if procedure.method == STICK and abs(counts[0] - counts[1]) >= procedure.limit:
        return [1, 0] if counts[0] < counts[1] else [0, 1]
    return list(ratio)


def imbalance(measure: int, totals: Sequence[float]) -> float:
    """How unlike the arms' totals at one level of one factor are, each divided by its share."""
    arms = len(totals)
    if measure == RANGE:
        return max(totals) - min(totals)
    whole = 0.0
    for one in totals:
        whole += one
    if measure == VARIANCE:
        mean, found = whole / arms, 0.0
        for one in totals:
            found += (one - mean) * (one - mean)
        return found / (arms - 1)
    found = 0.0
    for a in range(arms):
        for b in range(a + 1, arms):
            found += abs(totals[a] - totals[b])
    return found / ((arms - 1) * whole)


def imbalances(
    procedure: Procedure, ratio: Sequence[int], counts: Sequence[Sequence[int]]
) -> list[float]:
    """By arm: the imbalance over all factors if the subject got that arm.

    counts : (F, K) how many have been given each arm among those of the subject's levels
    """
    found = []
    for arm in range(len(ratio)):
        total = 0.0
        for weight, row in zip(procedure.weight, counts, strict=True):
            totals = [(n + (k == arm)) / ratio[k] for k, n in enumerate(row)]
            total += float(weight) * imbalance(procedure.measure, totals)
        found.append(total)
    return found


def minimized(
    procedure: Procedure, ratio: Sequence[int], counts: Sequence[Sequence[int]]
) -> list[int]:
    """Weights of the next subject under minimization, in 2**31.

    The arms of least imbalance are preferred; of several, each by its share. A preferred arm i has
    the chance 1 - (1 - p) * (sum - r_i) / (sum - smallest r), the others the rest by their shares
    (Han); with equal shares that is p, and (1 - p) / (K - 1) (Pocock and Simon).
    """
    scores = imbalances(procedure, ratio, counts)
    bar = min(scores) + TIE * (1.0 + min(scores))
    tied = [score <= bar for score in scores]
    whole = sum(ratio)
    smallest = whole - min(ratio)
    among = sum(r for r, is_tied in zip(ratio, tied, strict=True) if is_tied)
    chance = [0.0] * len(ratio)
    for i, own in enumerate(ratio):
        if not tied[i]:
            continue
        share = own / among
        mine = 1.0 - (1.0 - procedure.preferred) * (whole - own) / smallest
        for k, r in enumerate(ratio):
            chance[k] += share * (mine if k == i else (1.0 - mine) * r / (whole - own))
    return _in_levels(chance)


def _in_levels(chance: Sequence[float]) -> list[int]:
    found, reached, below = [], 0.0, 0
    for one in chance[:-1]:
        reached += one
        at = min(math.floor(reached * streams.LEVELS + 0.5), streams.LEVELS)
        found.append(at - below)
        below = at
    return [*found, streams.LEVELS - below]


def minimization_plain(
    procedure: Procedure, ratio: Sequence[int], strata: Sequence[int], levels: Sequence[int]
) -> list[int]:
    """The arms of subjects in order of arrival; `strata` and the draws' levels, one each."""
    factors = procedure.level.shape[1]
    counts = np.zeros((factors, procedure.levels, len(ratio)), dtype=np.int64)
    found = []
    for stratum, level in zip(strata, levels, strict=True):
        own = procedure.level[stratum]
        rows = [[int(n) for n in counts[f, own[f]]] for f in range(factors)]
        arm = pick(minimized(procedure, ratio, rows), level)
        for f in range(factors):
            counts[f, own[f], arm] += 1
        found.append(arm)
    return found


class StratumList:
    """The list of one stratum, slot by slot, from draws that are asked for by number.

    sizes : of the blocks; draw : the level of a draw, by its number: 2p for slot p, 2p + 1 for the
    size of a block that slot p opens
    """

    def __init__(
        self,
        procedure: Procedure,
        *,
        ratio: Sequence[int],
        sizes: Sequence[int],
        draw: Callable[[int], int],
    ) -> None:
        self.procedure, self.ratio, self.sizes, self.draw = procedure, list(ratio), sizes, draw
        self.used = 0
        self.counts = [0] * len(ratio)
        self.left = [0] * len(ratio)  # of a permuted block

    def weights(self) -> list[int]:
        """Of the next slot; opens a block where one is due."""
        whole = sum(self.ratio)
        if self.procedure.method != BLOCKS:
            return list_weights(self.procedure, self.ratio, self.sizes[0] // whole, self.counts)
        if not any(self.left):
            which = self.draw(2 * self.used + 1) * len(self.sizes) >> 31
            self.left = [r * (self.sizes[which] // whole) for r in self.ratio]
        return self.left

    def next(self) -> int:
        """The arm of the next slot."""
        arm = pick(self.weights(), self.draw(2 * self.used))
        self.left[arm] -= 1
        self.counts[arm] += 1
        self.used += 1
        return arm


def allocate_plain(
    procedure: Procedure,
    *,
    ratio: Sequence[int],
    sizes: Sequence[int],
    purposes: Sequence[int],
    key: int,
    strata: Sequence[int],
) -> list[int]:
    """The arms of a virtual trial's subjects in order of arrival.

    purposes : of each stratum's list; key : of the trial's own stream
    """

    def level(purpose: int, n: int) -> int:
        return streams.level(streams.word(key, purpose, n))

    if procedure.method == MINIMIZATION:
        levels = [level(int(procedure.purpose), j) for j in range(len(strata))]
        return minimization_plain(procedure, ratio, strata, levels)
    lists = [
        StratumList(procedure, ratio=ratio, sizes=sizes, draw=partial(level, purpose))
        for purpose in purposes
    ]
    return [lists[s].next() for s in strata]
