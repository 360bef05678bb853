"""Facts of ClinicalTrials.gov's API 2: the keys of a resultsSection, each with what it holds.

A text is "", a whole number 0; a list has the shape of its members.
"""

from __future__ import annotations

from typing import Any

_GROUP = {"id": "", "title": "", "description": ""}
_COUNT = {"groupId": "", "comment": "", "numSubjects": "", "numUnits": ""}
_DENOMS = [{"units": "", "counts": [{"groupId": "", "value": ""}]}]
_MEASUREMENT = {"groupId": "", "value": "", "spread": "", "lowerLimit": "", "upperLimit": "",
                "comment": ""}  # fmt: skip
_CLASSES = [
    {"title": "", "denoms": _DENOMS,
     "categories": [{"title": "", "measurements": [_MEASUREMENT]}]}
]  # fmt: skip
_MEASURE: dict[str, Any] = {
    "title": "", "description": "", "populationDescription": "", "paramType": "",
    "dispersionType": "", "unitOfMeasure": "", "calculatePct": False, "denomUnitsSelected": "",
    "denoms": _DENOMS, "classes": _CLASSES,
}  # fmt: skip
_ANALYSIS: dict[str, Any] = {
    "paramType": "", "paramValue": "", "dispersionType": "", "dispersionValue": "",
    "statisticalMethod": "", "statisticalComment": "", "pValue": "", "pValueComment": "",
    "ciNumSides": "", "ciPctValue": "", "ciLowerLimit": "", "ciUpperLimit": "",
    "ciLowerLimitComment": "", "ciUpperLimitComment": "", "estimateComment": "",
    "testedNonInferiority": False, "nonInferiorityType": "", "nonInferiorityComment": "",
    "otherAnalysisDescription": "", "groupDescription": "", "groupIds": [""],
}  # fmt: skip
_EVENTS = [
    {"term": "", "organSystem": "", "sourceVocabulary": "", "assessmentType": "", "notes": "",
     "stats": [{"groupId": "", "numEvents": 0, "numAffected": 0, "numAtRisk": 0}]}
]  # fmt: skip
RESULTS: dict[str, Any] = {
    "participantFlowModule": {
        "preAssignmentDetails": "", "recruitmentDetails": "", "typeUnitsAnalyzed": "",
        "groups": [_GROUP],
        "periods": [
            {"title": "",
             "milestones": [{"type": "", "comment": "", "achievements": [_COUNT]}],
             "dropWithdraws": [{"type": "", "comment": "", "reasons": [_COUNT]}]}
        ],
    },
    "baselineCharacteristicsModule": {
        "populationDescription": "", "typeUnitsAnalyzed": "", "groups": [_GROUP],
        "denoms": _DENOMS, "measures": [_MEASURE],
    },
    "outcomeMeasuresModule": {
        "outcomeMeasures": [
            {**_MEASURE, "type": "", "reportingStatus": "", "anticipatedPostingDate": "",
             "timeFrame": "", "typeUnitsAnalyzed": "", "groups": [_GROUP],
             "analyses": [_ANALYSIS]}
        ]
    },
    "adverseEventsModule": {
        "frequencyThreshold": "", "timeFrame": "", "description": "",
        "allCauseMortalityComment": "",
        "eventGroups": [
            {**_GROUP, "deathsNumAffected": 0, "deathsNumAtRisk": 0, "seriousNumAffected": 0,
             "seriousNumAtRisk": 0, "otherNumAffected": 0, "otherNumAtRisk": 0}
        ],
        "seriousEvents": _EVENTS, "otherEvents": _EVENTS,
    },
}  # fmt: skip


def strange(found: Any, shape: Any, where: str = "resultsSection") -> list[str]:
    """Keys that the registry does not know, and values of another kind, each with its place."""
    if type(found) is not type(shape):
        return [f"{where}: {found!r}"]
    if isinstance(found, list):
        return [fault for one in found for fault in strange(one, shape[0], where)]
    if not isinstance(found, dict):
        return []
    faults = [f"{where}.{key}: not known" for key in found if key not in shape]
    known = [key for key in found if key in shape]
    return faults + [f for k in known for f in strange(found[k], shape[k], f"{where}.{k}")]
