"""A sized comparison as frozen data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from equipoise.meaning.expected import Course, Events

EFFECT_OF = {"survival": "hazard_ratio", "proportion": "p_experimental", "mean": "difference"}
DEFAULT_POWER = 0.9


class SizeCalendar(NamedTuple):
    """When a trial ends, the events expected by then on each arm, and the rates behind them."""

    duration: float
    events: Events
    course: Course


@dataclass(frozen=True, slots=True)
class Size:
    """A fixed design whose one open number has been solved for; numbers are not rounded.

    solved : what was open: size, power, effect or duration
    effect : hazard ratio, proportion on the experimental arm, or difference in means (experimental
        minus control minus the margin)
    amount : of `unit`, both arms together; ratio : experimental subjects per subject on control
    assumed : what else it rests on, by name; calendar : of a trial whose rates are known
    """

    compares: Literal["survival", "proportion", "mean"]
    method: str
    solved: str
    effect: float
    alpha: float
    sides: int
    power: float
    ratio: float
    unit: Literal["events", "subjects"]
    amount: float
    assumed: dict[str, float] = field(default_factory=dict)
    calendar: SizeCalendar | None = None

    @property
    def control(self) -> float:
        """The amount on control, at the ratio."""
        return self.amount / (1.0 + self.ratio)

    @property
    def experimental(self) -> float:
        return self.amount - self.control

    @property
    def events(self) -> float | None:
        """Events of both arms; None where only subjects are counted."""
        if self.calendar is not None:
            return self.calendar.events.total
        return self.amount if self.unit == "events" else None

    def to_dict(self) -> dict[str, Any]:
        """Numbers as solved, and rounded up to whole events and subjects."""
        out: dict[str, Any] = {
            "method": self.method,
            "solved": self.solved,
            **self.assumed,
            EFFECT_OF[self.compares]: self.effect,
            "alpha": self.alpha,
            "sides": self.sides,
            "power": self.power,
            "ratio": self.ratio,
            self.unit: self.amount,
        }
        if self.unit == "subjects":
            out |= {"control": self.control, "experimental": self.experimental}
        if self.calendar is not None:
            events = self.calendar.events
            out |= {"duration": self.calendar.duration, "events": events.total}
            out |= {"events_control": events.control, "events_experimental": events.experimental}
        return {**out, "whole": self.whole()}

    def whole(self) -> dict[str, int]:
        """Events rounded up; each arm rounded up at its share, the calendar unmoved."""
        out = {} if self.events is None else {"events": _up(self.events)}
        if self.unit == "subjects":
            control, experimental = _up(self.control), _up(self.experimental)
            out |= {"subjects": control + experimental}
            out |= {"control": control, "experimental": experimental}
        return out


def _up(x: float) -> int:
    """Round up, forgiving the last digits of a computed whole number."""
    return int(-((-x + 1e-7) // 1))
