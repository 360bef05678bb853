"""A sized comparison as frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from equipoise.design.bounds.model import normal_upper
from equipoise.design.size.solve import Solved
from equipoise.errors import InputError
from equipoise.meaning.expected import Course, Events

Compares = Literal["survival", "proportion", "mean"]
EFFECT_OF: dict[Compares, str] = {
    "survival": "hazard_ratio",
    "proportion": "p_experimental",
    "mean": "difference",
}
DEFAULT_POWER = 0.9


class FixedTest(NamedTuple):
    """A test at one look.

    alpha : over both sides if `sides` is 2; ratio : experimental subjects per subject on control
    """

    method: str
    alpha: float
    sides: int
    ratio: float

    @property
    def z_alpha(self) -> float:
        return normal_upper(self.alpha / self.sides)


class ErrorQuantiles(NamedTuple):
    """Normal values of one-sided type I error and of type II error."""

    alpha: float
    beta: float

    @classmethod
    def of(cls, *, alpha: float, sides: int, power: float) -> ErrorQuantiles:
        check_errors(alpha=alpha, sides=sides, power=power)
        return cls(normal_upper(alpha / sides), normal_upper(1.0 - power))


def check_errors(*, alpha: float, sides: int, power: float | None = None) -> None:
    """Raises   InputError unless these are a type I error, 1 or 2 sides, and a power above it."""
    if sides not in (1, 2):
        raise InputError(f"sides is {sides}; expected 1 or 2")
    if not 0.0 < alpha < 1.0:
        raise InputError(f"alpha is {alpha:g}; expected a probability between 0 and 1")
    if power is not None and not alpha / sides < power < 1.0:
        raise InputError(f"power is {power:g}; expected between {alpha / sides:g} and 1")


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
    amount : of `unit`, both arms together
    assumed : what else it rests on; calendar : of a trial whose rates are known
    """

    compares: Compares
    test: FixedTest
    solved: str
    effect: float
    power: float
    amount: float
    unit: Literal["events", "subjects"] = "subjects"
    assumed: tuple[tuple[str, float], ...] = ()
    calendar: SizeCalendar | None = None

    @classmethod
    def of(cls, compares: Compares, test: FixedTest, found: Solved, **rest: Any) -> Size:
        """What `solve` found."""
        return cls(compares, test, found.name, found.effect, found.power, found.size, **rest)

    @property
    def control(self) -> float:
        """The amount on control, at the ratio."""
        return self.amount / (1.0 + self.test.ratio)

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
            "method": self.test.method,
            "solved": self.solved,
            **dict(self.assumed),
            EFFECT_OF[self.compares]: self.effect,
            "alpha": self.test.alpha,
            "sides": self.test.sides,
            "power": self.power,
            "ratio": self.test.ratio,
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
