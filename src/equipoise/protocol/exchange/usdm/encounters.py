"""When the encounters of a USDM document are: days counted along the chains of its timings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from equipoise.protocol.exchange.usdm import codes
from equipoise.protocol.exchange.usdm.parts import (
    called,
    identifiers,
    keys_of,
    member,
    members,
    named_by,
    said,
)
from equipoise.protocol.language.activities import activity_named
from equipoise.protocol.language.wording import AT_CUTOFF

_SPAN: Final = re.compile(
    r"^P(?:([0-9.]+)Y)?(?:([0-9.]+)M)?(?:([0-9.]+)W)?(?:([0-9.]+)D)?"
    r"(?:T(?:([0-9.]+)H)?(?:([0-9.]+)M)?(?:([0-9.]+)S)?)?$"
)
_DAYS: Final = (
    Fraction(36525, 100),
    Fraction(304375, 10000),
    Fraction(7),
    Fraction(1),
    Fraction(1, 24),
    Fraction(1, 1440),
    Fraction(1, 86400),
)
_ONE_UNIT: Final = re.compile(r"^P([0-9]+(?:\.[0-9]+)?)([DWMY])$")
_UNIT: Final = {"D": "days", "W": "weeks", "M": "months", "Y": "years"}


def days_of(value: Any) -> Fraction | None:
    """The days of a duration of ISO 8601; None if it is none.

    >>> days_of("P2W"), days_of("PT12H"), days_of("two weeks")
    (Fraction(14, 1), Fraction(1, 2), None)
    """
    found = _SPAN.match(value) if isinstance(value, str) else None
    if found is None or not any(found.groups()):
        return None
    try:
        return sum(
            (Fraction(n) * d for n, d in zip(found.groups(), _DAYS, strict=True) if n), Fraction()
        )
    except ValueError:
        return None


@dataclass(slots=True)
class _Timeline:
    """The main timeline, what is done in it, and what could not be carried."""

    instances: dict[str, dict[str, Any]]
    timings: dict[str, dict[str, Any]]
    epochs: dict[str, str]
    activities: dict[str, str]
    offsets: dict[str, Fraction | None] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)

    def offset(self, instance: str, path: tuple[str, ...] = ()) -> Fraction | None:
        """Days after the reference day; None where no chain of timings leads to it."""
        if instance not in self.offsets:
            self.offsets[instance] = None if instance in path else self._counted(instance, path)
        return self.offsets[instance]

    def _counted(self, instance: str, path: tuple[str, ...]) -> Fraction | None:
        timing = self.timings.get(instance)
        span = days_of(timing.get("value")) if timing else None
        if timing is None or span is None:
            return None
        kind = member(timing, "type").get("code")
        if kind == codes.FIXED[0]:
            return max(span, Fraction(1)) - 1
        sign = {codes.BEFORE[0]: -1, codes.AFTER[0]: 1}.get(str(kind))
        anchor = named_by(timing, "relativeToScheduledInstanceId")
        start = self.offset(anchor, (*path, instance)) if anchor else None
        return None if start is None or sign is None else start + sign * span


def visits_of(design: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The visits of a study design's main timeline, and what of its schedule is not carried.

    One visit for each day of each encounter; an encounter held on several days has a visit for
    each, the later ones named by their instance too.
    """
    timelines = members(design, "scheduleTimelines")
    main = next((t for t in timelines if t.get("mainTimeline") is True), None)
    lost = [
        f"visits: {called(t)}: a timeline beside the main one" for t in timelines if t is not main
    ]
    if main is None:
        return {}, ["visits: there is no main timeline", *lost]
    epochs = members(design, "epochs")
    line = _Timeline(
        {named_by(i, "id"): i for i in members(main, "instances")},
        {named_by(t, "relativeFromScheduledInstanceId"): t for t in members(main, "timings")},
        {named_by(e, "id"): k for e, k in zip(epochs, keys_of(epochs), strict=True)},
        {named_by(a, "id"): called(a) for a in members(design, "activities")},
    )
    found: dict[str, Any] = {}
    encounters = members(design, "encounters")
    for encounter, key in zip(encounters, keys_of(encounters), strict=True):
        _held(line, encounter, key, found)
    _unplaced(line, {named_by(e, "id") for e in encounters})
    _anchored(line)
    return found, [*line.lost, *lost]


def _held(line: _Timeline, encounter: dict[str, Any], key: str, found: dict[str, Any]) -> None:
    """A visit for each day of an encounter."""
    own = [
        i
        for i in line.instances.values()
        if named_by(i, "encounterId") == named_by(encounter, "id")
    ]
    by_day: dict[Any, list[dict[str, Any]]] = {}
    for instance in own:
        day = _day(line, instance)
        if day is None:
            line.lost.append(f"visits: {key}: no day can be told for {called(instance)}")
        else:
            by_day.setdefault(day, []).append(instance)
    if not own:
        line.lost.append(f"visits: {key}: it is not in the main timeline")
    for number, (day, instances) in enumerate(by_day.items()):
        name = key if number == 0 else f"{key} {called(instances[0]).lower()}"
        label = called(encounter) if number == 0 else f"{called(encounter)}, {called(instances[0])}"
        visit = {**_when(line, day, instances), **_window(line, name, instances)}
        visit |= {"label": label, "epoch": line.epochs.get(named_by(instances[0], "epochId"))}
        done = [
            line.activities.get(a, "") for i in instances for a in identifiers(i, "activityIds")
        ]
        visit["do"] = list(dict.fromkeys(a for a in map(activity_named, done) if a is not None))
        found[name] = {k: v for k, v in visit.items() if v is not None}


def _day(line: _Timeline, instance: dict[str, Any]) -> int | str | None:
    """The day of the study, which has no day 0; or the data cut-off."""
    own = named_by(instance, "id")
    if line.timings.get(own, {}).get("valueLabel") == AT_CUTOFF:
        return AT_CUTOFF
    offset = line.offset(own)
    if offset is None:
        return None
    whole = int(offset)
    return whole if whole < 0 else whole + 1


def _when(line: _Timeline, day: int | str, instances: list[dict[str, Any]]) -> dict[str, Any]:
    """As the document says it where it counts from day 1, else by the day."""
    if day == AT_CUTOFF:
        return {"at": AT_CUTOFF}
    timing = line.timings[named_by(instances[0], "id")]
    anchor = named_by(timing, "relativeToScheduledInstanceId")
    plain = _ONE_UNIT.match(str(timing.get("value")))
    after = member(timing, "type").get("code") == codes.AFTER[0]
    if plain and after and isinstance(day, int) and day > 1 and line.offset(anchor) == 0:
        return {"at": f"{plain[1]} {_UNIT[plain[2]]}"}
    return {"day": day}


def _window(line: _Timeline, key: str, instances: list[dict[str, Any]]) -> dict[str, Any]:
    """The window where it is as wide on both sides; another one is told."""
    timings = [line.timings.get(named_by(i, "id"), {}) for i in instances]
    timing = next((t for t in timings if t.get("windowLower") or t.get("windowUpper")), None)
    if timing is None:
        return {}
    lower, upper = timing.get("windowLower"), timing.get("windowUpper")
    ends = days_of(lower or "P0D"), days_of(upper or "P0D")
    plain = _ONE_UNIT.match(str(upper))
    if plain and ends[0] == ends[1]:
        return {"window": f"{plain[1]} {_UNIT[plain[2]]}"}
    before, after = (_spoken(end, text) for end, text in zip(ends, (lower, upper), strict=True))
    line.lost.append(
        f"visits: {key}: window from {before} before to {after} after; "
        "here a window is whole days, the same on both sides"
    )
    return {}


def _spoken(end: Fraction | None, text: Any) -> str:
    if end is None:
        return f'"{text}"'
    if end.denominator == 1:
        return f"{end} day{'' if end == 1 else 's'}"
    return f"{float(end * 24):g} hours"


def _unplaced(line: _Timeline, encounters: set[str]) -> None:
    """Instances that no encounter holds."""
    for instance in line.instances.values():
        kind = instance.get("instanceType")
        if kind == "ScheduledDecisionInstance":
            line.lost.append(f"visits: {called(instance)}: a decision in the timeline")
        elif named_by(instance, "encounterId") not in encounters:
            done = [line.activities.get(a, a) for a in identifiers(instance, "activityIds")]
            if done:
                names = ", ".join(done)
                line.lost.append(f"visits: {called(instance)}: no encounter; done there: {names}")


def _anchored(line: _Timeline) -> None:
    """What day 1 is there, and times that days cannot hold."""
    fixed = [
        called(line.instances[i])
        for i, t in line.timings.items()
        if member(t, "type").get("code") == codes.FIXED[0] and i in line.instances
    ]
    if fixed and fixed != ["randomization"]:
        line.lost.append(f"visits: day 1 there is {' and '.join(fixed)}; here it is randomization")
    parts = [called(line.instances[i]) for i, o in line.offsets.items() if o and o.denominator != 1]
    if parts:
        line.lost.append(f"visits: {', '.join(parts)}: the time of the day is left out")
    others = {
        said(member(t, "relativeToFrom"), "decode")
        for t in line.timings.values()
        if member(t, "relativeToFrom").get("code") not in (None, codes.START_TO_START[0])
    }
    if others:
        line.lost.append(f"visits: {', '.join(sorted(others))}: counted from start to start")
