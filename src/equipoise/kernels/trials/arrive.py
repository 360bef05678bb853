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
from equipoise.kernels.compiled import stage, step
from equipoise.kernels.draws import StreamKeys
from equipoise.kernels.trials.allocate import allocate
from equipoise.kernels.trials.linked import (
    LinkedTables,
    linked,
    linked_days,
    linked_room,
    linked_tables,
)

Links = tuple[LinkedTables | None, ...]
"""How each endpoint is tied to the first one."""


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


def arrive(world: World, keys: StreamKeys, found: Cohorts, links: Links) -> None:
    """Fill `found` with the subjects of the trials with these keys; responses stay as they were.

    links : `linked_tables` of the world
    """
    enter(world, keys, found)
    for e, link in enumerate(links):
        events(world, e, found, link)
    if world.prolonged >= 0:
        last = world.tables.days
        days, moved = found.day[0], found.day[world.prolonged]
        cross(found.key, found.arm, days, moved, world.cross, world.longer, last, found.crossed)
    place = (*world.tables, world.dropout_row, *_cells(found), found.dropout)
    own_days(found.key, DROPOUT_ID, *place, _room(world))


def enter(world: World, keys: StreamKeys, found: Cohorts) -> None:
    """Entry, stratum and arm."""
    n = world.subjects
    bucket = np.zeros(world.accrual_days + 2, dtype=np.int64)
    early = np.zeros((3, n), dtype=np.int64), np.zeros(n, dtype=np.uint64)
    arrivals(keys, *world.tables, bucket, *early, found.key, found.subject, found.entry)
    stratify(found.key, world.prevalence, early[0][1], found.stratum)
    allocate(world, keys, found.stratum, found.arm)


def events(world: World, e: int, found: Cohorts, link: LinkedTables | None) -> None:
    """True days of endpoint `e`, after the endpoint it cannot come before."""
    own, earlier = world.event_purpose[e], world.not_before[e]
    place = (*world.tables, world.event_row[e], *_cells(found), found.day[e])
    if link is not None:
        first, by, room = world.event_purpose[0], float(world.link[e]), linked_room(world.subjects)
        linked_days(found.key, first, own, by, *place, link, room)
    else:
        own_days(found.key, own, *place, _room(world))
    if earlier >= 0:
        np.maximum(found.day[e], found.day[earlier], out=found.day[e])


def _cells(found: Cohorts) -> tuple[Ints, Ints]:
    return found.arm, found.stratum


def _room(world: World) -> Ints:
    return np.empty((2, world.subjects), dtype=np.int64)


@stage
def fill_keys(seed, start, found):  # type: ignore[no-untyped-def]
    for i in range(len(found)):
        found[i] = draws.trial_key(seed, start + i)


@step
def levels(own, purpose, found):  # type: ignore[no-untyped-def]
    """The first draw of each subject."""
    for j in range(len(own)):
        found[j] = draws.level(own[j], purpose, 0)


@step
def days_of(threshold, guide, row, level, found):  # type: ignore[no-untyped-def]
    """The day of each subject's level by the table's row of each, as `draws.day`.

    Here and below, loops of one thing each, which the compiler makes wide.
    """
    latest = np.int64(0)
    for j in range(len(level)):
        found[j] = guide[np.uint64(row[j]), np.uint64(level[j] >> draws.CELL_BITS)]
    for j in range(len(level)):
        found[j] = draws.day_in_cell(found[j], level[j])
        latest = max(latest, found[j])
    for j in range(len(level) if latest > draws.CROWDED else 0):
        if found[j] > draws.CROWDED:
            found[j] = draws.day(threshold, guide, row[j], level[j])


@stage
def arrivals(  # type: ignore[no-untyped-def]
    keys, threshold, guide, bucket, early, unsorted, key, subject, entry
):
    """Entry days, and the subjects in order of (entry, number), by a counting sort."""
    row, level, day = early[0], early[1], early[2]  # row 0 of the tables is accrual
    for t in range(len(keys)):
        bucket[:] = 0
        for i in range(len(level)):
            unsorted[i] = draws.subject_key(keys[t], i)
        levels(unsorted, ACCRUAL_ID, level)
        days_of(threshold, guide, row, level, day)
        for i in range(len(level)):
            bucket[np.uint64(day[i] + 1)] += 1
        before = np.int64(0)
        for d in range(1, len(bucket) - 1):
            before += bucket[d]
            bucket[d] = before
        own, subjects, days = key[t], subject[t], entry[t]
        for i in range(len(level)):
            place = np.uint64(bucket[np.uint64(day[i])])
            bucket[np.uint64(day[i])] += 1
            own[place], subjects[place], days[place] = unsorted[i], i, day[i]


@stage
def stratify(key, prevalence, level, strata):  # type: ignore[no-untyped-def]
    """How many thresholds of the prevalence are at or below each subject's draw."""
    for t in range(len(key)):
        levels(key[t], STRATUM_ID, level)
        found = strata[t]
        found[:] = 0
        for k in range(len(prevalence)):
            least = prevalence[k]
            for j in range(len(level)):
                found[j] += np.int64(least <= level[j])


@stage
def own_days(  # type: ignore[no-untyped-def]
    key, purpose, threshold, guide, rows, arm, stratum, found, room
):
    """The day of each subject's first draw, by the table of arm and stratum; `rows` (K, S)."""
    row, level = room[0], room[1]
    for t in range(len(key)):
        find_rows(rows, arm[t], stratum[t], row)
        levels(key[t], purpose, level)
        days_of(threshold, guide, row, level, found[t])


@step
def find_rows(rows, arm, stratum, row):  # type: ignore[no-untyped-def]
    """The table of each subject."""
    for j in range(len(row)):
        row[j] = rows[np.uint64(arm[j]), np.uint64(stratum[j])]


@stage
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


@stage
def respond_to(key, first, link, shares, arm, stratum, response):  # type: ignore[no-untyped-def]
    for t in range(len(key)):
        for j in range(key.shape[1]):
            own = key[t, j]
            bits = draws.word(own, RESPONSE_ID, 0)
            at = draws.level_of_word(bits)
            if link != 0.0:
                at = streams.LEVELS - 1 - linked(draws.word(own, first, 0), bits, link)
            response[t, j] = np.int64(at < shares[arm[t, j], stratum[t, j]])


def cohort(world: World, *, seed: int, trial: int) -> Cohort:
    """One trial's subjects by the kernel; equal to `cohort_plain` in every bit."""
    found = empty_cohorts(world, 1)
    arrive(world, trial_keys(seed, trial, 1), found, linked_tables(world))
    respond(world, found)
    return found.trial(0)
