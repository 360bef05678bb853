"""A protocol as a USDM 4.0 document, with one extension for what USDM has no field for."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any, Final

from equipoise.protocol.model import Arm, Criterion, Estimand, Protocol, Regimen, Visit
from equipoise.protocol.provenance import body
from equipoise.protocol.synopsis import regimen_words
from equipoise.protocol.usdm import codes
from equipoise.protocol.usdm.codes import Ids
from equipoise.units import Duration

EXTENSION: Final = "urn:equipoise:protocol:1"
_LETTER: Final = {"day": "D", "week": "W", "month": "M", "year": "Y"}


def to_usdm(protocol: Protocol) -> dict[str, Any]:
    """The USDM document of a protocol, valid against CDISC's API schema.

    Ratio, strata, blocks, dose rules, error, boundaries and whatever else USDM has no field for
    travel in one extension of the study design: the resolved protocol.
    """
    ids = Ids()
    sponsor = _organization(ids, protocol.trial.sponsor or "not named", codes.SPONSOR)
    registers = [
        (k, v, _organization(ids, k, codes.REGISTRY)) for k, v in protocol.trial.registers.items()
    ]
    items, criteria = _criteria(ids, protocol)
    drugs, interventions = _interventions(ids, protocol)
    design = _design(ids, protocol, criteria, drugs, [i["id"] for i in interventions])
    identifiers = [ids.make("StudyIdentifier", text=protocol.trial.id, scopeId=sponsor["id"])]
    identifiers += [ids.make("StudyIdentifier", text=v, scopeId=o["id"]) for _, v, o in registers]
    title = ids.make("StudyTitle", text=protocol.trial.title, type=ids.code(codes.OFFICIAL_TITLE))
    version = ids.make(
        "StudyVersion",
        versionIdentifier=protocol.trial.version,
        rationale=protocol.report.title or protocol.trial.title,
        studyIdentifiers=identifiers,
        studyDesigns=[design],
        titles=[title],
        eligibilityCriterionItems=items,
        organizations=[sponsor, *(o for _, _, o in registers)],
        studyInterventions=interventions,
    )
    study = {"id": None, "name": protocol.trial.id, "versions": [version], "instanceType": "Study"}
    return {"study": study, "usdmVersion": "4.0.0", "systemName": "Equipoise"}


def _organization(ids: Ids, name: str, kind: codes.Pair) -> dict[str, Any]:
    return ids.make(
        "Organization",
        name=name,
        type=ids.code(kind),
        identifierScheme="name",
        identifier=name,
    )


def _design(
    ids: Ids,
    protocol: Protocol,
    criteria: list[dict[str, Any]],
    drugs: dict[str, str],
    interventions: list[str],
) -> dict[str, Any]:
    arms = [_arm(ids, key, arm) for key, arm in protocol.arms.items()]
    epochs = _chained([_epoch(ids, protocol, key) for key in _epochs(protocol)])
    elements, cells = _cells(ids, protocol, arms, epochs, drugs)
    population = _population(ids, protocol, [c["id"] for c in criteria])
    analyzed = _populations(ids, protocol, population["id"])
    endpoints, objectives = _objectives(ids, protocol)
    encounters, activities, timeline = _schedule(ids, protocol, epochs)
    return ids.make(
        "InterventionalStudyDesign",
        extensionAttributes=[_extension(ids, protocol)],
        name=protocol.trial.id,
        studyType=ids.code(codes.INTERVENTIONAL),
        studyPhase=ids.alias(ids.word(codes.PHASES, protocol.trial.phase)),
        blindingSchema=ids.alias(ids.word(codes.MASKING, protocol.trial.masking)),
        model=ids.code(codes.PARALLEL),
        rationale=f"{protocol.trial.framework} of the experimental arms over the control",
        arms=arms,
        epochs=epochs,
        elements=elements,
        studyCells=cells,
        population=population,
        eligibilityCriteria=criteria,
        analysisPopulations=list(analyzed.values()),
        objectives=objectives,
        estimands=_estimands(ids, protocol, endpoints, analyzed, interventions),
        studyInterventionIds=interventions,
        indications=_indications(ids, protocol),
        encounters=encounters,
        activities=activities,
        scheduleTimelines=timeline,
    )


def _extension(ids: Ids, protocol: Protocol) -> dict[str, Any]:
    text = json.dumps(body(protocol), ensure_ascii=False, separators=(",", ":"))
    return ids.make("ExtensionAttribute", url=EXTENSION, valueString=text)


def _chained(objects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Objects that know the one before and the one after."""
    for one, following in pairwise(objects):
        one["nextId"], following["previousId"] = following["id"], one["id"]
    return objects


def _arm(ids: Ids, key: str, arm: Arm) -> dict[str, Any]:
    placebo = arm.role == "control" and all(r.drug.lower() == "placebo" for r in arm.give)
    kind = "placebo" if placebo and arm.give else arm.role
    return ids.make(
        "StudyArm",
        name=key,
        label=arm.label,
        description="; ".join(regimen_words(r) for r in arm.give) or "no drug of the trial",
        type=ids.word(codes.ARMS, kind),
        dataOriginDescription="Collected from the subjects of the trial",
        dataOriginType=ids.code(codes.IN_STUDY),
    )


def _epochs(protocol: Protocol) -> list[str]:
    return list(protocol.epochs) or ["treatment"]


def _epoch(ids: Ids, protocol: Protocol, key: str) -> dict[str, Any]:
    epoch = protocol.epochs.get(key)
    label = epoch.label if epoch else key
    return ids.make("StudyEpoch", name=key, label=label, type=ids.word(codes.EPOCHS, key))


def _cells(
    ids: Ids,
    protocol: Protocol,
    arms: list[dict[str, Any]],
    epochs: list[dict[str, Any]],
    drugs: dict[str, str],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    elements, cells = [], []
    for arm in arms:
        given = sorted({drugs[r.drug] for r in protocol.arms[arm["name"]].give})
        for epoch in epochs:
            treated = epoch["name"] == "treatment"
            element = ids.make(
                "StudyElement",
                name=f"{arm['name']}, {epoch['name']}",
                studyInterventionIds=given if treated else [],
            )
            elements.append(element)
            members = {"armId": arm["id"], "epochId": epoch["id"], "elementIds": [element["id"]]}
            cells.append(ids.make("StudyCell", **members))
    return elements, cells


def _population(ids: Ids, protocol: Protocol, criteria: list[str]) -> dict[str, Any]:
    return ids.make(
        "StudyDesignPopulation",
        name="population",
        description=protocol.population.condition or None,
        includesHealthySubjects=False,
        plannedEnrollmentNumber=ids.quantity(protocol.population.randomize),
        criterionIds=criteria,
    )


def _populations(ids: Ids, protocol: Protocol, whole: str) -> dict[str, dict[str, Any]]:
    found = {}
    for key, entry in protocol.populations.items():
        text = f"{entry.label}: {entry.who}, {entry.arm}"
        found[key] = ids.make(
            "AnalysisPopulation", name=key, label=entry.label, text=text, subsetOfIds=[whole]
        )
    return found


def _criteria(ids: Ids, protocol: Protocol) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    listed = protocol.population.eligibility
    items, criteria = [], []
    for kind, group in ((codes.INCLUSION, listed.include), (codes.EXCLUSION, listed.exclude)):
        chain = []
        for criterion in group:
            items.append(_item(ids, criterion))
            chain.append(
                ids.make(
                    "EligibilityCriterion",
                    name=criterion.id,
                    category=ids.code(kind),
                    identifier=criterion.id,
                    criterionItemId=items[-1]["id"],
                )
            )
        criteria += _chained(chain)
    return items, criteria


def _item(ids: Ids, criterion: Criterion) -> dict[str, Any]:
    return ids.make("EligibilityCriterionItem", name=criterion.id, text=criterion.text)


def _interventions(ids: Ids, protocol: Protocol) -> tuple[dict[str, str], list[dict[str, Any]]]:
    given: dict[str, list[Regimen]] = {}
    for arm in protocol.arms.values():
        for regimen in arm.give:
            given.setdefault(regimen.drug, []).append(regimen)
    made = [
        ids.make(
            "StudyIntervention",
            name=drug,
            role=ids.code(codes.EXPERIMENTAL),
            type=ids.code(codes.SUBSTANCE),
            administrations=[_administration(ids, r) for r in regimens],
        )
        for drug, regimens in given.items()
    ]
    return {i["name"]: i["id"] for i in made}, made


def _administration(ids: Ids, regimen: Regimen) -> dict[str, Any]:
    text = regimen_words(regimen)
    frequency = f"every {regimen.every}" if regimen.every else "once"
    varies = "until" if regimen.until else ""
    duration = ids.make(
        "Duration",
        text=text,
        durationWillVary=bool(varies),
        reasonDurationWillVary=f"until {regimen.until}" if varies else None,
    )
    return ids.make(
        "Administration",
        name=text,
        duration=duration,
        dose=ids.quantity(float(regimen.dose.value), regimen.dose.unit),
        route=ids.alias(ids.word(codes.ROUTES, regimen.route)),
        frequency=ids.alias(ids.word({}, frequency)),
    )


def _indications(ids: Ids, protocol: Protocol) -> list[dict[str, Any]]:
    condition = protocol.population.condition
    if not condition:
        return []
    return [ids.make("Indication", name=condition, label=condition, isRareDisease=False)]


def _objectives(ids: Ids, protocol: Protocol) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Ids of endpoints by name, and the objectives that hold them."""
    roles: dict[str, str] = {}
    for estimand in protocol.estimands.values():
        roles.setdefault(estimand.endpoint, estimand.role)
    found: dict[str, str] = {}
    objectives = []
    for key, role in roles.items():
        label = protocol.endpoints[key].label
        kind = role if role in codes.ENDPOINTS else "secondary"
        endpoint = ids.make(
            "Endpoint",
            name=key,
            label=label,
            text=label,
            purpose=role,
            level=ids.word(codes.ENDPOINTS, kind),
        )
        found[key] = endpoint["id"]
        objectives.append(
            ids.make(
                "Objective",
                name=f"{key} objective",
                text=f"To compare the arms by {label}",
                level=ids.word(codes.OBJECTIVES, kind),
                endpoints=[endpoint],
            )
        )
    return found, objectives


def _estimands(
    ids: Ids,
    protocol: Protocol,
    endpoints: dict[str, str],
    populations: dict[str, dict[str, Any]],
    interventions: list[str],
) -> list[dict[str, Any]]:
    return [
        ids.make(
            "Estimand",
            name=key,
            label=estimand.label,
            populationSummary=" and ".join(estimand.summary) or "not named",
            analysisPopulationId=populations[estimand.population]["id"],
            interventionIds=interventions,
            variableOfInterestId=endpoints[estimand.endpoint],
            intercurrentEvents=_intercurrent(ids, estimand),
        )
        for key, estimand in protocol.estimands.items()
    ]


def _intercurrent(ids: Ids, estimand: Estimand) -> list[dict[str, Any]]:
    return [
        ids.make("IntercurrentEvent", name=e.name, text=e.says or e.name, strategy=e.strategy)
        for e in estimand.intercurrent_events
    ]


def _schedule(
    ids: Ids, protocol: Protocol, epochs: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Encounters, activities, and the main timeline that joins them."""
    if not protocol.visits:
        return [], [], []
    words = list(dict.fromkeys(a for v in protocol.visits.values() for a in v.do))
    activities = _chained([ids.make("Activity", name=word, label=word) for word in words])
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
    exits = [ids.make("ScheduleTimelineExit")]
    instances[-1]["timelineExitId"] = exits[0]["id"]
    for one, following in pairwise(instances):
        one["defaultConditionId"] = following["id"]
    timeline = ids.make(
        "ScheduleTimeline",
        name="schedule of activities",
        mainTimeline=True,
        entryCondition="randomization",
        entryId=instances[0]["id"],
        exits=exits,
        timings=timings,
        instances=instances,
    )
    return _chained(encounters), activities, [timeline]


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
    if visit.at is not None:
        return iso(visit.at), str(visit.at)
    first = visit.start or visit.every
    return (iso(first) if first else "P0D"), f"every {visit.every}"


def iso(span: Duration) -> str:
    """A duration in ISO 8601: `12 weeks` is `P12W`."""
    return f"P{span.value.normalize():f}{_LETTER[span.unit]}"
