"""Sizes without a protocol: leave one number out and it is solved for."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import log
from typing import Any, NamedTuple

from equipoise.design.size.events import (
    BY_EVENTS,
    detectable_hazard_ratio,
    events_needed,
    power_with_events,
)
from equipoise.design.size.means import unknown
from equipoise.design.size.survival import (
    SurvivalSize,
    duration_survival,
    effect_survival,
    power_survival,
    size_survival,
)
from equipoise.errors import InputError
from equipoise.meaning.expected import Course, Steps, StratumCourse

DEFAULT_POWER = 0.9


@dataclass(frozen=True, slots=True)
class EventsSize:
    """Events, power or hazard ratio of a fixed design, whichever was left out."""

    method: str
    solved: str
    hazard_ratio: float
    alpha: float
    sides: int
    power: float
    ratio: float
    events: float

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


class Rates(NamedTuple):
    """Rates of an ad hoc trial, in one unit of time.

    median : of the control arm; accrual : how long it lasts; dropout : share lost in `per` units
    """

    median: float
    accrual: float
    dropout: float
    per: float


def size_events(
    *,
    hazard_ratio: float | None,
    events: float | None,
    power: float | None,
    alpha: float = 0.025,
    sides: int = 1,
    ratio: float = 1.0,
    method: str = "schoenfeld",
) -> EventsSize:
    """Events, power or hazard ratio of a fixed design: the one that is None is solved for.

    Raises   InputError unless exactly one is None.
    """
    solved = unknown({"effect": hazard_ratio, "power": power, "size": events})
    shared: dict[str, Any] = {"alpha": alpha, "sides": sides, "ratio": ratio, "method": method}
    if events is None and hazard_ratio is not None and power is not None:
        events = events_needed(hazard_ratio=hazard_ratio, power=power, **shared)
    elif hazard_ratio is None and events is not None and power is not None:
        hazard_ratio = detectable_hazard_ratio(events, power=power, **shared)
    elif power is None and events is not None and hazard_ratio is not None:
        power = power_with_events(events, hazard_ratio=hazard_ratio, **shared)
    assert hazard_ratio is not None
    assert events is not None
    assert power is not None
    return EventsSize(method, solved, hazard_ratio, alpha, sides, power, ratio, events)


def size_trial(
    rates: Rates,
    *,
    hazard_ratio: float | None,
    subjects: float | None,
    power: float | None,
    duration: float | None,
    alpha: float = 0.025,
    sides: int = 1,
    ratio: float = 1.0,
    method: str = "lachin-foulkes",
) -> SurvivalSize:
    """Subjects, power, hazard ratio or duration of a trial with even accrual and constant hazards.

    Raises   InputError unless exactly one of the four is None.
    """
    solved = unknown(
        {"effect": hazard_ratio, "power": power, "size": subjects, "duration": duration}
    )
    course = _course(rates, hazard_ratio or 1.0, subjects or 1.0, ratio)
    shared: dict[str, Any] = {"alpha": alpha, "sides": sides, "method": method}
    if solved == "size":
        return size_survival(
            course,
            hazard_ratio=hazard_ratio or 1.0,
            duration=duration or 0.0,
            power=power or 0.0,
            **shared,
        )
    if solved == "power":
        return power_survival(
            course, hazard_ratio=hazard_ratio or 1.0, duration=duration or 0.0, **shared
        )
    if solved == "effect":
        return effect_survival(course, duration=duration or 0.0, power=power or 0.0, **shared)
    return duration_survival(course, hazard_ratio=hazard_ratio or 1.0, power=power or 0.0, **shared)


def _course(rates: Rates, hazard_ratio: float, subjects: float, ratio: float) -> Course:
    if not rates.median > 0.0 or not rates.accrual > 0.0:
        raise InputError("the control median and the time of accrual must be above 0")
    if not 0.0 <= rates.dropout < 1.0:
        raise InputError(f"dropout is {rates.dropout:g}; expected a share from 0 to below 1")
    if not hazard_ratio > 0.0:
        raise InputError(f"the hazard ratio is {hazard_ratio:g}; expected above 0 and not 1")
    dropout = Steps.constant(-log(1.0 - rates.dropout) / rates.per)
    stratum = StratumCourse(
        Steps.constant(log(2.0) / rates.median), Steps.constant(hazard_ratio), dropout, dropout
    )
    accrual = Steps.lasting([rates.accrual], [subjects / rates.accrual])
    return Course(accrual, (stratum,), ratio)


__all__ = ["BY_EVENTS", "DEFAULT_POWER", "EventsSize", "Rates", "size_events", "size_trial"]
