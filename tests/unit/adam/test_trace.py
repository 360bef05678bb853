"""`explain` goes down to the collected record, with file and row."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from equipoise.adam.explain.trace import explain
from equipoise.errors import InputError
from support.street import day, derived, person, pilot_adam, protocol, randomized, sdtm


def patient(**tables: Any) -> Any:
    return derived(sdtm(protocol(), DM=[person()], DS=[randomized()], **tables))


def test_a_death_rests_on_dm() -> None:
    data = derived(sdtm(protocol(), DM=[person(DTHDTC=day(50))], DS=[randomized()]))
    lines = list(explain(data, "OS", subject="S-1").lines())
    assert lines[0] == (
        "ADTTE OS: Overall survival of S-1: Death on 2020-02-19, day 50 from 2020-01-01  "
        "[FDA 2018, Clinical Trial Endpoints for Cancer Drugs, section III.B]"
    )
    assert lines[1].startswith("  ADSL: DTHDT 2020-02-19  [The day of DM.DTHDTC")
    assert lines[2].startswith("    dm.xpt row 1: ")
    assert "DTHDTC 2020-02-19" in lines[2]


def test_a_progression_rests_on_its_readings() -> None:
    readings = [
        {"RSTESTCD": "OVRLRESP", "RSTEST": "Overall", "RSSTRESC": word, "RSORRES": word}
        | {"RSEVAL": "INVESTIGATOR", "VISITNUM": float(i), "RSDTC": day(85 * i)}
        for i, word in enumerate(("SD", "PD"), start=1)
    ]
    text = str(explain(patient(RS=readings), "PFS", subject="S-1"))
    assert "Disease progression on 2020-06-18, day 170" in text
    assert "rs.xpt row 2: RSDTC 2020-06-18" in text
    assert "row 1:" not in text


def test_a_censored_time_says_where_it_was_last_seen() -> None:
    visits = [{"VISITNUM": 1.0, "SVSTDTC": day(30)}, {"VISITNUM": 2.0, "SVSTDTC": day(90)}]
    text = str(explain(patient(SV=visits), "OS", subject="S-1"))
    assert "censored, Last known alive on 2020-03-30, day 90" in text
    assert "sv.xpt row 2: SVSTDTC 2020-03-30" in text


def test_the_pilot_names_the_adverse_event() -> None:
    row = pilot_adam().table("ADTTE").filter(pl.col("CNSR") == 0).row(0, named=True)
    lines = list(explain(pilot_adam(), "TTDE", subject=row["USUBJID"]).lines())
    assert lines[1].startswith("  ae.xpt row ")
    assert f"AESTDTC {row['ADT']}" in lines[1]


@pytest.mark.parametrize(
    ("endpoint", "subject", "message"),
    [
        (
            "PFSS",
            "S-1",
            '"PFSS" cannot be explained: expected an estimand or endpoint (PFS, OS) or a dataset '
            "(ADSL, ADTTE, ADSRC); did you mean PFS?",
        ),
        ("PFS", "S-11", 'there is no subject "S-11" among those randomized; did you mean S-1?'),
    ],
)
def test_what_is_not_there(endpoint: str, subject: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        explain(patient(), endpoint, subject=subject)
    assert str(caught.value) == message


def test_a_subject_may_have_one_name_only() -> None:
    people = [{k: v for k, v in person(DTHDTC=day(50)).items() if k != "SUBJID"}]
    data = derived(sdtm(protocol(), DM=people, DS=[randomized()]))
    assert "Death on 2020-02-19" in explain(data, "OS", subject="S-1").says


def test_of_many_records_of_one_day_some_are_shown() -> None:
    results = [{"LBTESTCD": f"T{i}", "LBTEST": "x", "LBDTC": day(90)} for i in range(9)]
    lines = list(explain(patient(LB=results), "OS", subject="S-1").lines())
    assert sum("lb.xpt row" in line for line in lines) == 3
    assert lines[-1].strip() == "6 more records of LB on that day"
