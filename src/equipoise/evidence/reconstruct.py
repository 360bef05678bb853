"""Patient-level data of a publication, with checks of how well it reproduces what was published."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from equipoise.errors import InputError, did_you_mean
from equipoise.evidence.checks import PublishedBeside, beside_of, notes_of
from equipoise.evidence.constrained import constrained
from equipoise.evidence.contrast import ArmComparison, contrast
from equipoise.evidence.misread import refuse_misread
from equipoise.evidence.published import read_published
from equipoise.evidence.rebuilt import ArmData, rebuilt, retaken
from equipoise.frames import AnyTable

READINGS = ("auto", "steps", "samples")
RECONSTRUCTIONS = ("likely", "guyot")
WORST = 0.1
"""Nobody reads a curve worse than this."""


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """A publication's subjects, rebuilt from its curves: arms in order, control first."""

    arms: tuple[ArmData, ...]
    contrasts: tuple[ArmComparison, ...]
    beside: PublishedBeside
    constrained: bool = False

    @property
    def notes(self) -> tuple[str, ...]:
        of_arms = tuple(note for arm in self.arms for note in arm.notes)
        of_contrasts = tuple(note for each in self.contrasts for note in each.notes)
        return (
            of_arms
            + of_contrasts
            + tuple(notes_of(self.arms, self.contrasts, self.beside, constrained=self.constrained))
        )

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
            "comparisons": [c.to_dict() for c in self.contrasts],
            "published": {name: dict(given) for name, given in self.beside._asdict().items()},
            "constrained": self.constrained,
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
    censored: AnyTable | None = None,
    control: str | None = None,
    reading: str = "auto",
    percent: bool = False,
    incidence: bool = False,
    method: str = "likely",
    precision: float | None = None,
    hazard_ratio: Mapping[str, float] | float | None = None,
    p: Mapping[str, float] | float | None = None,
    median: Mapping[str, float] | float | None = None,
    constrain: bool = False,
) -> Reconstruction:
    """Patient-level times from published Kaplan-Meier curves and numbers at risk.

    curve : a table, or a file, with columns time, survival and, for several arms, arm
    at_risk : the same with columns time, at_risk and arm; one unit of time throughout
    events : published total of events; a mapping by arm where there are several
    censored : times of the censoring marks on the curves, columns time and, for several arms, arm;
               one mark may stand for several subjects
    control : the arm compared against, the first one if not given
    reading : steps - each point is the foot of a step; samples - the curve was sampled, so that a
              drop lies anywhere since the point before; auto - seen from the points
    percent : survival goes from 0 to 100; incidence : the curve shows 1 - S
    method : likely - the whole numbers of events and of censored that fit best; guyot
    precision : standard deviation of S as read, in S; estimated if not given
    hazard_ratio, p, median : as published, by arm; held against the rebuilt subjects
    constrain : take, of the subjects that fit, those that come closest to these figures
    Raises   DataError with every cell that cannot be used; InputError for an argument that cannot.
    Source   `evidence.likely`; Guyot et al. 2012, BMC Med Res Methodol 12:9.
    Checked  tests/byhand/test_guyot.py, test_lattice.py; tests/oracle/evidence (known data sets);
             bench/reconstruction.py (300 trials).
    """
    _check_options(reading, method, precision)
    published = list(
        read_published(
            curve,
            at_risk,
            events=events,
            censored=censored,
            percent=percent,
            incidence=incidence,
        )
    )
    refuse_misread(published, percent=percent)
    if control is not None:
        names = [each.arm for each in published]
        if control not in names:
            hint = did_you_mean(control, names)
            raise InputError(f"control: no arm {control}{hint}; expected {', '.join(names)}")
        published.insert(0, published.pop(names.index(control)))
    beside = beside_of([each.arm for each in published], hazard_ratio, p, median)
    arms = tuple(
        rebuilt(each, reading=reading, method=method, precision=precision) for each in published
    )
    if constrain:
        found = zip(arms, published, constrained(arms, beside), strict=True)
        arms = tuple(retaken(*each) for each in found)
    contrasts = tuple(contrast(arms[0], other) for other in arms[1:])
    return Reconstruction(arms, contrasts, beside, constrain)


def _check_options(reading: str, method: str, precision: float | None) -> None:
    for name, value, known in (("reading", reading, READINGS), ("method", method, RECONSTRUCTIONS)):
        if value not in known:
            hint = did_you_mean(value, known)
            raise InputError(f"{name}: {value} found{hint}; expected {', '.join(known)}")
    if precision is not None and not 0.0 < precision <= WORST:
        raise InputError(f"precision: {precision:g} found; expected above 0, up to {WORST:g}")
