"""Results as CDISC's Analysis Results Standard 1.0: every row with its raw and printed value.

Source  cdisc-org/analysis-results-standard, ars_ldm schema 1.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from equipoise.adam.subjects.populations import condition_of, flag_name
from equipoise.analysis.results import Results
from equipoise.calendar import DAYS_PER_MONTH
from equipoise.reporting.calls.call import call_of
from equipoise.reporting.calls.functions import self_contained
from equipoise.reporting.catalog import displays
from equipoise.reporting.labels import population_label
from equipoise.reporting.model import Display
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.said import unrounded

_PURPOSES: Final = {
    "primary": "PRIMARY OUTCOME MEASURE",
    "secondary": "SECONDARY OUTCOME MEASURE",
    "exploratory": "EXPLORATORY OUTCOME MEASURE",
}
_DESCRIPTIVE: Final = "ST.DESCRIPTIVE"
_GROUPINGS: Final = (
    ("GF.ARM", "Treatment", "group"),
    ("GF.COMPARISON", "Comparison of arms", "comparison"),
    ("GF.SUBGROUP", "Subgroup", "subgroup"),
    ("GF.TERM", "Term", "term"),
    ("GF.TIME", "Time", "at"),
)
ResultBlock = tuple[str, str, str]
"""Analysis, method and population of a block of rows."""


def ars(results: Results, numbers: Numbers) -> dict[str, Any]:
    """A ReportingEvent: methods, analyses with every row as a result, outputs and their contents.

    rawValue is the value with every digit, formattedValue the text that the report prints.
    Checked  tests/unit/reporting/test_exports.py; required and allowed keys of the schema 1.0.
    """
    data = results.data
    blocks = _blocks(results)
    made, _ = displays(results, numbers)
    return {
        "id": _id("RE", data.protocol.trial.id, data.look),
        "version": 1,
        "name": f"{data.protocol.trial.id}, {data.look}",
        "description": f"Protocol {data.protocol.digest}; snapshot {data.snapshot.digest}",
        "mainListOfContents": _contents(results, made, blocks),
        "terminologyExtensions": [
            {
                "id": "TE.PURPOSE",
                "enumeration": "AnalysisPurposeEnum",
                "sponsorTerms": [{"id": _DESCRIPTIVE, "submissionValue": "DESCRIPTIVE"}],
            }
        ],
        "analysisSets": list(_sets(results)),
        "analysisGroupings": list(_groupings(results)),
        "methods": list(_methods(results)),
        "analyses": [_analysis(results, numbers, key, rows) for key, rows in blocks.items()],
        "outputs": [_output(display) for display in made.values()],
    }


def _blocks(results: Results) -> dict[ResultBlock, list[int]]:
    """Rows by analysis, method and population."""
    found: dict[ResultBlock, list[int]] = {}
    columns = results.rows.select("analysis", "method", "population").rows()
    for i, key in enumerate(columns):
        found.setdefault((key[0], key[1], key[2]), []).append(i)
    return found


def _id(kind: str, *parts: str) -> str:
    """An identifier of letters, digits, points and underscores."""
    return ".".join([kind, *(re.sub(r"\W+", "_", part).strip("_") for part in parts if part)])


def _sets(results: Results) -> Iterator[dict[str, Any]]:
    protocol = results.data.protocol
    for order, name in enumerate(protocol.populations, start=1):
        condition = {
            "dataset": "ADSL",
            "variable": flag_name(name, protocol),
            "comparator": "EQ",
            "value": ["Y"],
        }
        yield {
            "id": _id("AS", name),
            "name": population_label(protocol, name),
            "label": name,
            "description": condition_of(protocol.populations[name]),
            "level": 1,
            "order": order,
            "condition": condition,
        }


def _groupings(results: Results) -> Iterator[dict[str, Any]]:
    for key, name, column in _GROUPINGS:
        grouping = {"id": key, "name": name, "dataDriven": column != "group"}
        if column == "group":
            groups = [_arm(results, arm, i) for i, arm in enumerate(results.data.protocol.arms, 1)]
            grouping |= {"groupingDataset": "ADSL", "groupingVariable": "TRT01P", "groups": groups}
        yield grouping


def _arm(results: Results, arm: str, order: int) -> dict[str, Any]:
    condition = {"dataset": "ADSL", "variable": "TRT01P", "comparator": "EQ", "value": [arm]}
    label = results.data.protocol.arms[arm].label
    return {"id": _id("GR", arm), "name": label, "level": 1, "order": order, "condition": condition}


def _methods(results: Results) -> Iterator[dict[str, Any]]:
    pairs = results.rows.select("method", "statistic").unique(maintain_order=True).rows()
    operations: dict[str, list[str]] = {}
    for method, statistic in pairs:
        operations.setdefault(method, []).append(statistic)
    for method, statistics in operations.items():
        yield {
            "id": _id("MT", method),
            "name": method or "count",
            "operations": [
                {"id": _id("OP", method, name), "name": name, "order": order}
                for order, name in enumerate(statistics, start=1)
            ],
        }


def _analysis(
    results: Results, numbers: Numbers, key: ResultBlock, rows: list[int]
) -> dict[str, Any]:
    name, method, population = key
    protocol = results.data.protocol
    estimand = protocol.estimands.get(name)
    first = results.rows.row(rows[0], named=True)
    role = estimand.role if estimand else ""
    purpose: dict[str, str] = {"sponsorTermId": _DESCRIPTIVE}
    if role in _PURPOSES:
        purpose = {"controlledTerm": _PURPOSES[role]}
    made: dict[str, Any] = {
        "id": _analysis_id(key),
        "name": f"{(estimand.label if estimand else '') or name}: {method}",
        "version": 1,
        "reason": {"controlledTerm": "SPECIFIED IN PROTOCOL"},
        "purpose": purpose,
        "methodId": _id("MT", method),
        "orderedGroupings": [
            {"order": i, "groupingId": grouping, "resultsByGroup": True}
            for i, grouping in enumerate(_used(results, rows), start=1)
        ],
        "results": [_result(results, numbers, row) for row in rows],
    }
    if population in protocol.populations:
        made["analysisSetId"] = _id("AS", population)
    call = call_of(results, first)
    if call:
        made["programmingCode"] = {"context": "R", "code": self_contained(call)}
    return made


def _analysis_id(key: ResultBlock) -> str:
    return _id("AN", *key)


def _used(results: Results, rows: list[int]) -> list[str]:
    own = results.rows[rows]
    return [key for key, _, column in _GROUPINGS if own[column].drop_nulls().cast(str).ne("").any()]


def _result(results: Results, numbers: Numbers, index: int) -> dict[str, Any]:
    row = results.rows.row(index, named=True)
    groups = [
        group for key, _, column in _GROUPINGS if (group := _group(results, row, key, column))
    ]
    value = row["value"]
    raw = unrounded({**row, "n": None}) if value is not None else row["note"] or "no value"
    return {
        "operationId": _id("OP", row["method"], row["statistic"]),
        "resultGroups": groups,
        "rawValue": raw,
        "formattedValue": numbers[index].text,
    }


def _group(
    results: Results, row: Mapping[str, Any], key: str, column: str
) -> dict[str, str] | None:
    value = row[column]
    if value in ("", None):
        return None
    if column == "group" and value in results.data.protocol.arms:
        return {"groupingId": key, "groupId": _id("GR", value)}
    if column == "at":
        value = f"day {value:.12g} (month {value / DAYS_PER_MONTH:.4g})"
    return {"groupingId": key, "groupValue": str(value)}


def _output(display: Display) -> dict[str, Any]:
    shown = {"id": _id("D", display.key), "name": display.title, "version": 1,
             "displayTitle": display.titled}  # fmt: skip
    return {
        "id": _id("OUT", display.key),
        "name": f"Table {display.number}",
        "version": 1,
        "displays": [{"order": 1, "display": shown}],
    }


def _contents(
    results: Results, made: Mapping[str, Display], blocks: Mapping[ResultBlock, list[int]]
) -> dict[str, Any]:
    of_row = {row: key for key, rows in blocks.items() for row in rows}
    items = []
    for order, display in enumerate(made.values(), start=1):
        keys = dict.fromkeys(of_row[number.row] for number in display.numbers)
        inside = [
            {"name": ", ".join(key), "level": 2, "order": i, "analysisId": _analysis_id(key)}
            for i, key in enumerate(keys, start=1)
        ]
        item: dict[str, Any] = {
            "name": f"{display.number} {display.title}",
            "level": 1,
            "order": order,
            "outputId": _id("OUT", display.key),
        }
        if inside:
            item["sublist"] = {"listItems": inside}
        items.append(item)
    name = f"Tables of {results.data.look}"
    return {"name": name, "label": "LOPO", "contentsList": {"listItems": items}}
