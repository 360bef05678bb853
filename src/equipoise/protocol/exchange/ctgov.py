"""The registration modules of ClinicalTrials.gov, in the shape of its API (version 2)."""

from __future__ import annotations

import re
from typing import Any, Final

from equipoise.protocol.model import Arm, Endpoint, Protocol
from equipoise.protocol.write.regimens import regimen_words

_PHASES: Final = {
    "1": ["PHASE1"],
    "1/2": ["PHASE1", "PHASE2"],
    "2": ["PHASE2"],
    "2/3": ["PHASE2", "PHASE3"],
    "3": ["PHASE3"],
    "4": ["PHASE4"],
}
_MASKING: Final = {
    "open label": "NONE",
    "single blind": "SINGLE",
    "double blind": "DOUBLE",
    "triple blind": "TRIPLE",
}
LONGEST_TITLE: Final = 300  # characters of a brief title that the register takes


def to_ctgov(protocol: Protocol) -> dict[str, Any]:
    """The protocol section of a registration; what the protocol does not say is left out."""
    return {
        "protocolSection": {
            "identificationModule": _identification(protocol),
            "sponsorCollaboratorsModule": {
                "leadSponsor": {"name": protocol.trial.sponsor},
            },
            "conditionsModule": {"conditions": [protocol.population.condition]},
            "designModule": _design(protocol),
            "armsInterventionsModule": _arms(protocol),
            "outcomesModule": _outcomes(protocol),
            "eligibilityModule": _eligibility(protocol),
        }
    }


def _identification(protocol: Protocol) -> dict[str, Any]:
    trial = protocol.trial
    found: dict[str, Any] = {"orgStudyIdInfo": {"id": trial.id}}
    others = dict(trial.registers)
    number = others.pop("ClinicalTrials.gov", None)
    if number is not None:
        found["nctId"] = number
    if others:
        found["secondaryIdInfos"] = [
            {"id": v, "type": "OTHER", "domain": k} for k, v in others.items()
        ]
    found["briefTitle"] = (protocol.report.title or trial.title)[:LONGEST_TITLE]
    found["officialTitle"] = trial.title
    return found


def _design(protocol: Protocol) -> dict[str, Any]:
    return {
        "studyType": "INTERVENTIONAL",
        "phases": _PHASES[protocol.trial.phase],
        "designInfo": {
            "allocation": "RANDOMIZED",
            "interventionModel": "PARALLEL",
            "maskingInfo": {"masking": _MASKING[protocol.trial.masking]},
        },
        "enrollmentInfo": {"count": protocol.population.randomize, "type": "ESTIMATED"},
    }


def _arm_type(arm: Arm) -> str:
    if arm.role == "experimental":
        return "EXPERIMENTAL"
    if not arm.give:
        return "NO_INTERVENTION"
    placebo = all(r.drug.lower() == "placebo" for r in arm.give)
    return "PLACEBO_COMPARATOR" if placebo else "ACTIVE_COMPARATOR"


def _arms(protocol: Protocol) -> dict[str, Any]:
    given: dict[str, list[str]] = {}
    for arm in protocol.arms.values():
        for regimen in arm.give:
            if arm.label not in given.setdefault(regimen.drug, []):
                given[regimen.drug].append(arm.label)
    groups = [
        {
            "label": arm.label,
            "type": _arm_type(arm),
            "description": "; ".join(regimen_words(r) for r in arm.give),
            "interventionNames": sorted({f"Drug: {r.drug}" for r in arm.give}),
        }
        for arm in protocol.arms.values()
    ]
    drugs = [{"type": "DRUG", "name": k, "armGroupLabels": v} for k, v in given.items()]
    return {"armGroups": groups, "interventions": drugs}


def _outcomes(protocol: Protocol) -> dict[str, Any]:
    found: dict[str, list[dict[str, str]]] = {"primaryOutcomes": [], "secondaryOutcomes": []}
    seen: set[str] = set()
    for role in ("primary", "secondary"):
        for estimand in protocol.estimands.values():
            endpoint = protocol.endpoints[estimand.endpoint]
            if estimand.role == role and estimand.endpoint not in seen:
                seen.add(estimand.endpoint)
                found[f"{role}Outcomes"].append(_outcome(protocol, endpoint))
    return found


def _outcome(protocol: Protocol, endpoint: Endpoint) -> dict[str, str]:
    events = ", else ".join(s.name for s in endpoint.event)
    follow = protocol.assume.follow_up
    what = f"From {endpoint.from_} to {events}" if events else endpoint.type
    frame = (
        f"up to {follow} after the last patient's entry" if follow else "through study completion"
    )
    return {"measure": endpoint.label, "description": what, "timeFrame": frame}


def _eligibility(protocol: Protocol) -> dict[str, Any]:
    listed = protocol.population.eligibility
    text = "Inclusion Criteria:\n\n" + "\n".join(f"* {c.text}" for c in listed.include)
    text += "\n\nExclusion Criteria:\n\n" + "\n".join(f"* {c.text}" for c in listed.exclude)
    found: dict[str, Any] = {"eligibilityCriteria": text, "healthyVolunteers": False, "sex": "ALL"}
    ages = (re.fullmatch(r"AGE >= ([0-9]+)(?: years)?", c.rule or "") for c in listed.include)
    least = next((m[1] for m in ages if m), None)
    if least is not None:
        found["minimumAge"] = f"{least} Years"
    return found
