"""Subjects without a time, and deaths without a day, are told and not dropped in silence."""

from __future__ import annotations

from typing import Any

from support.street import day, derived, person, protocol, randomized, sdtm


def told(rule: str, **tables: Any) -> list[str]:
    plan = protocol(dates=tables.pop("dates", {}))
    found = derived(sdtm(plan, **{"DM": [person()], "DS": [randomized()], **tables}))
    return [f.place + ": " + f.message for f in found.findings if f.rule == rule]


def test_nothing_is_told_where_everybody_has_a_time() -> None:
    assert told("D02") == told("D03") == []


def test_a_subject_without_a_date_of_randomization() -> None:
    people = [person("S-1"), person("S-2", "O")]
    assert told("D02", DM=people) == [
        "ADTTE PFS: 1 subject (S-2) of ITT left out: RANDDT is not known",
        "ADTTE OS: 1 subject (S-2) of ITT left out: RANDDT is not known",
    ]


def test_a_subject_whom_no_source_dates() -> None:
    """Last known alive before randomization, and nothing else censors."""
    people = [person(f"S-{i}") for i in range(5)]
    visits = [{"USUBJID": p["USUBJID"], "VISITNUM": 1.0, "SVSTDTC": day(-5)} for p in people]
    every = [randomized(p["USUBJID"]) for p in people]
    found = told("D02", DM=people, DS=every, SV=visits, dates={"alive": ["SV.SVSTDTC"]})
    assert found == [
        "ADTTE OS: 5 subjects (S-0, S-1, S-2, ...) of ITT left out: "
        "no event and no date of censoring"
    ]


def test_a_death_without_a_day() -> None:
    said = "ADSL DTHDT: 1 subject (S-1) died, but on no day that can be used; no event is counted"
    assert told("D03", DM=[person(DTHFL="Y")]) == [said]
    assert told("D03", DM=[person(DTHDTC="2020-05")], dates={"death": "nothing"}) == [said]
    assert told("D03", DM=[person(DTHDTC="2020-05", DTHFL="Y")]) == []
