"""A protocol and a truth as a scenario of arrays."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from equipoise.conduct.visits import planned
from equipoise.errors import InputError
from equipoise.kernels.trials import batch, follow
from equipoise.kernels.trials.batch import Readings
from equipoise.kernels.trials.follow import Endpoints, Looks
from equipoise.patients.world import Setting, curve, setting
from equipoise.protocol import Protocol
from equipoise.simulation.multiplicity import Shares, shares
from equipoise.simulation.questions import (
    LookName,
    Question,
    method_of,
    own_looks,
    pair_of,
    processes_of,
    questions,
    weights_of,
)
from equipoise.simulation.scenario import Hypothesis, Scenario

Floats = NDArray[np.float64]
ONE_RATIO = 1e-9  # relative spread of hazard ratios over days that still counts as one


def scenario_from(protocol: Protocol, *, truth: str, read_at_visits: bool = True) -> Scenario:
    """The scenario of one truth of a protocol.

    read_at_visits : False to see progression on its own day instead of at the next assessment
    Raises   InputError where the truth or the design does not say what a virtual trial needs.
    Checked  tests/unit/simulation/test_compile.py.
    """
    world = setting(protocol, truth=truth)
    asked = questions(protocol)
    looks = own_looks(asked)
    endpoints = tuple(dict.fromkeys(q.estimand.endpoint for q in asked))
    reads = _readings(protocol, world, asked, looks, endpoints)
    return Scenario(
        name=truth,
        world=world.world,
        endpoints=_endpoints(protocol, world, endpoints, read_at_visits),
        endpoint_names=endpoints,
        looks=_looks(world, looks, endpoints),
        look_names=tuple(look.label for look in looks),
        readings=reads,
        hypotheses=_hypotheses(protocol, asked),
        shares=_shares(protocol, asked),
        alpha=protocol.design.alpha,
        sides=protocol.design.sides,
        truth=tuple(_true_value(protocol, world, q) for q in asked for _ in q.design.looks),
    )


def _endpoints(
    protocol: Protocol, world: Setting, names: tuple[str, ...], read_at_visits: bool
) -> Endpoints:
    days = world.world.tables.days
    first, second, row = [], [], []
    tables = [follow.schedule([], days=days)]
    for name in names:
        endpoint = protocol.endpoints[name]
        if endpoint.type == "proportion":
            processes: tuple[int, ...] = (follow.RESPONSE,)
        else:
            processes = processes_of(protocol, world, name)
        first.append(processes[0])
        second.append(processes[1] if len(processes) > 1 else follow.NONE)
        row.append(follow.NONE)
        seen_at_visits = processes[0] >= 0 and world.endpoints[processes[0]] != "death"
        if read_at_visits and endpoint.assessed_at and seen_at_visits:
            visits = planned(protocol, endpoint.assessed_at, horizon=days)
            row[-1] = len(tables)
            tables.append(follow.schedule([int(d) for d in visits.day if d >= 1], days=days))
    return Endpoints(
        first=np.array(first),
        second=np.array(second),
        schedule=np.array(row),
        next_read=np.array([ahead for ahead, _ in tables]),
        last_read=np.array([back for _, back in tables]),
    )


def _looks(world: Setting, looks: list[LookName], endpoints: tuple[str, ...]) -> Looks:
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
        endpoint=np.array([endpoints.index(look.question.estimand.endpoint) for look in looks]),
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
    endpoints: tuple[str, ...],
) -> Readings:
    labels = [look.label for look in looks]
    rows = []
    for q in asked:
        method, stratified = method_of(q)
        rho, gamma = weights_of(q, method)
        pair = pair_of(protocol, world, q)
        for name, plan in q.design.looks.items():
            look = labels.index(plan.with_ or f"{q.name} {name}")
            endpoint = endpoints.index(q.estimand.endpoint)
            rows.append((look, endpoint, pair, int(stratified), method, rho, gamma))
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
    return shares(plan.multiplicity, len(names), order=[*order, *rest])


def _true_value(protocol: Protocol, world: Setting, question: Question) -> float | None:
    """The log hazard ratio or difference in proportions, where the truth has one value of it."""
    method, _ = method_of(question)
    control, experimental = (world.arms[k] for k in pair_of(protocol, world, question))
    truth = world.truth
    if method >= batch.SCORE:
        return truth.response.get(experimental, 0.0) - truth.response.get(control, 0.0)
    if method == batch.RMST:
        return None
    processes = [
        world.endpoints[k] for k in processes_of(protocol, world, question.estimand.endpoint)
    ]
    if len(processes) > 1 and world.world.link[1:].any():
        return None
    ratios = _hazard(protocol, world, processes, experimental) / _hazard(
        protocol, world, processes, control
    )
    if not np.all(np.isfinite(ratios)) or np.ptp(ratios) > ONE_RATIO * ratios[0]:
        return None
    return math.log(ratios[0])


def _hazard(protocol: Protocol, world: Setting, processes: list[str], arm: str) -> Floats:
    """Cumulative hazard by day of the earliest of independent processes."""
    times = {"progression": world.truth.progression, "death": world.truth.death}
    times = {**times, **world.truth.endpoints}
    total = np.zeros(world.days)
    for name in processes:
        time = times[name]
        assert time is not None
        with np.errstate(divide="ignore"):
            total -= np.log1p(-curve(protocol, time, arm=arm, days=world.days))
    return total
