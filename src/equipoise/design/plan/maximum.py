"""Looks and size settled together: the bounds need information, information needs the size."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from typing import NamedTuple

from equipoise.design.bounds.boundaries import bounds
from equipoise.design.bounds.model import Bounds
from equipoise.design.bounds.spending import Family, as_family
from equipoise.design.model import LookDesign
from equipoise.design.plan.answer import Answer
from equipoise.design.plan.look_times import PlannedLook
from equipoise.errors import InputError
from equipoise.meaning.expected import time_of_events
from equipoise.meaning.hypotheses import Hypothesis
from equipoise.protocol import Protocol

MAX_ROUNDS = 50  # the size is a whole number, so the search settles after a few rounds
DEFAULT_EFFICACY = "lan-demets-obf"


class Settled(NamedTuple):
    """needed : amount for the planned power with these looks, not rounded, or None."""

    needed: float | None
    maximum: float
    bounds: Bounds
    looks: tuple[LookDesign, ...]


def settle(protocol: Protocol, h: Hypothesis, a: Answer, looks: Sequence[PlannedLook]) -> Settled:
    """The amount at the last look, the bounds, and when each look is expected.

    Raises   InputError if nothing says how much the last look waits for.
    """
    maximum = _stated_maximum(protocol, h, a, looks)
    if maximum is None:
        maximum = _solved_maximum(protocol, h, a, looks)
    b = _bounds(protocol, h, a, looks, maximum)
    needed = None if a.needed is None else a.needed(maximum) * b.inflation
    designed = tuple(_designed(look, maximum) for look in looks)
    return Settled(needed, maximum, b, designed)


def _stated_maximum(
    protocol: Protocol, h: Hypothesis, a: Answer, looks: Sequence[PlannedLook]
) -> float | None:
    """The amount the last look waits for, if the protocol decides it."""
    if not looks[-1].is_open:
        return looks[-1].amount(0.0)
    return protocol.population.randomize * h.share if a.unit == "subjects" else None


def _solved_maximum(
    protocol: Protocol, h: Hypothesis, a: Answer, looks: Sequence[PlannedLook]
) -> float:
    """The least whole amount with the planned power, looks and size being consistent."""
    if a.needed is None:
        raise InputError("say a power with assumptions, or how many events the last look waits for")
    amount = float(ceil(a.needed(1.0 if a.course is None else 0.5 * a.course.subjects)))
    for _ in range(MAX_ROUNDS):
        inflation = _bounds(protocol, h, a, looks, amount).inflation
        following = float(ceil(a.needed(amount) * inflation - 1e-9))
        if following == amount:
            break
        amount = max(following, amount) if abs(following - amount) == 1.0 else following
    return amount


def _bounds(
    protocol: Protocol, h: Hypothesis, a: Answer, looks: Sequence[PlannedLook], maximum: float
) -> Bounds:
    amounts = [look.amount(maximum) for look in looks]
    amounts[-1] = maximum
    if any(later <= earlier for earlier, later in pairwise(amounts)):
        told = ", ".join(f"{x:.4g}" for x in amounts)
        raise InputError(f"looks must come with more {a.unit} each time, but have {told}")
    efficacy = [k for k, x in enumerate(looks, 1) if x.look.efficacy or k == len(looks)]
    futility = [k for k, x in enumerate(looks, 1) if x.look.futility]
    return bounds(
        [x / maximum for x in amounts],
        alpha=h.level,
        efficacy=_efficacy(protocol, h),
        futility=h.plan.futility,
        beta=_beta(h),
        binding=h.plan.binding,
        spending_time=_spending_time(h, a, amounts),
        efficacy_looks=efficacy,
        futility_looks=futility if h.plan.futility else None,
    )


def _efficacy(protocol: Protocol, h: Hypothesis) -> Family:
    """The family; the user's own cumulative error is for all of alpha, so it shrinks with it."""
    family = as_family(h.plan.spending or DEFAULT_EFFICACY)
    if isinstance(family, str):
        return family
    whole = h.plan.alpha if h.plan.alpha is not None else protocol.design.alpha
    return [min(v * h.level / whole, h.level) for v in family]


def _beta(h: Hypothesis) -> float | None:
    if h.plan.beta is not None:
        return h.plan.beta
    return None if h.plan.power is None else 1.0 - h.plan.power


def _spending_time(h: Hypothesis, a: Answer, amounts: Sequence[float]) -> list[float] | None:
    """Shares of calendar time, or None where error is spent by information."""
    own = not isinstance(as_family(h.plan.spending or DEFAULT_EFFICACY), str)
    if h.plan.spend_by != "calendar" or own:
        return None
    if a.course is not None:
        days = [time_of_events(a.course, amount) for amount in amounts]
    else:
        days = [None if a.entered is None else a.entered.reaches(x) for x in amounts]
    if days[-1] is None or any(day is None for day in days):
        raise InputError("error is spent by the calendar, but not every look has an expected day")
    return [(day or 0.0) / days[-1] for day in days]


def _designed(planned: PlannedLook, maximum: float) -> LookDesign:
    amount = planned.amount(maximum)
    return LookDesign(
        name=planned.look.name,
        says=planned.look.says,
        amount=amount,
        fixed=planned.fixed,
        information=amount / maximum,
        day=planned.day(maximum),
        efficacy=planned.look.efficacy,
        futility=planned.look.futility,
    )
