"""Subjects, rows and conditions add up; a primary endpoint of nobody's records stops the work."""

from __future__ import annotations

import copy
import datetime as dt
import json
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from equipoise.adam.dates.sources import Context
from equipoise.adam.derive import derive
from equipoise.adam.model import ADaM
from equipoise.adam.reconcile.conditions import matched, unmatched
from equipoise.adam.reconcile.counts import Parted, rows, subjects
from equipoise.adam.reconcile.primary import stop_without_primary, underivable
from equipoise.errors import DataError, InputError
from equipoise.meaning.check import read_text
from equipoise.protocol import Protocol
from equipoise.sdtm.cut.cut import cut
from support.street import day, derived, person, plan, protocol, randomized, sdtm

WHO = ("S-1", "S-2", "S-3", "S-4")
FAILED = person("S-9", "SCRNFAIL", ARM="Screen Failure")
DOSE = {"EXTRT": "drug", "EXDOSE": 10.0, "EXSTDTC": day(1), "EXENDTC": day(1)}


def people(**more: list[dict[str, Any]]) -> ADaM:
    """Two in each arm, one of whom entered late, and one who was not randomized."""
    asked = protocol(endpoints=_without_tumors())
    everyone = [person(who, "NNOO"[at]) for at, who in enumerate(WHO)]
    drawn = [randomized(who) for who in WHO]
    tables: dict[str, list[dict[str, Any]]] = {"DM": [*everyone, FAILED], "DS": drawn, **more}
    return derived(sdtm(asked, **tables))


def _without_tumors() -> dict[str, Any]:
    return {
        "PFS": {
            **{"label": "Progression-free survival", "type": "time to event"},
            **{"from": "randomization", "event": ["death"], "censor": ["randomization"]},
        }
    }


def told(shares: list[Parted]) -> dict[str, tuple[int, dict[str, int]]]:
    return {share.what: (share.whole, dict(share.parts)) for share in shares}


def test_subjects_part_where_they_part() -> None:
    found = told(subjects(people()))
    assert found["subjects read"] == (5, {"in an arm": 4, "Screen Failure": 1})
    assert found["randomized, by DS"] == (4, {"in an arm": 4})
    assert found["in an arm"] == (4, {"New": 2, "Old": 2})
    assert found["population ITT"] == (4, {"New": 2, "Old": 2, "not in it": 0})
    assert found["population safety"] == (4, {"New": 0, "Old": 0, "not in it": 4})


def test_rows_part_where_they_part() -> None:
    events = [
        {"USUBJID": who, "AETERM": "x", "AEDECOD": "X", "AESTDTC": day(number)}
        for who, number in (("S-1", 5), ("S-2", 500), ("S-9", 5))
    ]
    doses = [{**DOSE, "USUBJID": who} for who in ("S-1", "S-2")]
    asked = protocol(endpoints=_without_tumors())
    everyone = [person(who, "NNOO"[at]) for at, who in enumerate(WHO)]
    drawn = [randomized(who) for who in WHO]
    data = sdtm(asked, DM=[*everyone, FAILED], DS=drawn, AE=events, EX=doses)
    snapshot = cut(data, date=dt.date.fromisoformat(day(100)), look="PFS final")
    found = told(rows(derive(snapshot, protocol=asked)))
    assert found["AE"] == (3, {"cut off": 1, "of nobody in an arm": 1, "used": 1, "not used": 0})
    assert found["EX"] == (2, {"cut off": 0, "of nobody in an arm": 0, "used": 2, "not used": 0})
    assert found["DM"] == (5, {"cut off": 0, "of nobody in an arm": 1, "used": 4, "not used": 0})


def test_a_record_that_relates_whole_domains_is_of_no_subject_and_not_used() -> None:
    asked = protocol(endpoints=_without_tumors())
    everyone = [person(who, "NNOO"[at]) for at, who in enumerate(WHO)]
    related = [
        {"RDOMAIN": domain, "USUBJID": "", "IDVAR": "LNKID", "IDVARVAL": "", "RELID": "1"}
        for domain in ("TU", "TR")
    ]
    data = sdtm(asked, DM=everyone, DS=[randomized(who) for who in WHO], RELREC=related)
    snapshot = cut(data, date=dt.date.fromisoformat(day(100)), look="PFS final")
    found = told(rows(derive(snapshot, protocol=asked)))
    parts = {"cut off": 0, "of nobody in an arm": 0, "used": 0, "not used": 2}
    assert found["RELREC"] == (2, parts)


def test_numbers_that_do_not_add_up_stop_the_work() -> None:
    with pytest.raises(InputError, match="do not add up: subjects read 5, but 4 in an arm = 4"):
        Parted("subjects read", 5, (("in an arm", 4),)).check()
    data = people()
    lost = data.table("ADSL").filter(pl.col("USUBJID") != "S-1")
    short = replace(data, tables={**data.tables, "ADSL": lost})
    with pytest.raises(InputError, match=r"1 of 4 randomized subjects .* in no arm"):
        subjects(short)


def test_a_subject_cut_away_without_a_word_does_not_add_up() -> None:
    data = people()
    dm = data.snapshot.table("DM").filter(pl.col("USUBJID") != "S-9")
    cropped = replace(data.snapshot, tables={**data.snapshot.tables, "DM": dm})
    with pytest.raises(InputError, match="do not add up: subjects read 5"):
        subjects(replace(data, snapshot=cropped))


WEEK_24 = {
    "endpoints": {
        "RESP": {
            **{"label": "Response at week 24", "type": "proportion", "data": "ADVS"},
            **{"parameter": "SYSBP", "responder": 'AVISIT = "WEEK 24" and CHG <= -10'},
        },
    },
    "estimands": {
        "RESP": {
            **{"endpoint": "RESP", "role": "primary", "population": "ITT"},
            **{"summary": "difference in proportions", "test": "Fisher exact"},
        },
    },
    "design": {"alpha": "5%", "sides": "2", "RESP": {"looks": {"final": "end of study"}}},
}


def pressures(visit: str, code: str = "SYSBP", asked: Protocol | None = None) -> ADaM:
    asked = asked or _only()
    everyone = [person(who, "NNOO"[at]) for at, who in enumerate(WHO)]
    vs = [
        {
            **{
                "USUBJID": who,
                "VSTESTCD": code,
                "VSTEST": code,
                "VSSTRESN": value,
                "VSSTRESU": "mmHg",
            },
            **{"VSORRES": str(value), "VSSTRESC": str(value), "VISIT": at, "VISITNUM": number},
            **{"VSDTC": day(on)},
        }
        for who in WHO
        for at, number, on, value in (("Baseline", 1.0, 1, 140.0), (visit, 2.0, 169, 120.0))
    ]
    doses = [{**DOSE, "USUBJID": who} for who in WHO]
    drawn = [randomized(who) for who in WHO]
    data = sdtm(asked, DM=everyone, DS=drawn, EX=doses, VS=vs)
    return derive(cut(data, date=None, look="RESP final"), protocol=asked)


def _only(condition: str = 'AVISIT = "WEEK 24" and CHG <= -10') -> Protocol:
    """The small protocol with one endpoint, of a blood pressure."""
    whole = {**plan(), **copy.deepcopy(WEEK_24)}
    whole["endpoints"]["RESP"]["responder"] = condition
    return read_text(json.dumps(whole))


def test_a_visit_that_nobody_has_stops_the_build_with_the_visits_there_are() -> None:
    (finding,) = underivable(pressures("Week 24"))
    assert finding.place == "endpoints.RESP.responder"
    assert '`AVISIT = "WEEK 24"`, and AVISIT is' in finding.message
    assert "did you mean Week 24?" in finding.message
    with pytest.raises(DataError):
        stop_without_primary(pressures("Week 24"))
    assert list(underivable(pressures("WEEK 24"))) == []


def test_a_parameter_that_nobody_has_stops_the_build() -> None:
    (finding, *_) = underivable(pressures("WEEK 24", code="DIABP"))
    assert "nobody has a record of SYSBP in ADVS" in finding.message
    assert "one of DIABP" in finding.expected


def test_a_condition_is_counted_and_a_value_in_no_row_is_told() -> None:
    data = pressures("WEEK 24")
    context = Context(data.snapshot, data.protocol, dict(data.tables))
    found = {m.asked.place: (m.rows, m.matched) for m in matched(context)}
    assert found["endpoints.RESP.responder"] == (8, 4)
    assert found["populations.ITT"] == (4, 4)
    assert list(unmatched(context)) == []
    other = pressures("Week 12")
    assert [f.rule for f in other.findings if f.rule == "D04"] == ["D04"]


def test_values_in_a_unit_that_cannot_be_turned_are_told() -> None:
    asked = _only('AVISIT = "WEEK 24" and AVAL <= 12 g/L')
    data = pressures("WEEK 24", asked=asked)
    (finding,) = [f for f in data.findings if f.rule == "D04" and "g/L" in f.message]
    assert "AVAL is told in mmHg (8), " in finding.message
    assert "which is not known in g/L" in finding.message


def test_no_response_is_no_fault() -> None:
    """Everybody was seen, nobody had the response: a rate of nought, and no finding of D05."""
    asked = _only('AVISIT = "WEEK 24" and CHG <= -90')
    assert list(underivable(pressures("WEEK 24", asked=asked))) == []


def test_progression_without_readings_stops_the_build() -> None:
    asked = protocol()
    data = sdtm(asked, DM=[person(), person("S-2", "O")], DS=[randomized(), randomized("S-2")])
    (finding,) = underivable(derive(cut(data, date=None, look="PFS final"), protocol=asked))
    assert "rests on tumor assessments" in finding.message
