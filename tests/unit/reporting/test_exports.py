"""ARS and ClinicalTrials.gov: shape as their schemas have it, texts and totals as the report's."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from equipoise.adam.subjects.populations import members
from equipoise.errors import InputError
from equipoise.reporting.exports.ctgov import ctgov_results
from equipoise.reporting.exports.export import export_results
from equipoise.reporting.numbers import Numbers
from support import ars_schema
from support.command import command
from support.ctgov_keys import RESULTS, strange
from support.dual import dual_interim
from support.looks import netter_results
from support.street import built_pilot, pilot_results


@cache
def event() -> dict[str, Any]:
    return json.loads(json.dumps(export_results(pilot_results(), to="ars"), allow_nan=False))


@cache
def section() -> dict[str, Any]:
    return export_results(pilot_results(), to="ctgov-results")["resultsSection"]


def dual_ctgov() -> dict[str, Any]:
    return export_results(dual_interim(), to="ctgov-results")["resultsSection"]


def of_class(name: str, found: dict[str, Any]) -> None:
    required, allowed = ars_schema.CLASSES[name]
    assert required <= set(found), (name, found)
    assert set(found) <= required | allowed, (name, set(found) - required - allowed)


def test_every_object_has_the_keys_of_its_class() -> None:
    whole = event()
    of_class("ReportingEvent", whole)
    of_class("ListOfContents", whole["mainListOfContents"])
    for item in whole["mainListOfContents"]["contentsList"]["listItems"]:
        of_class("OrderedListItem", item)
        for inner in item.get("sublist", {"listItems": []})["listItems"]:
            of_class("OrderedListItem", inner)
    for name, key in (("AnalysisSet", "analysisSets"), ("GroupingFactor", "analysisGroupings"),
                      ("AnalysisMethod", "methods"), ("Analysis", "analyses"),
                      ("Output", "outputs")):  # fmt: skip
        for one in whole[key]:
            of_class(name, one)
    for method in whole["methods"]:
        for one in method["operations"]:
            of_class("Operation", one)
    for analysis in whole["analyses"]:
        purpose = analysis["purpose"]
        assert purpose.get("controlledTerm") in ars_schema.PURPOSES or purpose["sponsorTermId"]
        for one in analysis["results"]:
            of_class("OperationResult", one)
            assert isinstance(one["rawValue"], str)
            assert isinstance(one["formattedValue"], str)


def test_every_reference_is_to_something_that_is_there() -> None:
    whole = event()
    methods = {m["id"]: {o["id"] for o in m["operations"]} for m in whole["methods"]}
    sets = {s["id"] for s in whole["analysisSets"]}
    groups = {g["id"] for f in whole["analysisGroupings"] for g in f.get("groups", ())}
    analyses = [a["id"] for a in whole["analyses"]]
    assert len(set(analyses)) == len(analyses)
    for analysis in whole["analyses"]:
        assert analysis.get("analysisSetId", next(iter(sets))) in sets
        for one in analysis["results"]:
            assert one["operationId"] in methods[analysis["methodId"]]
            for group in one["resultGroups"]:
                assert group.get("groupId", next(iter(groups))) in groups
    outputs = {o["id"] for o in whole["outputs"]}
    for item in whole["mainListOfContents"]["contentsList"]["listItems"]:
        assert item["outputId"] in outputs
        for inner in item.get("sublist", {"listItems": []})["listItems"]:
            assert inner["analysisId"] in analyses


def test_every_row_is_a_result_with_its_value_and_its_text() -> None:
    results = pilot_results()
    numbers = Numbers(results)
    found = [one for a in event()["analyses"] for one in a["results"]]
    assert len(found) == results.rows.height
    texts = sorted(one["formattedValue"] for one in found)
    assert texts == sorted(numbers[i].text for i in range(results.rows.height))
    ratio = next(
        one for a in event()["analyses"] if a["methodId"] == "MT.Cox"
        for one in a["results"] if one["operationId"] == "OP.Cox.hazard_ratio"
        and any(g.get("groupValue") == "low v placebo" for g in one["resultGroups"])
    )  # fmt: skip
    assert (ratio["rawValue"], ratio["formattedValue"]) == ("4.077027424756517", "4.08")


def test_every_key_is_one_that_the_registry_knows() -> None:
    both = dual_ctgov()
    for made in (section(), both):
        assert strange(made, RESULTS) == []
    wrong = json.loads(json.dumps(both))
    wrong["outcomeMeasuresModule"]["outcomeMeasures"][0]["analyses"][0]["pvalue"] = "0.01"
    wrong["adverseEventsModule"]["eventGroups"][0]["deathsNumAffected"] = "3"
    assert strange(wrong, RESULTS) == [
        "resultsSection.outcomeMeasuresModule.outcomeMeasures.analyses.pvalue: not known",
        "resultsSection.adverseEventsModule.eventGroups.deathsNumAffected: '3'",
    ]


def test_flow_and_baseline_are_those_of_the_report() -> None:
    numbers = Numbers(pilot_results())
    arms = list(pilot_results().data.protocol.arms)
    period = section()["participantFlowModule"]["periods"][0]
    for name, statistic in (("STARTED", "randomized"), ("NOT COMPLETED", "left the study")):
        (milestone,) = [m for m in period["milestones"] if m["type"] == name]
        said = [one["numSubjects"] for one in milestone["achievements"]]
        assert said == [str(numbers.find("flow", statistic, group=arm)) for arm in arms]
    for i in range(len(arms)):
        parts = [int(drop["reasons"][i]["numSubjects"]) for drop in period["dropWithdraws"]]
        left = next(m for m in period["milestones"] if m["type"] == "NOT COMPLETED")
        assert sum(parts) == int(left["achievements"][i]["numSubjects"])
    baseline = section()["baselineCharacteristicsModule"]
    assert [c["value"] for c in baseline["denoms"][0]["counts"]] == ["86", "84", "84", "254"]
    for measure in baseline["measures"]:
        if measure["paramType"] == "COUNT_OF_PARTICIPANTS" and measure["classes"][0]["categories"]:
            totals = [
                int(c["measurements"][-1]["value"]) for c in measure["classes"][0]["categories"]
            ]
            assert sum(totals) == 254


def test_who_started_completed_or_did_not_and_each_has_a_reason() -> None:
    """At a look during the trial most have not, and are in the study still."""
    results = netter_results()
    flow = ctgov_results(results, Numbers(results))["resultsSection"]["participantFlowModule"]
    (period,) = flow["periods"]
    counts = {
        m["type"]: [int(a["numSubjects"]) for a in m["achievements"]] for m in period["milestones"]
    }
    ended = zip(counts["COMPLETED"], counts["NOT COMPLETED"], strict=True)
    assert [sum(pair) for pair in ended] == counts["STARTED"]
    drops = [[int(r["numSubjects"]) for r in d["reasons"]] for d in period["dropWithdraws"]]
    assert [sum(parts) for parts in zip(*drops, strict=True)] == counts["NOT COMPLETED"]
    assert period["dropWithdraws"][-1]["type"] == "In the study at the cut-off"


def test_adverse_events_have_the_totals_of_the_report() -> None:
    results, module = pilot_results(), section()["adverseEventsModule"]
    for group, arm in zip(module["eventGroups"], results.data.protocol.arms):
        where = {"analysis": "safety", "group": arm, "term": ""}
        assert group["seriousNumAffected"] == results.value(statistic="serious patients", **where)
        assert group["seriousNumAtRisk"] == results.value(statistic="n", **where)
        events = results.value(analysis="harms", statistic="events", group=arm, term="any")
        told = [
            stat["numEvents"]
            for kind in ("seriousEvents", "otherEvents")
            for term in module[kind]
            for stat in term["stats"]
            if stat["groupId"] == group["id"]
        ]
        assert sum(told) == events
    assert [g["deathsNumAffected"] for g in module["eventGroups"]] == [2, 1, 0]


def test_terms_have_the_patients_of_table_4() -> None:
    results = pilot_results()
    who = members(results.data.table("ADSL"), "safety", results.data.protocol)
    assert who.height == 254
    term = next(
        t for t in section()["adverseEventsModule"]["otherEvents"] if t["term"] == "Pruritus"
    )
    said = [stat["numAffected"] for stat in term["stats"]]
    rows = results.select(analysis="safety", statistic="any grade patients", term="PRURITUS")
    by_arm = dict(rows.select("group", "value").iter_rows())
    assert said == [by_arm[arm] for arm in results.data.protocol.arms]
    assert pl.Series(said).sum() > 0


def test_outcomes_have_the_printed_effect_and_what_its_p_value_may_claim() -> None:
    first = section()["outcomeMeasuresModule"]["outcomeMeasures"][0]
    assert first["type"] == "PRIMARY"
    assert [c["value"] for c in first["denoms"][0]["counts"]] == ["86", "84", "84"]
    effects = {tuple(a["groupIds"]): a["paramValue"] for a in first["analyses"]}
    assert effects["OG001", "OG000"] == "4.08"


def test_the_command_writes_either(tmp_path: Path) -> None:
    for to in ("ars", "ctgov-results"):
        out = tmp_path / f"{to}.json"
        done = command("export", built_pilot(), "--to", to, "--out", out)
        assert done.code == 0, done.err
        assert json.loads(out.read_text("utf-8"))
    with pytest.raises(InputError, match='found "arx", expected ars'):
        export_results(pilot_results(), to="arx")  # type: ignore[arg-type]
