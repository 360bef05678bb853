"""A rebuilt arm as lines of a protocol: an assumption to plan with, or a truth of virtual patients.

What is published of progression is what scans saw. A plan wants that; a truth wants the time of
progression itself, since virtual patients are scanned again. So the truth's points stand on the
days of scans, with survival as it was seen halfway to the next: whoever had progressed by a scan
was found by then, and nobody else.

Checked  tests/unit/evidence/test_into_plan.py.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from equipoise.analysis.survival import kaplan_meier
from equipoise.arrays import Floats
from equipoise.errors import InputError, did_you_mean
from equipoise.evidence.guyot import Patients
from equipoise.evidence.pooled import pooled
from equipoise.evidence.rebuilt import ArmData
from equipoise.evidence.reconstruct import Reconstruction
from equipoise.units import parse_duration

TRUTHS = ("progression", "death")
TIME_UNITS = ("days", "weeks", "months", "years")
POINTS = 6
"""Points of an assumed curve at most."""
EVENTS_A_POINT = 8
"""Events between two points at least: fewer, and the hazard between them is noise."""
AT_RISK = 5
"""No point where fewer are at risk."""


class CurveAt(NamedTuple):
    """Survival at a time, in the publication's unit."""

    time: float
    survival: float


def assumed(arm: ArmData) -> list[CurveAt]:
    """Points with about as many events before each, where enough are at risk."""
    time, event = arm.patients
    died = np.sort(time[event])
    count = min(POINTS, len(died) // EVENTS_A_POINT)
    if count == 0:
        raise InputError(f"{_named(arm)}{len(died)} events; expected {EVENTS_A_POINT} or more")
    at = died[(np.arange(1, count + 1) * len(died)) // count - 1]
    return _on_curve(arm, at, at)


def before_scans(arm: ArmData, every: float) -> list[CurveAt]:
    """Points on the days of scans, as they were seen halfway to the next."""
    scans = np.arange(1.0, int(arm.patients.time.max() / every) + 1) * every
    return _on_curve(arm, scans, scans + every / 2.0)


def _on_curve(arm: ArmData, at: Floats, seen: Floats) -> list[CurveAt]:
    """Survival at `seen`, told for `at`: falling from point to point, with enough at risk."""
    curve = kaplan_meier(*arm.patients)
    heights = curve.at(seen, extend=True).survival
    found: list[CurveAt] = []
    before = 1.0
    for t, look, s in zip(at, seen, heights, strict=True):
        enough = (arm.patients.time >= look).sum() >= AT_RISK
        if enough and 0.0 < s < before:
            found.append(CurveAt(float(t), float(s)))
            before = float(s)
    if not found:
        raise InputError(f"{_named(arm)}no point with {AT_RISK} at risk and events before it")
    return found


class Wanted(NamedTuple):
    """What lines of a protocol are to say: the arm as published and as the protocol calls it, the
    publication's unit of time, and where its figure comes from.
    """

    arm: str
    key: str
    unit: str
    source: str


def assumption_lines(
    found: Reconstruction, wanted: Wanted, *, endpoint: str, others: Sequence[Patients] = ()
) -> str:
    """The lines of `assume` for one arm, with their source; pooled with other trials' arms."""
    mine = _arm(found, wanted)
    points, told = assumed(mine), ""
    if others:
        together = pooled([mine.patients, *others])
        points = [CurveAt(each.end, each.survival) for each in together]
        apart = max(each.between for each in together)
        told = f"; pooled with {len(others)} more, log hazards differ by up to {apart:.2f} (SD)"
    head = f"assume:\n  {endpoint}:\n    {_key(wanted.key)}:\n"
    return f"{_sources(mine, wanted, told)}{head}      curve: {_curve(points, wanted.unit)}\n"


def truth_lines(found: Reconstruction, wanted: Wanted, *, of: str, every: str | None = None) -> str:
    """The lines of a truth for one arm.

    of : progression, which was read at scans `every` so often; or death
    """
    mine = _arm(found, wanted)
    if of not in TRUTHS:
        raise InputError(f"of: {of} found{did_you_mean(of, TRUTHS)}; expected {', '.join(TRUTHS)}")
    if (of == "progression") != (every is not None):
        raise InputError("truth: expected the interval of scans for progression, and only for it")
    points = assumed(mine) if every is None else before_scans(mine, spans(every, wanted.unit))
    told = "" if every is None else f"; progression before scans every {every}"
    head = f"truth:\n  published:\n    {of}:\n      arms:\n        {_key(wanted.key)}:\n"
    return f"{_sources(mine, wanted, told)}{head}          curve: {_curve(points, wanted.unit)}\n"


def spans(text: str, unit: str) -> float:
    """A duration in a unit. Raises InputError if it is none."""
    try:
        return float(parse_duration(text).days / parse_duration(f"1 {unit}").days)
    except ValueError as problem:
        raise InputError(f"every: {problem}") from None


def _arm(found: Reconstruction, wanted: Wanted) -> ArmData:
    if wanted.unit not in TIME_UNITS:
        hint = did_you_mean(wanted.unit, TIME_UNITS)
        raise InputError(f"unit: {wanted.unit} found{hint}; expected {', '.join(TIME_UNITS)}")
    names = [arm.arm for arm in found.arms]
    if wanted.arm not in names and names != [""]:
        hint = did_you_mean(wanted.arm, names)
        raise InputError(f"no arm {wanted.arm}{hint}; expected {', '.join(names)}")
    return found.arms[names.index(wanted.arm) if wanted.arm in names else 0]


def _sources(arm: ArmData, wanted: Wanted, told: str) -> str:
    of = f"{len(arm.patients.time)} subjects, {arm.events} events"
    text = f"Rebuilt by equipoise reconstruct from {wanted.source}: {of}{told}"
    notes = "".join(f"# note: {note}\n" for note in arm.notes)
    return f"{notes}sources:\n  rebuilt:\n    text: {json.dumps(text)}\n    calculated: true\n"


def _curve(points: Sequence[CurveAt], unit: str) -> str:
    pairs = ", ".join(f'{p.time:.4g} {unit}: "{100 * p.survival:.1f}% [rebuilt]"' for p in points)
    return f"{{{pairs}}}"


def _key(name: str) -> str:
    return name if name.replace("_", "").isalnum() else json.dumps(name)


def _named(arm: ArmData) -> str:
    return f"arm {arm.arm}: " if arm.arm else ""
