"""A batch of virtual trials: draws, looks, and one row of numbers per trial and reading.

Checked  tests/twins/test_trial_readings.py; tests/laws/test_simulation_laws.py.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from equipoise.arrays import Floats, Ints
from equipoise.kernels import draws
from equipoise.kernels.cohort import Cohort, World
from equipoise.kernels.trials import arrive, follow, proportions, scans, table, tests
from equipoise.kernels.trials.arrive import Desk
from equipoise.kernels.trials.fields import Cut, Followed, Readout, Watched, keep
from equipoise.kernels.trials.follow import Endpoints, Looks
from equipoise.kernels.trials.table import EventRows, Sorted

LOGRANK, WEIGHTED, MAX_COMBO, RMST, SCORE, FISHER = range(6)
TINY_P = 1e-300


class Readings(NamedTuple):
    """What is read at the looks, R readings in order of their looks.

    look, endpoint : (R,)
    pair : (R, 2) control and experimental arm
    stratified : (R,) 0 or 1
    method : (R,) LOGRANK, WEIGHTED, MAX_COMBO, RMST (unstratified), SCORE or FISHER (proportions)
    rho, gamma : (R,) of the Fleming-Harrington weight; rho is tau, in days, for RMST
    """

    look: Ints
    endpoint: Ints
    pair: Ints
    stratified: Ints
    method: Ints
    rho: Floats
    gamma: Floats


class TrialPlan(NamedTuple):
    """What all trials of a run share."""

    world: World
    endpoints: Endpoints
    looks: Looks
    readings: Readings


class Bench(NamedTuple):
    """Room to work in, one per thread."""

    cohort: Cohort
    desk: Desk
    day: Ints  # (P, n) event days as read
    until: Ints  # (P, n) last day of observation, where the course of an endpoint matters
    known: Ints  # (n,) day up to which it is known at a cut, there
    counts: NDArray[np.int32]  # (trial days,) events by trial day
    sorted: Sorted
    rows: EventRows
    base: Floats  # (n,)
    slope: Floats  # (n,)


def empty_bench(plan: TrialPlan) -> Bench:
    world, endpoints = plan.world, plan.endpoints
    n, days = world.subjects, world.tables.days
    strata = world.dropout_row.shape[1]
    return Bench(
        cohort=arrive.empty_cohort(world),
        desk=arrive.empty_desk(world),
        day=np.zeros((len(endpoints.first), n), dtype=np.int64),
        until=np.zeros((len(endpoints.course.matters), n), dtype=np.int64),
        known=np.zeros(n, dtype=np.int64),
        counts=np.zeros(2 * days + 4, dtype=np.int32),
        sorted=table.empty_sorted(n, days, strata),
        rows=table.empty_rows(n),
        base=np.zeros(n),
        slope=np.zeros(n),
    )


@njit(cache=True, nogil=True)
def run(plan, bench, seed, start, held, found):  # type: ignore[no-untyped-def]
    """Run trials start, start + 1, ... and fill one row of each output per trial.

    seed : uint64; start : int64
    held : LooksHeld; found : Readouts
    """
    world, endpoints, readings = plan.world, plan.endpoints, plan.readings
    for i in range(len(held.day)):
        key = draws.trial_key(seed, start + i)
        arrive.arrive(world, key, bench.cohort, bench.desk)
        watch(world, endpoints, bench)
        look_days(endpoints, plan.looks, bench, held.day[i], held.entered[i])
        for r in range(len(readings.look)):
            k = readings.look[r]
            one = read(endpoints, readings, r, Cut(held.day[i, k], held.entered[i, k]), bench)
            keep(found, i, r, one)


@njit(cache=True, nogil=True)
def watch(world, endpoints, bench):  # type: ignore[no-untyped-def]
    """Event days as read, and responses where an endpoint needs them."""
    last = world.tables.threshold.shape[1] - 1
    course, cohort = endpoints.course, bench.cohort
    for p in range(len(endpoints.first)):
        if endpoints.first[p] == follow.IS_RESPONSE:
            arrive.respond(world, cohort, bench.desk)
            continue
        day, second = bench.day[p], endpoints.second[p]
        watched = Watched(cohort, bench.desk.key, last)
        if scans.matters(course, p) and course.at_scans[p] == 1:
            scans.read_days(course, second, watched, day)
        else:
            follow.event_days(endpoints, p, cohort, last, day)
        if scans.matters(course, p):
            scans.settle(course, p, second, watched, Followed(day, bench.until[p]))


@njit(cache=True, nogil=True)
def look_days(endpoints, looks, bench, day, entered):  # type: ignore[no-untyped-def]
    """Trial day and number of subjects entered of each look, (L,) each."""
    cohort = bench.cohort
    counted = -1
    for k in range(len(looks.kind)):
        p = looks.endpoint[k]
        same = counted >= 0 and p == looks.endpoint[counted]
        same = same and looks.pair[k, 0] == looks.pair[counted, 0]
        same = same and looks.pair[k, 1] == looks.pair[counted, 1]
        if looks.kind[k] == follow.AT_EVENTS and not same:
            follow.calendar(cohort, looks.pair[k], bench.day[p], bench.counts)
            counted = k
        found = follow.look_day(
            looks.kind[k], looks.target[k], looks.latest[k], cohort.entry, bench.counts
        )
        cut = min(found + looks.delay[k], looks.latest[k])
        if looks.after[k] >= 0:
            cut = max(cut, day[looks.after[k]])
        day[k] = cut
        entered[k] = follow.enrolled(cohort.entry, cut)


@njit(cache=True, nogil=True)
def read(endpoints, readings, r, cut, bench):  # type: ignore[no-untyped-def]
    """One reading at its cut, as a Readout."""
    method, found, rows = readings.method[r], bench.sorted, bench.rows
    if method >= SCORE:
        return proportions.read(bench.cohort, cut.entered, readings.pair[r], method == FISHER)
    m = observe(endpoints, readings, r, cut, bench)
    table.sort(found, m, cut.day)
    k = table.event_rows(found, rows)
    events_0, events_1 = 0.0, 0.0
    for i in range(k):
        events_0 += rows.events[i] - rows.events_1[i]
        events_1 += rows.events_1[i]
    subjects_1 = np.float64(found.treated.sum())
    z, information, estimate, error = compare(readings, r, bench, m, k)
    return Readout(
        events_0, events_1, np.float64(m) - subjects_1, subjects_1, z, information, estimate, error
    )


@njit(cache=True, nogil=True)
def observe(endpoints, readings, r, cut, bench):  # type: ignore[no-untyped-def]
    """Put the subjects of a reading into `bench.sorted.early`; returns how many."""
    p, pair, stratified = readings.endpoint[r], readings.pair[r], readings.stratified[r]
    cohort, day, found = bench.cohort, bench.day[p], bench.sorted
    schedule = endpoints.schedule[p]
    last_read = endpoints.last_read[
        max(schedule, 0), : endpoints.last_read.shape[1] * (schedule >= 0)
    ]
    if not scans.matters(endpoints.course, p):
        followed = Followed(day, cohort.dropout)
        return table.observe(cohort, followed, last_read, cut, pair, stratified, found)
    last = endpoints.last_read.shape[1] - 2
    watched, followed = Watched(cohort, bench.desk.key, last), Followed(day, bench.until[p])
    follow.known(endpoints.course, p, watched, followed, last_read, cut, bench.known)
    followed = Followed(day, bench.known)
    return table.observe(cohort, followed, last_read[:0], cut, pair, stratified, found)


@njit(cache=True, nogil=True)
def compare(readings, r, bench, m, k):  # type: ignore[no-untyped-def]
    """Statistic, information, estimate and its standard error."""
    method, rows = readings.method[r], bench.rows
    z, information, estimate, error = math.nan, math.nan, math.nan, math.nan
    if method == RMST:
        difference, variance = tests.rmst(bench.sorted, m, readings.rho[r])
        if variance > 0.0:
            estimate, error = difference, math.sqrt(variance)
            z, information = -estimate / error, 1.0 / variance
        return z, information, estimate, error
    score, variance = tests.logrank(rows, k, len(bench.sorted.treated))
    if not variance > 0.0:
        return z, information, estimate, error
    information = variance
    z = score / math.sqrt(variance)
    terms, own, finite = tests.cox_terms(rows, k, bench.base, bench.slope)
    if finite:
        start = max(-2.0, min(2.0, score / variance))
        estimate, error = tests.cox(bench.base, bench.slope, terms, own, start)
    if method == LOGRANK:
        return z, information, estimate, error
    weighted, spread = tests.fleming_harrington(rows, k, readings.rho[r], readings.gamma[r])
    other = weighted / math.sqrt(spread) if spread > 0.0 else math.nan
    if method == WEIGHTED:
        return other, spread, estimate, error
    both = tests.fleming_harrington_pair(rows, k, readings.rho[r], readings.gamma[r])
    return larger(z, other, both), information, estimate, error


@njit(cache=True, nogil=True)
def larger(one, other, correlation):  # type: ignore[no-untyped-def]
    """The better of two statistics as the Z of its one-sided P value, P(either is as good).

    Source   Karrison 2016 (max-combo), with the two-dimensional normal integral by Drezner and
             Wesolowsky's formula over the correlation.
    """
    best = min(one, other)
    p = 2.0 * draws.normal_probability(best) - both_below(best, correlation)
    return draws.normal_quantile(min(max(p, TINY_P), 1.0 - 1e-16))


@njit(cache=True, nogil=True)
def both_below(z, correlation):  # type: ignore[no-untyped-def]
    """P(Z1 <= z, Z2 <= z) of two standard normals: Plackett's integral, Simpson in the angle."""
    top = math.asin(max(-1.0, min(1.0, correlation)))
    steps = 64
    total = 0.0
    for i in range(steps + 1):
        weight = 1.0 if i in (0, steps) else (4.0 if i % 2 else 2.0)
        total += weight * math.exp(-z * z / (1.0 + math.sin(top * i / steps)))
    return draws.normal_probability(z) ** 2 + total * top / steps / 3.0 / (2.0 * math.pi)
