"""Size of a trial with a time-to-event endpoint.

By a method of `events.py` the events come first and the subjects follow from the share that has an
event; by one of these the variance of the log hazard ratio under the assumed rates decides:

    lachin-foulkes    variance of log(hr) under the null (pooled hazard) for za, under the
                      alternative for zb                                  subjects
    bernstein-lagakos the same with the control hazard as the null        subjects

Source   Bernstein & Lagakos 1978; Lachin & Foulkes 1986.
Checked  tests/oracle/design (gsDesign nSurv; rpact getSampleSizeSurvival).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Any, NamedTuple

from scipy import optimize, special

from equipoise.design.bounds.model import normal_upper
from equipoise.design.size.events import BY_EVENTS, Errors, events_per_drift
from equipoise.errors import InputError, did_you_mean
from equipoise.meaning.expected import Course, expected_events

BY_SUBJECTS = ("bernstein-lagakos", "lachin-foulkes")
METHODS = (*BY_EVENTS, *BY_SUBJECTS)


def _log_hr_variance(course: Course, t: float) -> float:
    """Variance of the log hazard ratio, times the number of subjects entered by time t."""
    n, d = course.accrual.total(t), expected_events(course, t)
    if d.control <= 0.0 or d.experimental <= 0.0:
        raise InputError(f"no events are expected on both arms by time {t:g}")
    return n * (1.0 / d.control + 1.0 / d.experimental)


def subjects_needed(
    course: Course, t: float, *, z: Errors, method: str, hazard_ratio: float, inflation: float = 1.0
) -> float:
    """Subjects entered by time t for the wanted power, if accrual keeps its shape (not rounded).

    inflation : maximum information of the group-sequential design over the fixed one
    """
    if method in BY_EVENTS:
        events = (z.alpha + z.beta) ** 2 * events_per_drift(hazard_ratio, course.ratio, method)
        share = expected_events(course, t).total / course.accrual.total(t)
        return inflation * events / share
    if method not in BY_SUBJECTS:
        hint = did_you_mean(method, METHODS)
        raise InputError(f'unknown method "{method}"; expected {", ".join(METHODS)}{hint}')
    alternative = _log_hr_variance(course, t)
    null = _log_hr_variance(course.under_null(pooled=method == "lachin-foulkes"), t)
    root = z.alpha * sqrt(null) + z.beta * sqrt(alternative)
    return inflation * float((root / log(hazard_ratio)) ** 2)


@dataclass(frozen=True, slots=True)
class SurvivalSize:
    """A sized time-to-event trial; numbers are not rounded.

    solved : the quantity that was solved for: size, power, effect or duration
    """

    method: str
    solved: str
    hazard_ratio: float
    alpha: float
    sides: int
    power: float
    ratio: float
    events: float
    subjects: float
    duration: float
    events_control: float
    events_experimental: float
    course: Course

    def to_dict(self) -> dict[str, Any]:
        """Numbers as solved, and rounded up to whole events and subjects."""
        names = [n for n in self.__dataclass_fields__ if n != "course"]
        out: dict[str, Any] = {n: getattr(self, n) for n in names}
        whole = whole_numbers(self)
        return {**out, "whole": whole._asdict()}


class Whole(NamedTuple):
    """Whole events and subjects that keep the calendar: only accrual is a little faster."""

    events: int
    subjects: int
    control: int
    experimental: int


def whole_numbers(size: SurvivalSize) -> Whole:
    """Events rounded up; each arm rounded up at its share, the calendar unmoved."""
    q = size.ratio / (1.0 + size.ratio)
    experimental = _up(size.subjects * q)
    control = _up(size.subjects * (1.0 - q))
    return Whole(_up(size.events), control + experimental, control, experimental)


def _up(x: float) -> int:
    """Round up, forgiving the last digits of a computed whole number."""
    return int(-((-x + 1e-7) // 1))


def size_survival(
    course: Course,
    *,
    hazard_ratio: float,
    duration: float,
    alpha: float = 0.025,
    sides: int = 1,
    power: float = 0.9,
    method: str = "lachin-foulkes",
    inflation: float = 1.0,
) -> SurvivalSize:
    """Subjects and events of a trial that ends at `duration`; accrual keeps its shape.

    course : rates under the alternative; the scale of its accrual does not matter
    Raises   InputError if no event is expected, or for an unknown method.
    """
    z = Errors.of(alpha=alpha, sides=sides, power=power)
    subjects = subjects_needed(
        course, duration, z=z, method=method, hazard_ratio=hazard_ratio, inflation=inflation
    )
    scaled = course.faster(subjects / course.accrual.total(duration))
    return _sized(scaled, "size", method, hazard_ratio, alpha, sides, power, duration)


def power_survival(
    course: Course,
    *,
    hazard_ratio: float,
    duration: float,
    alpha: float = 0.025,
    sides: int = 1,
    method: str = "lachin-foulkes",
    inflation: float = 1.0,
) -> SurvivalSize:
    """Power of a trial whose accrual is given and which ends at `duration`."""
    entered = course.accrual.total(duration)

    def short(z_beta: float) -> float:
        z = Errors(normal_upper(alpha / sides), z_beta)
        return (
            subjects_needed(
                course, duration, z=z, method=method, hazard_ratio=hazard_ratio, inflation=inflation
            )
            - entered
        )

    low = -normal_upper(alpha / sides) + 1e-9
    if short(low) > 0.0:
        raise InputError("this trial is too small to have more power than its type I error")
    z_beta = float(optimize.brentq(short, low, 40.0, xtol=1e-12))
    power = float(special.ndtr(z_beta))
    return _sized(course, "power", method, hazard_ratio, alpha, sides, power, duration)


def effect_survival(
    course: Course,
    *,
    duration: float,
    alpha: float = 0.025,
    sides: int = 1,
    power: float = 0.9,
    method: str = "lachin-foulkes",
    inflation: float = 1.0,
) -> SurvivalSize:
    """The hazard ratio below 1 at which a trial of given accrual and duration has this power.

    course : its hazard ratios are replaced by the one solved for
    Raises   InputError if no hazard ratio above 0.001 does.
    """
    z = Errors.of(alpha=alpha, sides=sides, power=power)
    entered = course.accrual.total(duration)

    def short(log_hr: float) -> float:
        hr = exp(log_hr)
        needed = subjects_needed(
            course.with_hazard_ratio(hr),
            duration,
            z=z,
            method=method,
            hazard_ratio=hr,
            inflation=inflation,
        )
        return log(needed / entered)

    low, high = log(1e-3), -1e-6
    if short(low) > 0.0:
        raise InputError(f"{entered:g} subjects are too few for any hazard ratio at this power")
    hr = exp(float(optimize.brentq(short, low, high, xtol=1e-13)))
    found = course.with_hazard_ratio(hr)
    return _sized(found, "effect", method, hr, alpha, sides, power, duration)


def duration_survival(
    course: Course,
    *,
    hazard_ratio: float,
    alpha: float = 0.025,
    sides: int = 1,
    power: float = 0.9,
    method: str = "lachin-foulkes",
    inflation: float = 1.0,
) -> SurvivalSize:
    """When a trial whose accrual is given has the wanted power.

    Raises   InputError if it never has.
    """
    z = Errors.of(alpha=alpha, sides=sides, power=power)

    def short(t: float) -> float:
        needed = subjects_needed(
            course, t, z=z, method=method, hazard_ratio=hazard_ratio, inflation=inflation
        )
        return needed / course.accrual.total(t) - 1.0

    low = high = max(course.accrual.starts[-1], 1.0)
    while short(low) < 0.0:
        low /= 2.0
    while short(high) > 0.0:
        high *= 1.5
        if high > 1e6:
            raise InputError("this accrual never yields the events for this power")
    duration = float(optimize.brentq(short, low, high, xtol=1e-10))
    return _sized(course, "duration", method, hazard_ratio, alpha, sides, power, duration)


def _sized(
    course: Course,
    solved: str,
    method: str,
    hazard_ratio: float,
    alpha: float,
    sides: int,
    power: float,
    duration: float,
) -> SurvivalSize:
    d = expected_events(course, duration)
    return SurvivalSize(
        method=method,
        solved=solved,
        hazard_ratio=hazard_ratio,
        alpha=alpha,
        sides=sides,
        power=power,
        ratio=course.ratio,
        events=d.total,
        subjects=course.accrual.total(duration),
        duration=duration,
        events_control=d.control,
        events_experimental=d.experimental,
        course=course,
    )
