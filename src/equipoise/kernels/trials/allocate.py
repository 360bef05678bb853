"""The arms of virtual trials in numba: the twin of `kernels/procedures.py`, bit for bit.

Checked  tests/twins/test_cohort.py.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from equipoise import streams
from equipoise.arrays import Ints
from equipoise.kernels import draws
from equipoise.kernels.cohort import World
from equipoise.kernels.compiled import stage, step
from equipoise.kernels.draws import StreamKeys
from equipoise.kernels.procedures import BLOCKS, COIN, MINIMIZATION, STICK, URN, Procedure
from equipoise.kernels.trials.minimize import empty_scales, minimization, pick


class Allotment(NamedTuple):
    """All that decides the arms of n subjects whose strata are known; K arms, S strata."""

    subjects: int
    ratio: Ints
    ratio_sum: int
    block_sizes: Ints
    block_purpose: StreamKeys  # (S,)
    procedure: Procedure


def arms_of(rules: Allotment, strata: Ints, *, seed: int, trial: int) -> Ints:
    """The arms that these subjects would get in the trial with this number, (n,)."""
    asked = np.ascontiguousarray(strata, dtype=np.int64).reshape(1, -1)
    found = np.zeros_like(asked)
    keys = np.array([streams.trial_key(seed, trial)], dtype=np.uint64)
    allocate(rules, keys, asked, found)
    return np.asarray(found[0])


def allocate(rules: Allotment | World, keys: StreamKeys, strata: Ints, arms: Ints) -> None:
    """Fill `arms` (B, n) by the lists of strata (B, n), or by minimization, in B trials.

    keys : (B,) of the trials
    """
    made, ratio, n = rules.procedure, rules.ratio, strata.shape[1]
    if made.method == MINIMIZATION:
        minimization(keys, strata, arms, made, ratio, rules.ratio_sum, empty_scales(made, ratio))
        return
    purposes, times = rules.block_purpose, rules.block_sizes // rules.ratio_sum
    room = ListRoom(
        place=np.zeros(len(purposes) + 1, dtype=np.int64),
        slot=np.zeros(n, dtype=np.int64),
        level=np.zeros(n, dtype=np.int64),
        left=np.zeros(len(ratio), dtype=np.int64),
        weight=np.zeros(len(ratio), dtype=np.int64),
    )
    if made.method != BLOCKS:
        by_weights(keys, strata, arms, made, ratio, times[0], purposes, room)
    elif len(ratio) == 2:
        two_arms(keys, strata, arms, ratio, times, purposes, room)
    else:
        many_arms(keys, strata, arms, ratio, times, purposes, room)


class ListRoom(NamedTuple):
    """Room to work in for the lists of one trial's strata."""

    place: Ints  # (S + 1,) where each stratum's next slot stands in `slot`
    slot: Ints  # (n,) arms in the order of the strata's lists
    level: Ints  # (n,) the draw of each slot of a list
    left: Ints  # (K,) slots left in a block, or allocated so far, by arm
    weight: Ints  # (K,)


@step
def open_lists(strata, place):  # type: ignore[no-untyped-def]
    """Where the list of each stratum begins: after those of the strata before it."""
    for s in range(len(place)):
        before = np.int64(0)
        for j in range(len(strata)):
            before += np.int64(strata[j] < s)
        place[s] = before


@step
def deal(strata, place, slot, given):  # type: ignore[no-untyped-def]
    """Each subject gets the next slot of the stratum's list."""
    for j in range(len(strata)):
        s = np.uint64(strata[j])
        given[j] = slot[np.uint64(place[s])]
        place[s] += 1


@step
def block(trial, purpose, sizes, p):  # type: ignore[no-untyped-def]
    """Which of the sizes the block has that slot `p` opens."""
    if sizes == 1:
        return np.int64(0)
    return draws.level(trial, purpose, 2 * p + 1) * sizes >> 31


@step
def slots(trial, purpose, level, count):  # type: ignore[no-untyped-def]
    """The draws of a list's slots."""
    for p in range(count):
        level[p] = draws.level(trial, purpose, 2 * p)


@stage
def two_arms(keys, strata, arms, ratio, times, purposes, room):  # type: ignore[no-untyped-def]
    """Lists of permuted blocks of two arms: what is left of a block stays in registers."""
    place, slot, level, first, second = room.place, room.slot, room.level, ratio[0], ratio[1]
    for i in range(len(keys)):
        trial = draws.subject_key(keys[i], -1)
        open_lists(strata[i], place)
        for s in range(len(purposes)):
            begin, end = place[s], place[s + 1]
            slots(trial, purposes[s], level, end - begin)
            left, remaining = np.int64(0), np.int64(0)
            for p in range(end - begin):
                if remaining == 0:
                    which = block(trial, purposes[s], len(times), p)
                    left, remaining = first * times[which], (first + second) * times[which]
                arm = np.int64((level[p] * remaining >> 31) >= left)
                slot[begin + p] = arm
                left -= 1 - arm
                remaining -= 1
        deal(strata[i], place, slot, arms[i])


@stage
def many_arms(keys, strata, arms, ratio, times, purposes, room):  # type: ignore[no-untyped-def]
    """Lists of permuted blocks of any number of arms."""
    place, slot, level, left = room.place, room.slot, room.level, room.left
    for i in range(len(keys)):
        trial = draws.subject_key(keys[i], -1)
        open_lists(strata[i], place)
        for s in range(len(purposes)):
            begin, end = place[s], place[s + 1]
            slots(trial, purposes[s], level, end - begin)
            remaining = np.int64(0)
            for p in range(end - begin):
                if remaining == 0:
                    which = block(trial, purposes[s], len(times), p)
                    for k in range(len(left)):
                        left[k] = ratio[k] * times[which]
                        remaining += left[k]
                picked = level[p] * remaining >> 31
                arm, below = np.int64(0), np.int64(0)
                for k in range(len(left) - 1):
                    below += left[k]
                    arm += np.int64(picked >= below)
                left[arm] -= 1
                slot[begin + p] = arm
                remaining -= 1
        deal(strata[i], place, slot, arms[i])


@stage
def by_weights(  # type: ignore[no-untyped-def]
    keys, strata, arms, procedure, ratio, times, purposes, room
):
    """Lists by any method but permuted blocks."""
    place, slot, level, counts, weight = room
    for i in range(len(keys)):
        trial = draws.subject_key(keys[i], -1)
        open_lists(strata[i], place)
        for s in range(len(purposes)):
            begin, end = place[s], place[s + 1]
            slots(trial, purposes[s], level, end - begin)
            counts[:] = 0
            for p in range(end - begin):
                list_weights(procedure, ratio, times, counts, weight)
                arm = pick(weight, level[p])
                counts[arm] += 1
                slot[begin + p] = arm
        deal(strata[i], place, slot, arms[i])


@step
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
