"""What one hypothesis of a protocol needs, by type of endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from equipoise.design.plan.answer import Answer, entries, formula, said
from equipoise.design.plan.sizing_subjects import mean, proportion
from equipoise.design.size.events import BY_EVENTS, events_per_drift
from equipoise.design.size.model import ErrorQuantiles
from equipoise.errors import InputError
from equipoise.meaning.expected import (
    Course,
    StratumCourse,
    average_hazard_ratio,
    expected_events,
    time_of_events,
)
from equipoise.meaning.hypotheses import Hypothesis
from equipoise.meaning.rates import rates
from equipoise.protocol import Protocol

AVERAGE = "average hazard ratio"


def answer(protocol: Protocol, h: Hypothesis) -> Answer:
    """Size one hypothesis.

    Raises   InputError for assumptions that cannot be used.
    """
    if protocol.trial.framework == "equivalence":
        raise InputError("an equivalence design is not sized; only its one-sided halves would be")
    if h.endpoint.type == "time to event":
        return _time_to_event(protocol, h)
    if h.endpoint.type == "proportion":
        return proportion(protocol, h)
    if h.endpoint.type in ("continuous", "questionnaire"):
        return mean(protocol, h)
    raise InputError(f"design.{h.name}: a {h.endpoint.type} endpoint cannot be sized")


@dataclass(frozen=True, slots=True)
class _Effect:
    """The assumed hazard ratio at a number of events, and what it costs in events."""

    rates: StratumCourse
    course: Course | None
    method: str
    margin: float
    sign: int
    ratio: float

    def ratio_at(self, events: float) -> float:
        """The hazard ratio, averaged up to the day on which so many events are expected."""
        if len(self.rates.hazard_ratio.values) == 1:
            return float(self.rates.hazard_ratio.values[0])
        if self.course is None:
            raise InputError("an effect that changes with time needs assume.accrual")
        day = time_of_events(self.course, events)
        last = _last_day(self.course) if day is None else day
        return average_hazard_ratio(self.course, last).hazard_ratio

    def per_drift(self, events: float) -> float:
        """Events for a drift of one."""
        formula = "schoenfeld" if self.method == AVERAGE else self.method
        found = self.ratio_at(events) / self.margin
        if (found - 1.0) * self.sign >= 0.0:
            side = "below" if self.sign > 0 else "above"
            assumed_ratio = f"{found * self.margin:.3g}"
            raise InputError(
                f"the assumed hazard ratio is {assumed_ratio}; expected {side} {self.margin:g}"
            )
        return events_per_drift(found, self.ratio, formula)


def _time_to_event(protocol: Protocol, h: Hypothesis) -> Answer:
    unit = "deaths" if [str(e.name) for e in h.endpoint.event] == ["death"] else "events"
    ratio = h.ratio
    margin = h.margin or 1.0

    def error(events: float) -> float:
        return (1.0 + ratio) / sqrt(ratio * events)

    if h.endpoint_name not in protocol.assume.endpoints:
        return Answer(
            "hazard ratio", unit, "schoenfeld", None, margin, "", ratio, standard_error=error
        )
    assumed = rates(protocol, h.endpoint_name, h.arms)
    entered = entries(protocol, h)
    course = None if entered is None else Course(entered, (assumed,), ratio)
    constant = len(assumed.hazard_ratio.values) == 1
    method = formula(h, (*BY_EVENTS, AVERAGE), "schoenfeld" if constant else AVERAGE)

    effect = _Effect(assumed, course, method, margin, h.sign, ratio)

    def needed(events: float) -> float:
        z = _errors(h)
        return (z.alpha + z.beta) ** 2 * effect.per_drift(events)

    return Answer(
        scale="hazard ratio",
        unit=unit,
        method=method,
        effect=effect.ratio_at,
        margin=margin,
        says=said(protocol, h),
        ratio=ratio,
        course=course,
        needed=needed if h.plan.power is not None else None,
        drift=lambda events: sqrt(events / effect.per_drift(events)),
        yielded=None if course is None else lambda day: expected_events(course, day).total,
        standard_error=error,
    )


def _last_day(course: Course) -> float:
    """A day late enough that nearly every subject has had the event or dropped out."""
    slowest = min(v for s in course.strata for v in s.control.values if v > 0.0)
    return course.accrual.starts[-1] + 20.0 / slowest


def _errors(h: Hypothesis) -> ErrorQuantiles:
    return ErrorQuantiles.of(alpha=h.level, sides=1, power=h.plan.power or 0.0)
