"""One row per subject allocated to an arm of the protocol."""

from __future__ import annotations

import datetime as dt
from typing import Any

from support.street import day, derived, person, protocol, randomized, sdtm


def subject(**tables: Any) -> dict[str, Any]:
    """The one row of ADSL."""
    found = derived(sdtm(protocol(), **{"DM": [person()], "DS": [randomized()], **tables}))
    table = found.table("ADSL")
    assert table.height == 1
    return table.row(0, named=True)


def on(number: int) -> dt.date:
    return dt.date.fromisoformat(day(number))


def dose(start: int, end: int | None, amount: float = 10.0, drug: str = "drug") -> dict[str, Any]:
    ended = None if end is None else day(end)
    return {"EXTRT": drug, "EXDOSE": amount, "EXSTDTC": day(start), "EXENDTC": ended}


def test_only_those_allocated_are_subjects() -> None:
    people = [person("S-1"), person("S-2", "SCRNFAIL"), person("S-3", "O")]
    data = sdtm(protocol(), DM=people, DS=[randomized("S-1"), randomized("S-3")])
    table = derived(data).table("ADSL")
    assert table.select("USUBJID", "TRT01P", "TRT01PL", "TRT01PN").rows() == [
        ("S-1", "new", "New", 1),
        ("S-3", "old", "Old", 0),
    ]


def test_an_arm_goes_by_its_key_label_or_code() -> None:
    people = [person(f"S-{i}", arm) for i, arm in enumerate(("N", "New", "new"))]
    data = sdtm(protocol(), DM=people, DS=[randomized(p["USUBJID"]) for p in people])
    assert derived(data).table("ADSL")["TRT01P"].to_list() == ["new"] * 3


def test_planned_and_actual_arm_are_two_things() -> None:
    row = subject(DM=[person(ACTARMCD="O", ACTARM="O")])
    assert (row["TRT01P"], row["TRT01A"]) == ("new", "old")


def test_treatment_runs_from_the_first_dose_to_the_end_of_the_last() -> None:
    row = subject(EX=[dose(15, 20), dose(3, 10), dose(40, None)])
    assert (row["TRTSDT"], row["TRTEDT"]) == (on(3), on(40))


def test_what_was_imputed_of_a_treatment_date_is_flagged() -> None:
    def given(*spans: tuple[str, str | None]) -> tuple[Any, ...]:
        doses = [{"EXTRT": "drug", "EXDOSE": 10.0, "EXSTDTC": a, "EXENDTC": b} for a, b in spans]
        row = subject(EX=doses)
        return tuple(row[c] for c in ("TRTSDT", "TRTSDTF", "TRTEDT", "TRTEDTF"))

    first, last = dt.date(2020, 2, 1), dt.date(2020, 4, 30)
    assert given(("2020-02-01", "2020-04-30")) == (first, None, last, None)
    assert given(("2020-02", "2020-04")) == (first, "D", last, "D")
    assert given(("2020-02", "2020-03-09"), ("2020-02-01", "2020-04-30")) == (
        first, None, last, None,
    )  # fmt: skip
    assert given(("2020-02-01", "2020-04-30"), ("2020-03", None)) == (first, None, last, None)
    assert given(("2020-02-01", None)) == (first, None, first, None)
    assert given(("2020", None)) == (dt.date(2020, 1, 1), "M", dt.date(2020, 1, 1), "M")


def test_a_dose_of_nothing_is_none_unless_it_is_placebo() -> None:
    assert subject(EX=[dose(3, 10, 0.0)])["TRTSDT"] is None
    assert subject(EX=[dose(3, 10, 0.0, "Placebo patch")])["TRTSDT"] == on(3)


def test_the_last_disposition_says_how_the_study_ended() -> None:
    ended = {"DSCAT": "DISPOSITION EVENT"}
    rows = [
        randomized(),
        {**ended, "DSDECOD": "WITHDRAWAL BY SUBJECT", "DSSTDTC": day(90)},
        {**ended, "DSDECOD": "COMPLETED", "DSSTDTC": day(80)},
    ]
    row = subject(DS=rows)
    assert (row["EOSSTT"], row["DCSREAS"]) == ("DISCONTINUED", "WITHDRAWAL BY SUBJECT")
    assert row["EOSDT"] == on(90)
    assert subject(DS=rows[:1] + rows[2:])["EOSSTT"] == "COMPLETED"


def test_the_end_of_treatment_is_not_the_end_of_the_study() -> None:
    stopped = {
        "DSCAT": "DISPOSITION EVENT",
        "DSSCAT": "STUDY TREATMENT",
        "DSDECOD": "ADVERSE EVENT",
    }
    rows = [{"DSSCAT": None, **randomized()}, {**stopped, "DSSTDTC": day(50)}]
    row = subject(DS=rows, EX=[dose(1, 40)])
    assert (row["EOSSTT"], row["EOTSTT"], row["DCTREAS"]) == (
        "ONGOING", "DISCONTINUED", "ADVERSE EVENT",
    )  # fmt: skip
    assert subject(DS=rows[:1], EX=[dose(1, 40)])["EOTSTT"] == "ONGOING"
    assert subject(DS=rows[:1])["EOTSTT"] is None  # never treated


def test_who_died_is_not_in_the_study() -> None:
    row = subject(DM=[person(DTHDTC=day(50))])
    assert (row["EOSSTT"], row["DCSREAS"], row["EOSDT"]) == ("DISCONTINUED", "DEATH", on(50))


def test_a_milestone_is_no_disposition_even_without_categories() -> None:
    rows = [{"USUBJID": "S-1", "DSDECOD": "RANDOMIZED", "DSSTDTC": day(1)}]
    assert subject(DS=rows)["EOSSTT"] == "ONGOING"


def test_nobody_is_alive_after_death() -> None:
    visits = [{"VISITNUM": 1.0, "SVSTDTC": day(200)}]
    assert subject(SV=visits)["LSTALVDT"] == on(200)
    assert subject(SV=visits, DM=[person(DTHDTC=day(150))])["LSTALVDT"] == on(150)


def alive(contacts: list[Any], **tables: Any) -> Any:
    """LSTALVDT by the dates of life that a protocol names."""
    plan = protocol(dates={"alive": contacts})
    data = derived(sdtm(plan, **{"DM": [person()], "DS": [randomized()], **tables}))
    return data.table("ADSL")["LSTALVDT"][0]


def test_the_protocol_says_which_dates_show_life() -> None:
    visits = [{"VISITNUM": 1.0, "SVSTDTC": day(200)}]
    events = [
        {"AETERM": "x", "AEDECOD": "X", "AESTDTC": day(40), "AEENDTC": "2020-04", "AEOUT": "FATAL"}
    ]
    tables = {"SV": visits, "AE": events, "EX": [dose(1, 60)]}
    assert alive(["SV.SVSTDTC", "AE.AESTDTC"], **tables) == on(200)
    assert alive(["AE.AESTDTC"], **tables) == on(40)
    assert alive(["AE.AEENDTC"], **tables) is None  # partial, and nothing says how to complete it
    end = {"from": "AE", "date": "AEENDTC"}
    assert alive([{**end, "impute": "first"}], **tables) == dt.date(2020, 4, 1)
    assert alive([{**end, "impute": "first", "where": 'AEOUT != "FATAL"'}], **tables) is None
    assert alive(["ADSL.TRTEDT", "AE.AESTDTC"], **tables) == on(60)
    assert alive(["QS.QSDTC"], **tables) is None  # not collected
    assert alive([], **tables) is None


def test_a_date_of_life_that_its_domain_lacks_is_told() -> None:
    plan = protocol(dates={"alive": ["AE.AESTDT", "DS.DSSTDTC"]})
    events = [{"AETERM": "x", "AEDECOD": "X", "AESTDTC": day(40)}]
    found = derived(sdtm(plan, DM=[person()], DS=[randomized()], AE=events)).findings
    told = [str(f) for f in found if f.rule == "D01"]
    assert told == [
        "dates.alive[0]: AE has no AESTDT, so it cannot say who was alive\n"
        "    did you mean AESTDTC?  [rule D01]"
    ]
    assert not [f for f in derived(sdtm(protocol(), DM=[person()])).findings if f.rule == "D01"]


def test_a_death_known_by_its_month_keeps_a_flag() -> None:
    visits = [{"VISITNUM": 1.0, "SVSTDTC": "2020-05-09"}]
    row = subject(SV=visits, DM=[person(DTHDTC="2020-05")])
    assert (row["DTHDT"], row["DTHDTF"]) == (dt.date(2020, 5, 9), "D")
    row = subject(SV=visits, DM=[person(DTHDTC="2020-06")])
    assert (row["DTHDT"], row["DTHDTF"]) == (dt.date(2020, 6, 1), "D")


def test_qualifiers_become_columns_numbers_where_all_are() -> None:
    supplement = [
        {"USUBJID": "S-1", "RDOMAIN": "DM", "IDVAR": None, "QNAM": name, "QVAL": value}
        for name, value in (("KPS", "90"), ("SITE2", "ileum"))
    ]
    row = subject(SUPPDM=supplement)
    assert (row["KPS"], row["SITE2"]) == (90.0, "ileum")


def test_what_says_that_somebody_was_alive() -> None:
    oral = subject(EX=[dose(1, 200)])
    assert oral["LSTALVDT"] == on(200)
    event = {"AETERM": "x", "AEDECOD": "X", "AESTDTC": day(50), "AEENDTC": day(90)}
    assert subject(AE=[{**event, "AEOUT": "RECOVERED/RESOLVED"}])["LSTALVDT"] == on(90)
    assert subject(AE=[{**event, "AEOUT": "FATAL"}])["LSTALVDT"] == on(50)
    assert subject(AE=[event])["LSTALVDT"] == on(90)  # no outcome was collected
    assert subject(AE=[{**event, "AEENDTC": "2021"}])["LSTALVDT"] == on(50)  # no whole day
    assert subject(CM=[{"CMTRT": "x", "CMSTDTC": day(120)}])["LSTALVDT"] == on(120)


def test_a_disposition_of_death_is_no_sign_of_life() -> None:
    death = {"DSDECOD": "DEATH", "DSCAT": "DISPOSITION EVENT", "DSSTDTC": day(80)}
    assert subject(DS=[randomized(), death])["LSTALVDT"] == on(1)
    lost = {**death, "DSDECOD": "LOST TO FOLLOW-UP"}
    assert subject(DS=[randomized(), lost])["LSTALVDT"] == on(80)
