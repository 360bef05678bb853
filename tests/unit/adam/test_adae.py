"""Adverse events: start dates, emergence, queries, first occurrences."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from equipoise.errors import InputError
from support.street import day, derived, person, protocol, randomized, sdtm

DOSE = {"EXTRT": "drug", "EXDOSE": 10.0, "EXSTDTC": "2020-02-10", "EXENDTC": "2020-04-01"}


def events(*rows: dict[str, Any], safety: dict[str, Any] | None = None) -> pl.DataFrame:
    """ADAE of a patient first dosed on 10 February and last on 1 April 2020."""
    made = [
        {"AETERM": "x", "AEDECOD": "Rash", "AEBODSYS": "Skin", "AEENDTC": None, **row}
        for row in rows
    ]
    plan = protocol(safety={"population": "safety", **(safety or {})})
    data = sdtm(plan, DM=[person()], DS=[randomized(on=day(1))], EX=[DOSE], AE=made)
    return derived(data).table("ADAE")


@pytest.mark.parametrize(
    ("start", "end", "begins", "flag", "emergent"),
    [
        ("2020-02-09", None, "2020-02-09", None, None),
        ("2020-02-10", None, "2020-02-10", None, "Y"),
        ("2020-02", None, "2020-02-10", "D", "Y"),  # can be the day of the first dose
        ("2020-01", None, "2020-01-01", "D", None),
        ("2020-03", None, "2020-03-01", "D", "Y"),
        ("2020", None, "2020-02-10", "M", "Y"),
        ("2019", None, "2019-01-01", "M", None),
        ("2019---20", None, "2019-01-20", "M", None),  # the month alone is missing
        ("2020---20", None, "2020-02-20", "M", "Y"),  # the first 20th from the first dose on
        ("2020-02--T00:00", None, "2020-02-10", "D", "Y"),
        ("2020-01-20/2020-01-25", None, "2020-01-20", "D", None),
        ("2020-02-08/2020-02-12", None, "2020-02-10", "D", "Y"),
        ("2020-02-12T08:00/2020-02-12T09:00", None, "2020-02-12", None, "Y"),
        ("--02-12", None, "2020-02-10", "Y", "Y"),
        ("-----T07:15", None, "2020-02-10", "Y", "Y"),
        ("2020-02", "2020-02-05", "2020-02-01", "D", None),  # over before the first dose
        ("2020-02", "2020-02-10", "2020-02-10", "D", "Y"),
        ("2020-02", "2020-02", "2020-02-10", "D", "Y"),
        (None, None, "2020-02-10", "Y", "Y"),
        (None, "2020-01-20", None, None, None),  # nothing can be filled in
    ],
)
def test_when_an_event_began(
    start: str | None, end: str | None, begins: str | None, flag: str | None, emergent: str | None
) -> None:
    row = events({"AESTDTC": start, "AEENDTC": end}).row(0, named=True)
    shown = None if row["ASTDT"] is None else str(row["ASTDT"])
    assert (shown, row["ASTDTF"], row["TRTEMFL"]) == (begins, flag, emergent)


@pytest.mark.parametrize(
    ("dosed", "began", "emergent"),
    [
        ("2020-02-10T10:00", "2020-02-10T05:10", None),
        ("2020-02-10T10:00", "2020-02-10T10:00", "Y"),
        ("2020-02-10T10:00", "2020-02-10T09:59", None),
        ("2020-02-10T10:00:30", "2020-02-10T10:00", "Y"),  # may be later within the minute
        ("2020-02-10T10:30", "2020-02-10T10", "Y"),  # may be later within the hour
        ("2020-02-10T10:30", "2020-02-10T09", None),
        ("2020-02-10T10:00", "2020-02-10", "Y"),  # no time was collected
        ("2020-02-10", "2020-02-10T05:10", "Y"),
        ("2020-02-10T10:00Z", "2020-02-10T05:10", "Y"),  # a named zone beside none
        ("2020-02-10T10:00", "2020-02--T05:10", "Y"),  # the day is not known
        ("2020-02-10T10:00", "2020-02-11T05:10", "Y"),
    ],
)
def test_times_of_day_decide_on_the_day_of_the_first_dose(
    dosed: str, began: str, emergent: str | None
) -> None:
    plan = protocol(safety={"population": "safety"})
    event = {"AETERM": "x", "AEDECOD": "Rash", "AEBODSYS": "Skin", "AESTDTC": began}
    doses = [{**DOSE, "EXSTDTC": dosed}, {**DOSE, "EXSTDTC": "2020-03-10T07:00"}]
    data = sdtm(plan, DM=[person()], DS=[randomized(on=day(1))], EX=doses, AE=[event])
    assert derived(data).table("ADAE")["TRTEMFL"].to_list() == [emergent]


def test_a_dose_of_that_day_without_a_time_may_have_been_the_first() -> None:
    plan = protocol(safety={"population": "safety"})
    event = {"AETERM": "x", "AEDECOD": "Rash", "AEBODSYS": "Skin", "AESTDTC": "2020-02-10T05:10"}
    doses = [{**DOSE, "EXSTDTC": "2020-02-10T10:00"}, {**DOSE, "EXSTDTC": "2020-02-10"}]
    data = sdtm(plan, DM=[person()], DS=[randomized(on=day(1))], EX=doses, AE=[event])
    assert derived(data).table("ADAE")["TRTEMFL"].to_list() == ["Y"]


def test_the_window_of_emergence_ends_as_the_protocol_says() -> None:
    rows = [{"AESTDTC": d} for d in ("2020-05-01", "2020-05-02")]
    assert events(*rows)["TRTEMFL"].to_list() == ["Y", "Y"]
    window = {"emergent until": "30 days"}
    assert events(*rows, safety=window)["TRTEMFL"].to_list() == ["Y", None]


def test_emergence_from_randomization() -> None:
    found = events({"AESTDTC": day(1)}, safety={"emergent from": "randomization"})
    assert found["TRTEMFL"].to_list() == ["Y"]


def test_severity_stands_in_for_a_grade() -> None:
    words = ["MILD", "MODERATE", "SEVERE", "LIFE THREATENING", "FATAL", None, "odd"]
    rows = [{"AESTDTC": "2020-03-01", "AESEV": word} for word in words]
    assert events(*rows)["ATOXGRN"].to_list() == [1, 2, 3, 4, 5, None, None]
    graded = [{"AESTDTC": "2020-03-01", "AESEV": "MILD", "AETOXGR": "4"}]
    assert events(*graded)["ATOXGRN"].to_list() == [4]


def test_a_query_is_a_condition_with_a_name() -> None:
    where = {"label": "SKIN", "where": 'AEDECOD contains "Rash" and AESEV != "MILD"'}
    rows = [
        {"AESTDTC": "2020-03-01", "AEDECOD": term, "AESEV": severity}
        for term, severity in (
            ("Rash", "MILD"),
            ("Rash", "SEVERE"),
            ("Rash", None),
            ("Pain", "SEVERE"),
        )
    ]
    found = events(*rows, safety={"queries": {"CQ01": where}})
    assert found["CQ01NAM"].to_list() == [None, "SKIN", None, None]


def test_the_first_emergent_event_is_flagged() -> None:
    rows = [
        {"AESTDTC": "2020-01-05", "AEDECOD": "Rash"},  # before the first dose
        {"AESTDTC": "2020-03-02", "AEDECOD": "Rash"},
        {"AESTDTC": "2020-03-01", "AEDECOD": "Itch"},
        {"AESTDTC": "2020-03-01", "AEDECOD": "Itch"},
        {"AESTDTC": "2020-03-03", "AEDECOD": "Pain", "AEBODSYS": "General"},
    ]
    found = events(*rows)
    assert found["AOCCFL"].to_list() == [None, None, "Y", None, None]
    assert found["AOCCSFL"].to_list() == [None, None, "Y", None, "Y"]
    assert found["AOCCPFL"].to_list() == [None, "Y", "Y", None, "Y"]


def test_the_first_event_of_the_worst_grade_is_flagged() -> None:
    rows = [
        {"AESTDTC": "2020-01-05", "AEDECOD": "Rash", "AETOXGR": "4"},  # before the first dose
        {"AESTDTC": "2020-03-01", "AEDECOD": "Rash", "AETOXGR": "1"},
        {"AESTDTC": "2020-03-02", "AEDECOD": "Rash", "AETOXGR": "3"},
        {"AESTDTC": "2020-03-03", "AEDECOD": "Rash", "AETOXGR": "3"},
        {"AESTDTC": "2020-03-04", "AEDECOD": "Itch", "AETOXGR": "2"},
        {"AESTDTC": "2020-03-05", "AEDECOD": "Pain", "AEBODSYS": "General"},  # without a grade
    ]
    found = events(*rows)
    assert found["AOCCIFL"].to_list() == [None, None, "Y", None, None, None]
    assert found["AOCCSIFL"].to_list() == [None, None, "Y", None, None, None]
    assert found["AOCCPIFL"].to_list() == [None, None, "Y", None, "Y", None]


def test_events_without_a_class_are_one_class() -> None:
    plan = protocol()
    row = {"AETERM": "x", "AEDECOD": "Rash", "AESTDTC": "2020-03-01"}
    data = sdtm(plan, DM=[person()], DS=[randomized()], EX=[DOSE], AE=[row])
    assert derived(data).table("ADAE")["AOCCSFL"].to_list() == ["Y"]


def test_only_subjects_have_events() -> None:
    plan = protocol()
    stranger = {"USUBJID": "S-9", "AETERM": "x", "AEDECOD": "Rash", "AESTDTC": day(5)}
    row = {**stranger, "AEBODSYS": "Skin"}
    data = sdtm(plan, DM=[person()], DS=[randomized()], AE=[row])
    assert derived(data).table("ADAE").height == 0


DOSED = dt.date(2020, 2, 10)
WORSE = [  # days of start and end after the first dose, first and worst grade, TRTEMFL
    (-5, 20, "1", "3", "Y"),  # went on and became worse
    (-5, None, "1", "2", "Y"),  # still going on
    (-5, 20, "2", "2", None),  # as bad as before
    (-5, -2, "1", "3", None),  # over before the first dose
    (-5, 0, "1", "2", "Y"),  # over on the day of the first dose
    (-5, 20, None, "3", None),  # nobody knows how bad it was
    (5, 20, "3", "1", "Y"),  # began later: emergent whatever the grade
    (-5, 20, "MILD", "SEVERE", "Y"),  # severities order as grades do
]


@pytest.mark.parametrize(("start", "end", "first", "worst", "emergent"), WORSE)
def test_an_event_that_became_worse_is_emergent(
    start: int, end: int | None, first: str | None, worst: str, emergent: str | None
) -> None:
    dates = [None if n is None else str(DOSED + dt.timedelta(days=n)) for n in (start, end)]
    row: dict[str, Any] = dict(zip(("AESTDTC", "AEENDTC"), dates, strict=True))
    row |= {"AEITOXGR": first, "AETOXGR": worst}
    found = events(row, safety={"initial grade": "AEITOXGR"})
    assert found["TRTEMFL"].to_list() == [emergent]
    unasked = events(dict(row))
    assert unasked["TRTEMFL"].to_list() == ["Y" if start > 0 else None]


def test_a_variable_for_the_first_grade_that_is_not_there_is_told() -> None:
    with pytest.raises(InputError, match="there is no AEITOXGR, which `safety: initial grade`"):
        events({"AESTDTC": day(1)}, safety={"initial grade": "AEITOXGR"})


@pytest.mark.parametrize(
    ("began", "emergent"),
    [("2021", "Y"), ("2021---20", "Y"), ("2020", None), ("2019", None), (None, None)],
)
def test_what_surely_began_later_is_emergent_without_a_date(
    began: str | None, emergent: str | None
) -> None:
    """Only a day may be completed: a year alone has no date, but one after the first dose."""
    found = events({"AESTDTC": began}, safety={"impute": "day"})
    assert found["ASTDT"].to_list() == [None]
    assert found["TRTEMFL"].to_list() == [emergent]


def test_a_window_that_may_have_ended_by_then_holds_nothing_for_sure() -> None:
    window = {"impute": "day", "emergent until": "30 days"}  # to 1 May 2020
    assert events({"AESTDTC": "2021"}, safety=window)["TRTEMFL"].to_list() == [None]
