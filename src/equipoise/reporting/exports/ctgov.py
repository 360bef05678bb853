"""Results as ClinicalTrials.gov's resultsSection: flow, baseline, outcomes, adverse events.

Source  the full example of a study in ClinicalTrials.gov's API 2 (names of modules and keys).
"""

from __future__ import annotations

from typing import Any, Final

from equipoise.analysis.baseline import is_number
from equipoise.analysis.results import Results
from equipoise.reporting.exports.ctgov_events import adverse_events
from equipoise.reporting.exports.ctgov_outcomes import outcomes
from equipoise.reporting.labels import level_label, term_label
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.words import capital

_FROM_FLOW: Final = (
    ("STARTED", "randomized"),
    ("COMPLETED", "completed the study"),
)
_GOING: Final = "in the study at the cut-off"
_PARTICIPANTS: Final = "Participants"


def ctgov_results(results: Results, numbers: Numbers) -> dict[str, Any]:
    """The resultsSection of a record; texts of numbers are those of the report.

    Checked  tests/unit/reporting/test_exports.py: totals are the report's.
    """
    return {
        "resultsSection": {
            "participantFlowModule": _flow(results, numbers),
            "baselineCharacteristicsModule": _baseline(results, numbers),
            "outcomeMeasuresModule": {"outcomeMeasures": outcomes(results, numbers)},
            "adverseEventsModule": adverse_events(results, numbers),
        },
        "hasResults": True,
    }


def _groups(results: Results, kind: str) -> list[dict[str, str]]:
    return [
        {"id": f"{kind}{i:03d}", "title": arm.label, "description": arm.role}
        for i, arm in enumerate(results.data.protocol.arms.values())
    ]


def _flow(results: Results, numbers: Numbers) -> dict[str, Any]:
    """One period: who started either completed it or did not, and each of these has a reason."""
    arms = list(results.data.protocol.arms)
    going = [_count(numbers, _GOING, arm) for arm in arms]
    left = [_count(numbers, "left the study", arm) for arm in arms]
    milestones = [
        _counted(
            {"type": name}, "achievements", [_text(numbers, "flow", said, arm) for arm in arms]
        )
        for name, said in _FROM_FLOW
    ]
    not_completed = [str(a + b) for a, b in zip(left, going, strict=True)]
    milestones.append(_counted({"type": "NOT COMPLETED"}, "achievements", not_completed))
    drops = _drops(results, numbers)
    if any(going):
        drops.append(_counted({"type": capital(_GOING)}, "reasons", list(map(str, going))))
    period = {"title": "Overall study", "milestones": milestones, "dropWithdraws": drops}
    return {"groups": _groups(results, "FG"), "periods": [period]}


def _drops(results: Results, numbers: Numbers) -> list[dict[str, Any]]:
    """Why people left, each reason by arm."""
    rows = results.select(analysis="flow", statistic="left the study")
    made = []
    for term in [term for term in rows["term"].unique(maintain_order=True) if term]:
        told = [
            _text(numbers, "flow", "left the study", arm, term)
            for arm in results.data.protocol.arms
        ]
        made.append(_counted({"type": term_label(term)}, "reasons", told))
    return made


def _counted(what: dict[str, Any], key: str, counts: list[str]) -> dict[str, Any]:
    told = [{"groupId": f"FG{i:03d}", "numSubjects": n} for i, n in enumerate(counts)]
    return {**what, key: told}


def _count(numbers: Numbers, statistic: str, arm: str) -> int:
    found = numbers.find("flow", statistic, group=arm)
    return int(found.value or 0) if found is not None else 0


def _text(numbers: Numbers, analysis: str, statistic: str, group: str, term: str = "") -> str:
    found = numbers.find(analysis, statistic, group=group, term=term)
    return "0" if found is None else found.text


def _baseline(results: Results, numbers: Numbers) -> dict[str, Any]:
    groups = [*_groups(results, "BG")]
    groups.append({"id": f"BG{len(groups):03d}", "title": "Total", "description": "All arms"})
    keys = [*results.data.protocol.arms, "all"]
    counts = [
        {"groupId": f"BG{i:03d}", "value": _text(numbers, "flow", "randomized", key)}
        for i, key in enumerate(keys)
    ]
    measures = []
    for line in results.data.protocol.report.baseline:
        column = results.data.table("ADSL")[line.variable]
        make = _mean if is_number(line, column) else _counts
        measures.append(make(results, numbers, line.variable, line.label or line.variable, keys))
    return {
        "groups": groups,
        "denoms": [{"units": _PARTICIPANTS, "counts": counts}],
        "measures": measures,
    }


def _mean(
    results: Results, numbers: Numbers, variable: str, label: str, keys: list[str]
) -> dict[str, Any]:
    values = [
        {
            "groupId": f"BG{i:03d}",
            "value": _text(numbers, "baseline", "mean", key, variable),
            "spread": _text(numbers, "baseline", "standard deviation", key, variable),
        }
        for i, key in enumerate(keys)
    ]
    return {
        "title": label,
        "paramType": "MEAN",
        "dispersionType": "STANDARD_DEVIATION",
        "unitOfMeasure": label.rpartition(", ")[2],
        "classes": [{"categories": [{"measurements": values}]}],
    }


def _counts(
    results: Results, numbers: Numbers, variable: str, label: str, keys: list[str]
) -> dict[str, Any]:
    rows = results.select(analysis="baseline", statistic="count", group="all")
    categories = []
    for term in [t for t in rows["term"] if t.startswith(f"{variable}: ")]:
        level = level_label(variable, term.removeprefix(f"{variable}: "))
        values = [
            {"groupId": f"BG{i:03d}", "value": _text(numbers, "baseline", "count", key, term)}
            for i, key in enumerate(keys)
        ]
        categories.append({"title": level, "measurements": values})
    return {
        "title": label,
        "paramType": "COUNT_OF_PARTICIPANTS",
        "unitOfMeasure": _PARTICIPANTS,
        "classes": [{"categories": categories}],
    }
