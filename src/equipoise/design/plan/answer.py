"""What sizing has to say about a hypothesis."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from equipoise.design.model import EffectScale
from equipoise.errors import InputError, did_you_mean
from equipoise.meaning.expected import Course, Steps
from equipoise.meaning.hypotheses import Hypothesis
from equipoise.meaning.rates import accrual, says_accrual
from equipoise.protocol import Protocol
from equipoise.protocol.language.wording import format_hazard
from equipoise.protocol.model.frozen import unsaid


class Answer(NamedTuple):
    """What sizing knows about a hypothesis; amounts are events or subjects of the two arms.

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


def formula(h: Hypothesis, known: tuple[str, ...], default: str) -> str:
    """The formula by which a hypothesis is sized. Raises InputError if it names none of `known`."""
    if h.plan.method is None:
        return default
    if h.plan.method.lower() not in known:
        hint = did_you_mean(h.plan.method, known)
        raise InputError(f'design.{h.name}.method: "{h.plan.method}" is none of {known}{hint}')
    return h.plan.method.lower()


def entries(protocol: Protocol, h: Hypothesis) -> Steps | None:
    """Patients of both arms a day, or None if nothing is said about accrual."""
    if not says_accrual(protocol.assume.accrual):
        return None
    return accrual(protocol.assume.accrual, protocol.population.randomize).times(h.share)


def said(protocol: Protocol, h: Hypothesis) -> str:
    """The assumption in a few words, experimental arm first."""
    table = protocol.assume.endpoints[h.endpoint_name]
    return " against ".join(phrase(table[arm]) for arm in reversed(h.arms))


def phrase(value: object) -> str:
    """An assumption about one arm in a few words: `median 14 months`, `60% at 6 months`."""
    if not isinstance(value, dict):
        return str(value)
    told = {k: v for k, v in value.items() if not unsaid(v)}
    if sentence := format_hazard(told):
        return sentence
    parts = [_curve(v) if k == "curve" else f"{k} {v}" for k, v in told.items()]
    return ", ".join(parts).replace(", after", " after")


def _curve(points: object) -> str:
    """Survival at points, given as a mapping or as a list of `at` and `survival`."""
    if isinstance(points, dict):
        return ", ".join(f"{v} at {k}" for k, v in points.items())
    rows = points if isinstance(points, (list, tuple)) else []
    return ", ".join(f"{100.0 * float(row['survival']):g}% at {row['at']}" for row in rows)
