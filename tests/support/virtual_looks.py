"""Log-rank statistics at calendar looks, by virtual trials that share nothing with `design`."""

from __future__ import annotations

from typing import Any

import numpy as np

from equipoise.arrays import Floats
from equipoise.meaning.expected import Course, Steps

CHUNK = 4000  # trials held in memory at a time


def z_at_looks(course: Course, times: list[float], *, trials: int, seed: int) -> Floats:
    """(trials, looks) stratified log-rank Z, large in favor of the experimental arm.

    Entry follows the accrual of the course up to the last look; in each stratum arms are as even
    as the ratio allows. Who enters after a look is not part of it.
    """
    rng = np.random.default_rng(seed)
    sizes = [min(CHUNK, trials - start) for start in range(0, trials, CHUNK)]
    return np.concatenate([_chunk(course, times, size, rng) for size in sizes])


def crossed(z: Floats, upper: Any) -> list[float]:
    """Share of trials that have crossed the bound at each look or before."""
    limits = np.array([np.inf if u is None else u for u in upper])
    return [float(x) for x in np.maximum.accumulate(z >= limits, axis=1).mean(axis=0)]


def _chunk(course: Course, times: list[float], trials: int, rng: np.random.Generator) -> Floats:
    n = round(course.accrual.total(times[-1]))
    entry = _when(course.accrual, rng.random((trials, n)) * course.accrual.total(times[-1]))
    stratum = rng.choice(len(course.strata), size=(trials, n), p=[s.share for s in course.strata])
    arm = _arms(stratum, course, rng)
    event, leaving = np.empty((trials, n)), np.empty((trials, n))
    for i, s in enumerate(course.strata):
        experimental = s.control.product(s.hazard_ratio)
        for a, hazard, dropout in (
            (0, s.control, s.dropout_control),
            (1, experimental, s.dropout_experimental),
        ):
            here = (stratum == i) & (arm == a)
            event[here] = _when(hazard, rng.standard_exponential(here.sum()))
            leaving[here] = _when(dropout, rng.standard_exponential(here.sum()))
    followed = [np.minimum(leaving, t - entry) for t in times]
    return np.stack([_z(event, f, arm, stratum, course) for f in followed], axis=1)


def _when(steps: Steps, total: Floats) -> Floats:
    """When the integral of a step function reaches each total."""
    starts, values = np.array(steps.starts), np.array(steps.values)
    reached = np.concatenate([[0.0], np.cumsum(values[:-1] * np.diff(starts))])
    i = np.searchsorted(reached, total, side="right") - 1
    with np.errstate(divide="ignore"):
        return starts[i] + (total - reached[i]) / values[i]


def _arms(stratum: Any, course: Course, rng: np.random.Generator) -> Any:
    """Arms in random order whose counts in each stratum are those of the ratio, up to one."""
    q = course.experimental_share
    arm = np.zeros(stratum.shape, dtype=np.int8)
    for i in range(len(course.strata)):
        place = np.cumsum(stratum == i, axis=1) - 1
        shift = rng.random((stratum.shape[0], 1))
        chosen = np.floor((place + 1) * q + shift) - np.floor(place * q + shift) > 0
        arm[(stratum == i) & chosen] = 1
    return arm


def _z(event: Floats, followed: Floats, arm: Any, stratum: Any, course: Course) -> Floats:
    time = np.where(followed > 0.0, np.minimum(event, followed), -1.0)
    seen = (event <= followed) & (followed > 0.0)
    order = np.argsort(time, axis=1)
    seen, arm = (np.take_along_axis(x, order, 1) for x in (seen, arm))
    stratum = np.take_along_axis(stratum, order, 1)
    score, variance = np.zeros(time.shape[0]), np.zeros(time.shape[0])
    for i in range(len(course.strata)):
        here = stratum == i
        at_risk = np.cumsum(here[:, ::-1], axis=1)[:, ::-1]
        treated = np.cumsum((here & (arm == 1))[:, ::-1], axis=1)[:, ::-1]
        share = treated / np.maximum(at_risk, 1)
        score += ((share - arm) * (here & seen)).sum(axis=1)
        variance += (share * (1.0 - share) * (here & seen)).sum(axis=1)
    return score / np.sqrt(np.where(variance > 0.0, variance, 1.0))
