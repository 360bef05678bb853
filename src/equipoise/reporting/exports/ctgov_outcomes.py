"""Outcome measures of ClinicalTrials.gov: a value for each arm, and the analyses between them."""

from __future__ import annotations

from typing import Any, Final

from equipoise.analysis.results import Results
from equipoise.reporting.claims import standing
from equipoise.reporting.labels import population_label
from equipoise.reporting.model import Number, plain
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.words import capital

_KINDS: Final = {
    "primary": "PRIMARY",
    "secondary": "SECONDARY",
    "exploratory": "OTHER_PRE_SPECIFIED",
}
# statistic of an arm -> paramType, dispersionType, unit
_OF_ARM: Final = (
    ("median months", "MEDIAN", "95% Confidence Interval", "months"),
    ("rate", "NUMBER", "95% Confidence Interval", "percentage of participants"),
    ("LS mean", "LEAST_SQUARES_MEAN", "95% Confidence Interval", "units of the scale"),
    ("events", "NUMBER", "", "events"),
)
_EFFECTS: Final = (
    ("hazard ratio", "Hazard Ratio (HR)"),
    ("difference in proportions", "Risk Difference (RD)"),
    ("difference in means", "Mean Difference (Final Values)"),
    ("odds ratio", "Odds Ratio (OR)"),
    ("relative risk", "Risk Ratio (RR)"),
    ("rate ratio", "Rate Ratio"),
)


def outcomes(results: Results, numbers: Numbers) -> list[dict[str, Any]]:
    """Each primary, secondary and exploratory estimand."""
    return [
        _outcome(results, numbers, key)
        for key, estimand in results.data.protocol.estimands.items()
        if estimand.role in _KINDS
    ]


def _outcome(results: Results, numbers: Numbers, key: str) -> dict[str, Any]:
    protocol = results.data.protocol
    estimand = protocol.estimands[key]
    arms = list(protocol.arms)
    counts = [
        {"groupId": f"OG{i:03d}", "value": _said(numbers.find(key, "n", group=arm))}
        for i, arm in enumerate(arms)
    ]
    made: dict[str, Any] = {
        "type": _KINDS[estimand.role],
        "title": estimand.label or protocol.endpoints[estimand.endpoint].label,
        "populationDescription": population_label(protocol, estimand.population),
        "reportingStatus": "POSTED",
        "timeFrame": f"to the data cut-off, {results.data.date or 'end of the study'}",
        "groups": [
            {"id": f"OG{i:03d}", "title": protocol.arms[a].label} for i, a in enumerate(arms)
        ],
        "denoms": [{"units": "Participants", "counts": counts}],
        "analyses": _analyses(results, numbers, key, arms),
    }
    return made | _measured(numbers, key, arms)


def _measured(numbers: Numbers, key: str, arms: list[str]) -> dict[str, Any]:
    for statistic, kind, spread, unit in _OF_ARM:
        found = [numbers.find(key, statistic, group=arm) for arm in arms]
        if not any(found):
            continue
        values = []
        for i, (arm, number) in enumerate(zip(arms, found)):
            one = {"groupId": f"OG{i:03d}", "value": _said(number)}
            low, high = (
                numbers.find(key, f"{statistic} {end} limit", group=arm)
                for end in ("lower", "upper")
            )
            if low is not None and high is not None:
                one |= {"lowerLimit": _said(low), "upperLimit": _said(high)}
            values.append(one)
        made = {"paramType": kind, "unitOfMeasure": unit}
        if spread:
            made["dispersionType"] = spread
        return made | {"classes": [{"categories": [{"measurements": values}]}]}
    return {"paramType": "NUMBER", "unitOfMeasure": "Participants", "classes": []}


def _analyses(
    results: Results, numbers: Numbers, key: str, arms: list[str]
) -> list[dict[str, Any]]:
    test = results.data.protocol.estimands[key].test or ""
    found = []
    for statistic, name in _EFFECTS:
        for pair in numbers.comparisons(key, statistic):
            effect = numbers.find(key, statistic, comparison=pair)
            ids = [f"OG{arms.index(a):03d}" for a in pair.split(" v ") if a in arms]
            if effect is None or len(ids) != 2:
                continue
            one = _compared(numbers, key, statistic, name, pair, test, ids, effect)
            claim = plain(standing(results, numbers, key, pair).said)
            found.append({**one, "pValueComment": claim} if claim and "pValue" in one else one)
    return found


def _compared(
    numbers: Numbers, key: str, statistic: str, name: str, pair: str, test: str, ids: list[str],
    effect: Number,
) -> dict[str, Any]:  # fmt: skip
    low, high = (
        numbers.find(key, f"{statistic} {end} limit", comparison=pair) for end in ("lower", "upper")
    )
    p = numbers.find(key, "p", comparison=pair, method=test) or numbers.find(
        key, "p", comparison=pair
    )
    made: dict[str, Any] = {
        "groupIds": ids,
        "paramType": name,
        "paramValue": effect.text,
        "statisticalMethod": capital(test) or "none",
    }
    if p is not None:
        made["pValue"] = p.text
    if low is not None and high is not None:
        made |= {
            "ciPctValue": "95", "ciNumSides": "TWO_SIDED", "ciLowerLimit": low.text,
            "ciUpperLimit": high.text,
        }  # fmt: skip
    return made


def _said(number: Number | None) -> str:
    return "NA" if number is None else number.text
