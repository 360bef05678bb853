"""Simulated trials against the closed forms of `plan`: type I error, power, events, look dates."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy import special, stats

from equipoise.kernels.trials import follow
from equipoise.meaning.expected import Course, expected_events, time_of_events
from equipoise.simulation.kernel.scenario import Scenario
from equipoise.simulation.operating.batches import run_batch, simulate_scenario
from equipoise.simulation.operating.characteristics import Operating
from verification.check import SEED, Budget, Check, Row, distance, near, within
from verification.draws import farthest
from verification.pictures import qq
from verification.trial import NULL, PLANNED, Trial, course_of, number, planned, scenario

QUANTILES = (0.025, 0.5, 0.975)
DAY = 1.0
"""Look dates are whole days."""
ONE_LOOK, ONE_LOOK_ADDS = "one look at 74", 0.001
"""What heavier tails than the normal add at one look of 74 events (docs/verification.md)."""
HALF_DAY = 0.5
"""Entry and event are each rounded up to a whole day and one of the two days is shared, so what is
seen by the end of day d is what continuous time has by d + 1/2."""
POWER_74, POWER_1000 = 0.015, 0.003
"""How far the normal approximation of `plan` may be off at 74 and at 1,000 events."""
BY_CHANCE = {
    ONE_LOOK: Trial({"final": 74}, 110),
    "one look at 74, six strata, two-sided": Trial(
        {"final": 74}, 229, alpha=0.05, sides=2, strata=6
    ),
    "two looks, O'Brien-Fleming": Trial(
        {"first": 74, "final": 148}, 220, spending="lan-demets-obf"
    ),
    "three looks, Pocock": Trial(
        {"first": 70, "second": 140, "final": 210}, 300, spending="lan-demets-pocock"
    ),
}
POWERS = {
    "74 events, hazard ratio 0.5": (Trial({"final": 74}, 110, 0.5), POWER_74, 400_000),
    "74 and 148 events, hazard ratio 0.6": (
        Trial({"first": 74, "final": 148}, 220, 0.6, "lan-demets-obf"), POWER_74, 200_000,
    ),
    "1,000 events, hazard ratio 0.82": (Trial({"final": 1000}, 1400, 0.82), POWER_1000, 200_000),
}  # fmt: skip


def simulated(trial: Trial, truth: str, trials: int, budget: Budget) -> Operating:
    """Operating characteristics of a trial under one of its truths."""
    made = scenario(trial, truth)
    return simulate_scenario(made, trials=trials, seed=SEED, workers=budget.workers)


def by_the_calendar(made: Scenario) -> Scenario:
    """The same looks counted from the first day of accrual, as closed forms do.

    A protocol counts them from the first patient, who comes some days later.
    """
    looks = made.looks
    kind = np.where(looks.kind == follow.AFTER_FIRST, follow.ON_DAY, looks.kind)
    return replace(made, looks=looks._replace(kind=kind))


def null_statistic(budget: Budget) -> Iterator[Row]:
    """The log-rank Z under equal hazards at 300 events: standard normal."""
    n = budget.trials(100_000)
    found = run_batch(scenario(Trial({"final": 300}, 400), NULL), seed=SEED, start=0, trials=n)
    z = found.found.z[:, 0]
    yield near("mean", z.mean(), 0.0, error=1 / math.sqrt(n))
    yield near("variance", z.var(), 1.0, error=math.sqrt(2 / n))
    yield distance("distance from the normal", farthest(z, "norm"), n)
    qq(budget, "logrank-z", z, stats.norm.ppf, label="Log-rank Z, 300 events, no effect")


def type_one(budget: Budget) -> Iterator[Row]:
    """The chance to reject where nothing works, 70 events or more at each look."""
    n = budget.trials(1_000_000)
    for name, trial in BY_CHANCE.items():
        found = simulated(trial, NULL, n, budget)
        rejected, _ = number(found.value("rejected", hypothesis="OS"))
        error = math.sqrt(trial.alpha * (1 - trial.alpha) / n)
        slack = ONE_LOOK_ADDS if name == ONE_LOOK else 0.0
        yield near(name, rejected, trial.alpha, error=error, slack=slack)


def power(budget: Budget) -> Iterator[Row]:
    """Power against `plan`."""
    for name, (trial, half, full) in POWERS.items():
        found = simulated(trial, PLANNED, budget.trials(full), budget)
        rejected, error = number(found.value("power", hypothesis="OS"))
        expected = planned(trial).power or math.nan
        yield within(name, rejected, expected, half=half, error=error)


def times(budget: Budget) -> Iterator[Row]:
    """Events and subjects by looks on fixed days, against closed forms."""
    trial = Trial({"first": "52 weeks", "second": "104 weeks", "final": 180}, 240)
    made, n = by_the_calendar(scenario(trial, PLANNED)), budget.trials(40_000)
    found = simulate_scenario(made, trials=n, seed=SEED, workers=budget.workers)
    course = course_of(trial)
    for look in planned(trial).looks[:2]:
        at = f"OS {look.name}"
        total, squares = 0.0, 0.0
        for arm in ("control", "experimental"):
            events, error = number(found.value(f"events, {arm}", hypothesis="OS", look=at))
            total, squares = total + events, squares + error**2
        when, day = trial.looks[look.name], look.day.time or math.nan
        expected = expected_events(course, day + HALF_DAY).total
        yield near(f"events at {when}", total, expected, error=math.sqrt(squares))
        entered, error = number(found.value("subjects entered", look=at))
        yield near(f"subjects at {when}", entered, course.accrual.total(day), error=error)


def dates(budget: Budget) -> Iterator[Row]:
    """Quantiles of the day of the D-th event, both arms alike: order statistics in closed form."""
    for events in (74, 180):
        trial = Trial({"final": events}, 240)
        found = simulated(trial, NULL, budget.trials(40_000), budget)
        course = course_of(trial).with_hazard_ratio(1.0)
        for q in QUANTILES:
            day, error = number(found.value(f"day, {100 * q:g}%", look="OS final"))
            expected = day_of(course, events, trial.subjects, q)
            name = f"day of event {events}, {100 * q:g}%"
            yield near(name, day, expected, error=error, slack=DAY)


def day_of(course: Course, events: int, subjects: int, q: float) -> float:
    """The q-quantile of the time of the D-th event among subjects that are alike."""
    share = float(special.betaincinv(events, subjects - events + 1.0, q))
    return time_of_events(course, subjects * share) or math.nan


CHECKS = (
    Check("log-rank under the null", null_statistic),
    Check("type I error", type_one),
    Check("power", power),
    Check("events by the calendar", times),
    Check("look dates", dates),
)
