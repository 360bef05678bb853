"""Methods of estimands as rows: what cannot be estimated is said, never invented."""

from __future__ import annotations

from typing import Any

import pytest

from equipoise.analysis.analyze import analyze
from equipoise.analysis.methods import COMPUTED, method_named
from equipoise.analysis.results import Results
from equipoise.errors import InputError
from support.street import day, derived, person, protocol, randomized, sdtm

RESPONSE = {
    "label": "Response",
    "type": "proportion",
    "data": "ADRS",
    "parameter": "BOR",
    "responder": 'AVALC in ("CR", "PR")',
    "recist": {"reader": "investigator"},
}


def trial(
    died: dict[str, int | None], arms: str, readings: dict[str, str] | None = None, **sections: Any
) -> Results:
    """Patients who died on a day, or were last seen on day 300; arms by letter."""
    people = [
        person(who, arm, DTHDTC=None if on is None else day(on), SEX="F" if arm == "N" else "M")
        for (who, on), arm in zip(died.items(), arms, strict=True)
    ]
    rows = [
        {"USUBJID": who, "RSTESTCD": "OVRLRESP", "RSSTRESC": word, "RSDTC": day(60)}
        | {"RSTEST": "x", "RSEVAL": "INVESTIGATOR", "VISITNUM": 2.0}
        for who, word in (readings or dict.fromkeys(died, "SD")).items()
    ]
    plan = protocol(**sections)
    tables: dict[str, Any] = {"RS": rows}
    visits = [{"USUBJID": p["USUBJID"], "VISITNUM": 9.0, "SVSTDTC": day(300)} for p in people]
    ds = [randomized(p["USUBJID"]) for p in people]
    return analyze(derived(sdtm(plan, DM=people, DS=ds, SV=visits, **tables)))


OS = {
    "OS": {
        "endpoint": "OS",
        "role": "primary",
        "population": "ITT",
        "summary": "hazard ratio",
        "test": "log-rank",
        "estimator": ["Cox", "Kaplan-Meier", "median"],
        "at": "100 days",
    }
}


def test_an_unknown_method_is_named_with_the_nearest() -> None:
    with pytest.raises(InputError, match='the name "Kaplan-Maier"; did you mean Kaplan-Meier'):
        method_named("Kaplan-Maier")
    assert {"Fisher exact", "stratified Cox", "log-rank"} <= set(COMPUTED)


def test_by_hand() -> None:
    # New: died 10, 200; old: died 20, alive 300. At day 100 half of each arm is alive.
    found = trial({"a": 10, "b": 200, "c": 20, "d": None}, "NNOO", estimands=OS)
    of = {"analysis": "OS", "method": "Kaplan-Meier", "at": 100.0}
    assert found.value(statistic="survival", group="new", **of) == 0.5
    assert found.value(statistic="survival", group="old", **of) == 0.5
    # S is exactly 1/2 from day 10 to day 200: the median is the middle of that step.
    assert found.value(analysis="OS", statistic="median", group="new") == 105
    # R: the last time stands in where no later event is
    assert found.value(analysis="OS", statistic="median", group="old") == 160
    assert found.value(analysis="OS", statistic="events", group="new") == 2
    # log-rank: times 10 (1 of 4, 2 new), 20 (1 of 3, 1 new), 200 (1 of 2, 1 new)
    observed, expected = 2, 2 / 4 + 1 / 3 + 1 / 2
    variance = 1 / 4 + 2 / 9 + 1 / 4
    z = (observed - expected) / variance**0.5
    assert found.value(analysis="OS", statistic="z") == pytest.approx(z, rel=1e-12)


def test_no_events_in_one_arm_is_not_estimable() -> None:
    found = trial({"a": None, "b": None, "c": 20, "d": 30}, "NNOO", estimands=OS)
    ratio = found.select(analysis="OS", statistic="hazard ratio")
    assert ratio["value"].to_list() == [None]
    assert "not estimable" in ratio["note"][0]
    assert repr(found["OS"]).startswith("Estimate  hazard ratio not estimable (")
    assert found.value(analysis="OS", statistic="p", method="log-rank") is not None


def test_no_events_at_all() -> None:
    found = trial({"a": None, "b": None}, "NO", estimands=OS)
    tested = found.select(analysis="OS", statistic="p", method="log-rank")
    assert tested["value"].to_list() == [None]
    assert tested["note"][0] == "not estimable: event: no events; a test needs at least one"
    median = found.select(analysis="OS", statistic="median", group="new")
    assert median.select("value", "note").row(0) == (None, "not reached")


def test_an_arm_without_patients_compares_nothing() -> None:
    found = trial({"a": 10, "b": 20}, "NN", estimands=OS)
    assert found.select(analysis="OS", statistic="hazard ratio").is_empty()
    assert found.value(analysis="OS", statistic="events", group="new") == 2


PROPORTION = {
    "ORR": {
        "endpoint": "ORR",
        "role": "primary",
        "population": "ITT",
        "summary": "difference in proportions",
        "test": "Fisher exact",
        "estimator": ["Clopper-Pearson", "Miettinen-Nurminen"],
    }
}


def test_responses_and_a_subgroup_with_one_arm_only() -> None:
    found = trial(
        dict.fromkeys("abcd"),
        "NNOO",
        {"a": "PR", "b": "SD", "c": "PD"},
        endpoints={"ORR": RESPONSE},
        estimands=PROPORTION,
        subgroups={"sex": {"variable": "SEX"}},
    )
    assert found.value(analysis="ORR", statistic="rate", group="new", subgroup="") == 0.5
    assert found.value(analysis="ORR", statistic="responders", group="old", subgroup="") == 0
    # 1 of 2 against 0 of 2: of 4 tables with one responder, each is as likely
    assert found.value(
        analysis="ORR", statistic="p", subgroup="", method="Fisher exact"
    ) == pytest.approx(1.0)
    one = found.select(analysis="ORR", statistic="difference in proportions", subgroup="sex: F")
    assert one["value"].to_list() == [None]
    assert "an arm without subjects has no rate" in one["note"][0]


def test_a_secondary_question_that_nobody_can_answer_yet_stops_nothing() -> None:
    estimands = {
        **OS,
        "late": {"endpoint": "OS", "population": "late", "summary": "hazard ratio"},
    }
    populations = {
        "ITT": {"who": "randomized"},
        "safety": {"who": "treated"},
        "late": {"who": "AGE > 200"},
    }
    with pytest.raises(InputError, match='reads "AGE", which ADSL does not have'):
        trial({"a": 10, "b": 20}, "NO", estimands=estimands, populations=populations)
    populations["late"] = {"who": 'SEX = "X"'}
    found = trial({"a": 10, "b": 20}, "NO", estimands=estimands, populations=populations)
    assert found.select(analysis="late")["value"].to_list() == [0, 0]
    only = {"late": {**estimands["late"], "role": "primary"}}
    with pytest.raises(InputError, match='"late": nobody with data is in the population late'):
        trial({"a": 10, "b": 20}, "NO", estimands=only, populations=populations)


def test_a_stratum_that_adsl_does_not_have() -> None:
    allocation = {"strata": {"REGION": {"levels": ["east", "west"]}}}
    with pytest.raises(InputError, match='stratum "REGION" reads REGION, which ADSL does not have'):
        trial({"a": 10, "b": 20}, "NO", estimands=OS, allocation=allocation)
