"""Minimization in numba: the twin of `kernels/procedures.py`, bit for bit.

Checked  tests/twins/test_cohort.py.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from equipoise import streams
from equipoise.arrays import Floats, Ints
from equipoise.kernels import draws
from equipoise.kernels.compiled import njit
from equipoise.kernels.procedures import RANGE, TIE, VARIANCE, Procedure


class Scales(NamedTuple):
    """Room to work in for minimization."""

    tally: Ints  # (F, L, K) allocated so far, by level of each factor
    weight: Ints  # (K,)
    score: Floats  # (K,) imbalance if the next subject got this arm
    chance: Floats  # (K,)


def empty_scales(made: Procedure, ratio: Ints) -> Scales:
    arms = len(ratio)
    tally = np.zeros((len(made.weight), made.levels, arms), dtype=np.int64)
    return Scales(tally, np.zeros(arms, dtype=np.int64), np.zeros(arms), np.zeros(arms))


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
def minimization(keys, strata, arms, procedure, ratio, whole, room):  # type: ignore[no-untyped-def]
    """The arms of all subjects, in order of arrival."""
    count, smallest = room.tally, np.int64(whole - ratio.min())
    for i in range(len(keys)):
        trial = draws.subject_key(keys[i], -1)
        count[:] = 0
        for j in range(strata.shape[1]):
            own = procedure.level[strata[i, j]]
            imbalances(procedure, ratio, count, own, room.score)
            minimized(procedure.preferred, ratio, whole, smallest, room)
            arm = pick(room.weight, draws.level(trial, procedure.purpose, j))
            for f in range(len(own)):
                count[f, own[f], arm] += 1
            arms[i, j] = arm


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
def minimized(preferred, ratio, whole, smallest, room):  # type: ignore[no-untyped-def]
    """Weights of the arms from `room.score`; smallest : `whole` less the smallest share."""
    score, chance, weight = room.score, room.chance, room.weight
    least = score.min()
    bar, among = least + TIE * (1.0 + least), np.int64(0)
    for k in range(len(ratio)):
        chance[k] = 0.0
        among += ratio[k] * np.int64(score[k] <= bar)
    for i in range(len(ratio)):
        if score[i] > bar:
            continue
        own, part = ratio[i], ratio[i] / among
        mine = 1.0 - (1.0 - preferred) * (whole - own) / smallest
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
