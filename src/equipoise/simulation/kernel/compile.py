"""A protocol and a truth as a scenario of arrays."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from equipoise.adam.time.intercurrent import Strategies
from equipoise.arrays import Floats
from equipoise.conduct.visits import planned
from equipoise.errors import InputError
from equipoise.kernels.trials import batch, follow
from equipoise.kernels.trials.batch import Readings
from equipoise.kernels.trials.follow import Endpoints, Looks
from equipoise.patients.attendance import scan_visit
from equipoise.patients.world import DEATH, PROGRESSION, Setting, curve, setting
from equipoise.protocol import Protocol
from equipoise.simulation.kernel.course import THERAPY, Asked, asked_of, course_of, seen_at_scans
from equipoise.simulation.kernel.multiplicity import Shares, shares
from equipoise.simulation.kernel.plans import plans_of
from equipoise.simulation.kernel.questions import (
    LookName,
    Question,
    check_population,
    method_of,
    own_looks,
    pair_of,
    questions,
    weights_of,
)
from equipoise.simulation.kernel.scenario import Hypothesis, Scenario

ONE_RATIO = 1e-9  # relative spread of hazard ratios over days that still counts as one


def scenario_from(protocol: Protocol, *, truth: str, read_at_visits: bool = True) -> Scenario:
    """The scenario of one truth of a protocol.

    read_at_visits : False to see progression on its own day instead of at the next assessment
    Raises   InputError where the truth or the design does not say what a virtual trial needs.
    Checked  tests/unit/simulation/test_compile.py.
    """
    world = setting(protocol, truth=truth)
    asked = questions(protocol)
    for one in asked:
        check_population(protocol, world.truth, one)
    looks = own_looks(asked)
    made = _Made.of_questions(protocol, world, asked)
    return Scenario(
        name=truth,
        world=world.world,
        endpoints=_endpoints(protocol, world, made, read_at_visits),
        endpoint_names=made.names,
        looks=_looks(world, looks, made),
        look_names=tuple(look.label for look in looks),
        readings=_readings(protocol, world, asked, looks, made),
        hypotheses=_hypotheses(protocol, asked),
        shares=_shares(protocol, asked),
        alpha=protocol.design.alpha,
        sides=protocol.design.sides,
        truth=tuple(_true_value(protocol, world, q) for q in asked for _ in q.design.looks),
    )


class _Made(NamedTuple):
    """The endpoints of the kernel: each endpoint of the protocol in each handling asked for."""

    names: tuple[str, ...]
    asked: tuple[Asked | None, ...]  # None for a proportion
    of: dict[str, int]  # hypothesis -> index

    @classmethod
    def of_questions(cls, protocol: Protocol, world: Setting, asked: list[Question]) -> _Made:
        made: dict[tuple[str, Strategies], Asked | None] = {}
        of = {}
        for q in asked:
            name = q.estimand.endpoint
            is_time = protocol.endpoints[name].type != "proportion"
            one = asked_of(protocol, world, q.estimand) if is_time else None
            key = (name, one.rules.strategies if one else ())
            made.setdefault(key, one)
            of[q.name] = list(made).index(key)
        return cls(tuple(name for name, _ in made), tuple(made.values()), of)


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
        alone = follow.NONE if by_plan or course.progression >= 0 else processes[0]
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


def _looks(world: Setting, looks: list[LookName], made: _Made) -> Looks:
    kind, target, after = [], [], []
    before: dict[str, int] = {}
    for k, look in enumerate(looks):
        what, when = _when(world, look)
        kind.append(what)
        target.append(when)
        after.append(before.get(look.question.name, follow.NONE))
        before[look.question.name] = k
    return Looks(
        kind=np.array(kind),
        endpoint=np.array([made.of[look.question.name] for look in looks]),
        target=np.array(target),
        delay=np.zeros(len(looks), dtype=np.int64),
        latest=np.full(len(looks), world.days),
        after=np.array(after),
    )


def _when(world: Setting, look: LookName) -> tuple[int, int]:
    plan = look.plan
    if plan.events is not None:
        return follow.AT_EVENTS, plan.events
    if plan.information is not None:
        # A binary fraction such as 0.7 of 10 must not become 8.
        events = round(plan.information * _most_events(look.question), 9)
        return follow.AT_EVENTS, math.ceil(events)
    if plan.subjects is not None:
        return follow.AT_SUBJECTS, plan.subjects
    if plan.at is not None:
        return follow.AFTER_FIRST, plan.at.whole_days
    if plan.cutoff is not None:
        return follow.ON_DAY, (plan.cutoff - world.start).days + 1
    return follow.ON_DAY, world.days


def _most_events(question: Question) -> int:
    counts = [plan.events for plan in question.design.looks.values() if plan.events is not None]
    if not counts:
        raise InputError(f"design.{question.name}: a share of information needs a look at events")
    return max(counts)


def _readings(
    protocol: Protocol,
    world: Setting,
    asked: list[Question],
    looks: list[LookName],
    made: _Made,
) -> Readings:
    labels = [look.label for look in looks]
    rows = []
    for q in asked:
        method, stratified = method_of(q)
        rho, gamma = weights_of(q, method)
        pair = pair_of(protocol, world, q)
        for name, plan in q.design.looks.items():
            look = labels.index(plan.with_ or f"{q.name} {name}")
            rows.append((look, made.of[q.name], pair, int(stratified), method, rho, gamma))
    look_, endpoint_, pair_, stratified_, method_, rho_, gamma_ = zip(*rows, strict=True)
    return Readings(
        look=np.array(look_),
        endpoint=np.array(endpoint_),
        pair=np.array(pair_),
        stratified=np.array(stratified_),
        method=np.array(method_),
        rho=np.array(rho_, dtype=np.float64),
        gamma=np.array(gamma_, dtype=np.float64),
    )


def _hypotheses(protocol: Protocol, asked: list[Question]) -> tuple[Hypothesis, ...]:
    found, at = [], 0
    plans = plans_of(protocol, asked)
    for q in asked:
        count = len(q.design.looks)
        beta = q.design.beta
        if beta is None and q.design.power is not None:
            beta = 1.0 - q.design.power
        found.append(
            Hypothesis(
                name=q.name,
                readings=tuple(range(at, at + count)),
                planned=_planned(protocol, q),
                spending=q.design.spending,
                futility=q.design.futility,
                beta=beta,
                binding=q.design.binding,
                plan=plans.get(q.name),
            )
        )
        at += count
    return tuple(found)


def _planned(protocol: Protocol, question: Question) -> tuple[float, ...]:
    """Planned information by look; where only a date is planned, even steps up to the next."""
    if protocol.endpoints[question.estimand.endpoint].type == "proportion":
        most = float(protocol.population.randomize)
        known = [float(p.subjects) if p.subjects else None for p in question.design.looks.values()]
    else:
        counts = [p.events for p in question.design.looks.values() if p.events is not None]
        most = float(max(counts, default=protocol.population.randomize))
        known = [
            float(p.events) if p.events else p.information * most if p.information else None
            for p in question.design.looks.values()
        ]
    known[-1] = known[-1] or most
    steps = np.arange(1, len(known) + 1, dtype=np.float64)
    have = [k for k, n in enumerate(known) if n is not None]
    return tuple(
        float(x)
        for x in np.interp(steps, [0.0, *steps[have]], [0.0, *(known[k] or 0.0 for k in have)])
    )


def _shares(protocol: Protocol, asked: list[Question]) -> Shares:
    names = [q.name for q in asked]
    plan = protocol.design
    order = [names.index(n) for n in plan.order if n in names]
    if plan.multiplicity == "graph" and plan.graph is not None:
        return shares(
            "graph",
            len(names),
            weights=[plan.graph.weights.get(n, 0.0) for n in names],
            transitions=[
                [plan.graph.transitions.get(a, {}).get(b, 0.0) for b in names] for a in names
            ],
        )
    rest = [k for k in range(len(names)) if k not in order]
    found = shares(plan.multiplicity, len(names), order=[*order, *rest])
    own = [q.design.alpha if q.design.alpha is not None else plan.alpha for q in asked]
    return Shares(found.table * np.array([alpha / plan.alpha for alpha in own]))


def _true_value(protocol: Protocol, world: Setting, question: Question) -> float | None:
    """The log hazard ratio or difference in proportions, where the truth has one value of it."""
    method, _ = method_of(question)
    control, experimental = (world.arms[k] for k in pair_of(protocol, world, question))
    truth = world.truth
    if method >= batch.SCORE:
        return truth.response.get(experimental, 0.0) - truth.response.get(control, 0.0)
    if method == batch.RMST:
        return None
    one = asked_of(protocol, world, question.estimand)
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
