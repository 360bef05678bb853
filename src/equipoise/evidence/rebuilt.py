"""One arm's subjects, and how well they reproduce what was published."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from equipoise.analysis.survival import kaplan_meier
from equipoise.arrays import Floats
from equipoise.evidence.curve import Points, Reading, cleaned, drops_of, median_of, way_of_reading
from equipoise.evidence.guyot import Patients, reconstruct_arm
from equipoise.evidence.likely import arm_of, most_likely
from equipoise.evidence.misread import doubts
from equipoise.evidence.published import Published

CLOSE = 0.04
"""A curve off by more than this, read or rebuilt, is worth a word: eight times a printed line."""
ERRORS_OFF, FAR = 5.0, 0.08
"""The same in errors of reading: of a hundred points none is so far off by chance; and what is
worth a word however badly a curve was read."""
EVENTS_OFF = 0.02
"""Events off by more than one, and by more than this share, are worth a word."""


class RiskRow(NamedTuple):
    """Numbers at risk at one time: as published and as reconstructed."""

    time: float
    published: int
    found: int


@dataclass(frozen=True, slots=True)
class ArmData:
    """One arm rebuilt.

    reading : how its points were taken, steps or samples
    error : standard deviation of reading S, stated or estimated; None under Guyot's method
    marks : censoring marks that were used; None if none were read
    rmse, largest : distance of the rebuilt curve from the points as read
    median_read, median : of the published curve and of the rebuilt one; None if not reached
    events_published : None if not given
    read : times and S as read, in order
    draws : other subjects that fit as well, drawn by their weight; none under Guyot's method
    """

    arm: str
    patients: Patients
    reading: Reading
    error: float | None
    rmse: float
    largest: float
    median_read: float | None
    median: float | None
    at_risk: tuple[RiskRow, ...]
    events_published: int | None
    marks: int | None
    notes: tuple[str, ...]
    read: tuple[Floats, Floats] = field(repr=False)
    draws: tuple[Patients, ...] = field(default=(), repr=False)

    @property
    def events(self) -> int:
        return int(self.patients.event.sum())

    @property
    def events_drawn(self) -> tuple[int, int] | None:
        """The central 95% of the events of all that fit."""
        if not self.draws:
            return None
        low, high = np.quantile([d.event.sum() for d in self.draws], [0.025, 0.975])
        return round(low), round(high)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, without the subjects."""
        return {
            "arm": self.arm or None,
            "n": len(self.patients.time),
            "events": self.events,
            "events_drawn": self.events_drawn,
            "events_published": self.events_published,
            "marks": self.marks,
            "reading": self.reading,
            "error": self.error,
            "rmse": self.rmse,
            "largest": self.largest,
            "median_read": self.median_read,
            "median": self.median,
            "at_risk": [row._asdict() for row in self.at_risk],
        }


class _Built(NamedTuple):
    patients: Patients
    draws: tuple[Patients, ...]
    error: float | None


def rebuilt(
    published: Published,
    *,
    reading: str = "auto",
    method: str = "likely",
    precision: float | None = None,
) -> ArmData:
    """One arm's subjects and checks."""
    points = cleaned(np.maximum(published.time, 0.0), published.survival)
    way: Reading = "steps" if reading == "steps" else "samples"
    if reading == "auto":
        way = way_of_reading(points)
    return _told(published, points, way, _built(published, points, way, method, precision))


def retaken(arm: ArmData, published: Published, patients: Patients) -> ArmData:
    """The same arm with other subjects that fit."""
    points = cleaned(np.maximum(published.time, 0.0), published.survival)
    return _told(published, points, arm.reading, _Built(patients, arm.draws, arm.error))


def _told(published: Published, points: Points, way: Reading, built: _Built) -> ArmData:
    found = _arm_data(published, points, way, built)
    where = f"arm {found.arm}: " if found.arm else ""
    told = (*_of_curve(found, points), *_of_numbers(found), *doubts(published))
    return replace(found, notes=tuple(f"{where}{note}" for note in told))


def _built(
    published: Published, points: Points, way: Reading, method: str, precision: float | None
) -> _Built:
    at_risk = published.at_risk
    if method == "guyot":
        drops = drops_of(points, at_risk.time, reading=way)
        return _Built(reconstruct_arm(drops, at_risk, events=published.events), (), None)
    arm = arm_of(
        published.time,
        published.survival,
        at_risk,
        events=published.events,
        reading=way,
        marks=published.marks,
    )
    found = most_likely(arm, error=precision)
    return _Built(found.patients, found.draws, found.error)


def _arm_data(published: Published, points: Points, way: Reading, built: _Built) -> ArmData:
    patients = built.patients
    curve = kaplan_meier(patients.time, patients.event)
    last = np.append(points.time[1:] != points.time[:-1], True)
    gap = curve.at(points.time[last], extend=True).survival - (points.survival - points.moved)[last]
    median = curve.median.estimate
    drops = drops_of(points, published.at_risk.time, reading=way)
    return ArmData(
        arm=published.arm,
        patients=patients,
        reading=way,
        error=built.error,
        rmse=float(np.sqrt(np.mean(gap**2))),
        largest=float(np.abs(gap).max()),
        median_read=median_of(drops),
        median=None if math.isnan(median) else median,
        at_risk=_risk_rows(published, patients),
        events_published=published.events,
        marks=None if published.marks is None or not built.draws else len(published.marks),
        notes=(),
        read=(points.time, points.survival - points.moved),
        draws=built.draws,
    )


def _risk_rows(published: Published, patients: Patients) -> tuple[RiskRow, ...]:
    return tuple(
        RiskRow(float(t), int(n), int((patients.time >= t).sum()))
        for t, n in zip(*published.at_risk, strict=True)
    )


def _of_curve(found: ArmData, points: Points) -> list[str]:
    """What in the curve a reader should know before using the data."""
    close = min(max(CLOSE, ERRORS_OFF * (found.error or 0.0)), FAR)
    notes = []
    worst = int(np.argmax(np.abs(points.moved)))
    if abs(points.moved[worst]) > close:
        told = f"the curve rises or leaves 0 to 1 near time {points.time[worst]:g}"
        notes.append(f"{told}; cleaning moved it by {abs(points.moved[worst]):.3f}")
    if found.largest > close:
        notes.append(f"the rebuilt curve is up to {found.largest:.3f} away from the points")
    return notes


def _of_numbers(found: ArmData) -> list[str]:
    """What in the numbers a reader should know."""
    notes = []
    missed = [row for row in found.at_risk if row.published != row.found]
    if missed:
        row = missed[0]
        told = f"{row.found} at risk rebuilt at time {row.time:g}, {row.published} published"
        notes.append(told)
    published = found.events_published
    if len(found.at_risk) == 1 and published is None and not found.marks:
        notes.append("censoring is unknown: there are no numbers at risk after the first")
    if published is not None:
        off = abs(published - found.events)
        if off > max(1.0, EVENTS_OFF * published):
            notes.append(f"{found.events} events rebuilt, {published} published")
    return notes
