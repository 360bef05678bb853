"""The schedule of activities in USDM: encounters, activities, and the timeline that joins them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

from equipoise.protocol.exchange.usdm import codes
from equipoise.protocol.exchange.usdm.codes import Ids
from equipoise.protocol.language.wording import ANY_TIME, AT_CUTOFF
from equipoise.protocol.model import Protocol, Visit
from equipoise.units import Duration

_LETTER: Final = {"day": "D", "week": "W", "month": "M", "year": "Y"}


def chained(objects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Objects that know the one before and the one after."""
    for one, following in pairwise(objects):
        one["nextId"], following["previousId"] = following["id"], one["id"]
    return objects


def schedule(
    ids: Ids, protocol: Protocol, epochs: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Encounters, activities, and the main timeline that joins them."""
    if not protocol.visits:
        return [], [], []
    words = list(dict.fromkeys(a for v in protocol.visits.values() for a in v.do))
    activities = chained([ids.make("Activity", name=word, label=word) for word in words])
    by_name = {a["name"]: a["id"] for a in activities}
    epoch_ids = {e["name"]: e["id"] for e in epochs}
    encounters, instances = [], [_instance(ids, "randomization", [], None, None)]
    timings = [_fixed(ids, instances[0]["id"])]
    for key, visit in protocol.visits.items():
        encounters.append(
            ids.make("Encounter", name=key, label=visit.label, type=ids.code(codes.VISIT))
        )
        done = [by_name[a] for a in visit.do]
        epoch = epoch_ids.get(visit.epoch or "")
        instances.append(_instance(ids, key, done, epoch, encounters[-1]["id"]))
        timings.append(_timing(ids, key, visit, instances[-1]["id"], instances[0]["id"]))
    return chained(encounters), activities, [_timeline(ids, instances, timings)]


def _timeline(
    ids: Ids, instances: list[dict[str, Any]], timings: list[dict[str, Any]]
) -> dict[str, Any]:
    exits = [ids.make("ScheduleTimelineExit")]
    instances[-1]["timelineExitId"] = exits[0]["id"]
    for one, following in pairwise(instances):
        one["defaultConditionId"] = following["id"]
    return ids.make(
        "ScheduleTimeline",
        name="schedule of activities",
        mainTimeline=True,
        entryCondition="randomization",
        entryId=instances[0]["id"],
        exits=exits,
        timings=timings,
        instances=instances,
    )


def _instance(
    ids: Ids, name: str, activities: list[str], epoch: str | None, encounter: str | None
) -> dict[str, Any]:
    return ids.make(
        "ScheduledActivityInstance",
        name=name,
        epochId=epoch,
        activityIds=activities,
        encounterId=encounter,
    )


def _fixed(ids: Ids, instance: str) -> dict[str, Any]:
    return ids.make(
        "Timing",
        name="randomization",
        type=ids.code(codes.FIXED),
        value="P0D",
        valueLabel="day 1",
        relativeToFrom=ids.code(codes.START_TO_START),
        relativeFromScheduledInstanceId=instance,
        relativeToScheduledInstanceId=instance,
    )


def _timing(ids: Ids, key: str, visit: Visit, instance: str, anchor: str) -> dict[str, Any]:
    before = visit.day is not None and visit.day < 0
    window = iso(visit.window) if visit.window else None
    value, label = _value(visit)
    return ids.make(
        "Timing",
        name=key,
        type=ids.code(codes.BEFORE if before else codes.AFTER),
        value=value,
        valueLabel=label,
        relativeToFrom=ids.code(codes.START_TO_START),
        relativeFromScheduledInstanceId=instance,
        relativeToScheduledInstanceId=anchor,
        windowLower=window,
        windowUpper=window,
        windowLabel=f"give or take {visit.window}" if visit.window else None,
    )


def _value(visit: Visit) -> tuple[str, str]:
    if visit.day is not None:
        days = -visit.day if visit.day < 0 else visit.day - 1
        return f"P{days}D", f"day {visit.day}"
    if visit.at_cutoff:
        return "P0D", AT_CUTOFF
    if visit.at_any_time or (visit.with_ is not None and visit.every is None):
        return "P0D", visit.with_ or ANY_TIME
    if isinstance(visit.at, Duration):
        return iso(visit.at), str(visit.at)
    first = visit.start or visit.every
    return (iso(first) if first else "P0D"), f"every {visit.every}"


def iso(span: Duration) -> str:
    """A duration in ISO 8601: `12 weeks` is `P12W`."""
    return f"P{span.value.normalize():f}{_LETTER[span.unit]}"
