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
from equipoise.kernels.trials.allocate import allocate, imbalances, minimized


def balance(world: World, *, seed: int, trials: int) -> tuple[Ints, Floats, Floats]:
    """Of each trial: subjects by arm (trials, K); how far arms parted in a stratum; guesses.

    Arms part by the largest less the smallest number, each divided by its share of the ratio, at
    any time in any stratum. The share of allocations guessed right by one who knows all before and
    every covariate is told of minimization alone; NaN otherwise.
    """
    counts = np.zeros((trials, len(world.ratio)), dtype=np.int64)
    apart, guessed = np.zeros(trials), np.full(trials, np.nan)
    cohort, desk = arrive.empty_cohort(world), arrive.empty_desk(world)
    own = np.zeros((len(world.block_purpose), len(world.ratio)), dtype=np.int64)
    for trial in range(trials):
        key = np.uint64(streams.trial_key(seed, trial))
        one_trial(world, key, cohort, desk, own, counts[trial])
        apart[trial] = parted(world, cohort, own)
        if world.procedure.method == MINIMIZATION:
            guessed[trial] = likeliest(world, cohort, desk)
    return counts, apart, guessed


@njit(cache=True, nogil=True)
def one_trial(world, key, cohort, desk, own, counts):  # type: ignore[no-untyped-def]
    arrive.arrivals(world, key, cohort, desk)
    arrive.stratify(world, cohort.stratum, desk)
    allocate(world, key, cohort, desk)
    for j in range(world.subjects):
        counts[cohort.arm[j]] += 1


@njit(cache=True, nogil=True)
def parted(world, cohort, own):  # type: ignore[no-untyped-def]
    """The widest that arms stood apart in any stratum."""
    own[:] = 0
    widest = 0.0
    for j in range(world.subjects):
        row = own[cohort.stratum[j]]
        row[cohort.arm[j]] += 1
        low, high = np.inf, 0.0
        for k in range(len(row)):
            share = row[k] / world.ratio[k]
            low, high = min(low, share), max(high, share)
        widest = max(widest, high - low)
    return widest


@njit(cache=True, nogil=True)
def likeliest(world, cohort, desk):  # type: ignore[no-untyped-def]
    """The mean chance of the arm most likely to come next."""
    made, tally = world.procedure, desk.tally
    tally[:] = 0
    total = 0.0
    for j in range(world.subjects):
        own = made.level[cohort.stratum[j]]
        imbalances(made, world.ratio, tally, own, desk.score)
        minimized(made, world.ratio, world.ratio_sum, desk)
        total += desk.weight.max() / streams.LEVELS
        for f in range(len(own)):
            tally[f, own[f], cohort.arm[j]] += 1
    return total / world.subjects
