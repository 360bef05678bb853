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
from equipoise.kernels.trials.follow import Endpoints, Looks
from equipoise.kernels.trials.table import Rows, Sorted

LOGRANK, WEIGHTED, MAX_COMBO, RMST, SCORE, FISHER = range(6)
EVENTS_0, EVENTS_1, SUBJECTS_0, SUBJECTS_1, Z, INFORMATION, ESTIMATE, ERROR = range(8)
COLUMNS = 8
NAN = math.nan
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


class Bench(NamedTuple):
    """Room to work in, one per thread."""

    cohort: Cohort
    desk: Desk
    day: Ints  # (P, n) event days as read
    until: Ints  # (P, n) last day of observation, where the course of an endpoint matters
    known: Ints  # (n,) day up to which it is known at a cut, there
    counts: NDArray[np.int32]  # (trial days,) events by trial day
    sorted: Sorted
    rows: Rows
    base: Floats  # (n,)
    slope: Floats  # (n,)


def empty_bench(world: World, endpoints: Endpoints, looks: Looks) -> Bench:
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
def run(world, endpoints, looks, readings, bench, seed, start, when, found):  # type: ignore[no-untyped-def]
    """Run trials start, start + 1, ... and fill one row of each output per trial.

    seed : uint64; start : int64
    when : (trials, L, 2) int64, trial day and number of subjects entered at each look
    found : (trials, R, 8) float64, columns EVENTS_0 ... ERROR; NaN = not estimable
    """
    for i in range(len(when)):
        key = draws.trial_key(seed, start + i)
        arrive.arrive(world, key, bench.cohort, bench.desk)
        watch(world, endpoints, bench)
        look_days(endpoints, looks, bench, when[i])
        for r in range(len(readings.look)):
            cut, inside = when[i, readings.look[r], 0], when[i, readings.look[r], 1]
            read(endpoints, readings, r, cut, inside, bench, found[i, r])


@njit(cache=True, nogil=True)
def watch(world, endpoints, bench):  # type: ignore[no-untyped-def]
    """Event days as read, and responses where an endpoint needs them."""
    days = world.tables.threshold.shape[1] - 1
    course, cohort, keys = endpoints.course, bench.cohort, bench.desk.key
    for p in range(len(endpoints.first)):
        if endpoints.first[p] == follow.RESPONSE:
            arrive.respond(world, cohort, bench.desk)
            continue
        found, second = bench.day[p], endpoints.second[p]
        if scans.matters(course, p) and course.at_scans[p] == 1:
            scans.read_days(course, second, cohort, keys, days, found)
        else:
            follow.event_days(endpoints, p, cohort, days, found)
        if scans.matters(course, p):
            scans.settle(course, p, second, cohort, keys, days, found, bench.until[p])


@njit(cache=True, nogil=True)
def look_days(endpoints, looks, bench, when):  # type: ignore[no-untyped-def]
    """Trial day and number of subjects entered of each look."""
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
            cut = max(cut, when[looks.after[k], 0])
        when[k, 0] = cut
        when[k, 1] = follow.enrolled(cohort.entry, cut)


@njit(cache=True, nogil=True)
def read(endpoints, readings, r, cut, inside, bench, out):  # type: ignore[no-untyped-def]
    """One reading at its cut."""
    p, method = readings.endpoint[r], readings.method[r]
    out[:] = NAN
    if method >= SCORE:
        proportions.read(bench.cohort, inside, readings.pair[r], method == FISHER, out)
        return
    found, rows = bench.sorted, bench.rows
    schedule = endpoints.schedule[p]
    last_read = endpoints.last_read[
        max(schedule, 0), : endpoints.last_read.shape[1] * (schedule >= 0)
    ]
    m = observe(endpoints, readings, r, last_read, cut, inside, bench)
    table.sort(found, m, cut)
    k = table.event_rows(found, rows)
    out[EVENTS_0], out[EVENTS_1] = 0.0, 0.0
    for i in range(k):
        out[EVENTS_0] += rows.events[i] - rows.events_1[i]
        out[EVENTS_1] += rows.events_1[i]
    out[SUBJECTS_1] = found.treated.sum()
    out[SUBJECTS_0] = m - out[SUBJECTS_1]
    compare(readings, r, bench, m, k, out)


@njit(cache=True, nogil=True)
def observe(endpoints, readings, r, last_read, cut, inside, bench):  # type: ignore[no-untyped-def]
    """Put the subjects of a reading into `bench.sorted.early`; returns how many."""
    p, pair, stratified = readings.endpoint[r], readings.pair[r], readings.stratified[r]
    cohort, day, found = bench.cohort, bench.day[p], bench.sorted
    if not scans.matters(endpoints.course, p):
        until = cohort.dropout
        return table.observe(cohort, until, day, last_read, cut, inside, pair, stratified, found)
    known, until = bench.known, bench.until[p]
    follow.known(
        endpoints.course, p, cohort, bench.desk.key, last_read, day, until, cut, inside, known
    )
    return table.observe(cohort, known, day, last_read[:0], cut, inside, pair, stratified, found)


@njit(cache=True, nogil=True)
def compare(readings, r, bench, m, k, out):  # type: ignore[no-untyped-def]
    """Statistic, information, estimate and its standard error."""
    method, rows = readings.method[r], bench.rows
    if method == RMST:
        estimate, variance = tests.rmst(bench.sorted, m, readings.rho[r])
        if variance > 0.0:
            out[ESTIMATE], out[ERROR] = estimate, math.sqrt(variance)
            out[Z], out[INFORMATION] = -estimate / out[ERROR], 1.0 / variance
        return
    score, variance = tests.logrank(rows, k, len(bench.sorted.treated))
    if not variance > 0.0:
        return
    out[INFORMATION] = variance
    out[Z] = score / math.sqrt(variance)
    terms, own, finite = tests.cox_terms(rows, k, bench.base, bench.slope)
    if finite:
        start = max(-2.0, min(2.0, score / variance))
        out[ESTIMATE], out[ERROR] = tests.cox(bench.base, bench.slope, terms, own, start)
    if method == LOGRANK:
        return
    weighted, spread = tests.fleming_harrington(rows, k, readings.rho[r], readings.gamma[r])
    z = weighted / math.sqrt(spread) if spread > 0.0 else NAN
    if method == WEIGHTED:
        out[Z], out[INFORMATION] = z, spread
    else:
        out[Z] = larger(
            out[Z], z, tests.fleming_harrington_pair(rows, k, readings.rho[r], readings.gamma[r])
        )


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
