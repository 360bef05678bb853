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

    key: NDArray[np.uint64]  # (n,) subject keys in order of arrival
    unsorted: NDArray[np.uint64]  # (n,) subject keys by subject number
    entry: NDArray[np.int64]  # (n,) by subject number
    bucket: NDArray[np.int64]  # (days + 2,) counts by day
    left: NDArray[np.int64]  # (S, K) slots left in each stratum's block, by arm
    open: NDArray[np.int64]  # (S,) slots left in each stratum's block
    used: NDArray[np.int64]  # (S,) slots used of each stratum's list
    times: NDArray[np.int64]  # (B,) how many times the ratio goes into each block size


def empty_cohort(world: World) -> Cohort:
    """Room for the subjects of one trial."""
    n, endpoints = world.subjects, len(world.event_row)
    a, b, c, d, e, f = (np.zeros(n, dtype=np.int64) for _ in range(6))
    return Cohort(a, b, c, d, np.zeros((endpoints, n), dtype=np.int64), e, f)


def empty_desk(world: World) -> Desk:
    n, (arms, strata) = world.subjects, world.dropout_row.shape
    return Desk(
        key=np.zeros(n, dtype=np.uint64),
        unsorted=np.zeros(n, dtype=np.uint64),
        entry=np.zeros(n, dtype=np.int64),
        bucket=np.zeros(world.accrual_days + 2, dtype=np.int64),
        left=np.zeros((strata, arms), dtype=np.int64),
        open=np.zeros(strata, dtype=np.int64),
        used=np.zeros(strata, dtype=np.int64),
        times=world.block_sizes // world.ratio_sum,
    )


@njit(cache=True, nogil=True)
def arrive(world, key, cohort, desk):  # type: ignore[no-untyped-def]
    """Fill `cohort` with the subjects of the trial with this key."""
    arrivals(world, key, cohort, desk)
    allocate(world, key, cohort, desk)
    for e in range(len(world.event_row)):
        events(world, e, cohort, desk)
    dropouts(world, cohort, desk)


@njit(cache=True, nogil=True)
def arrivals(world, key, cohort, desk):  # type: ignore[no-untyped-def]
    """Entry days, and the subjects in order of (entry, number), by a counting sort."""
    threshold, guide = world.tables.threshold, world.tables.guide
    bucket, unsorted, own = desk.bucket, desk.unsorted, desk.key
    unordered, subject, entry = desk.entry, cohort.subject, cohort.entry
    bucket[:] = 0
    for i in range(world.subjects):
        unsorted[i] = draws.subject_key(key, i)
        day = draws.day(threshold, guide, 0, draws.level(unsorted[i], ACCRUAL_ID, 0))
        unordered[i] = day
        bucket[day + 1] += 1
    before = np.int64(0)
    for d in range(1, world.accrual_days + 1):
        before += bucket[d]
        bucket[d] = before
    for i in range(world.subjects):
        day = unordered[i]
        place = bucket[day]
        bucket[day] = place + 1
        subject[place] = i
        entry[place] = day
        own[place] = unsorted[i]


@njit(cache=True, nogil=True)
def allocate(world, key, cohort, desk):  # type: ignore[no-untyped-def]
    """Strata, and arms by each stratum's list of permuted blocks."""
    trial = draws.subject_key(key, -1)
    prevalence, ratio, sizes = world.prevalence, world.ratio, world.block_sizes
    purpose, times, arms = world.block_purpose, desk.times, len(world.ratio)
    own, slots, left, used = desk.key, desk.left, desk.open, desk.used
    strata, given = cohort.stratum, cohort.arm
    left[:] = 0
    used[:] = 0
    for j in range(world.subjects):
        at = draws.level(own[j], STRATUM_ID, 0)
        s = np.int64(0)
        for k in range(len(prevalence)):
            s += np.int64(prevalence[k] <= at)
        strata[j] = s
    for j in range(world.subjects):
        s = strata[j]
        p = used[s]
        used[s] = p + 1
        remaining = left[s]
        if remaining == 0:
            which = 0
            if len(sizes) > 1:
                which = draws.level(trial, purpose[s], 2 * p + 1) * len(sizes) >> 31
            remaining = sizes[which]
            for k in range(arms):
                slots[s, k] = ratio[k] * times[which]
        slot = draws.level(trial, purpose[s], 2 * p) * remaining >> 31
        arm, below = np.int64(0), np.int64(0)
        for k in range(arms - 1):
            below += slots[s, k]
            arm += np.int64(slot >= below)
        slots[s, arm] -= 1
        left[s] = remaining - 1
        given[j] = arm


@njit(cache=True, nogil=True)
def events(world, e, cohort, desk):  # type: ignore[no-untyped-def]
    """True days of endpoint `e`, after the endpoints it cannot come before."""
    threshold, guide, rows = world.tables.threshold, world.tables.guide, world.event_row[e]
    first, purpose = world.event_purpose[0], world.event_purpose[e]
    own, arm, stratum, days = desk.key, cohort.arm, cohort.stratum, cohort.day
    link = world.link[e] if e > 0 else 0.0
    earlier = world.not_before[e]
    for j in range(world.subjects):
        bits = draws.word(own[j], purpose, 0)
        if link != 0.0:
            at = linked(draws.word(own[j], first, 0), bits, link)
        else:
            at = draws.level_of_word(bits)
        day = draws.day(threshold, guide, rows[arm[j], stratum[j]], at)
        if earlier >= 0:
            day = max(day, days[earlier, j])
        days[e, j] = day


@njit(cache=True, nogil=True)
def dropouts(world, cohort, desk):  # type: ignore[no-untyped-def]
    """The last day under observation of each subject."""
    threshold, guide, rows = world.tables.threshold, world.tables.guide, world.dropout_row
    own, arm, stratum, dropout = desk.key, cohort.arm, cohort.stratum, cohort.dropout
    for j in range(world.subjects):
        at = draws.level(own[j], DROPOUT_ID, 0)
        dropout[j] = draws.day(threshold, guide, rows[arm[j], stratum[j]], at)


@njit(cache=True, nogil=True)
def respond(world, cohort, desk):  # type: ignore[no-untyped-def]
    """Responses, once the subjects have arrived."""
    for j in range(world.subjects):
        own = desk.key[j]
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
