"""How the allocation of many virtual trials turns out: balance, and what could be guessed.

Checked  tests/unit/simulation/test_fairness.py (published figures of each method).
"""

from __future__ import annotations

import numpy as np

from equipoise import streams
from equipoise.arrays import Floats, Ints
from equipoise.kernels.cohort import World
from equipoise.kernels.compiled import njit
from equipoise.kernels.procedures import MINIMIZATION
from equipoise.kernels.trials import arrive
from equipoise.kernels.trials.minimize import empty_scales, imbalances, minimized

_BLOCK = 128  # trials at a time


def balance(world: World, *, seed: int, trials: int) -> tuple[Ints, Floats, Floats]:
    """Of each trial: subjects by arm (trials, K); how far arms parted in a stratum; guesses.

    Arms part by the largest less the smallest number, each divided by its share of the ratio, at
    any time in any stratum. The share of allocations guessed right by one who knows all before and
    every covariate is told of minimization alone; NaN otherwise.
    """
    counts = np.zeros((trials, len(world.ratio)), dtype=np.int64)
    apart, guessed = np.zeros(trials), np.full(trials, np.nan)
    block = arrive.empty_cohorts(world, min(trials, _BLOCK))
    made, whole, room = world.procedure, world.ratio_sum, empty_scales(world.procedure, world.ratio)
    own = np.zeros((len(world.block_purpose), len(world.ratio)), dtype=np.int64)
    for start in range(0, trials, _BLOCK):
        rows = slice(start, min(start + _BLOCK, trials))
        some = block.first(rows.stop - start)
        arrive.enter(world, arrive.trial_keys(seed, start, rows.stop - start), some)
        parted(world.ratio, some.stratum, some.arm, own, counts[rows], apart[rows])
        if made.method == MINIMIZATION:
            likeliest(made, world.ratio, whole, some.stratum, some.arm, room, guessed[rows])
    return counts, apart, guessed


@njit(cache=True, nogil=True)
def parted(ratio, stratum, arm, own, counts, found):  # type: ignore[no-untyped-def]
    """How many subjects each arm got, and the widest that arms stood apart in any stratum."""
    for t in range(len(found)):
        own[:] = 0
        widest = 0.0
        for j in range(stratum.shape[1]):
            counts[t, arm[t, j]] += 1
            row = own[stratum[t, j]]
            row[arm[t, j]] += 1
            low, high = np.inf, 0.0
            for k in range(len(row)):
                share = row[k] / ratio[k]
                low, high = min(low, share), max(high, share)
            widest = max(widest, high - low)
        found[t] = widest


@njit(cache=True, nogil=True)
def likeliest(made, ratio, whole, stratum, arm, room, found):  # type: ignore[no-untyped-def]
    """The mean chance of the arm most likely to come next."""
    tally, smallest = room.tally, np.int64(whole - ratio.min())
    for t in range(len(found)):
        tally[:] = 0
        total = 0.0
        for j in range(stratum.shape[1]):
            own = made.level[stratum[t, j]]
            imbalances(made, ratio, tally, own, room.score)
            minimized(made.preferred, ratio, whole, smallest, room)
            total += room.weight.max() / streams.LEVELS
            for f in range(len(own)):
                tally[f, own[f], arm[t, j]] += 1
        found[t] = total / stratum.shape[1]
