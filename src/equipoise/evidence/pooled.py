"""Arms of several trials as one assumption: log hazards by time, with how far trials differ.

Time is cut where the trials together have equal numbers of events. In each interval a trial's log
hazard has variance 1 / events; trials are pooled with random effects.

Source   DerSimonian & Laird 1986, Controlled Clinical Trials 7:177.
Checked  tests/unit/evidence/test_into_plan.py (by hand).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from equipoise.arrays import Floats
from equipoise.errors import InputError
from equipoise.evidence.guyot import Patients
from equipoise.frames import flags, frame_of, is_value, times

_INTERVALS, EVENTS_IN_EACH = 6, 10
"""Intervals at most, and events of all trials in each at least."""
HALF = 0.5
"""Added to events, so that a trial with none in an interval has a log hazard."""


class PooledHazard(NamedTuple):
    """One interval: its end, survival there, the pooled log hazard, its standard error, and the
    standard deviation of the trials' own about it.
    """

    end: float
    survival: float
    log_hazard: float
    error: float
    between: float


class Random(NamedTuple):
    """A pooled value, its standard error, and the standard deviation between trials."""

    value: float
    error: float
    between: float


def read_patients(path: Path, arm: str) -> Patients:
    """One arm of a table with columns time, event and, for several arms, arm.

    Raises   InputError if the table cannot be read, or has no such arm.
    """
    frame = frame_of(path)
    time, event = np.asarray(times(frame, "time"), np.float64), flags(frame, "event")
    if "arm" not in frame.columns:
        return Patients(time, event)
    mine = is_value(frame, "arm", arm)
    return Patients(time[mine], event[mine])


def pooled(trials: Sequence[Patients]) -> tuple[PooledHazard, ...]:
    """The arms of two or more trials as one curve.

    Raises   InputError for fewer than two, or too few events.
    """
    if len(trials) < 2:
        raise InputError("pooling: expected the arms of two trials or more")
    died = np.sort(np.concatenate([t.time[t.event] for t in trials]))
    count = min(_INTERVALS, len(died) // EVENTS_IN_EACH)
    if count == 0:
        raise InputError(f"pooling: {len(died)} events; expected {EVENTS_IN_EACH} or more")
    ends = np.unique(died[np.arange(1, count + 1) * len(died) // count - 1])
    found, height = [], 1.0
    for start, end in zip(np.append(0.0, ends[:-1]), ends, strict=True):
        mean = _interval(trials, float(start), float(end))
        height *= float(np.exp(-np.exp(mean.value) * (end - start)))
        found.append(PooledHazard(float(end), height, *mean))
    return tuple(found)


def _interval(trials: Sequence[Patients], start: float, end: float) -> Random:
    """Of the trials that anybody was followed in, in one interval."""
    logs, variances = [], []
    for t in trials:
        followed = float((np.clip(t.time, start, end) - start).sum())
        events = int((t.event & (t.time > start) & (t.time <= end)).sum())
        if followed > 0.0:
            logs.append(np.log((events + HALF) / followed))
            variances.append(1.0 / (events + HALF))
    return random_effects(np.array(logs), np.array(variances))


def random_effects(values: Floats, variances: Floats) -> Random:
    """Values of trials pooled, by the moments of their scatter."""
    weight = 1.0 / variances
    mean = (weight * values).sum() / weight.sum()
    scatter = (weight * (values - mean) ** 2).sum() - (len(values) - 1)
    spread = weight.sum() - (weight**2).sum() / weight.sum()
    between = max(scatter / spread, 0.0) if len(values) > 1 else 0.0
    weight = 1.0 / (variances + between)
    pooled_mean = (weight * values).sum() / weight.sum()
    return Random(float(pooled_mean), float(weight.sum() ** -0.5), float(np.sqrt(between)))
