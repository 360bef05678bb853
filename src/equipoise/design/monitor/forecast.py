"""When the next look will come, from the events so far; when the last subject, from those so far.

Hazards are assumed to keep the planned shape with an unknown multiplier. Events so far give the
multiplier a gamma distribution (Jeffreys' prior), so the events to come are negative binomial; the
forecast day is when they are expected to reach the target, its limits when they do with the
probabilities of the interval. Blinded, one multiplier serves both arms; by arm, each has its own.
Entry is the same, with one unknown rate a day of an open site, in closed form: nothing is drawn.

Source   Bagiella & Heitjan 2001 (idea); Anisimov & Fedorov 2007, Anisimov 2011 (gamma-Poisson).
Checked  tests/unit/design/test_monitor.py (planned course comes back; simulation);
         tests/unit/design/test_entries.py (by hand; R's pnbinom; simulation).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy import special

from equipoise.errors import InputError
from equipoise.meaning.expected import Course, Events, Steps, WhenExpected, expected_events
from equipoise.roots import root

PRIOR = 0.5  # events added by Jeffreys' prior for a Poisson rate
_STRETCH = 30  # days in which entry is taken to have been even


class EventsSeen(NamedTuple):
    """Events seen by a day since the first patient; `control` and `experimental` if unblinded."""

    day: float
    events: int
    control: int | None = None
    experimental: int | None = None


class EntriesSeen(NamedTuple):
    """Subjects who entered in a stretch of time.

    entered : how many; open_days : of that time, added over the sites that were open on them
    open_sites : from now on
    """

    entered: int
    open_days: float
    open_sites: int


def forecast(
    course: Course, progress: EventsSeen, *, target: float, coverage: float = 0.95
) -> WhenExpected:
    """Day on which `target` events are expected, with a prediction interval.

    Raises   InputError if the target is behind, or events by arm do not add up.
    """
    to_come = target - progress.events
    if to_come <= 0:
        raise InputError(f"{progress.events} events are seen already; the target is {target:g}")
    by_arm = progress.control is not None and progress.experimental is not None
    if by_arm and (progress.control or 0) + (progress.experimental or 0) != progress.events:
        raise InputError("events by arm do not add up to the events in all")
    scaled = _scaled(course, progress)
    tail = (1.0 - coverage) / 2.0

    def mean(day: float) -> float:
        return _added(scaled, progress.day, day).total - to_come

    def reached(level: float) -> Callable[[float], float]:
        def excess(day: float) -> float:
            added = _added(scaled, progress.day, day)
            return _probability(added, progress, scaled, to_come) - level

        return excess

    return WhenExpected(
        _first(mean, progress.day, course),
        _first(reached(tail), progress.day, course),
        _first(reached(1.0 - tail), progress.day, course),
    )


def forecast_entries(seen: EntriesSeen, *, to_come: int, coverage: float = 0.95) -> WhenExpected:
    """Days from now until `to_come` more have entered, with a prediction interval.

    The sites that are open go on at one rate a site, which the entries so far tell: what is to come
    is negative binomial, and its share of the time of all sites beta.
    Raises   InputError if nobody is to come, or no site was or is open.
    """
    if to_come < 1 or seen.open_sites < 1 or not seen.open_days > 0.0:
        raise InputError(
            f"{to_come} to come at {seen.open_sites} sites after {seen.open_days:g} days; "
            "expected one or more of each"
        )
    span = seen.open_days / seen.open_sites  # days from now that weigh as all so far
    tail = (1.0 - coverage) / 2.0
    early, late = (
        float(special.betaincinv(to_come, seen.entered + PRIOR, level))
        for level in (tail, 1.0 - tail)
    )
    time = to_come * span / max(seen.entered, PRIOR)
    return WhenExpected(time, span * early / (1.0 - early), span * late / (1.0 - late))


def entries(days: Sequence[int], *, now: int, to_come: int, a_day: float) -> Steps:
    """Subjects a day as they entered, and after the day `now` at a rate until all are in.

    days : (n,) of each entry since the first, none after `now`; for a `Course`, in place of the
    accrual that was planned
    """
    edges = [*range(0, now + 1, _STRETCH), now + 1]
    counts = np.histogram(days, bins=edges)[0]
    spans = [float(end - start) for start, end in pairwise(edges)]
    rates = [float(count) / span for count, span in zip(counts, spans, strict=True)]
    if to_come > 0 and a_day > 0.0:
        spans, rates = [*spans, to_come / a_day], [*rates, a_day]
    return Steps.lasting(spans, rates)


def _scaled(course: Course, progress: EventsSeen) -> Course:
    """The course with hazards multiplied so that it expects what was seen by that day."""

    def multiplied(log_control: float, log_experimental: float) -> Course:
        c, e = float(np.exp(log_control)), float(np.exp(log_experimental))
        strata = tuple(
            replace(s, control=s.control.times(c), hazard_ratio=s.hazard_ratio.times(e / c))
            for s in course.strata
        )
        return Course(course.accrual, strata, course.ratio)

    def solve(seen: float, expected: Callable[[float], float]) -> float:
        wanted = max(seen, PRIOR)
        low, high = -6.0, 6.0
        if expected(high) < wanted:
            raise InputError(f"{seen:g} events by day {progress.day:g} are more than can be")
        return root(lambda x: expected(x) - wanted, low, high, xtol=1e-10)

    day = progress.day
    if progress.control is None or progress.experimental is None:
        both = solve(progress.events, lambda x: expected_events(multiplied(x, x), day).total)
        return multiplied(both, both)
    control = solve(progress.control, lambda x: expected_events(multiplied(x, x), day).control)
    experimental = solve(
        progress.experimental, lambda x: expected_events(multiplied(x, x), day).experimental
    )
    return multiplied(control, experimental)


def _added(course: Course, day: float, later: float) -> Events:
    now, then = expected_events(course, day), expected_events(course, later)
    return Events(then.control - now.control, then.experimental - now.experimental)


def _probability(added: Events, progress: EventsSeen, course: Course, to_come: float) -> float:
    """Probability that at least `to_come` events are added."""
    needed = int(np.ceil(to_come))
    if progress.control is None or progress.experimental is None:
        seen = expected_events(course, progress.day).total
        shape = progress.events + PRIOR
        return float(special.betainc(needed, shape, added.total / (added.total + seen)))
    from scipy import stats  # heavy, and most forecasts need none of it

    now = expected_events(course, progress.day)
    counts = np.arange(needed)
    masses = [
        stats.nbinom.pmf(counts, seen + PRIOR, base / (base + more))
        for seen, base, more in (
            (progress.control, now.control, added.control),
            (progress.experimental, now.experimental, added.experimental),
        )
    ]
    return 1.0 - float(np.convolve(masses[0], masses[1])[:needed].sum())


def _first(rising: Callable[[float], float], day: float, course: Course) -> float | None:
    """The day after `day` on which a rising function passes 0, or None if it never does."""
    span = max(course.accrual.starts[-1], 1.0)
    for _ in range(12):
        if rising(day + span) >= 0.0:
            return root(rising, day + 1e-9, day + span, xtol=1e-6)
        span *= 2.0
    return None
