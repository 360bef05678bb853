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

from collections.abc import Callable
from math import log, sqrt
from typing import NamedTuple

from scipy import special

from equipoise.design.size.events import BY_EVENTS, events_per_drift
from equipoise.design.size.model import FixedTest, Size, SizeCalendar, check_errors
from equipoise.design.size.solve import Solved, solve
from equipoise.errors import InputError, did_you_mean
from equipoise.meaning.expected import Course, expected_events
from equipoise.roots import root

BY_SUBJECTS = ("bernstein-lagakos", "lachin-foulkes")
SURVIVAL_METHODS = (*BY_EVENTS, *BY_SUBJECTS)
HAZARD_RATIOS = (1.0 - 1e-6, 1e-3)  # between which one is looked for; below, no events are left
_LONGEST = 1e6  # in the unit of the rates; a trial without an end


class _Open(NamedTuple):
    """The numbers of which one is open."""

    hazard_ratio: float | None
    subjects: float | None
    duration: float | None
    power: float | None


def size_survival(
    course: Course,
    *,
    hazard_ratio: float | None,
    subjects: float | None,
    duration: float | None,
    power: float | None,
    alpha: float = 0.025,
    sides: int = 1,
    method: str = "lachin-foulkes",
    inflation: float = 1.0,
) -> Size:
    """Subjects, power, hazard ratio below 1 or duration: the one that is None is solved for.

    course : rates; its hazard ratios are replaced by `hazard_ratio`, and its accrual keeps its
        shape and is scaled to bring `subjects` in all
    duration : when the trial ends, in the unit of the rates
    inflation : maximum information of a group-sequential design over the fixed one
    Raises   InputError unless exactly one of the four is None, for an unknown method, or if no
        number does.
    """
    check_errors(alpha=alpha, sides=sides, power=power)
    if method not in SURVIVAL_METHODS:
        hint = did_you_mean(method, SURVIVAL_METHODS)
        raise InputError(f'unknown method "{method}"; expected {", ".join(SURVIVAL_METHODS)}{hint}')
    test = FixedTest(method, alpha, sides, course.ratio)

    def power_at(t: float, effect: float, n: float) -> float:
        spread = _spread(course.with_hazard_ratio(effect), t, effect, method)
        return spread.power(test.z_alpha, n / inflation)

    given = _Open(hazard_ratio, subjects, duration, power)
    end, found = _solved(course, given, power_at)
    rates = course.with_hazard_ratio(found.effect).faster(found.size / course.accrual.total(end))
    calendar = SizeCalendar(end, expected_events(rates, end), rates)
    return Size.of("survival", test, found, calendar=calendar)


class _Spread(NamedTuple):
    """Distance of the alternative from the null, and for one subject the standard error under each.

    Source   Lachin & Foulkes 1986, formula 2.
    """

    distance: float
    null: float
    alternative: float

    def power(self, z_alpha: float, subjects: float) -> float:
        z_beta = (self.distance * sqrt(subjects) - z_alpha * self.null) / self.alternative
        return float(special.ndtr(z_beta))


def _spread(course: Course, t: float, hazard_ratio: float, method: str) -> _Spread:
    if method in BY_EVENTS:
        share = expected_events(course, t).total / course.accrual.total(t)
        root = sqrt(events_per_drift(hazard_ratio, course.ratio, method) / share)
        return _Spread(1.0, root, root)
    null = course.under_null(pooled=method == "lachin-foulkes")
    roots = (sqrt(_log_hr_variance(c, t)) for c in (null, course))
    return _Spread(abs(log(hazard_ratio)), *roots)


def _log_hr_variance(course: Course, t: float) -> float:
    """Variance of the log hazard ratio, times the number of subjects entered by time t."""
    n, d = course.accrual.total(t), expected_events(course, t)
    if d.control <= 0.0 or d.experimental <= 0.0:
        raise InputError(f"no events are expected on both arms by time {t:g}")
    return n * (1.0 / d.control + 1.0 / d.experimental)


def _solved(
    course: Course, given: _Open, power_at: Callable[[float, float, float], float]
) -> tuple[float, Solved]:
    """When the trial ends, and the other three numbers."""
    if not course.subjects > 0.0:
        raise InputError("accrual brings no subjects, or never ends")
    share = None if given.subjects is None else given.subjects / course.subjects
    if given.duration is not None:
        end = given.duration
        entered = None if share is None else share * course.accrual.total(end)
        found = solve(
            lambda effect, n: power_at(end, effect, n),
            HAZARD_RATIOS,
            effect=given.hazard_ratio,
            power=given.power,
            size=entered,
        )
        return end, found
    if share is None or given.hazard_ratio is None or given.power is None:
        raise InputError(
            "leave out exactly one of effect, power, size and duration; it is solved for"
        )
    effect, wanted = given.hazard_ratio, given.power

    def excess(t: float) -> float:
        return power_at(t, effect, share * course.accrual.total(t)) - wanted

    end = _first(excess, max(course.accrual.starts[-1], 1.0))
    return end, Solved("duration", effect, wanted, share * course.accrual.total(end))


def _first(rising: Callable[[float], float], guess: float) -> float:
    """Where a function that rises with time passes 0."""
    low = high = guess
    while rising(low) > 0.0:
        low /= 2.0
    while rising(high) < 0.0:
        high *= 1.5
        if high > _LONGEST:
            raise InputError("this accrual never yields the events for this power")
    return root(rising, low, high, xtol=1e-10)
