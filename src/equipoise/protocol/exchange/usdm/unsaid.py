"""What a protocol says and a USDM document has no field for, or says only in prose."""

from __future__ import annotations

from typing import Any, Final

from equipoise.protocol.exchange.usdm import codes
from equipoise.protocol.exchange.usdm.parts import called, member, members, said
from equipoise.protocol.language.activities import activity_named

_ALWAYS: Final = (
    "allocation: ratio, method, blocks and strata",
    "arms: what each arm is given, and when a dose is changed",
    "design: error, power, looks, spending; assume: what they rest on",
    "forms: what sites are asked; checks: of their answers; conduct: how the trial is run",
)
_BESIDE: Final = {
    "amendments": "amendments of the document",
    "biomedicalConcepts": "biomedical concepts",
    "narrativeContentItems": "passages of narrative text",
    "conditions": "conditions under which activities are done",
    "medicalDevices": "medical devices",
    "administrableProducts": "administrable products",
}


def unsaid(version: dict[str, Any], design: dict[str, Any]) -> list[str]:
    """What must be added by hand, and what of the document is not carried."""
    missing = [*_ALWAYS, *_activities(design), *_endpoints(design), *_estimands(design)]
    for key, words in _BESIDE.items():
        count = len(members(version, key))
        if count:
            missing.append(f"not carried: {count} {words}")
    others = [d for d in members(version, "studyDesigns") if d is not design]
    missing += [f"not carried: another study design, {called(d)}" for d in others]
    cohorts = members(member(design, "population"), "cohorts")
    if cohorts:
        missing.append(f"not carried: cohorts, {', '.join(map(called, cohorts))}")
    return missing


def _activities(design: dict[str, Any]) -> list[str]:
    names = dict.fromkeys(called(a) for a in members(design, "activities"))
    others = [name for name in names if activity_named(name) is None]
    return [f"visits: done there, and no word of `do`: {', '.join(others)}"] if others else []


def _endpoints(design: dict[str, Any]) -> list[str]:
    found = []
    for objective in members(design, "objectives"):
        level = codes.word_of(codes.OBJECTIVES, objective.get("level"))
        level = level or said(member(objective, "level"), "decode").lower() or "level not said"
        for endpoint in members(objective, "endpoints"):
            text = said(endpoint, "text", "description") or "without a text"
            name = said(endpoint, "name", "id")
            found.append(f"endpoints: {name} ({level}), {text}: its type and its data")
    return found


def _estimands(design: dict[str, Any]) -> list[str]:
    found = []
    for estimand in members(design, "estimands"):
        events = [said(e, "text", "label", "name") for e in members(estimand, "intercurrentEvents")]
        summary = said(estimand, "populationSummary") or "no summary measure"
        line = f"estimands: {said(estimand, 'name', 'id')}, {summary}"
        found.append(f"{line}; a strategy for {', '.join(events)}" if events else line)
    return found
