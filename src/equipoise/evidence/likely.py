"""The most likely subjects behind a published curve, and how sure they are.

Every step or sample of the curve is weighed by whole numbers of subjects (`kernels/lattice`): S as
read has a normal error of a stated or estimated size, censoring is Poisson, numbers at risk are
exact, and a published total of events counts with all else. Many sets of subjects fit; they are
drawn by their weight, and the one taken is closest to their mean in numbers at risk and events at
all times, since the single likeliest has none censored wherever fewer than one is expected.

Checked  tests/unit/evidence/test_likely.py; tests/oracle/evidence; bench/reconstruction.py.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from equipoise.arrays import Floats, Ints
from equipoise.evidence.curve import Points, Reading, cleaned
from equipoise.evidence.guyot import AtRisk, Patients
from equipoise.evidence.nodes import (
    ArmNodes,
    expected_between,
    nodes_of,
    readings_of,
    stretches_of,
    tie_chance,
)
from equipoise.evidence.windows import Window, expected_in, tail_of, windows_of
from equipoise.kernels.lattice import Lattice, lattice
from equipoise.kernels.pasts import drawn, nearest

READING_ERRORS = (1e-5, 4e-5, 1.5e-4, 4e-4, 0.001, 0.002, 0.004, 0.008, 0.015, 0.03)
"""Errors of reading that are tried, as standard deviations of S; a plot is rarely worse."""
USUAL_ERROR = 4
STATES_KEPT = 11.0
"""States that weigh less than e^-11 of the best are left: one in 60,000."""
DRAWS = 60
MISSED = 4.0
"""Log odds against each event more or fewer than published. To flatten a curve so as to meet a
total costs far more: a total that does not belong to the curve is missed, and told."""
SHARE = 0.1
"""What the fit counts beside one subject's distance from the mean of all that fit."""
ON_THE_CURVE = 3.0
"""A curve so many errors above 0 at its end still has somebody at risk there."""


class ReadArm(NamedTuple):
    """One arm as read: times ascending, S as read, both cleaned, numbers at risk, total events."""

    time: Floats
    survival: Floats
    points: Points
    at_risk: AtRisk
    events: int | None
    reading: Reading


class Likely(NamedTuple):
    """The subjects taken, others drawn by their weight, and the error of reading."""

    patients: Patients
    draws: tuple[Patients, ...]
    error: float


class _Model(NamedTuple):
    """One error and one window: its lattice, each end's log weight, and the evidence for it."""

    found: Lattice
    ends: Floats
    evidence: float


def arm_of(
    time: Floats, survival: Floats, at_risk: AtRisk, *, events: int | None, reading: Reading
) -> ReadArm:
    """An arm's points in order; what was read before time 0 was meant there."""
    order = np.lexsort((-survival, time))
    t, s = np.maximum(time[order], 0.0), survival[order]
    return ReadArm(t, s, cleaned(t, s), at_risk, events, reading)


def most_likely(arm: ReadArm, *, error: float | None = None, seed: int = 1) -> Likely:
    """The subjects behind one arm's curve.

    error : standard deviation of S as read; None - the most likely of `READING_ERRORS`
    seed : of the draws
    """
    readings = readings_of(arm.time, arm.survival, arm.points, arm.at_risk, reading=arm.reading)
    windows = _windows(arm)
    if error is None:
        error = _best_error(arm, readings, windows[0])
    models = [_model(arm, readings, window, error) for window in windows]
    rng = np.random.default_rng(seed)
    paths = _drawn(models, readings, rng)
    middle = nearest(*_best(models), *_mean(paths), SHARE)
    states = _best(models)[0].states
    taken = placed(readings, states.at_risk[middle], states.died[middle])
    return Likely(taken, tuple(placed(readings, n, e, rng) for n, e in paths), error)


def _windows(arm: ReadArm) -> list[Window]:
    before = stretches_of(arm.points, arm.at_risk).events.sum()
    events = None if arm.events is None else arm.events - before
    alone = len(arm.at_risk.time) == 1
    return windows_of(tail_of(arm.points, arm.at_risk), events=events, alone=alone)


def _best_error(arm: ReadArm, readings: ArmNodes, window: Window) -> float:
    """Uphill from the usual error, on the evidence."""
    known: dict[int, float] = {}

    def evidence(i: int) -> float:
        if not 0 <= i < len(READING_ERRORS):
            return -np.inf
        if i not in known:
            known[i] = _model(arm, readings, window, READING_ERRORS[i]).evidence
        return known[i]

    best = USUAL_ERROR
    for way in (1, -1):
        while evidence(best + way) > evidence(best):
            best += way
    return READING_ERRORS[best]


def _model(arm: ReadArm, readings: ArmNodes, window: Window, error: float) -> _Model:
    tail = tail_of(arm.points, arm.at_risk)
    censored = expected_between(readings, arm.points, arm.at_risk)
    censored = censored + expected_in(tail, window, readings)
    ties = tie_chance(readings, arm.points, arm.at_risk, arm.events)
    nodes = nodes_of(readings, censored, error=error, ties=ties)
    goes_on = arm.points.survival[-1] > ON_THE_CURVE * error and tail.at_risk > 0
    found = lattice(int(arm.at_risk.number[0]), nodes, int(goes_on), STATES_KEPT)
    last = slice(found.first[-2], found.first[-1])
    ends = found.states.weight[last].copy()
    if arm.events is not None:
        ends -= MISSED * np.abs(found.states.died[last] - arm.events)
    evidence = np.logaddexp.reduce(ends) - readings.read.sum() * np.log(error)
    return _Model(found, ends, float(evidence))


def _shares(log_weight: Floats) -> Floats:
    weight = np.exp(log_weight - log_weight.max())
    return np.asarray(weight / weight.sum())


def _drawn(
    models: list[_Model], readings: ArmNodes, rng: np.random.Generator
) -> list[tuple[Ints, Ints]]:
    """Numbers at risk and events at the nodes, of sets of subjects drawn by their weight."""
    shares = _shares(np.array([model.evidence for model in models]))
    which = np.searchsorted(np.cumsum(shares), (np.arange(DRAWS) + 0.5) / DRAWS)
    paths = []
    for model in (models[min(int(i), len(models) - 1)] for i in which):
        ends = np.cumsum(_shares(model.ends))
        end = min(int(np.searchsorted(ends, rng.random())), len(ends) - 1)
        path = drawn(model.found, int(model.found.first[-2]) + end, rng.random(len(readings.end)))
        paths.append((model.found.states.at_risk[path], model.found.states.died[path]))
    return paths


def _best(models: list[_Model]) -> tuple[Lattice, Floats]:
    best = max(models, key=lambda model: model.evidence)
    return best.found, best.ends.max() - best.ends


def _mean(paths: list[tuple[Ints, Ints]]) -> tuple[Floats, Floats]:
    at_risk, died = (np.mean(column, axis=0) for column in zip(*paths, strict=True))
    return at_risk, died


def placed(
    readings: ArmNodes, at_risk: Ints, died: Ints, rng: np.random.Generator | None = None
) -> Patients:
    """Times of the subjects who leave before each node, evenly between, or at random with `rng`."""
    dead = np.diff(died)
    gone = -np.diff(at_risk) - dead
    left = between(readings.start, readings.end, gone, rng)
    if readings.reading == "steps":
        events = np.repeat(readings.end, dead)
    else:
        events = between(readings.start, readings.end, dead, rng)
    stay = np.full(int(at_risk[-1]), readings.end[-1])
    time = np.concatenate([events, left, stay])
    event = np.arange(len(time)) < len(events)
    order = np.lexsort((~event, time))
    return Patients(time[order], event[order])


def between(start: Floats, end: Floats, count: Ints, rng: np.random.Generator | None) -> Floats:
    """So many times in each interval."""
    if not count.sum():
        return np.empty(0)
    place = np.concatenate([(np.arange(c) + 0.5) / max(c, 1) for c in count])
    share = place if rng is None else rng.random(len(place))
    low = np.repeat(start, count)
    return np.asarray(low + (np.repeat(end, count) - low) * share)
