"""What is kept of many trials: whole-number sums and counts, so that no order of adding matters.

Real numbers are added as multiples of a power of two. Memory does not grow with the number of
trials: look dates are counted by day, estimates and statistics in cells of fixed width.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from equipoise.arrays import Floats, Ints
from equipoise.kernels.trials.batch import RMST
from equipoise.kernels.trials.fields import LooksHeld, Readouts
from equipoise.simulation.kernel.decisions import Decisions, observed
from equipoise.simulation.kernel.promising import promised_events
from equipoise.simulation.kernel.scenario import Scenario

FINE = 2.0**24  # steps per unit of a log hazard ratio, a proportion or a Z
COARSE = 2.0**10  # steps per day of restricted mean survival
CELLS = 2048  # of Z and of estimates, half of them below 0
PER_UNIT, PER_DAY = 128, 0.25  # cells a unit: -8 to 8, or -4096 to 4096 days
COVER = 1.959963984540054  # 95% Wald interval
KINDS_OF_END = 5


class Tally(NamedTuple):
    """Sums over trials; R readings, L looks, H hypotheses, K their most readings.

    trials : (1,)
    look_day : (L, days) trials by trial day of the look
    look_subjects : (L, 2) sum and sum of squares of the subjects entered
    events : (R, 4) sum and sum of squares of events, control and experimental
    estimable : (R,) trials with a finite estimate
    testable : (R,) trials with a finite statistic
    estimate : (R, 3) sums of the estimate, its square and its square distance from the truth
    covered : (R,) 95% intervals that hold the truth
    z_cell, estimate_cell : (R, 2048) trials by cell
    outcome : (H, K, 5) trials by how and at which reading a hypothesis ended
    at_stop : (H, 6) sums and sums of squares at the end: events, subjects, trial days
    added : (H,) trials that went on to a last look with more events than planned, by a promise
    """

    trials: Ints
    look_day: Ints
    look_subjects: Ints
    events: Ints
    estimable: Ints
    testable: Ints
    estimate: Ints
    covered: Ints
    z_cell: Ints
    estimate_cell: Ints
    outcome: Ints
    at_stop: Ints
    added: Ints


def scale(method: int) -> float:
    """Steps per unit in which estimates are added."""
    return COARSE if method == RMST else FINE


def empty(scenario: Scenario) -> Tally:
    """A tally of no trials."""
    looks, readings = len(scenario.look_names), len(scenario.readings.look)
    most = max(len(h.readings) for h in scenario.hypotheses)
    h, days = len(scenario.hypotheses), int(scenario.looks.latest.max()) + 1
    shapes: list[tuple[int, ...]] = [
        (1,),
        (looks, days),
        (looks, 2),
        (readings, 4),
        (readings,),
        (readings,),
        (readings, 3),
        (readings,),
        (readings, CELLS),
        (readings, CELLS),
        (h, most, KINDS_OF_END),
        (h, 6),
        (h,),
    ]
    return Tally(*[np.zeros(shape, dtype=np.int64) for shape in shapes])


def add(one: Tally, other: Tally) -> Tally:
    """The tally of both sets of trials."""
    return Tally(*[a + b for a, b in zip(one, other, strict=True)])


def count(scenario: Scenario, held: LooksHeld, found: Readouts, decisions: Decisions) -> Tally:
    """The tally of a batch of trials, as the batch kernel and `decide` left them."""
    tally = empty(scenario)
    tally.trials[0] = len(held.day)
    for look in range(len(scenario.look_names)):
        days = np.bincount(held.day[:, look], minlength=tally.look_day.shape[1])
        tally.look_day[look] = days
        tally.look_subjects[look] = _moments(held.entered[:, look])
    for r in range(len(scenario.readings.look)):
        _reading(scenario, r, found, tally)
    for h in range(len(scenario.hypotheses)):
        _hypothesis(scenario, h, held, found, decisions, tally)
    return tally


def _moments(values: Ints) -> tuple[int, int]:
    return int(values.sum()), int((values * values).sum())


def _steps(values: Floats, per: float) -> Ints:
    return np.rint(values * per).astype(np.int64)


def per_unit(method: int) -> float:
    """Cells of an estimate a unit, or a day of restricted mean survival."""
    return PER_DAY if method == RMST else PER_UNIT


def middles(method: int) -> Floats:
    """The estimate in the middle of each cell."""
    return np.asarray((np.arange(CELLS) - CELLS // 2 + 0.5) / per_unit(method))


def cells(values: Floats, per: float = PER_UNIT) -> Ints:
    """Trials by cell; what lies outside counts in the outermost cells."""
    at = np.floor(values * per).astype(np.int64) + CELLS // 2
    return np.bincount(np.clip(at, 0, CELLS - 1), minlength=CELLS)


def _reading(scenario: Scenario, r: int, found: Readouts, tally: Tally) -> None:
    for k, events in enumerate((found.events_0, found.events_1)):
        values = np.nan_to_num(events[:, r]).astype(np.int64)
        tally.events[r, 2 * k : 2 * k + 2] = _moments(values)
    z = found.z[:, r]
    z = z[np.isfinite(z)]
    tally.testable[r] = len(z)
    tally.z_cell[r] = cells(z)
    estimate, error = found.estimate[:, r], found.error[:, r]
    seen = np.isfinite(estimate) & (error > 0.0)
    estimate, error = estimate[seen], error[seen]
    method = int(scenario.readings.method[r])
    per = scale(method)
    tally.estimable[r] = len(estimate)
    tally.estimate[r, 0] = _steps(estimate, per).sum()
    tally.estimate[r, 1] = _steps(estimate * estimate, per).sum()
    tally.estimate_cell[r] = cells(estimate, per_unit(method))
    truth = scenario.truth[r] if scenario.truth else None
    if truth is not None:
        off = estimate - truth
        tally.estimate[r, 2] = _steps(off * off, per).sum()
        tally.covered[r] = int((np.abs(off) <= COVER * error).sum())


def _hypothesis(
    scenario: Scenario,
    h: int,
    held: LooksHeld,
    found: Readouts,
    decisions: Decisions,
    tally: Tally,
) -> None:
    hypothesis = scenario.hypotheses[h]
    outcome, stop = decisions.outcome[:, h], decisions.stop[:, h]
    cell = stop * KINDS_OF_END + outcome
    shape = tally.outcome.shape[1:]
    tally.outcome[h] = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
    trials = np.arange(len(stop))
    readings = np.array(hypothesis.readings)[stop]
    look = scenario.readings.look[readings]
    events = observed(scenario, hypothesis, found)[trials, stop]
    subjects = np.nan_to_num(
        found.subjects_0[trials, readings] + found.subjects_1[trials, readings]
    ).astype(np.int64)
    if scenario.promise is not None and h == scenario.promise.hypothesis:
        went_on = stop == len(hypothesis.readings) - 1
        more = promised_events(scenario, scenario.promise, found) > hypothesis.planned[-1]
        tally.added[h] = int((went_on & more).sum())
    for k, values in enumerate((events, subjects, held.day[trials, look])):
        tally.at_stop[h, 2 * k : 2 * k + 2] = _moments(values)
