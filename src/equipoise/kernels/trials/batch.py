"""A batch of virtual trials: draws, looks, and one row of numbers per trial and reading.

Checked  tests/twins/test_trial_readings.py; tests/laws/test_simulation_laws.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from equipoise.arrays import Floats, Ints
from equipoise.kernels import orthant
from equipoise.kernels.cohort import World
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
from equipoise.kernels.trials.arrive import Cohorts, Links
from equipoise.kernels.trials.fields import Cut, Followed, Lives, LooksHeld, Readouts
from equipoise.kernels.trials.follow import Endpoints, Looks
from equipoise.kernels.trials.linked import linked_tables
from equipoise.kernels.trials.table import Entrants, PairReading, TestRoom

BLOCK = 128
"""Trials that go through a step together."""

MOST_SUBJECTS = 32_768
"""Subjects of a block: a few megabytes, which stay near the processor."""

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
    """Room to work in for a block of B trials, one per thread.

    day : as read, (B, n) for each endpoint; until : last day of observation, where the course of an
    endpoint matters, else empty; nobody : (B, n) NOT_SEEN
    known : (B, n) day up to which an endpoint is known at a cut; on : (n,) trial days of events
    test : for the test of one look
    """

    cohorts: Cohorts
    links: Links
    day: tuple[Ints, ...]
    until: tuple[Ints, ...]
    nobody: Ints
    known: Ints
    on: Ints
    test: TestRoom

    @property
    def trials(self) -> int:
        return len(self.known)

    def first(self, count: int) -> Bench:
        """Room for the first so many trials."""
        if count == self.trials:
            return self
        day, until = (tuple(of[:count] for of in some) for some in (self.day, self.until))
        cohorts, nobody, known = self.cohorts.first(count), self.nobody[:count], self.known[:count]
        return Bench(cohorts, self.links, day, until, nobody, known, self.on, self.test)


def empty_bench(plan: TrialPlan, trials: int = BLOCK) -> Bench:
    """Room for as many trials at a time as are quick to go through, and `trials` at most."""
    world, endpoints = plan.world, plan.endpoints
    n, days = world.subjects, world.tables.days
    size = (max(1, min(trials, MOST_SUBJECTS // n)), n)

    def room() -> Ints:
        return np.zeros(size, dtype=np.int64)

    matters = [scans.matters(endpoints.course, p) for p in range(len(endpoints.first))]
    return Bench(
        cohorts=arrive.empty_cohorts(world, size[0]),
        links=linked_tables(world),
        day=tuple(room() for _ in endpoints.first),
        until=tuple(room() if is_so else room()[:, :0] for is_so in matters),
        nobody=np.full(size, follow.NOT_SEEN, dtype=np.int64),
        known=room(),
        on=np.zeros(n, dtype=np.int64),
        test=table.empty_room(n, days, world.dropout_row.shape[1]),
    )


def run(
    plan: TrialPlan, bench: Bench, seed: int, start: int, held: LooksHeld, found: Readouts
) -> None:
    """Run trials start, start + 1, ... and fill one row of each output per trial."""
    out = np.zeros((bench.trials, len(found)))
    for at in range(0, len(held.day), bench.trials):
        own = bench.first(min(bench.trials, len(held.day) - at))
        rows = slice(at, at + own.trials)
        draw(plan, own, seed, start + at)
        hold(plan, own, held.day[rows], held.entered[rows])
        for r, k in enumerate(plan.readings.look):
            cut = Cut(held.day[rows, k].copy(), held.entered[rows, k].copy())
            read(plan, r, cut, own, out[: own.trials])
            for column, of in enumerate(found):
                of[rows, r] = out[: own.trials, column]


def draw(plan: TrialPlan, bench: Bench, seed: int, start: int) -> None:
    """The subjects of a block of trials, and their days of events and of responses, as read."""
    keys = arrive.trial_keys(seed, start, bench.trials)
    arrive.arrive(plan.world, keys, bench.cohorts, bench.links)
    if follow.IS_RESPONSE in plan.endpoints.first:
        arrive.respond(plan.world, bench.cohorts)
    for p in range(len(plan.endpoints.first)):
        watch(plan, p, bench)


def watch(plan: TrialPlan, p: int, bench: Bench) -> None:
    """Days of one endpoint, as read."""
    endpoints, last, day = plan.endpoints, plan.world.tables.days, bench.day[p]
    first, course, lives = endpoints.first[p], endpoints.course, lives_of(plan, p, bench)
    is_free = scans.matters(course, p)
    if first == follow.IS_RESPONSE:
        if is_free:
            responses.response_days(course, bench.cohorts.response, lives, day)
        else:
            responses.known_at_once(bench.cohorts.response, day)
        return
    if is_free and course.at_scans[p] == 1:
        follow.read_days(course.scans, lives, last, day)
    else:
        true = bench.cohorts.day[first]
        follow.event_days(
            true, lives.second, table_of(endpoints.next_read, endpoints, p), last, day
        )
    if is_free:
        scans.settle(course, p, lives, last, Followed(day, bench.until[p]))


def lives_of(plan: TrialPlan, p: int, bench: Bench) -> Lives:
    """What decides about one endpoint."""
    who, course = bench.cohorts, plan.endpoints.course
    times = (course.progression, course.death, plan.endpoints.second[p])
    true = (who.day[e] if e >= 0 else bench.nobody for e in times)
    return Lives(who.key, who.entry, who.dropout, who.crossed, *true)


def table_of(of: Ints, endpoints: Endpoints, p: int) -> Ints:
    """One of the tables of planned assessments of an endpoint; empty if read on the day."""
    row = endpoints.schedule[p]
    return of[row] if row >= 0 else of[0, :0]


def hold(plan: TrialPlan, bench: Bench, day: Ints, entered: Ints) -> None:
    """Trial day and number of subjects entered of each look, (B, L) each."""
    looks, entry = plan.looks, bench.cohorts.entry
    met = _days_of_events(plan, bench)
    for k, kind in enumerate(looks.kind):
        target = looks.target[k]
        if kind == follow.AT_EVENTS:
            on = met[k]
        elif kind == follow.WITH_LOOK:
            on = day[:, target]
        elif kind == follow.AT_SUBJECTS:
            on = entry[:, min(target, entry.shape[1]) - 1]
        else:
            on = target + (entry[:, 0] if kind == follow.AFTER_FIRST else 0)
        cut = np.minimum(np.minimum(on, looks.latest[k]) + looks.delay[k], looks.latest[k])
        if looks.after[k] >= 0:
            cut = np.maximum(cut, day[:, looks.after[k]])
        day[:, k] = cut
        count = np.zeros(len(entry), dtype=np.int64)
        follow.enrolled(entry, np.ascontiguousarray(day[:, k]), count)
        entered[:, k] = count


def _days_of_events(plan: TrialPlan, bench: Bench) -> dict[int, Ints]:
    """Look -> the day on which its number of events is met, (B,); one pass for an endpoint."""
    looks, who = plan.looks, bench.cohorts
    alike: dict[tuple[int, ...], list[int]] = {}
    for k in np.flatnonzero(looks.kind == follow.AT_EVENTS):
        alike.setdefault((looks.endpoint[k], *looks.pair[k]), []).append(int(k))
    found: dict[int, Ints] = {}
    for (p, *_), some in alike.items():
        met = np.zeros((bench.trials, len(some)), dtype=np.int64)
        asked = (looks.pair[some[0]], looks.target[some], looks.latest[some])
        follow.days_of_events(who.entry, who.arm, bench.day[p], who.dropout, *asked, bench.on, met)
        found |= {k: met[:, at] for at, k in enumerate(some)}
    return found


def seen_at(plan: TrialPlan, r: int, cut: Cut, bench: Bench) -> tuple[Entrants, PairReading]:
    """The subjects of a reading at its cut, and how they are read."""
    endpoints, readings, who = plan.endpoints, plan.readings, bench.cohorts
    p, until = readings.endpoint[r], who.dropout
    last_read = table_of(endpoints.last_read, endpoints, p)
    if scans.matters(endpoints.course, p) and readings.method[r] < SCORE:
        ended = Followed(bench.day[p], bench.until[p])
        lives, until = lives_of(plan, p, bench), bench.known
        follow.known(endpoints.course, p, lives, ended, last_read, cut, until)
        last_read = last_read[:0]
    asked = PairReading(readings.pair[r], int(readings.stratified[r]), last_read)
    return Entrants(who.entry, who.arm, who.stratum, bench.day[p], until), asked


def read(plan: TrialPlan, r: int, cut: Cut, bench: Bench, out: Floats) -> None:
    """One reading at its cut, the fields of a Readout in the columns of `out` (B, 8)."""
    readings = plan.readings
    method, sign = readings.method[r], float(readings.sign[r])
    seen, asked = seen_at(plan, r, cut, bench)
    at = (seen, asked, cut, bench.test)
    weights = readings.weights[r, : readings.combined[r]]
    if method >= SCORE:
        proportions.read_shares(seen, asked.pair, cut, bool(method == FISHER), sign, out)
    elif method == RMST:
        tests.read_means(*at, float(readings.tau[r]), sign, out)
    elif method == WEIGHTED:
        weighted.read_weighted(*at, weights, sign, out)
    elif method == MAX_COMBO:
        weighted.read_combined(*at, weights, sign, out)
    else:
        tests.read_hazards(*at, sign, out)
