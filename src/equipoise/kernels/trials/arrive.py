"""The subjects of virtual trials in numba: the twin of `kernels/cohort.py`, bit for bit.

Each step goes through a block of trials and is compiled by itself, so that only what a world needs
ever is. B trials of n subjects; a row is a trial.

Checked  tests/twins/test_cohort.py.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from equipoise import streams
from equipoise.arrays import Ints
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
from equipoise.kernels.draws import StreamKeys
from equipoise.kernels.trials.allocate import allocate


class Cohorts(NamedTuple):
    """The subjects of B trials in order of arrival, as in a `Cohort`; (B, n) each.

    key : of the subjects; day : true days, one array for each endpoint
    """

    key: StreamKeys
    subject: Ints
    entry: Ints
    stratum: Ints
    arm: Ints
    day: tuple[Ints, ...]
    dropout: Ints
    response: Ints
    crossed: Ints

    def first(self, count: int) -> Cohorts:
        """Those of the first so many trials."""
        if count == len(self.key):
            return self
        return Cohorts(
            key=self.key[:count],
            subject=self.subject[:count],
            entry=self.entry[:count],
            stratum=self.stratum[:count],
            arm=self.arm[:count],
            day=tuple(of[:count] for of in self.day),
            dropout=self.dropout[:count],
            response=self.response[:count],
            crossed=self.crossed[:count],
        )

    def trial(self, i: int) -> Cohort:
        """One of the trials."""
        day = np.array([of[i] for of in self.day], dtype=np.int64).reshape(-1, self.key.shape[1])
        return Cohort(
            self.subject[i], self.entry[i], self.stratum[i], self.arm[i], day,
            self.dropout[i], self.response[i], self.crossed[i],
        )  # fmt: skip


def empty_cohorts(world: World, trials: int) -> Cohorts:
    """Room for the subjects of some trials."""

    def room() -> Ints:
        return np.zeros((trials, world.subjects), dtype=np.int64)

    key = np.zeros((trials, world.subjects), dtype=np.uint64)
    day = tuple(room() for _ in world.event_row)
    return Cohorts(key, room(), room(), room(), room(), day, room(), room(), room())


def trial_keys(seed: int, start: int, trials: int) -> StreamKeys:
    """Keys of trials start, start + 1, ...; (trials,)."""
    found = np.zeros(trials, dtype=np.uint64)
    fill_keys(np.uint64(seed), start, found)
    return found


def arrive(world: World, keys: StreamKeys, found: Cohorts) -> None:
    """Fill `found` with the subjects of the trials with these keys; responses stay as they were."""
    enter(world, keys, found)
    for e in range(len(found.day)):
        events(world, e, found)
    if world.prolonged >= 0:
        last = world.tables.days
        days, moved = found.day[0], found.day[world.prolonged]
        cross(found.key, found.arm, days, moved, world.cross, world.longer, last, found.crossed)
    own_days(found.key, DROPOUT_ID, *world.tables, world.dropout_row, *_cells(found), found.dropout)


def enter(world: World, keys: StreamKeys, found: Cohorts) -> None:
    """Entry, stratum and arm."""
    bucket = np.zeros(world.accrual_days + 2, dtype=np.int64)
    early = np.zeros((2, world.subjects), dtype=np.int64), np.zeros_like(found.key[0])
    arrivals(keys, *world.tables, bucket, *early, found.key, found.subject, found.entry)
    stratify(found.key, world.prevalence, found.stratum)
    allocate(world, keys, found.stratum, found.arm)


def events(world: World, e: int, found: Cohorts) -> None:
    """True days of endpoint `e`, after the endpoint it cannot come before."""
    own, link, earlier = world.event_purpose[e], float(world.link[e]), world.not_before[e]
    place = (*world.tables, world.event_row[e], *_cells(found), found.day[e])
    if e > 0 and link != 0.0:
        linked_days(found.key, world.event_purpose[0], own, link, *place)
    else:
        own_days(found.key, own, *place)
    if earlier >= 0:
        np.maximum(found.day[e], found.day[earlier], out=found.day[e])


def _cells(found: Cohorts) -> tuple[Ints, Ints]:
    return found.arm, found.stratum


@njit(cache=True, nogil=True)
def fill_keys(seed, start, found):  # type: ignore[no-untyped-def]
    for i in range(len(found)):
        found[i] = draws.trial_key(seed, start + i)


@njit(cache=True, nogil=True)
def levels(own, purpose, found):  # type: ignore[no-untyped-def]
    """The first draw of each subject: a pass of its own, which the compiler makes wide."""
    for j in range(len(own)):
        found[j] = draws.level(own[j], purpose, 0)


@njit(cache=True, nogil=True)
def arrivals(  # type: ignore[no-untyped-def]
    keys, threshold, guide, bucket, early, unsorted, key, subject, entry
):
    """Entry days, and the subjects in order of (entry, number), by a counting sort."""
    n, level, unordered = subject.shape[1], early[0], early[1]
    for t in range(len(keys)):
        bucket[:] = 0
        for i in range(n):
            unsorted[i] = draws.subject_key(keys[t], i)
        levels(unsorted, ACCRUAL_ID, level)
        for i in range(n):
            day = draws.day(threshold, guide, 0, level[i])
            unordered[i] = day
            bucket[day + 1] += 1
        before = np.int64(0)
        for d in range(1, len(bucket) - 1):
            before += bucket[d]
            bucket[d] = before
        for i in range(n):
            day = unordered[i]
            place = bucket[day]
            bucket[day] = place + 1
            subject[t, place] = i
            entry[t, place] = day
            key[t, place] = unsorted[i]


@njit(cache=True, nogil=True)
def stratify(key, prevalence, strata):  # type: ignore[no-untyped-def]
    """How many thresholds of the prevalence are at or below each subject's draw."""
    for t in range(len(key)):
        own, found = key[t], strata[t]
        for j in range(len(own)):
            level, stratum = draws.level(own[j], STRATUM_ID, 0), np.int64(0)
            for k in range(len(prevalence)):
                stratum += np.int64(prevalence[k] <= level)
            found[j] = stratum


@njit(cache=True, nogil=True)
def own_days(  # type: ignore[no-untyped-def]
    key, purpose, threshold, guide, rows, arm, stratum, found
):
    """The day of each subject's first draw, by the table of arm and stratum; `rows` (K, S)."""
    for t in range(len(key)):
        own, days, arms, strata = key[t], found[t], arm[t], stratum[t]
        levels(own, purpose, days)
        for j in range(len(own)):
            days[j] = draws.day(threshold, guide, rows[arms[j], strata[j]], days[j])


@njit(cache=True, nogil=True)
def linked_days(  # type: ignore[no-untyped-def]
    key, first, purpose, link, threshold, guide, rows, arm, stratum, found
):
    """As `own_days`, of draws tied to those of the purpose `first`.

    Pass by pass, so that the compiler makes wide what it can.
    """
    n, rest = key.shape[1], math.sqrt(1.0 - link * link)
    u, z, z_own = np.empty(n), np.empty(n), np.empty(n)
    for t in range(len(key)):
        own, days, arms, strata = key[t], found[t], arm[t], stratum[t]
        units(own, first, u)
        quantiles(u, z)
        units(own, purpose, u)
        quantiles(u, z_own)
        for j in range(n):
            at = draws.level_of(draws.normal_probability(link * z[j] + rest * z_own[j]))
            days[j] = draws.day(threshold, guide, rows[arms[j], strata[j]], at)


@njit(cache=True, nogil=True)
def units(own, purpose, found):  # type: ignore[no-untyped-def]
    for j in range(len(own)):
        found[j] = draws.unit(draws.word(own[j], purpose, 0))


@njit(cache=True, nogil=True)
def quantiles(u, found):  # type: ignore[no-untyped-def]
    """Normal quantiles: all as if near the middle, then the others."""
    for j in range(len(u)):
        found[j] = draws.central_quantile(u[j] - 0.5)
    for j in range(len(u)):
        if abs(u[j] - 0.5) > draws.MIDDLE:
            found[j] = draws.normal_quantile(u[j])


@njit(cache=True, nogil=True)
def cross(key, arm, first, moved, shares, longer, last, crossed):  # type: ignore[no-untyped-def]
    """Who crosses over on the day of the first endpoint, and how long they live then."""
    for t in range(len(key)):
        for j in range(key.shape[1]):
            at, end, k = first[t, j], moved[t, j], arm[t, j]
            goes = draws.level(key[t, j], CROSSOVER_ID, 0) < shares[k] and at <= last and end > at
            crossed[t, j] = np.int64(goes)
            if goes and end <= last:
                later = at + np.int64(math.ceil(longer[k] * np.float64(end - at)))
                moved[t, j] = min(later, last + 1)


def respond(world: World, found: Cohorts) -> None:
    """Responses, once the subjects have arrived."""
    link = world.response_link
    first = world.event_purpose[0] if link != 0.0 else RESPONSE_ID
    respond_to(found.key, first, link, world.response, *_cells(found), found.response)


@njit(cache=True, nogil=True)
def respond_to(key, first, link, shares, arm, stratum, response):  # type: ignore[no-untyped-def]
    for t in range(len(key)):
        for j in range(key.shape[1]):
            own = key[t, j]
            bits = draws.word(own, RESPONSE_ID, 0)
            at = draws.level_of_word(bits)
            if link != 0.0:
                at = streams.LEVELS - 1 - linked(draws.word(own, first, 0), bits, link)
            response[t, j] = np.int64(at < shares[arm[t, j], stratum[t, j]])


@njit(cache=True, nogil=True)
def linked(first, own, link):  # type: ignore[no-untyped-def]
    """The level of the word `own`, tied to the word `first` by a Gaussian copula."""
    z = draws.normal_quantile(draws.unit(first))
    z_own = draws.normal_quantile(draws.unit(own))
    mixed = link * z + math.sqrt(1.0 - link * link) * z_own
    return draws.level_of(draws.normal_probability(mixed))


def cohort(world: World, *, seed: int, trial: int) -> Cohort:
    """One trial's subjects by the kernel; equal to `cohort_plain` in every bit."""
    found = empty_cohorts(world, 1)
    arrive(world, trial_keys(seed, trial, 1), found)
    respond(world, found)
    return found.trial(0)
