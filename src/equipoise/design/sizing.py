"""What one hypothesis of a protocol needs: amount, drift and rates, by type of endpoint."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import Literal, NamedTuple

from equipoise.design import assumed
from equipoise.design.events import BY_EVENTS, Errors, events_per_drift
from equipoise.design.means import size_mean
from equipoise.design.proportions import size_proportion
from equipoise.design.time import (
    Course,
    Steps,
    average_hazard_ratio,
    expected_events,
    time_of_events,
)
from equipoise.errors import InputError, did_you_mean
from equipoise.protocol import Protocol
from equipoise.protocol.model import Endpoint, HypothesisDesign

Scale = Literal["hazard ratio", "difference in proportions", "difference in means"]
AVERAGE = "average hazard ratio"


class Question(NamedTuple):
    """One hypothesis as the protocol puts it.

    arms : control, experimental; level : one-sided type I error it is planned at
    """

    name: str
    plan: HypothesisDesign
    endpoint_name: str
    endpoint: Endpoint
    arms: tuple[str, str]
    level: float


class Answer(NamedTuple):
    """What sizing knows about a question; amounts are events or subjects.

    needed : amount of a fixed design for the planned power, as a function of an amount that sets
        when the trial ends (hazards may change with time); None if power or effect is not said
    effect, drift : assumed effect, and expectation of Z, at an amount
    yielded : amount expected by a calendar day; entered : patients of both arms a day
    """

    scale: Scale
    unit: str
    method: str
    effect: Callable[[float], float] | None
    margin: float
    says: str
    ratio: float
    course: Course | None
    needed: Callable[[float], float] | None
    drift: Callable[[float], float] | None
    yielded: Callable[[float], float] | None
    entered: Steps | None = None


def question(protocol: Protocol, name: str, level: float) -> Question:
    """A hypothesis with its endpoint and the two arms it compares.

    Raises   InputError if its endpoint or arms cannot be found.
    """
    plan = protocol.design.hypotheses[name]
    estimand = protocol.estimands.get(plan.estimand or name)
    endpoint = name if name in protocol.endpoints else estimand.endpoint if estimand else name
    if endpoint not in protocol.endpoints:
        hint = did_you_mean(name, [*protocol.endpoints, *protocol.estimands])
        raise InputError(f"design.{name}: no endpoint or estimand has this name{hint}")
    compare = estimand.compare if estimand else ()
    control = next((a for a in compare if a == protocol.control), protocol.control)
    others = [a for a in compare if a != control] or list(protocol.experimental)
    if not others:
        raise InputError(f"design.{name}: there is no experimental arm to compare")
    return Question(name, plan, endpoint, protocol.endpoints[endpoint], (control, others[0]), level)


def answer(protocol: Protocol, q: Question) -> Answer:
    """Size one hypothesis.

    Raises   InputError for assumptions that cannot be used.
    """
    if q.endpoint.type == "time to event":
        return _time_to_event(protocol, q)
    if q.endpoint.type == "proportion":
        return _proportion(protocol, q)
    if q.endpoint.type in ("continuous", "questionnaire"):
        return _mean(protocol, q)
    raise InputError(f"design.{q.name}: a {q.endpoint.type} endpoint cannot be sized")


def _time_to_event(protocol: Protocol, q: Question) -> Answer:
    unit = "deaths" if [str(e.name) for e in q.endpoint.event] == ["death"] else "events"
    ratio = assumed.allocation_ratio(protocol, q.arms)
    margin = q.plan.margin or 1.0
    if q.endpoint_name not in protocol.assume.endpoints:
        return Answer(
            "hazard ratio", unit, "schoenfeld", None, margin, "", ratio, None, None, None, None
        )
    course = assumed.course(protocol, q.endpoint_name, q.arms)
    constant = len(course.strata[0].hazard_ratio.values) == 1
    method = _method(q, (*BY_EVENTS, AVERAGE), "schoenfeld" if constant else AVERAGE)

    def ratio_at(events: float) -> float:
        if constant:
            return course.strata[0].hazard_ratio.values[0]
        day = time_of_events(course, events)
        return average_hazard_ratio(course, _last_day(course) if day is None else day).hazard_ratio

    def per_drift(events: float) -> float:
        formula = "schoenfeld" if method == AVERAGE else method
        return events_per_drift(ratio_at(events) / margin, ratio, formula)

    def needed(events: float) -> float:
        z = _errors(q)
        return (z.alpha + z.beta) ** 2 * per_drift(events)

    return Answer(
        scale="hazard ratio",
        unit=unit,
        method=method,
        effect=ratio_at,
        margin=margin,
        says=_said(protocol, q),
        ratio=ratio,
        course=course,
        needed=needed if q.plan.power is not None else None,
        drift=lambda events: sqrt(events / per_drift(events)),
        yielded=lambda day: expected_events(course, day).total,
    )


def _last_day(course: Course) -> float:
    """A day late enough that nearly every subject has had the event or dropped out."""
    slowest = min(v for s in course.strata for v in s.control.values if v > 0.0)
    return course.accrual.starts[-1] + 20.0 / slowest


def _proportion(protocol: Protocol, q: Question) -> Answer:
    control, experimental = (assumed.number(protocol, q.endpoint_name, arm) for arm in q.arms)
    if q.endpoint.better == "lower":
        control, experimental = 1.0 - control, 1.0 - experimental
    margin = -abs(q.plan.margin or 0.0)
    methods = ("pooled", "unpooled", "farrington-manning", "exact")
    method = _method(q, methods, "farrington-manning" if margin else "pooled")
    ratio = assumed.allocation_ratio(protocol, q.arms)
    own = control * (1.0 - control) + experimental * (1.0 - experimental) / ratio

    def needed(_: float) -> float:
        return size_proportion(
            control=control,
            experimental=experimental,
            margin=margin,
            alpha=q.level,
            power=q.plan.power,
            ratio=ratio,
            method=method,
        ).subjects

    return _subjects(
        protocol,
        q,
        "difference in proportions",
        method,
        experimental - control,
        margin,
        needed,
        lambda n: (experimental - control - margin) / sqrt(own * (1.0 + ratio) / n),
    )


def _mean(protocol: Protocol, q: Question) -> Answer:
    means = [assumed.number(protocol, q.endpoint_name, arm, "mean") for arm in q.arms]
    sds = [assumed.number(protocol, q.endpoint_name, arm, "sd") for arm in q.arms]
    better = -1.0 if q.endpoint.better == "lower" else 1.0
    margin = -abs(q.plan.margin or 0.0)
    difference = better * (means[1] - means[0])
    method = _method(q, ("t", "z"), "t")
    ratio = assumed.allocation_ratio(protocol, q.arms)
    sd = sqrt((sds[0] ** 2 + ratio * sds[1] ** 2) / (1.0 + ratio))

    def needed(_: float) -> float:
        return size_mean(
            difference=difference - margin,
            sd=sd,
            alpha=q.level,
            power=q.plan.power,
            ratio=ratio,
            method=method,
        ).subjects

    return _subjects(
        protocol,
        q,
        "difference in means",
        method,
        difference,
        margin,
        needed,
        lambda n: (difference - margin) / (sd * (1.0 + ratio) / sqrt(ratio * n)),
    )


def _subjects(
    protocol: Protocol,
    q: Question,
    scale: Scale,
    method: str,
    effect: float,
    margin: float,
    needed: Callable[[float], float],
    drift: Callable[[float], float],
) -> Answer:
    """An answer counted in subjects, who come as accrual goes."""
    share = assumed.pair_share(protocol, q.arms)
    entered: Steps | None = None
    if protocol.assume.accrual.model_fields_set:
        everyone = assumed.accrual(protocol.assume.accrual, protocol.population.randomize)
        entered = everyone.times(share)
    return Answer(
        scale=scale,
        unit="subjects",
        method=method,
        effect=lambda _: effect,
        margin=margin,
        says=_said(protocol, q),
        ratio=assumed.allocation_ratio(protocol, q.arms),
        course=None,
        needed=needed if q.plan.power is not None else None,
        drift=drift,
        yielded=None if entered is None else entered.total,
        entered=entered,
    )


def _errors(q: Question) -> Errors:
    return Errors.of(alpha=q.level, sides=1, power=q.plan.power or 0.0)


def _method(q: Question, known: tuple[str, ...], default: str) -> str:
    if q.plan.method is None:
        return default
    if q.plan.method.lower() not in known:
        hint = did_you_mean(q.plan.method, known)
        raise InputError(f'design.{q.name}.method: "{q.plan.method}" is none of {known}{hint}')
    return q.plan.method.lower()


def _said(protocol: Protocol, q: Question) -> str:
    """The assumption in a few words, experimental arm first."""
    table = protocol.assume.endpoints[q.endpoint_name]
    return " against ".join(_phrase(table[arm]) for arm in reversed(q.arms))


def _phrase(value: object) -> str:
    if not isinstance(value, dict):
        return str(value)
    parts = []
    for key, inner in value.items():
        if inner in (None, [], (), {}):
            continue
        listed = inner.items() if isinstance(inner, dict) else ()
        words = ", ".join(f"{v} at {k}" for k, v in listed) if listed else str(inner)
        parts.append(words if key == "curve" else f"{key} {words}")
    return ", ".join(parts)
