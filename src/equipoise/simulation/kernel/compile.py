"""A protocol and a truth as a scenario of arrays."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from equipoise.adam.time.handling import Strategies
from equipoise.arrays import Floats
from equipoise.conduct.visits import planned
from equipoise.design.model import HypothesisPlan
from equipoise.kernels.trials import batch, follow
from equipoise.kernels.trials.batch import Readings
from equipoise.kernels.trials.follow import Endpoints
from equipoise.meaning.hypotheses import Hypothesis
from equipoise.meaning.multiplicity import graph_of
from equipoise.meaning.virtual.limits import contacts, refuse
from equipoise.patients.visit_plans import scan_visit
from equipoise.patients.world import DEATH, PROGRESSION, Setting, curve, setting
from equipoise.protocol import Protocol
from equipoise.simulation.kernel.course import THERAPY, Asked, asked_of, course_of, seen_at_scans
from equipoise.simulation.kernel.hypotheses import simulated
from equipoise.simulation.kernel.looks import kernel_looks
from equipoise.simulation.kernel.plans import planned_amounts, plans_of, shares_counted
from equipoise.simulation.kernel.scenario import NullHypothesis, Scenario
from equipoise.simulation.kernel.shares import Shares, shares_of, unshared
from equipoise.simulation.kernel.tests import kernel_test

ONE_RATIO = 1e-9  # relative spread of hazard ratios over days that still counts as one


def scenario_from(protocol: Protocol, *, truth: str, read_at_visits: bool = True) -> Scenario:
    """The scenario of one truth of a protocol.

    read_at_visits : False to see progression on its own day instead of at the next assessment
    Raises   InputError where the truth or the design does not say what a virtual trial needs.
    Checked  tests/unit/simulation/test_compile.py.
    """
    world = setting(protocol, truth=truth)
    if read_at_visits:
        refuse(protocol, contacts)
    asked = simulated(protocol, world.truth)
    made = _Made.of(protocol, world, asked)
    plans = plans_of(protocol, asked)
    counts = {look.label: n for h in asked for look, n in shares_counted(h, plans.get(h.name))}
    looks = kernel_looks(world, asked, made.place, counts)
    return Scenario(
        name=truth,
        world=world.world,
        endpoints=_endpoints(protocol, world, made, read_at_visits),
        endpoint_names=made.names,
        looks=looks.looks,
        look_names=looks.labels,
        readings=_readings(world, asked, looks.row, made),
        hypotheses=_read_at(protocol, asked, plans),
        shares=_shares(protocol, asked),
        alpha=protocol.design.alpha,
        sides=protocol.design.sides,
        truth=tuple(
            _true_value(protocol, world, h, read_at_visits=read_at_visits)
            for h in asked
            for _ in h.looks
        ),
    )


class _Made(NamedTuple):
    """The endpoints of the kernel: each endpoint of the protocol in each handling asked for."""

    names: tuple[str, ...]
    asked: tuple[Asked | None, ...]  # None for a response
    place: dict[str, int]  # by hypothesis

    @classmethod
    def of(cls, protocol: Protocol, world: Setting, asked: Sequence[Hypothesis]) -> _Made:
        made: dict[tuple[str, Strategies], Asked | None] = {}
        place = {}
        for h in asked:
            assert h.estimand is not None
            is_time = h.endpoint.type != "proportion"
            one = asked_of(protocol, world, h.estimand) if is_time else None
            key = (h.endpoint_name, one.rules.strategies if one else ())
            made.setdefault(key, one)
            place[h.name] = list(made).index(key)
        return cls(tuple(name for name, _ in made), tuple(made.values()), place)


def _endpoints(protocol: Protocol, world: Setting, made: _Made, read_at_visits: bool) -> Endpoints:
    days = world.world.tables.days
    course = course_of(protocol, world, made.asked, read_at_visits=read_at_visits)
    first, second, row = [], [], []
    tables = [follow.schedule([], days=days)]
    for p, one in enumerate(made.asked):
        by_plan = not len(course.matters) or not course.at_scans[p]
        processes = one.processes if one else (follow.IS_RESPONSE,)
        first.append(processes[0])
        # where no scan ever shows progression, the one time that is told stands second
        is_shown = by_plan or one is None or course.progression >= 0
        alone = follow.NONE if is_shown else processes[0]
        second.append(processes[1] if len(processes) > 1 else alone)
        row.append(follow.NONE)
        visit = _planned_at(protocol, world, one) if one and read_at_visits and by_plan else None
        if visit is not None:
            visits = planned(protocol, visit, horizon=days)
            row[-1] = len(tables)
            tables.append(follow.schedule([int(d) for d in visits.day if d >= 1], days=days))
    return Endpoints(
        first=np.array(first),
        second=np.array(second),
        schedule=np.array(row),
        next_read=np.array([ahead for ahead, _ in tables]),
        last_read=np.array([back for _, back in tables]),
        course=course,
    )


def _planned_at(protocol: Protocol, world: Setting, one: Asked) -> str | None:
    """The visit at whose planned days an endpoint is read; None if on the day itself."""
    if seen_at_scans(protocol, world, one):
        return scan_visit(protocol)
    return one.endpoint.assessed_at if world.endpoints[one.processes[0]] != DEATH else None


def _readings(
    world: Setting, asked: Sequence[Hypothesis], row: Mapping[str, int], made: _Made
) -> Readings:
    held = [(h, row[look.label]) for h in asked for look in h.looks]
    tests = [kernel_test(h) for h, _ in held]
    return batch.make_readings(
        look=[at for _, at in held],
        endpoint=[made.place[h.name] for h, _ in held],
        pair=[[world.arms.index(arm) for arm in h.arms] for h, _ in held],
        stratified=[test.stratified for test in tests],
        method=[test.code for test in tests],
        weights=[test.weights for test in tests],
        tau=[test.tau for test in tests],
        sign=[test.sign for test in tests],
    )


def _read_at(
    protocol: Protocol, asked: Sequence[Hypothesis], plans: Mapping[str, HypothesisPlan]
) -> tuple[NullHypothesis, ...]:
    found, at = [], 0
    for h in asked:
        beta = h.plan.beta
        if beta is None and h.plan.power is not None:
            beta = 1.0 - h.plan.power
        found.append(
            NullHypothesis(
                name=h.name,
                readings=tuple(range(at, at + len(h.looks))),
                planned=planned_amounts(protocol, h, plans.get(h.name)),
                spending=h.plan.spending,
                futility=h.plan.futility,
                beta=beta,
                binding=h.plan.binding,
                plan=plans.get(h.name),
            )
        )
        at += len(h.looks)
    return tuple(found)


def _shares(protocol: Protocol, asked: Sequence[Hypothesis]) -> Shares:
    """The error of each hypothesis, in the order of `asked`, as a share of the whole."""
    plan = protocol.design
    if plan.multiplicity == "none":
        own = [plan.alpha if h.plan.alpha is None else h.plan.alpha for h in asked]
        return unshared([alpha / plan.alpha for alpha in own])
    return shares_of(graph_of(protocol).ordered([h.name for h in asked]))


def _true_value(
    protocol: Protocol, world: Setting, h: Hypothesis, *, read_at_visits: bool
) -> float | None:
    """The log hazard ratio or difference in proportions, where the truth has one value of it."""
    assert h.estimand is not None
    method, (control, experimental) = kernel_test(h).code, h.arms
    truth = world.truth
    if method >= batch.SCORE and read_at_visits:
        return None  # who progresses or dies before a scan is not seen to respond
    if method >= batch.SCORE:
        return truth.response.get(experimental, 0.0) - truth.response.get(control, 0.0)
    if method == batch.RMST:
        return None
    one = asked_of(protocol, world, h.estimand)
    processes = [world.endpoints[k] for k in one.processes]
    # therapy that counts as an event depends on scans
    by_scans = THERAPY in one.events and PROGRESSION not in one.events
    crossed = truth.crossover and DEATH in processes
    if by_scans or crossed or (len(processes) > 1 and world.world.link[1:].any()):
        return None
    ratios = _hazard(protocol, world, processes, experimental) / _hazard(
        protocol, world, processes, control
    )
    if not np.all(np.isfinite(ratios)) or np.ptp(ratios) > ONE_RATIO * ratios[0]:
        return None
    return math.log(ratios[0])


def _hazard(protocol: Protocol, world: Setting, processes: list[str], arm: str) -> Floats:
    """Cumulative hazard by day of the earliest of independent processes."""
    times = {PROGRESSION: world.truth.progression, DEATH: world.truth.death}
    times = {**times, **world.truth.endpoints}
    total = np.zeros(world.days)
    for name in processes:
        time = times[name]
        assert time is not None
        with np.errstate(divide="ignore"):
            total -= np.log1p(-curve(protocol, time, arm=arm, days=world.days))
    return total
