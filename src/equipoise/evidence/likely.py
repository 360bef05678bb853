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
    TIED,
    ArmNodes,
    expected_beside,
    expected_between,
    marked_in,
    nodes_of,
    readings_of,
    stretches_of,
    tie_chance,
)
from equipoise.evidence.windows import Window, expected_in, tail_of, windows_of
from equipoise.kernels.lattice import lattice
from equipoise.kernels.lattice_states import Lattice
from equipoise.kernels.pasts import drawn, mean_past, nearest

READING_ERRORS = (1e-5, 4e-5, 1.5e-4, 4e-4, 0.001, 0.002, 0.004, 0.008, 0.015, 0.03)
"""Errors of reading that are tried, as standard deviations of S; a plot is rarely worse."""
FIRST_ERRORS = (4, 2, 0)
"""Places in `READING_ERRORS` where the search begins."""
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
    """One arm as read: times ascending, S as read, both cleaned, numbers at risk, total events,
    times of censoring marks (None: not read).
    """

    time: Floats
    survival: Floats
    points: Points
    at_risk: AtRisk
    events: int | None
    reading: Reading
    marks: Floats | None


class Likely(NamedTuple):
    """The subjects taken, others drawn by their weight, and the error of reading."""

    patients: Patients
    draws: tuple[Patients, ...]
    error: float


class _Model(NamedTuple):
    """One window and one error: its lattice, each end's log weight, and the evidence for it."""

    found: Lattice
    ends: Floats
    evidence: float
    error: float


def arm_of(
    time: Floats,
    survival: Floats,
    at_risk: AtRisk,
    *,
    events: int | None,
    reading: Reading,
    marks: Floats | None = None,
) -> ReadArm:
    """An arm's points in order; what was read before time 0 was meant there."""
    order = np.lexsort((-survival, time))
    t, s = np.maximum(time[order], 0.0), survival[order]
    return ReadArm(t, s, cleaned(t, s), at_risk, events, reading, marks)


def most_likely(arm: ReadArm, *, error: float | None = None, seed: int = 1) -> Likely:
    """The subjects behind one arm's curve.

    error : standard deviation of S as read; None - the most likely of `READING_ERRORS`
    seed : of the draws
    """
    readings = readings_of(arm.time, arm.survival, arm.points, arm.at_risk, reading=arm.reading)
    windows = _windows(arm)
    first = None if error is None else _model(arm, readings, windows[0], error)
    first = first or _best(_by_error(arm, readings, windows[0]))
    models = [first, *(_model(arm, readings, each, first.error) for each in windows[1:])]
    rng = np.random.default_rng(seed)
    paths = _drawn(models, readings, rng)
    best = _best(models)
    middle = nearest(best.found, best.ends.max() - best.ends, *_mean(models), SHARE)
    states = best.found.states
    taken = placed(readings, states.at_risk[middle], states.died[middle], marks=arm.marks)
    draws = (placed(readings, n, e, rng, marks=arm.marks) for n, e in paths)
    return Likely(taken, tuple(draws), first.error)


def _windows(arm: ReadArm) -> list[Window]:
    if arm.marks is not None:
        return [Window(float(arm.at_risk.time[-1]), 0.0)]
    before = stretches_of(arm.points, arm.at_risk).events.sum()
    events = None if arm.events is None else arm.events - before
    alone = len(arm.at_risk.time) == 1
    return windows_of(tail_of(arm.points, arm.at_risk), events=events, alone=alone)


def _by_error(arm: ReadArm, readings: ArmNodes, window: Window) -> list[_Model]:
    """Models uphill on the evidence, from the best of some errors: where steps are exact, all but
    the exact error are unlikely, and there is no way up to it.
    """
    known: dict[int, _Model] = {}

    def evidence(i: int) -> float:
        if not 0 <= i < len(READING_ERRORS):
            return -np.inf
        if i not in known:
            known[i] = _model(arm, readings, window, READING_ERRORS[i])
        return known[i].evidence

    best = max(FIRST_ERRORS, key=evidence)
    while _off(known[best], readings) > READING_ERRORS[best] and evidence(best + 1) > evidence(
        best
    ):
        best += 1
    while evidence(best - 1) > evidence(best):
        best -= 1
    return list(known.values())


def _off(model: _Model, readings: ArmNodes) -> float:
    """How far a likely past of a model is off the curve as read: where that is less than its error,
    a larger error is less likely.
    """
    first = int(model.found.first[-2])
    path = drawn(model.found, first + int(model.ends.argmax()), np.full(len(readings.end), 0.5))
    off = (model.found.states.height[path[1:]] - readings.height)[readings.read]
    return float(np.sqrt(np.mean(off**2)))


def _model(arm: ReadArm, readings: ArmNodes, window: Window, error: float) -> _Model:
    marked, censored = _censoring(arm, readings, window)
    ties = tie_chance(readings, arm.points, arm.at_risk, arm.events)
    nodes = nodes_of(readings, censored, marked, error=error, ties=ties)
    goes_on = arm.points.survival[-1] > ON_THE_CURVE * error and arm.at_risk.number[-1] > 0
    found = lattice(int(arm.at_risk.number[0]), nodes, int(goes_on), STATES_KEPT)
    last = slice(found.first[-2], found.first[-1])
    ends = found.states.weight[last].copy()
    if arm.events is not None:
        ends -= MISSED * np.abs(found.states.died[last] - arm.events)
    if arm.marks is not None:
        shown = max(int((arm.marks >= readings.end[-1]).sum()), int(goes_on))
        ends += np.log(TIED) * np.abs(found.states.at_risk[last] - shown)
    evidence = np.logaddexp.reduce(ends) - readings.read.sum() * np.log(error)
    return _Model(found, ends, float(evidence), error)


def _censoring(arm: ReadArm, readings: ArmNodes, window: Window) -> tuple[Ints, Floats]:
    """Marks before each node, and how many are expected to be censored beside them."""
    if arm.marks is not None:
        marked = marked_in(readings, arm.marks)
        return marked, expected_beside(readings, marked, arm.points, arm.at_risk)
    expected = expected_between(readings, arm.points, arm.at_risk)
    expected = expected + expected_in(tail_of(arm.points, arm.at_risk), window, readings)
    return np.zeros(len(readings.end), np.int64), expected


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


def _best(models: list[_Model]) -> _Model:
    return max(models, key=lambda model: model.evidence)


def _mean(models: list[_Model]) -> tuple[Floats, Floats]:
    """Numbers at risk and events at the nodes, in the mean of all that fit."""
    shares = _shares(np.array([model.evidence for model in models]))
    means = (s * mean_past(m.found, _shares(m.ends)) for s, m in zip(shares, models, strict=True))
    total = np.sum(list(means), axis=0)
    return np.ascontiguousarray(total[:, 0]), np.ascontiguousarray(total[:, 1])


def placed(
    readings: ArmNodes,
    at_risk: Ints,
    died: Ints,
    rng: np.random.Generator | None = None,
    *,
    marks: Floats | None = None,
) -> Patients:
    """Times of the subjects who leave before each node, evenly between, or at random with `rng`;
    the censored on their marks.
    """
    dead = np.diff(died)
    gone = -np.diff(at_risk) - dead
    left = between(readings.start, readings.end, gone, rng)
    if marks is not None:
        left = on_marks(readings, gone, marks, left, rng)
    if readings.reading == "steps":
        events = np.repeat(readings.end, dead)
    else:
        events = between(readings.start, readings.end, dead, rng)
    stay = np.full(int(at_risk[-1]), readings.end[-1])
    time = np.concatenate([events, left, stay])
    event = np.arange(len(time)) < len(events)
    order = np.lexsort((~event, time))
    return Patients(time[order], event[order])


def on_marks(
    readings: ArmNodes,
    gone: Ints,
    marks: Floats,
    elsewhere: Floats,
    rng: np.random.Generator | None,
) -> Floats:
    """Times of the censored: one on each mark before their node, then more on the same marks,
    evenly or at random with `rng`.

    elsewhere : their times where there is none before the first step; later they are on the day of
    the step before, which R's figures do not mark
    """
    if not len(elsewhere):
        return elsewhere
    count = marked_in(readings, marks)
    first = np.cumsum(count) - count
    node = np.repeat(np.arange(len(gone)), gone)
    turn = turns(gone)
    here, more = count[node], turn - count[node]
    share = (
        (more + 0.5) / np.maximum(gone[node] - here, 1) if rng is None else rng.random(len(turn))
    )
    place = first[node] + np.where(more < 0, turn, (share * here).astype(np.int64))
    start = readings.start[node]
    unmarked = np.where(start > 0.0, start, elsewhere)
    at = marks[np.minimum(place, len(marks) - 1)] if len(marks) else unmarked
    return np.asarray(np.where(count[node] > 0, at, unmarked))


def between(start: Floats, end: Floats, count: Ints, rng: np.random.Generator | None) -> Floats:
    """So many times in each interval."""
    if not count.sum():
        return np.empty(0)
    place = (turns(count) + 0.5) / np.repeat(count, count)
    share = place if rng is None else rng.random(len(place))
    low = np.repeat(start, count)
    return np.asarray(low + (np.repeat(end, count) - low) * share)


def turns(count: Ints) -> Ints:
    """0, 1, ... up to each count, one after the other."""
    first = np.cumsum(count) - count
    return np.asarray(np.arange(count.sum()) - np.repeat(first, count))
