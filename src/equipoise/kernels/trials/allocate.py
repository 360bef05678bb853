"""The arms of one virtual trial in numba: the twin of `kernels/procedures.py`, bit for bit.

Checked  tests/twins/test_cohort.py.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise import streams
from equipoise.arrays import Floats, Ints
from equipoise.kernels import draws
from equipoise.kernels.compiled import njit
from equipoise.kernels.procedures import (
    BLOCKS,
    COIN,
    MINIMIZATION,
    RANGE,
    STICK,
    TIE,
    URN,
    VARIANCE,
    Procedure,
)


class Allotment(NamedTuple):
    """All that decides the arms of n subjects whose strata are known; K arms, S strata."""

    subjects: int
    ratio: Ints
    ratio_sum: int
    block_sizes: Ints
    block_purpose: NDArray[np.uint64]  # (S,)
    procedure: Procedure


class Enrolled(NamedTuple):
    """n subjects in order of arrival."""

    stratum: Ints
    arm: Ints


class Room(NamedTuple):
    """Room to work in, as in `arrive.Desk`."""

    level: Ints
    slot: Ints
    place: Ints
    left: Ints
    times: Ints
    tally: Ints
    weight: Ints
    score: Floats
    chance: Floats


def arms_of(rules: Allotment, strata: Ints, *, seed: int, trial: int) -> Ints:
    """The arms that these subjects would get in the trial with this number, (n,)."""
    found = Enrolled(np.ascontiguousarray(strata, dtype=np.int64), np.zeros_like(strata))
    n, arms, made = rules.subjects, len(rules.ratio), rules.procedure
    room = Room(
        level=np.zeros(n, dtype=np.int64),
        slot=np.zeros(n, dtype=np.int64),
        place=np.zeros(len(rules.block_purpose) + 1, dtype=np.int64),
        left=np.zeros(arms, dtype=np.int64),
        times=rules.block_sizes // rules.ratio_sum,
        tally=np.zeros((len(made.weight), made.levels, arms), dtype=np.int64),
        weight=np.zeros(arms, dtype=np.int64),
        score=np.zeros(arms),
        chance=np.zeros(arms),
    )
    allocate(rules, np.uint64(streams.trial_key(seed, trial)), found, room)
    return found.arm


@njit(cache=True, nogil=True)
def allocate(world, key, cohort, desk):  # type: ignore[no-untyped-def]
    """Arms by each stratum's list, or by minimization."""
    trial = draws.subject_key(key, -1)
    strata, given, place, slot = cohort.stratum, cohort.arm, desk.place, desk.slot
    if world.procedure.method == MINIMIZATION:
        minimization(world, trial, strata, given, desk)
        return
    place[:] = 0
    for j in range(world.subjects):
        place[strata[j] + 1] += 1
    for s in range(1, len(place)):
        place[s] += place[s - 1]
    for s in range(len(place) - 1):
        own = slot[place[s] : place[s + 1]]
        if world.procedure.method != BLOCKS:
            by_weights(world, trial, world.block_purpose[s], desk, own)
        elif len(world.ratio) == 2:
            two_arms(world, trial, world.block_purpose[s], desk, own)
        else:
            many_arms(world, trial, world.block_purpose[s], desk, own)
    for j in range(world.subjects):
        s = strata[j]
        given[j] = slot[place[s]]
        place[s] += 1


@njit(cache=True, nogil=True)
def block(world, trial, purpose, p):  # type: ignore[no-untyped-def]
    """Which size the block has that slot `p` opens."""
    if len(world.block_sizes) == 1:
        return np.int64(0)
    return draws.level(trial, purpose, 2 * p + 1) * len(world.block_sizes) >> 31


@njit(cache=True, nogil=True)
def slots(trial, purpose, level, count):  # type: ignore[no-untyped-def]
    """The draws of a list's slots."""
    for p in range(count):
        level[p] = draws.level(trial, purpose, 2 * p)


@njit(cache=True, nogil=True)
def two_arms(world, trial, purpose, desk, given):  # type: ignore[no-untyped-def]
    """The arms of a stratum's list, of two: what is left of a block stays in registers."""
    level, times, first, second = desk.level, desk.times, world.ratio[0], world.ratio[1]
    slots(trial, purpose, level, len(given))
    left, remaining = np.int64(0), np.int64(0)
    for p in range(len(given)):
        if remaining == 0:
            which = block(world, trial, purpose, p)
            left, remaining = first * times[which], (first + second) * times[which]
        arm = np.int64((level[p] * remaining >> 31) >= left)
        given[p] = arm
        left -= 1 - arm
        remaining -= 1


@njit(cache=True, nogil=True)
def many_arms(world, trial, purpose, desk, given):  # type: ignore[no-untyped-def]
    """The arms of a stratum's list, of any number."""
    level, times, ratio, left = desk.level, desk.times, world.ratio, desk.left
    slots(trial, purpose, level, len(given))
    remaining = np.int64(0)
    for p in range(len(given)):
        if remaining == 0:
            which = block(world, trial, purpose, p)
            remaining = world.block_sizes[which]
            for k in range(len(left)):
                left[k] = ratio[k] * times[which]
        slot = level[p] * remaining >> 31
        arm, below = np.int64(0), np.int64(0)
        for k in range(len(left) - 1):
            below += left[k]
            arm += np.int64(slot >= below)
        left[arm] -= 1
        given[p] = arm
        remaining -= 1


@njit(cache=True, nogil=True)
def pick(weight, level):  # type: ignore[no-untyped-def]
    """The arm on which a level falls."""
    whole = np.int64(0)
    for k in range(len(weight)):
        whole += weight[k]
    slot, below, arm = level * whole >> 31, np.int64(0), np.int64(0)
    for k in range(len(weight) - 1):
        below += weight[k]
        arm += np.int64(slot >= below)
    return arm


@njit(cache=True, nogil=True)
def by_weights(world, trial, purpose, desk, given):  # type: ignore[no-untyped-def]
    """The arms of a stratum's list, by any method of lists but permuted blocks."""
    counts, weight = desk.left, desk.weight
    slots(trial, purpose, desk.level, len(given))
    counts[:] = 0
    for p in range(len(given)):
        list_weights(world.procedure, world.ratio, desk.times[0], counts, weight)
        arm = pick(weight, desk.level[p])
        counts[arm] += 1
        given[p] = arm


@njit(cache=True, nogil=True)
def list_weights(procedure, ratio, times, counts, weight):  # type: ignore[no-untyped-def]
    for k in range(len(ratio)):
        weight[k] = ratio[k]
    if procedure.method == URN:
        sets = counts[0] // ratio[0]
        for k in range(1, len(ratio)):
            sets = min(sets, counts[k] // ratio[k])
        for k in range(len(ratio)):
            weight[k] = (times + sets) * ratio[k] - counts[k]
    elif procedure.method == COIN and counts[0] != counts[1]:
        behind = np.int64(counts[0] > counts[1])
        weight[behind] = procedure.coin
        weight[1 - behind] = streams.LEVELS - procedure.coin
    elif procedure.method == STICK and abs(counts[0] - counts[1]) >= procedure.limit:
        behind = np.int64(counts[0] > counts[1])
        weight[behind] = 1
        weight[1 - behind] = 0


@njit(cache=True, nogil=True)
def minimization(world, trial, strata, given, desk):  # type: ignore[no-untyped-def]
    """The arms of all subjects, in order of arrival."""
    made, count = world.procedure, desk.tally
    count[:] = 0
    for j in range(world.subjects):
        own = made.level[strata[j]]
        imbalances(made, world.ratio, count, own, desk.score)
        minimized(made, world.ratio, world.ratio_sum, desk)
        arm = pick(desk.weight, draws.level(trial, made.purpose, j))
        for f in range(len(own)):
            count[f, own[f], arm] += 1
        given[j] = arm


@njit(cache=True, nogil=True)
def imbalances(procedure, ratio, count, own, score):  # type: ignore[no-untyped-def]
    for arm in range(len(ratio)):
        total = 0.0
        for f in range(len(own)):
            row = count[f, own[f]]
            total += procedure.weight[f] * imbalance(procedure.measure, ratio, row, arm)
        score[arm] = total


@njit(cache=True, nogil=True)
def share(ratio, row, arm, k):  # type: ignore[no-untyped-def]
    return np.float64(row[k] + np.int64(k == arm)) / np.float64(ratio[k])


@njit(cache=True, nogil=True)
def imbalance(measure, ratio, row, arm):  # type: ignore[no-untyped-def]
    arms = len(row)
    first = share(ratio, row, arm, 0)
    low, high, whole = first, first, 0.0
    for k in range(arms):
        one = share(ratio, row, arm, k)
        low, high, whole = min(low, one), max(high, one), whole + one
    if measure == RANGE:
        return high - low
    found = 0.0
    if measure == VARIANCE:
        mean = whole / arms
        for k in range(arms):
            away = share(ratio, row, arm, k) - mean
            found += away * away
        return found / (arms - 1)
    for a in range(arms):
        for b in range(a + 1, arms):
            found += abs(share(ratio, row, arm, a) - share(ratio, row, arm, b))
    return found / ((arms - 1) * whole)


@njit(cache=True, nogil=True)
def minimized(procedure, ratio, whole, desk):  # type: ignore[no-untyped-def]
    score, chance, weight = desk.score, desk.chance, desk.weight
    least, smallest = score.min(), np.int64(whole - ratio.min())
    bar, among = least + TIE * (1.0 + least), np.int64(0)
    for k in range(len(ratio)):
        chance[k] = 0.0
        among += ratio[k] * np.int64(score[k] <= bar)
    for i in range(len(ratio)):
        if score[i] > bar:
            continue
        own, part = ratio[i], ratio[i] / among
        mine = 1.0 - (1.0 - procedure.preferred) * (whole - own) / smallest
        for k in range(len(ratio)):
            chance[k] += part * (mine if k == i else (1.0 - mine) * ratio[k] / (whole - own))
    reached, below = 0.0, np.int64(0)
    for k in range(len(ratio) - 1):
        reached += chance[k]
        at = np.int64(math.floor(reached * streams.LEVELS + 0.5))
        if at > streams.LEVELS:
            at = np.int64(streams.LEVELS)
        weight[k] = at - below
        below = at
    weight[len(ratio) - 1] = streams.LEVELS - below
