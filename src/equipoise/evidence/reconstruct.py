"""Patient-level data of a publication, with checks of how well it reproduces what was published."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from equipoise.analysis.survival import Cox, LogRank, hazard_ratio, kaplan_meier, logrank
from equipoise.errors import InputError, did_you_mean
from equipoise.evidence.curve import (
    Points,
    Reading,
    cleaned,
    drops_of,
    median_of,
    way_of_reading,
)
from equipoise.evidence.guyot import Patients, reconstruct_arm
from equipoise.evidence.published import Published, read_published
from equipoise.frames import AnyTable

READINGS = ("auto", "steps", "samples")
_CLOSE = 0.02
"""A curve off by more than this, read or rebuilt, is worth a word: four times a printed line."""


class RiskRow(NamedTuple):
    """Numbers at risk at one time: as published and as reconstructed."""

    time: float
    published: int
    found: int


@dataclass(frozen=True, slots=True)
class ArmData:
    """One arm rebuilt.

    reading : how its points were taken, steps or samples
    rmse, largest : distance of the rebuilt curve from the points as read
    median_read, median : of the published curve and of the rebuilt one; None if not reached
    events_published : None if not given
    """

    arm: str
    patients: Patients
    reading: Reading
    rmse: float
    largest: float
    median_read: float | None
    median: float | None
    at_risk: tuple[RiskRow, ...]
    events_published: int | None
    notes: tuple[str, ...]

    @property
    def events(self) -> int:
        return int(self.patients.event.sum())

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, without the subjects."""
        return {
            "arm": self.arm or None,
            "n": len(self.patients.time),
            "events": self.events,
            "events_published": self.events_published,
            "reading": self.reading,
            "rmse": self.rmse,
            "largest": self.largest,
            "median_read": self.median_read,
            "median": self.median,
            "at_risk": [row._asdict() for row in self.at_risk],
        }


class ArmComparison(NamedTuple):
    """One arm against the control, from the rebuilt subjects; None where not estimable."""

    arm: str
    control: str
    cox: Cox | None
    logrank: LogRank | None


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """A publication's subjects, rebuilt from its curves: arms in order, control first."""

    arms: tuple[ArmData, ...]
    contrasts: tuple[ArmComparison, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(note for arm in self.arms for note in arm.notes)

    def rows(self) -> list[dict[str, Any]]:
        """One row per subject: time, event (1 or 0) and, with several arms, arm."""
        return [
            {"time": float(t), "event": int(e)} | ({"arm": a.arm} if a.arm else {})
            for a in self.arms
            for t, e in zip(*a.patients, strict=True)
        ]

    def to_csv(self) -> str:
        """The rows with a header, numbers in full."""
        rows = self.rows()
        out = io.StringIO()
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return out.getvalue()

    def to_dict(self) -> dict[str, Any]:
        """The checks as plain values for JSON; None where not estimable."""
        return {
            "arms": [arm.to_dict() for arm in self.arms],
            "comparisons": [_contrast_dict(c) for c in self.contrasts],
            "notes": list(self.notes),
        }

    def __repr__(self) -> str:
        n, died = (sum(x) for x in zip(*((len(a.patients.time), a.events) for a in self.arms)))
        worst = max(a.rmse for a in self.arms)
        return f"Reconstruction  {len(self.arms)} arms  {died} events in {n}  RMSE {worst:.4f}"


def reconstruct(
    curve: AnyTable,
    *,
    at_risk: AnyTable,
    events: Mapping[str, int] | int | None = None,
    control: str | None = None,
    reading: str = "auto",
    percent: bool = False,
) -> Reconstruction:
    """Patient-level times from published Kaplan-Meier curves and numbers at risk.

    curve : a table, or a file, with columns time, survival and, for several arms, arm
    at_risk : the same with columns time, at_risk and arm; one unit of time throughout
    events : published total of events; a mapping by arm where there are several
    control : the arm compared against, the first one if not given
    reading : steps - each point is the foot of a step; samples - the curve was sampled, so that a
              drop lies anywhere since the point before; auto - seen from the points
    percent : survival goes from 0 to 100
    Raises   DataError with every cell that cannot be used; InputError for an argument that cannot.
    Source   Guyot et al. 2012, BMC Med Res Methodol 12:9.
    Checked  tests/byhand/test_guyot.py; tests/oracle/evidence (known data sets, R survival).
    """
    if reading not in READINGS:
        hint = did_you_mean(reading, READINGS)
        raise InputError(f"reading: {reading} found{hint}; expected {', '.join(READINGS)}")
    published = list(read_published(curve, at_risk, events=events, percent=percent))
    if control is not None:
        names = [p.arm for p in published]
        if control not in names:
            hint = did_you_mean(control, names)
            raise InputError(f"control: no arm {control}{hint}; expected {', '.join(names)}")
        published.insert(0, published.pop(names.index(control)))
    arms = tuple(rebuilt(p, reading) for p in published)
    return Reconstruction(arms, tuple(contrast(arms[0], other) for other in arms[1:]))


def rebuilt(published: Published, reading: str = "auto") -> ArmData:
    """One arm's subjects and checks."""
    points = cleaned(published.time, published.survival)
    way: Reading = "steps" if reading == "steps" else "samples"
    if reading == "auto":
        way = way_of_reading(points)
    drops = drops_of(points, published.at_risk.time, reading=way)
    patients = reconstruct_arm(drops, published.at_risk, events=published.events)
    curve = kaplan_meier(patients.time, patients.event)
    last = np.append(points.time[1:] != points.time[:-1], True)
    gap = curve.at(points.time[last], extend=True).survival - (points.survival - points.moved)[last]
    median = curve.median.estimate
    at_risk = tuple(
        RiskRow(float(t), int(n), int((patients.time >= t).sum()))
        for t, n in zip(*published.at_risk, strict=True)
    )
    return ArmData(
        arm=published.arm,
        patients=patients,
        reading=way,
        rmse=float(np.sqrt(np.mean(gap**2))),
        largest=float(np.abs(gap).max()),
        median_read=median_of(drops),
        median=None if math.isnan(median) else median,
        at_risk=at_risk,
        events_published=published.events,
        notes=_notes(published, points, int(patients.event.sum()), float(np.abs(gap).max())),
    )


def _notes(published: Published, points: Points, events: int, largest: float) -> tuple[str, ...]:
    """What a reader should know before using the data."""
    where = f"arm {published.arm}: " if published.arm else ""
    notes = []
    worst = int(np.argmax(np.abs(points.moved)))
    if abs(points.moved[worst]) > _CLOSE:
        told = f"the curve rises or leaves 0 to 1 near time {points.time[worst]:g}"
        notes.append(f"{where}{told}; cleaning moved it by {abs(points.moved[worst]):.3f}")
    if largest > _CLOSE:
        notes.append(f"{where}the rebuilt curve is up to {largest:.3f} away from the points")
    if published.events is not None and published.events != events:
        notes.append(f"{where}{events} events rebuilt, {published.events} published")
    return tuple(notes)


def contrast(control: ArmData, other: ArmData) -> ArmComparison:
    """Hazard ratio and log-rank test of two rebuilt arms."""
    both = (control.patients, other.patients)
    time = np.concatenate([p.time for p in both])
    event = np.concatenate([p.event for p in both])
    arm = np.repeat([0, 1], [len(p.time) for p in both])
    try:
        return ArmComparison(
            other.arm, control.arm, hazard_ratio(time, event, arm), logrank(time, event, arm)
        )
    except InputError:
        return ArmComparison(other.arm, control.arm, None, None)


def _contrast_dict(c: ArmComparison) -> dict[str, Any]:
    cox = None if c.cox is None or c.cox.notes else c.cox
    return {
        "arm": c.arm,
        "control": c.control,
        "hazard_ratio": None if cox is None else float(cox.hr[0]),
        "lower": None if cox is None else float(cox.lower[0]),
        "upper": None if cox is None else float(cox.upper[0]),
        "logrank_p": None if c.logrank is None else c.logrank.p,
    }
