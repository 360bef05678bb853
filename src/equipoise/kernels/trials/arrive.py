"""The subjects of one virtual trial in numba: the twin of `kernels/cohort.py`, bit for bit.

Checked  tests/twins/test_cohort.py.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise import streams
from equipoise.kernels import draws
from equipoise.kernels.cohort import (
    ACCRUAL_ID,
    CROSSOVER_ID,
    DROPOUT_ID,
    RESPONSE_ID,
    STRATUM_ID,
    Cohort,
    World,
)
from equipoise.kernels.compiled import njit
from equipoise.kernels.trials.allocate import allocate


class Desk(NamedTuple):
    """Room to work in, one per thread."""

    key: NDArray[np.uint64]  # (n,) subject keys in order of arrival
    unsorted: NDArray[np.uint64]  # (n,) subject keys by subject number
    entry: NDArray[np.int64]  # (n,) by subject number
    level: NDArray[np.int64]  # (n,) one draw of each subject, or of each slot of a list
    bucket: NDArray[np.int64]  # (days + 2,) counts by day
    slot: NDArray[np.int64]  # (n,) arms in the order of the strata's lists
    place: NDArray[np.int64]  # (S + 1,) where each stratum's next slot stands in `slot`
    left: NDArray[np.int64]  # (K,) slots left in a block, by arm
    times: NDArray[np.int64]  # (B,) how many times the ratio goes into each block size
    tally: NDArray[np.int64]  # (F, L, K) allocated so far, by level of each factor
    weight: NDArray[np.int64]  # (K,)
    score: NDArray[np.float64]  # (K,) imbalance if the next subject got this arm
    chance: NDArray[np.float64]  # (K,)


def empty_cohort(world: World) -> Cohort:
    """Room for the subjects of one trial."""
    n, endpoints = world.subjects, len(world.event_row)
    a, b, c, d, e, f, g = (np.zeros(n, dtype=np.int64) for _ in range(7))
    return Cohort(a, b, c, d, np.zeros((endpoints, n), dtype=np.int64), e, f, g)


def empty_desk(world: World) -> Desk:
    n, (arms, strata), made = world.subjects, world.dropout_row.shape, world.procedure
    return Desk(
        key=np.zeros(n, dtype=np.uint64),
        unsorted=np.zeros(n, dtype=np.uint64),
        entry=np.zeros(n, dtype=np.int64),
        level=np.zeros(n, dtype=np.int64),
        bucket=np.zeros(world.accrual_days + 2, dtype=np.int64),
        slot=np.zeros(n, dtype=np.int64),
        place=np.zeros(strata + 1, dtype=np.int64),
        left=np.zeros(arms, dtype=np.int64),
        times=world.block_sizes // world.ratio_sum,
        tally=np.zeros((len(made.weight), made.levels, arms), dtype=np.int64),
        weight=np.zeros(arms, dtype=np.int64),
        score=np.zeros(arms),
        chance=np.zeros(arms),
    )


@njit(cache=True, nogil=True)
def arrive(world, key, cohort, desk):  # type: ignore[no-untyped-def]
    """Fill `cohort` with the subjects of the trial with this key."""
    arrivals(world, key, cohort, desk)
    stratify(world, cohort.stratum, desk)
    allocate(world, key, cohort, desk)
    for e in range(len(world.event_row)):
        events(world, e, cohort, desk)
    if world.prolonged >= 0:
        cross(world, cohort, desk)
    dropouts(world, cohort, desk)


@njit(cache=True, nogil=True)
def levels(own, purpose, found):  # type: ignore[no-untyped-def]
    """The first draw of each subject: a pass of its own, which the compiler makes wide."""
    for j in range(len(own)):
        found[j] = draws.level(own[j], purpose, 0)


@njit(cache=True, nogil=True)
def arrivals(world, key, cohort, desk):  # type: ignore[no-untyped-def]
    """Entry days, and the subjects in order of (entry, number), by a counting sort."""
    threshold, guide = world.tables.threshold, world.tables.guide
    bucket, unsorted, own, level = desk.bucket, desk.unsorted, desk.key, desk.level
    unordered, subject, entry = desk.entry, cohort.subject, cohort.entry
    bucket[:] = 0
    for i in range(world.subjects):
        unsorted[i] = draws.subject_key(key, i)
    levels(unsorted, ACCRUAL_ID, level)
    for i in range(world.subjects):
        day = draws.day(threshold, guide, 0, level[i])
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
def stratify(world, strata, desk):  # type: ignore[no-untyped-def]
    """How many thresholds of the prevalence are at or below each subject's draw."""
    level, prevalence = desk.level, world.prevalence
    levels(desk.key, STRATUM_ID, level)
    strata[:] = 0
    for k in range(len(prevalence)):
        threshold = prevalence[k]
        for j in range(len(strata)):
            strata[j] += np.int64(threshold <= level[j])


@njit(cache=True, nogil=True)
def events(world, e, cohort, desk):  # type: ignore[no-untyped-def]
    """True days of endpoint `e`, after the endpoints it cannot come before."""
    days, earlier = cohort.day, world.not_before[e]
    if e > 0 and world.link[e] != 0.0:
        linked_levels(world, e, desk)
    else:
        levels(desk.key, world.event_purpose[e], desk.level)
    days_of(world.tables, world.event_row[e], cohort, desk.level, days[e])
    if earlier >= 0:
        for j in range(world.subjects):
            days[e, j] = max(days[e, j], days[earlier, j])


@njit(cache=True, nogil=True)
def linked_levels(world, e, desk):  # type: ignore[no-untyped-def]
    """Levels of endpoint `e`, tied to the first endpoint's."""
    own, level, link = desk.key, desk.level, world.link[e]
    first, purpose = world.event_purpose[0], world.event_purpose[e]
    for j in range(len(own)):
        level[j] = linked(draws.word(own[j], first, 0), draws.word(own[j], purpose, 0), link)


@njit(cache=True, nogil=True)
def days_of(tables, rows, cohort, level, found):  # type: ignore[no-untyped-def]
    """The day of each subject's level, by the table of arm and stratum; `rows` (K, S)."""
    threshold, guide, arm, stratum = tables.threshold, tables.guide, cohort.arm, cohort.stratum
    for j in range(len(found)):
        found[j] = draws.day(threshold, guide, rows[arm[j], stratum[j]], level[j])


@njit(cache=True, nogil=True)
def cross(world, cohort, desk):  # type: ignore[no-untyped-def]
    """Who crosses over on the day of the first endpoint, and how long they live then."""
    own, arm, crossed, days = desk.key, cohort.arm, cohort.crossed, cohort.day
    shares, longer, p = world.cross, world.longer, world.prolonged
    last = world.tables.threshold.shape[1] - 1
    for j in range(len(own)):
        at, end = days[0, j], days[p, j]
        goes = draws.level(own[j], CROSSOVER_ID, 0) < shares[arm[j]] and at <= last and end > at
        crossed[j] = np.int64(goes)
        if goes and end <= last:
            later = at + np.int64(math.ceil(longer[arm[j]] * np.float64(end - at)))
            days[p, j] = min(later, last + 1)


@njit(cache=True, nogil=True)
def dropouts(world, cohort, desk):  # type: ignore[no-untyped-def]
    """The last day under observation of each subject."""
    levels(desk.key, DROPOUT_ID, desk.level)
    days_of(world.tables, world.dropout_row, cohort, desk.level, cohort.dropout)


@njit(cache=True, nogil=True)
def respond(world, cohort, desk):  # type: ignore[no-untyped-def]
    """Responses, once the subjects have arrived."""
    for j in range(world.subjects):
        own = desk.key[j]
        bits = draws.word(own, RESPONSE_ID, 0)
        at = draws.level_of_word(bits)
        if world.response_link != 0.0:
            first = draws.word(own, world.event_purpose[0], 0)
            at = streams.LEVELS - 1 - linked(first, bits, world.response_link)
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
