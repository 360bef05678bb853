"""Looks and size settled together: the bounds need information, information needs the size."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from typing import NamedTuple

from equipoise.design.bounds.boundaries import bounds
from equipoise.design.bounds.model import Bounds
from equipoise.design.model import LookDesign
from equipoise.design.plan.look_times import PlannedLook
from equipoise.design.plan.questions import Answer, Question
from equipoise.errors import InputError
from equipoise.meaning import rates as assumed
from equipoise.meaning.expected import WhenExpected, time_of_events, when_expected
from equipoise.protocol import Protocol
from equipoise.protocol.language.families import Family, as_family

MAX_ROUNDS = 50  # the size is a whole number, so the search settles after a few rounds
DEFAULT_EFFICACY = "lan-demets-obf"


class Settled(NamedTuple):
    """needed : amount for the planned power with these looks, not rounded, or None."""

    needed: float | None
    maximum: float
    bounds: Bounds
    looks: tuple[LookDesign, ...]


def settle(protocol: Protocol, q: Question, a: Answer, looks: Sequence[PlannedLook]) -> Settled:
    """The amount at the last look, the bounds, and when each look is expected.

    Raises   InputError if nothing says how much the last look waits for.
    """
    maximum = _stated_maximum(protocol, q, a, looks)
    if maximum is None:
        maximum = _solved_maximum(protocol, q, a, looks)
    b = _bounds(protocol, q, a, looks, maximum)
    needed = None if a.needed is None else a.needed(maximum) * b.inflation
    designed = tuple(_designed(look, a, maximum) for look in looks)
    return Settled(needed, maximum, b, designed)


def _stated_maximum(
    protocol: Protocol, q: Question, a: Answer, looks: Sequence[PlannedLook]
) -> float | None:
    """The amount the last look waits for, if the protocol decides it."""
    last = looks[-1]
    if last.amount is not None:
        return float(last.amount)
    if last.day is not None and a.yielded is not None:
        return a.yielded(last.day)
    if a.unit == "subjects":
        return protocol.population.randomize * assumed.pair_share(protocol, q.arms)
    return None


def _solved_maximum(
    protocol: Protocol, q: Question, a: Answer, looks: Sequence[PlannedLook]
) -> float:
    """The least whole amount with the planned power, looks and size being consistent."""
    if a.needed is None:
        raise InputError("say a power with assumptions, or how many events the last look waits for")
    amount = float(ceil(a.needed(1.0 if a.course is None else 0.5 * a.course.subjects)))
    for _ in range(MAX_ROUNDS):
        inflation = _bounds(protocol, q, a, looks, amount).inflation
        following = float(ceil(a.needed(amount) * inflation - 1e-9))
        if following == amount:
            break
        amount = max(following, amount) if abs(following - amount) == 1.0 else following
    return amount


def _bounds(
    protocol: Protocol, q: Question, a: Answer, looks: Sequence[PlannedLook], maximum: float
) -> Bounds:
    amounts = [look.amount_of(maximum, a.yielded) for look in looks]
    amounts[-1] = maximum
    if any(later <= earlier for earlier, later in pairwise(amounts)):
        told = ", ".join(f"{x:.4g}" for x in amounts)
        raise InputError(f"looks must come with more {a.unit} each time, but have {told}")
    efficacy = [k + 1 for k, look in enumerate(looks) if look.efficacy or k + 1 == len(looks)]
    futility = [k + 1 for k, look in enumerate(looks) if look.futility]
    return bounds(
        [x / maximum for x in amounts],
        alpha=q.level,
        efficacy=_efficacy(protocol, q),
        futility=q.plan.futility,
        beta=_beta(q),
        binding=q.plan.binding,
        spending_time=_spending_time(q, a, amounts),
        efficacy_looks=efficacy,
        futility_looks=futility if q.plan.futility else None,
    )


def _efficacy(protocol: Protocol, q: Question) -> Family:
    """The family; the user's own cumulative error is for all of alpha, so it shrinks with it."""
    family = as_family(q.plan.spending or DEFAULT_EFFICACY)
    if isinstance(family, str):
        return family
    whole = q.plan.alpha if q.plan.alpha is not None else protocol.design.alpha
    return [min(v * q.level / whole, q.level) for v in family]


def _beta(q: Question) -> float | None:
    if q.plan.beta is not None:
        return q.plan.beta
    return None if q.plan.power is None else 1.0 - q.plan.power


def _spending_time(q: Question, a: Answer, amounts: Sequence[float]) -> list[float] | None:
    """Shares of calendar time, or None where error is spent by information."""
    own = not isinstance(as_family(q.plan.spending or DEFAULT_EFFICACY), str)
    if q.plan.spend_by != "calendar" or own:
        return None
    if a.course is not None:
        days = [time_of_events(a.course, amount) for amount in amounts]
    else:
        days = [None if a.entered is None else a.entered.reaches(x) for x in amounts]
    if days[-1] is None or any(day is None for day in days):
        raise InputError("error is spent by the calendar, but not every look has an expected day")
    return [(day or 0.0) / days[-1] for day in days]


def _designed(look: PlannedLook, a: Answer, maximum: float) -> LookDesign:
    amount = look.amount_of(maximum, a.yielded)
    return LookDesign(
        name=look.name,
        says=look.says,
        amount=amount,
        fixed=look.fixed,
        information=amount / maximum,
        day=_expected(look, a, amount),
        efficacy=look.efficacy,
        futility=look.futility,
    )


def _expected(look: PlannedLook, a: Answer, amount: float) -> WhenExpected:
    if look.day is not None:
        return WhenExpected(look.day, None, None)
    if a.course is None:
        return WhenExpected(None if a.entered is None else a.entered.reaches(amount), None, None)
    if amount > a.course.subjects:
        raise InputError(f"{amount:g} {a.unit} are asked of {a.course.subjects:g} patients")
    return when_expected(a.course, round(amount))
