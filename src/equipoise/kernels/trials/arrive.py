"""The subjects of one virtual trial in numba: the twin of `kernels/cohort.py`, bit for bit.

Checked  tests/twins/test_cohort.py.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from equipoise import streams
from equipoise.kernels import draws
from equipoise.kernels.cohort import ACCRUAL, DROPOUT, RESPONSE, STRATUM, Cohort, World

LEVELS = streams.LEVELS
ACCRUAL_ID, STRATUM_ID = np.uint64(ACCRUAL), np.uint64(STRATUM)
DROPOUT_ID, RESPONSE_ID = np.uint64(DROPOUT), np.uint64(RESPONSE)


class Desk(NamedTuple):
    """Room to work in, one per thread."""

    key: NDArray[np.uint64]  # (n,) subject keys
    entry: NDArray[np.int64]  # (n,) by subject number
    bucket: NDArray[np.int64]  # (days + 2,) counts by day
    left: NDArray[np.int64]  # (S, K) slots left in each stratum's block, by arm
    open: NDArray[np.int64]  # (S,) slots left in each stratum's block
    used: NDArray[np.int64]  # (S,) slots used of each stratum's list


def empty_cohort(world: World) -> Cohort:
    """Room for the subjects of one trial."""
    n, endpoints = world.subjects, len(world.event_row)
    one = [np.zeros(n, dtype=np.int64) for _ in range(6)]
    return Cohort(*one[:4], np.zeros((endpoints, n), dtype=np.int64), *one[4:])


def empty_desk(world: World) -> Desk:
    n, (arms, strata) = world.subjects, world.dropout_row.shape
    days = world.tables.threshold.shape[1]
    return Desk(
        key=np.zeros(n, dtype=np.uint64),
        entry=np.zeros(n, dtype=np.int64),
        bucket=np.zeros(days + 3, dtype=np.int64),
        left=np.zeros((strata, arms), dtype=np.int64),
        open=np.zeros(strata, dtype=np.int64),
        used=np.zeros(strata, dtype=np.int64),
    )


@njit(cache=True, nogil=True)
def arrive(world, key, cohort, desk):  # type: ignore[no-untyped-def]
    """Fill `cohort` with the subjects of the trial with this key."""
    _arrivals(world, key, cohort, desk)
    _allocate(world, key, cohort, desk)
    for e in range(len(world.event_row)):
        _events(world, e, cohort, desk)
    for j in range(world.subjects):
        row = world.dropout_row[cohort.arm[j], cohort.stratum[j]]
        own = desk.key[cohort.subject[j]]
        cohort.dropout[j] = draws.day(world.tables, row, draws.level(own, DROPOUT_ID, 0))


@njit(cache=True, nogil=True)
def _arrivals(world, key, cohort, desk):  # type: ignore[no-untyped-def]
    """Entry days, and the subjects in order of (entry, number), by a counting sort."""
    desk.bucket[:] = 0
    for i in range(world.subjects):
        own = draws.subject_key(key, i)
        desk.key[i] = own
        day = draws.day(world.tables, 0, draws.level(own, ACCRUAL_ID, 0))
        desk.entry[i] = day
        desk.bucket[day + 1] += 1
    for d in range(1, len(desk.bucket)):
        desk.bucket[d] += desk.bucket[d - 1]
    for i in range(world.subjects):
        day = desk.entry[i]
        place = desk.bucket[day]
        desk.bucket[day] = place + 1
        cohort.subject[place] = i
        cohort.entry[place] = day


@njit(cache=True, nogil=True)
def _allocate(world, key, cohort, desk):  # type: ignore[no-untyped-def]
    """Strata, and arms by each stratum's list of permuted blocks."""
    trial = draws.subject_key(key, -1)
    desk.open[:] = 0
    desk.used[:] = 0
    for j in range(world.subjects):
        at = draws.level(desk.key[cohort.subject[j]], STRATUM_ID, 0)
        s = 0
        for t in world.prevalence:
            s += t <= at
        cohort.stratum[j] = s
        p = desk.used[s]
        desk.used[s] = p + 1
        if desk.open[s] == 0:
            _open_block(world, trial, s, p, desk)
        slot = draws.level(trial, world.block_purpose[s], 2 * p) * desk.open[s] >> 31
        desk.open[s] -= 1
        arm = 0
        while slot >= desk.left[s, arm]:
            slot -= desk.left[s, arm]
            arm += 1
        desk.left[s, arm] -= 1
        cohort.arm[j] = arm


@njit(cache=True, nogil=True)
def _open_block(world, trial, s, p, desk):  # type: ignore[no-untyped-def]
    which = 0
    if len(world.block_sizes) > 1:
        at = draws.level(trial, world.block_purpose[s], 2 * p + 1)
        which = at * len(world.block_sizes) >> 31
    size = world.block_sizes[which]
    times = size // np.sum(world.ratio)
    for arm in range(len(world.ratio)):
        desk.left[s, arm] = world.ratio[arm] * times
    desk.open[s] = size


@njit(cache=True, nogil=True)
def _events(world, e, cohort, desk):  # type: ignore[no-untyped-def]
    """True days of endpoint `e`, after the endpoints it cannot come before."""
    purpose = world.event_purpose[e]
    link = world.link[e] if e > 0 else 0.0
    earlier = world.not_before[e]
    for j in range(world.subjects):
        own = desk.key[cohort.subject[j]]
        bits = draws.word(own, purpose, 0)
        if link != 0.0:
            at = linked(draws.word(own, world.event_purpose[0], 0), bits, link)
        else:
            at = draws.level_of_word(bits)
        row = world.event_row[e, cohort.arm[j], cohort.stratum[j]]
        day = draws.day(world.tables, row, at)
        if earlier >= 0:
            day = max(day, cohort.day[earlier, j])
        cohort.day[e, j] = day


@njit(cache=True, nogil=True)
def respond(world, cohort, desk):  # type: ignore[no-untyped-def]
    """Responses, once the subjects have arrived."""
    for j in range(world.subjects):
        own = desk.key[cohort.subject[j]]
        bits = draws.word(own, RESPONSE_ID, 0)
        at = draws.level_of_word(bits)
        if world.response_link != 0.0:
            first = draws.word(own, world.event_purpose[0], 0)
            at = LEVELS - 1 - linked(first, bits, world.response_link)
        cohort.response[j] = at < world.response[cohort.arm[j], cohort.stratum[j]]


@njit(cache=True, nogil=True)
def linked(first, own, link):  # type: ignore[no-untyped-def]
    """The level of the word `own`, tied to the word `first` by a Gaussian copula."""
    z = draws.normal_quantile(draws.unit(first))
    z_own = draws.normal_quantile(draws.unit(own))
    mixed = link * z + math.sqrt(1.0 - link * link) * z_own
    return draws.level_of(draws.normal_probability(mixed))


def cohort(world: World, *, seed: int, trial: int) -> Cohort:
    """One trial's subjects by the kernel; equal to `cohort_plain` in every bit."""
    found = empty_cohort(world)
    desk = empty_desk(world)
    key = np.uint64(streams.trial_key(seed, trial))
    arrive(world, key, found, desk)
    respond(world, found, desk)
    return found
