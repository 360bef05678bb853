"""Simulated trials against the closed forms of `plan`: type I error, power, events, look dates."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from scipy import special, stats

from equipoise.design.time import expected_events, time_of_events
from equipoise.kernels.trials.batch import Z
from equipoise.simulation.many import run_batch, simulate_scenario
from equipoise.simulation.operating import Operating
from verification.check import SEED, Budget, Check, Row, distance, near, within
from verification.pictures import qq
from verification.trial import NULL, PLANNED, Trial, planned, scenario

DAY = 1.0
"""Look dates are whole days."""
POWER_74, POWER_1000 = 0.015, 0.003
"""How far the normal approximation of `plan` may be off at 74 and at 1,000 events."""
BY_CHANCE = {
    "one look at 74": Trial({"final": 74}, 110),
    "one look at 74, six strata, two-sided": Trial({"final": 74}, 229, alpha=0.05, sides=2, strata=6),
    "two looks, O'Brien-Fleming": Trial({"first": 74, "final": 148}, 220, spending="lan-demets-obf"),
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


def null_statistic(budget: Budget) -> Iterator[Row]:
    """The log-rank Z under equal hazards at 300 events: standard normal."""
    n = budget.trials(100_000)
    found = run_batch(scenario(Trial({"final": 300}, 400), NULL), seed=SEED, start=0, trials=n)
    z = found.found[:, 0, Z]
    yield near("mean", z.mean(), 0.0, error=1 / math.sqrt(n))
    yield near("variance", z.var(), 1.0, error=math.sqrt(2 / n))
    yield distance("distance from the normal", stats.kstest(z, "norm").statistic, n)
    qq(budget, "logrank-z", z, stats.norm.ppf, label="Log-rank Z, 300 events, no effect")


def type_one(budget: Budget) -> Iterator[Row]:
    """The chance to reject where nothing works, 70 events or more at each look."""
    n = budget.trials(1_000_000)
    for name, trial in BY_CHANCE.items():
        rejected = simulated(trial, NULL, n, budget).value("rejected", hypothesis="OS").value
        error = math.sqrt(trial.alpha * (1 - trial.alpha) / n)
        yield near(name, rejected or 0.0, trial.alpha, error=error)


def power(budget: Budget) -> Iterator[Row]:
    """Power against `plan`."""
    for name, (trial, half, full) in POWERS.items():
        n = budget.trials(full)
        found = simulated(trial, PLANNED, n, budget).value("power", hypothesis="OS")
        expected = planned(trial).power or 0.0
        error = math.sqrt(expected * (1 - expected) / n)
        yield within(name, found.value or 0.0, expected, half=half, error=error)


def times(budget: Budget) -> Iterator[Row]:
    """Events by a calendar look, and the dates of a look at events, against closed forms."""
    n = budget.trials(40_000)
    trial = Trial({"first": "12 months", "second": "24 months", "final": 180}, 240)
    found, design = simulated(trial, PLANNED, n, budget), planned(trial)
    for look in design.looks[:2]:
        arms = [
            found.value(f"events, {arm}", hypothesis="OS", look=f"OS {look.name}")
            for arm in ("control", "experimental")
        ]
        total = sum(row.value or 0.0 for row in arms)
        error = math.hypot(*(row.error or 0.0 for row in arms))
        yield near(f"events at {trial.looks[look.name]}", total, look.amount, error=error)
        entered = found.value("subjects entered", look=f"OS {look.name}")
        expected = design.course.accrual.total(look.day.time)
        yield near(f"subjects at {trial.looks[look.name]}", entered.value, expected,
                   error=entered.error)  # fmt: skip


def dates(budget: Budget) -> Iterator[Row]:
    """Quantiles of the day of the D-th event, both arms alike: order statistics in closed form."""
    n = budget.trials(40_000)
    for events in (74, 180):
        trial = Trial({"final": events}, 240)
        found = simulated(trial, NULL, n, budget)
        course = planned(trial).course.with_hazard_ratio(1.0)
        for q in (0.025, 0.5, 0.975):
            row = found.value(f"day, {100 * q:g}%", look="OS final")
            expected = day_of(course, events, trial.subjects, q)
            yield near(f"day of event {events}, {100 * q:g}%", row.value, expected,
                       error=row.error, slack=DAY)  # fmt: skip


def day_of(course, events: int, subjects: int, q: float) -> float:  # type: ignore[no-untyped-def]
    """The q-quantile of the time of the D-th event among subjects that are alike."""
    share = float(special.betaincinv(events, subjects - events + 1.0, q))
    return time_of_events(course, subjects * share)


CHECKS = (
    Check("log-rank under the null", null_statistic),
    Check("type I error", type_one),
    Check("power", power),
    Check("events by the calendar", times),
    Check("look dates", dates),
)
