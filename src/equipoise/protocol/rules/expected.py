"""The most events that planning assumptions can yield, by integrating over the day of entry."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import exp, inf, log
from typing import Any, Final, NamedTuple

from equipoise.calendar import DAYS_PER_YEAR, months
from equipoise.protocol.model import Hazard, Protocol

_STEPS: Final = 200  # trapezoids over accrual, and over follow-up: error below 0.01 event in 1,000

Survival = Callable[[float], float]


class MostEvents(NamedTuple):
    """Expected events at the end of follow-up: of `all` subjects, and of those `kept` (dropout)."""

    all: float
    kept: float
    months: float | None  # the end of follow-up from the first entry; None: no end is said


def hazard_of(value: Any) -> Hazard:
    """An assumed time to event, in its short or its long form.

    Raises   ValueError in the words of `units` if it cannot be read.
    """
    try:
        return Hazard.model_validate(value)
    except ValueError as error:
        details: list[Any] = getattr(error, "errors", list)()
        cause = details[0].get("ctx", {}).get("error") if details else None
        message = f'"{value}" is no assumed time; expected a median, a curve or a hazard ratio'
        raise ValueError(str(cause) if cause else message) from None


def most_events(protocol: Protocol, endpoint: str) -> MostEvents | None:
    """Events expected by the end of follow-up, or None where the assumptions do not say enough."""
    per_arm = protocol.assume.endpoints.get(endpoint)
    if per_arm is None or protocol.endpoints[endpoint].type != "time to event":
        return None
    survival = _survivals(protocol, per_arm)
    ratios = protocol.allocation.ratios
    if survival is None or len(ratios) != len(protocol.arms):
        return None
    accrual = _accrual_days(protocol)
    follow = protocol.assume.follow_up
    end = None if follow is None else accrual + follow.days
    size = protocol.population.randomize / sum(ratios)
    whole = kept = 0.0
    for ratio, (arm, curve) in zip(ratios, survival.items(), strict=True):
        lost = _dropout(protocol, arm)
        whole += size * ratio * _share(curve, 0.0, accrual, end)
        kept += size * ratio * _share(curve, lost, accrual, end)
    return MostEvents(whole, kept, None if end is None else months(end))


def _survivals(protocol: Protocol, per_arm: dict[str, Any]) -> dict[str, Survival] | None:
    try:
        hazards = {arm: hazard_of(per_arm[arm]) for arm in protocol.arms}
        control = _curve(hazards[protocol.control])
    except (KeyError, ValueError, StopIteration):
        return None
    if control is None:
        return None
    found = {arm: _curve(h) or _shifted(h, control) for arm, h in hazards.items()}
    return {arm: curve for arm, curve in found.items() if curve} if all(found.values()) else None


def _curve(hazard: Hazard) -> Survival | None:
    if hazard.median is not None:
        rate = log(2) / hazard.median.days
        return lambda t: exp(-rate * t)
    if not hazard.curve:
        return None
    knots = [(0.0, 0.0)] + [(p.at.days, -log(max(p.survival, 1e-9))) for p in hazard.curve]
    if any(b <= a or high < low for (a, low), (b, high) in pairwise(knots)):
        return None
    return lambda t: exp(-_cumulative(knots, t))


def _cumulative(knots: list[tuple[float, float]], t: float) -> float:
    """Cumulative hazard, linear between knots and going on as in the last piece."""
    for (a, low), (b, high) in pairwise(knots):
        if t <= b or (b, high) == knots[-1]:
            return low + (high - low) * (t - a) / (b - a)
    return 0.0


def _shifted(hazard: Hazard, control: Survival) -> Survival | None:
    if hazard.hazard_ratio is None:
        return None
    starts = [0.0, *(start.days for start, _ in hazard.ratios), inf]
    ratios = [1.0, *(ratio for _, ratio in hazard.ratios)]

    def survival(t: float) -> float:
        found = 1.0
        for (start, end), ratio in zip(pairwise(starts), ratios, strict=True):
            if t > start:
                found *= (control(min(t, end)) / control(start)) ** ratio
        return found

    return survival


def _dropout(protocol: Protocol, arm: str) -> float:
    """Daily hazard of loss from the share lost in a year."""
    lost = protocol.assume.dropout
    share = lost.get(arm, lost.get("all", 0.0))
    return inf if share >= 1 else -log(1 - share) / DAYS_PER_YEAR


def _accrual_days(protocol: Protocol) -> float:
    plan = protocol.assume.accrual
    if plan.lasts is not None:
        return plan.lasts.days
    if plan.periods:
        return sum(p.days for p in plan.periods)
    if plan.start is not None and plan.end is not None:
        return float((plan.end - plan.start).days)
    return 0.0


def _share(survival: Survival, lost: float, accrual: float, end: float | None) -> float:
    """Chance of an event seen by the end, for entry spread evenly over accrual."""
    if end is None:
        return 1.0 if lost == 0.0 else _seen(survival, lost, 200 * DAYS_PER_YEAR)
    if accrual == 0.0:
        return _seen(survival, lost, end)
    entries = [accrual * (i + 0.5) / _STEPS for i in range(_STEPS)]
    if lost == 0.0:
        return sum(1 - survival(end - a) for a in entries) / _STEPS
    coarse = entries[:: _STEPS // 20]
    return sum(_seen(survival, lost, end - a) for a in coarse) / len(coarse)


def _seen(survival: Survival, lost: float, length: float) -> float:
    """Chance that the event comes within `length` days and before dropout."""
    step = length / _STEPS
    total = 0.0
    for i in range(_STEPS):
        fall = survival(i * step) - survival((i + 1) * step)
        total += fall * exp(-lost * (i + 0.5) * step)
    return total
