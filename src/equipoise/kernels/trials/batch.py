"""A batch of virtual trials: draws, looks, and one row of numbers per trial and reading.

Checked  tests/twins/test_trial_readings.py; tests/laws/test_simulation_laws.py.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.arrays import Floats, Ints
from equipoise.kernels import draws, orthant
from equipoise.kernels.cohort import Cohort, World
from equipoise.kernels.compiled import njit
from equipoise.kernels.trials import (
    arrive,
    follow,
    proportions,
    responses,
    scans,
    table,
    tests,
    weighted,
)
from equipoise.kernels.trials.arrive import Desk
from equipoise.kernels.trials.fields import Cut, Followed, Readout, Watched, keep
from equipoise.kernels.trials.follow import Endpoints, Looks
from equipoise.kernels.trials.table import EventRows, Sorted

LOGRANK, WEIGHTED, MAX_COMBO, RMST, SCORE, FISHER = range(6)


class Readings(NamedTuple):
    """What is read at the looks, R readings in order of their looks.

    look, endpoint : (R,)
    pair : (R, 2) control and experimental arm
    stratified : (R,) 0 or 1
    method : (R,) LOGRANK, WEIGHTED, MAX_COMBO, RMST (unstratified), SCORE or FISHER (proportions)
    weights : (R, 4, 2) rho and gamma of the tests that WEIGHTED (one) and MAX_COMBO combine
    combined : (R,) how many of the four
    tau : (R,) days to which RMST restricts the mean
    sign : (R,) 1.0, or -1.0 where shorter or lower is better: a Z below 0 speaks for the
        experimental arm whatever is better
    """

    look: Ints
    endpoint: Ints
    pair: Ints
    stratified: Ints
    method: Ints
    weights: Floats
    combined: Ints
    tau: Floats
    sign: Floats


def make_readings(
    *,
    look: Sequence[int],
    endpoint: Sequence[int],
    pair: Sequence[Sequence[int]],
    stratified: Sequence[int],
    method: Sequence[int],
    weights: Sequence[Sequence[tuple[float, float]]] | None = None,
    tau: Sequence[float] | None = None,
    sign: Sequence[float] | None = None,
) -> Readings:
    """Readings, one element of each column per reading; the log-rank test needs the first five."""
    count = len(look)
    each = [()] * count if weights is None else weights
    room = np.zeros((count, orthant.MOST_NORMALS, 2))
    for r, own in enumerate(each):
        room[r, : len(own)] = np.array(own).reshape(-1, 2)
    return Readings(
        look=np.array(look, dtype=np.int64),
        endpoint=np.array(endpoint, dtype=np.int64),
        pair=np.array(pair, dtype=np.int64),
        stratified=np.array(stratified, dtype=np.int64),
        method=np.array(method, dtype=np.int64),
        weights=room,
        combined=np.array([len(own) for own in each], dtype=np.int64),
        tau=np.zeros(count) if tau is None else np.array(tau, dtype=np.float64),
        sign=np.ones(count) if sign is None else np.array(sign, dtype=np.float64),
    )


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
    """Days of events and of responses, as read."""
    last = world.tables.threshold.shape[1] - 1
    course, cohort = endpoints.course, bench.cohort
    for p in range(len(endpoints.first)):
        if endpoints.first[p] == follow.IS_RESPONSE:
            arrive.respond(world, cohort, bench.desk)
        day, second = bench.day[p], endpoints.second[p]
        watched = Watched(cohort, bench.desk.key, last)
        if endpoints.first[p] == follow.IS_RESPONSE:
            if scans.matters(course, p):
                responses.response_days(course, watched, day)
            else:
                responses.known_at_once(cohort, day)
            continue
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
        if looks.kind[k] == follow.WITH_LOOK:
            found = day[looks.target[k]]
        else:
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
        pair, sign = readings.pair[r], readings.sign[r]
        return proportions.read(
            bench.cohort, bench.day[readings.endpoint[r]], cut, pair, method == FISHER, sign
        )
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
        return restricted(readings, r, bench, m, k)
    score, variance = tests.logrank(rows, k, len(bench.sorted.treated))
    if not variance > 0.0:
        return z, information, estimate, error
    information = variance
    z = readings.sign[r] * (score / math.sqrt(variance))
    terms, own, finite = tests.cox_terms(rows, k, bench.base, bench.slope)
    if finite:
        start = max(-2.0, min(2.0, score / variance))
        estimate, error = tests.cox(bench.base, bench.slope, terms, own, start)
    if method != LOGRANK:
        z, information = weigh(readings, r, rows, k, information)
    return z, information, estimate, error


@njit(cache=True, nogil=True)
def restricted(readings, r, bench, m, k):  # type: ignore[no-untyped-def]
    """As `compare`, of the difference of restricted means."""
    base, slope = bench.base, bench.slope
    found = tests.rmst(bench.sorted, bench.rows, m, k, base, slope, readings.tau[r])
    difference, variance = found
    if not variance > 0.0:
        return math.nan, math.nan, math.nan, math.nan
    error = math.sqrt(variance)
    return -readings.sign[r] * (difference / error), 1.0 / variance, difference, error


@njit(cache=True, nogil=True)
def weigh(readings, r, rows, k, information):  # type: ignore[no-untyped-def]
    """Statistic and information of a weighted test, or the statistic of several combined."""
    sign, weights = readings.sign[r], readings.weights[r, : readings.combined[r]]
    if readings.method[r] == MAX_COMBO:
        return sign * weighted.combined(rows, k, weights, sign)[0], information
    score, spread = weighted.weighted_sums(rows, k, weights)
    return sign * weighted.standardized(score, spread)[0][0], spread[0, 0]
