"""A protocol as a USDM 4.0 document, with one extension for what USDM has no field for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from equipoise.protocol.exchange.usdm import codes
from equipoise.protocol.exchange.usdm.codes import Ids
from equipoise.protocol.exchange.usdm.criteria import written_criteria
from equipoise.protocol.exchange.usdm.timeline import chained, schedule
from equipoise.protocol.model import Arm, Estimand, Protocol, Regimen
from equipoise.protocol.model.digests import body
from equipoise.protocol.write.regimens import regimen_words

EXTENSION: Final = "urn:equipoise:protocol:1"


Concepts = Callable[[Ids, Protocol], Mapping[str, list[dict[str, Any]]]]


def to_usdm(protocol: Protocol, *, concepts: Concepts = lambda *_: {}) -> dict[str, Any]:
    """The USDM document of a protocol, valid against CDISC's API schema.

    concepts : makes the biomedical concepts of each form, to which the activity of its name points
    Ratio, strata, blocks, dose rules, error, boundaries and whatever else USDM has no field for
    travel in one extension of the study design: the resolved protocol.
    """
    ids = Ids()
    sponsor = _organization(ids, protocol.trial.sponsor or "not named", codes.SPONSOR)
    registers = [
        (k, v, _organization(ids, k, codes.REGISTRY)) for k, v in protocol.trial.registers.items()
    ]
    items, criteria = written_criteria(ids, protocol)
    drugs, interventions = _interventions(ids, protocol)
    design = _design(ids, protocol, criteria, drugs, [i["id"] for i in interventions])
    identifiers = [ids.make("StudyIdentifier", text=protocol.trial.id, scopeId=sponsor["id"])]
    identifiers += [ids.make("StudyIdentifier", text=v, scopeId=o["id"]) for _, v, o in registers]
    asked = concepts(ids, protocol)
    for activity in design["activities"]:
        own = [one["id"] for one in asked.get(activity["name"], ())]
        activity |= {"biomedicalConceptIds": own} if own else {}
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
        biomedicalConcepts=[one for made in asked.values() for one in made],
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
    epochs = chained([_epoch(ids, protocol, key) for key in _epochs(protocol)])
    elements, cells = _cells(ids, protocol, arms, epochs, drugs)
    population = _population(ids, protocol, [c["id"] for c in criteria])
    analyzed = _populations(ids, protocol, population["id"])
    endpoints, objectives = _objectives(ids, protocol)
    encounters, activities, timeline = schedule(ids, protocol, epochs)
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


def _arm(ids: Ids, key: str, arm: Arm) -> dict[str, Any]:
    placebo = arm.role == "control" and all(r.drug.lower() == "placebo" for r in arm.give)
    kind = "placebo" if placebo and arm.give else arm.role
    return ids.make(
        "StudyArm",
        name=key,
        label=arm.label,
        description="; ".join(regimen_words(r) for r in arm.give) or "no drug of the trial",
        type=ids.word(codes.ARM_CODES, kind),
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
        route=ids.alias(ids.word(codes.ROUTE_CODES, regimen.route)),
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
        kind = role if role in codes.ENDPOINT_CODES else "secondary"
        endpoint = ids.make(
            "Endpoint",
            name=key,
            label=label,
            text=label,
            purpose=role,
            level=ids.word(codes.ENDPOINT_CODES, kind),
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
