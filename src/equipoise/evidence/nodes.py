"""One arm's curve cut at its points and numbers at risk, with what is expected between them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from equipoise.arrays import Bools, Floats, Ints
from equipoise.evidence.curve import Points, Reading
from equipoise.evidence.guyot import AtRisk
from equipoise.kernels.lattice_weights import FALLS, FREE, MAY, NO_EVENTS, Nodes

SMOOTH = 1 / 12
"""Half the width over which the hazard is averaged, as a share of the curve's length."""
LEAST_CENSORED = 0.25
"""Censored expected at least between two numbers at risk: none would forbid any."""
SINGLE = 1.02
"""Events expected at a step at least: at one exactly there could be no ties."""
TIED = 0.15
"""Censored expected beside each one marked: of several on one day a figure shows one mark."""
SOME_DIE = 0.7
"""Of those at risk at the last number, the share of the curve's fall that are events: some of them
are censored before it."""


class ArmNodes(NamedTuple):
    """One arm, node by node, (K,) each: from `start` to `end` subjects leave, and at `end` the
    curve is at `height` (`read` there, or between its neighbors) and the numbers `at_risk` stand.
    """

    start: Floats
    end: Floats
    height: Floats
    read: Bools
    at_risk: Ints
    events: Ints
    hazard: Floats
    reading: Reading


class Stretches(NamedTuple):
    """Expected between each two numbers at risk: events and censored."""

    events: Floats
    censored: Floats


def readings_of(
    time: Floats, survival: Floats, points: Points, at_risk: AtRisk, *, reading: Reading
) -> ArmNodes:
    """Nodes at the points as read and at the numbers at risk, in order.

    time, survival : as read, ascending; points : the same, cleaned
    """
    after = time > 0.0
    if reading == "steps":
        after &= np.append(time[1:] != time[:-1], True)
    when = np.append(at_risk.time[1:], time[after])
    read = np.arange(len(when)) >= len(at_risk.time) - 1
    order = np.lexsort((read, when))
    between = np.interp(at_risk.time[1:], points.time, points.survival)
    height = np.append(between, survival[after])[order]
    number = np.append(at_risk.number[1:], np.full(int(after.sum()), FREE))[order]
    end, read = when[order], read[order]
    start = np.append(0.0, end[:-1])
    curve_end = float(points.time[-1])
    events = np.where((read | (reading == "samples")) & (end <= curve_end), MAY, NO_EVENTS)
    if reading == "steps":
        falls = np.diff(np.append(1.0, height[read])) < 0.0
        events[np.flatnonzero(read)[falls]] = FALLS
    hazard = smooth_hazard(points, start, end, subjects=int(at_risk.number[0]))
    return ArmNodes(start, end, height, read, number, events, hazard, reading)


def smooth_hazard(points: Points, start: Floats, end: Floats, *, subjects: int) -> Floats:
    """Cumulative hazard expected from `start` to `end`, from the curve's slope around there."""
    cumulative = -np.log(np.maximum(points.survival, 0.5 / subjects))
    length = float(points.time[-1])
    middle = (start + end) / 2.0
    low = np.maximum(middle - SMOOTH * length, 0.0)
    high = np.minimum(middle + SMOOTH * length, length)
    rise = np.interp(high, points.time, cumulative) - np.interp(low, points.time, cumulative)
    smooth = np.maximum(rise / np.maximum(high - low, 1e-9) * (end - start), 0.0)
    return np.asarray(np.where(end > start, smooth, _on_lines(points, end, cumulative)))


def _on_lines(points: Points, at: Floats, cumulative: Floats) -> Floats:
    """The rise of the cumulative hazard on a vertical line at each time."""
    head = np.searchsorted(points.time, at, side="left").clip(0, len(points.time) - 1)
    foot = (np.searchsorted(points.time, at, side="right") - 1).clip(0)
    return np.asarray(np.maximum(cumulative[foot] - cumulative[head], 0.0))


def stretches_of(points: Points, at_risk: AtRisk) -> Stretches:
    """What the fall between two numbers at risk leaves for censoring, spread evenly."""
    number = at_risk.number.astype(np.float64)
    height = np.interp(at_risk.time, points.time, points.survival)
    fall = np.where(height[:-1] > 0.0, 1.0 - height[1:] / np.maximum(height[:-1], 1e-12), 0.0)
    leaving = number[:-1] - number[1:]
    censored = (leaving - number[:-1] * fall) / (1.0 - fall / 2.0)
    censored = np.clip(censored, 0.0, leaving)
    return Stretches(leaving - censored, censored)


def tie_chance(readings: ArmNodes, points: Points, at_risk: AtRisk, events: int | None) -> float:
    """The chance that a step has one more event: from the events expected and the steps read."""
    steps = max(int((readings.events == FALLS).sum()), 1)
    entering = float(np.interp(at_risk.time[-1], points.time, points.survival))
    fall = 1.0 - points.survival[-1] / max(entering, 1e-9)
    guess = stretches_of(points, at_risk).events.sum() + at_risk.number[-1] * fall * SOME_DIE
    mean = (guess if events is None else events) / steps
    return float(1.0 - 1.0 / max(mean, SINGLE))


def nodes_of(
    readings: ArmNodes, censored: Floats, marked: Ints, *, error: float, ties: float
) -> Nodes:
    """The kernel's nodes for one error of reading and one expectation of censoring.

    marked : (K,) censoring marks before each node; censored : (K,) expected beside them
    """
    steps = readings.reading == "steps"
    hazard = np.full(len(readings.end), np.log(ties)) if steps else readings.hazard
    precise = np.where(readings.read, 1.0 / (2.0 * error**2), 0.0)
    return Nodes(
        readings.height, precise, readings.at_risk.astype(np.int64), censored,
        marked, readings.events.astype(np.int64), hazard,
    )  # fmt: skip


def expected_between(readings: ArmNodes, points: Points, at_risk: AtRisk) -> Floats:
    """Expected censored before each node: even between two numbers at risk, 0 after the last."""
    found = np.zeros(len(readings.end))
    censored = stretches_of(points, at_risk).censored
    for j, (low, high) in enumerate(zip(at_risk.time[:-1], at_risk.time[1:], strict=True)):
        inside = (readings.start >= low) & (readings.end <= high)
        share = (readings.end - readings.start)[inside] / (high - low)
        found[inside] = (censored[j] + LEAST_CENSORED) * share if at_risk.number[j] else 0.0
    return found


def marked_in(readings: ArmNodes, marks: Floats) -> Ints:
    """Marks before each node: from its start on, since a mark on the day of an event is after it.

    marks : (m,) ascending
    """
    node = np.searchsorted(readings.end, marks, side="right")
    return np.bincount(node, minlength=len(readings.end) + 1)[:-1].astype(np.int64)


def expected_beside(readings: ArmNodes, marked: Ints, points: Points, at_risk: AtRisk) -> Floats:
    """Expected censored before each node beside those marked: on the same days as they are."""
    found = TIED * marked
    censored = stretches_of(points, at_risk).censored
    for j, (low, high) in enumerate(zip(at_risk.time[:-1], at_risk.time[1:], strict=True)):
        inside = (readings.start >= low) & (readings.end <= high)
        seen = int(marked[inside].sum())
        if seen:
            found[inside] = max(censored[j] / seen - 1.0, TIED) * marked[inside]
    return np.asarray(found)
