"""One hypothesis as the protocol puts it, and what sizing has to say about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from equipoise.design.model import EffectScale
from equipoise.errors import InputError, did_you_mean
from equipoise.meaning.expected import Course, Steps
from equipoise.protocol import Protocol
from equipoise.protocol.model import Endpoint, HypothesisDesign


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
    standard_error : of the effect (its logarithm for a hazard ratio) at an amount
    yielded : amount expected by a calendar day; entered : patients of both arms a day
    """

    scale: EffectScale
    unit: str
    method: str
    effect: Callable[[float], float] | None
    margin: float
    says: str
    ratio: float
    course: Course | None = None
    needed: Callable[[float], float] | None = None
    drift: Callable[[float], float] | None = None
    yielded: Callable[[float], float] | None = None
    standard_error: Callable[[float], float] | None = None
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


def method_of(q: Question, known: tuple[str, ...], default: str) -> str:
    if q.plan.method is None:
        return default
    if q.plan.method.lower() not in known:
        hint = did_you_mean(q.plan.method, known)
        raise InputError(f'design.{q.name}.method: "{q.plan.method}" is none of {known}{hint}')
    return q.plan.method.lower()


def said(protocol: Protocol, q: Question) -> str:
    """The assumption in a few words, experimental arm first."""
    table = protocol.assume.endpoints[q.endpoint_name]
    return " against ".join(phrase(table[arm]) for arm in reversed(q.arms))


def phrase(value: object) -> str:
    """An assumption about one arm in a few words: `median 14 months`, `60% at 6 months`."""
    if not isinstance(value, dict):
        return str(value)
    told = {k: v for k, v in value.items() if v is not None and v != [] and v != {}}
    parts = [_curve(v) if k == "curve" else f"{k} {v}" for k, v in told.items()]
    return ", ".join(parts).replace(", after", " after")


def _curve(points: object) -> str:
    """Survival at points, given as a mapping or as a list of `at` and `survival`."""
    if isinstance(points, dict):
        return ", ".join(f"{v} at {k}" for k, v in points.items())
    rows = points if isinstance(points, (list, tuple)) else []
    return ", ".join(f"{100.0 * float(row['survival']):g}% at {row['at']}" for row in rows)
