"""Partial dates, completed by the protocol's rules between bounds."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from equipoise.adam.dates.partial import completed, with_bounds, without_bounds
from equipoise.protocol.language.completion import Completion, parse_completion
from support.street import day, derived, person, protocol, randomized, row_of, sdtm

PEOPLE = pl.DataFrame(
    {"USUBJID": ["S-1"], "RANDDT": [dt.date(2020, 1, 20)], "DTHDT": [dt.date(2020, 5, 10)]}
)
CUT = dt.date(2020, 6, 15)


def day_of(text: str | None, rule: str, *, cutoff: dt.date | None = CUT, **more: Any) -> str | None:
    said = parse_completion(rule)
    rows = pl.DataFrame({"USUBJID": ["S-1"], "X": [text]}, schema_overrides={"X": pl.String})
    found = with_bounds(rows, PEOPLE, cutoff, said).with_columns(completed("X", said, **more))
    assert without_bounds(found).columns == ["USUBJID", "X"]
    return None if found["X"][0] is None else str(found["X"][0])


@pytest.mark.parametrize(
    ("text", "rule", "expected"),
    [
        ("2020-02-03", "last", "2020-02-03"),
        ("2020-02", "first", "2020-02-01"),
        ("2020-02", "middle", "2020-02-15"),
        ("2020-02", "last", "2020-02-29"),
        ("2021-02", "last", "2021-02-28"),
        ("2020", "first", "2020-01-01"),
        ("2020", "middle", "2020-06-30"),
        ("2020", "last", "2020-12-31"),
        ("2020-02", "nothing", None),
        (None, "last", None),
        # a bound counts if the date can lie on its right side
        ("2020-01", "first, not before randomization", "2020-01-20"),
        ("2019-12", "first, not before randomization", "2019-12-01"),
        ("2020-02", "first, not before randomization", "2020-02-01"),
        ("2020-05", "last, not after death", "2020-05-10"),
        ("2020-05", "middle, not after death", "2020-05-10"),
        ("2020-04", "last, not after death", "2020-04-30"),
        ("2020-07", "last, not after death", "2020-07-31"),
        ("2020-06", "last, not after cut-off", "2020-06-15"),
        ("2020", "last, not after death or cut-off", "2020-05-10"),
        ("2020", "middle, not before randomization, not after death", "2020-05-10"),
        ("2020-05-20", "last, not after death", "2020-05-20"),  # whole dates stay as they are
        # unknown bounds bound nothing
        ("2020-05", "last, not after end of study", "2020-05-31"),
        (None, "last, not after death", None),
    ],
)
def test_the_day_it_is_taken_for(text: str | None, rule: str, expected: str | None) -> None:
    assert day_of(text, rule) == expected


def test_without_a_cut_off_nothing_is_bound_by_it() -> None:
    assert day_of("2020-06", "last, not after cut-off", cutoff=None) == "2020-06-30"


def test_nothing_known_is_the_bound_only_where_that_is_asked() -> None:
    assert day_of(None, "first, not before randomization", unknown=True) == "2020-01-20"
    assert day_of(None, "first", unknown=True) is None


def test_a_bound_of_the_record_itself() -> None:
    end = pl.lit(dt.date(2020, 1, 10))
    rule = "first, not before randomization"
    assert day_of("2020-01", rule, ceiling=[end]) == "2020-01-01"
    assert day_of("2020-02", "last", floor=[pl.lit(dt.date(2020, 2, 9))]) == "2020-02-29"


@pytest.mark.parametrize(
    "text", ["first", "last, not after death or cut-off", "middle, not before first dose"]
)
def test_a_rule_reads_back_as_it_was_written(text: str) -> None:
    assert str(parse_completion(text)) == text
    assert parse_completion(str(parse_completion(text))) == parse_completion(text)
    assert Completion("first") == parse_completion(" first ")


def died(text: str, rule: str, seen: int = 30, **dates: Any) -> dict[str, Any]:
    """The row of OS of a subject who died on a partial date."""
    plan = protocol(dates={"death": rule, **dates})
    visits = [{"VISITNUM": 1.0, "SVSTDTC": day(seen)}]
    data = derived(sdtm(plan, DM=[person(DTHDTC=text)], DS=[randomized()], SV=visits))
    return row_of(data, "OS")


@pytest.mark.parametrize(
    ("rule", "seen", "expected"),
    [
        ("first", 30, "2020-05-01"),
        ("middle", 30, "2020-05-15"),
        ("last", 30, "2020-05-31"),
        ("middle, not before last known alive", 140, "2020-05-19"),
        ("middle, not before last known alive", 130, "2020-05-15"),
    ],
)
def test_a_death_known_by_its_month(rule: str, seen: int, expected: str) -> None:
    row = died("2020-05", rule, seen)
    assert (row["CNSR"], str(row["ADT"]), row["ADTF"]) == (0, expected, "D")


def test_a_death_that_is_not_completed_is_no_event_and_ends_what_is_known() -> None:
    row = died("2020-05", "nothing", seen=200)
    assert (row["CNSR"], str(row["ADT"]), row["ADTF"]) == (1, "2020-05-31", None)


def test_a_death_in_the_month_of_randomization_is_not_before_it() -> None:
    """Even where nothing shows that the subject was alive, randomization does."""
    plan = protocol(dates={"alive": ["LB.LBDTC"]})
    people = [person(DTHDTC="2020-01")]
    data = derived(sdtm(plan, DM=people, DS=[randomized(on="2020-01-20")]))
    assert str(row_of(data, "OS")["ADT"]) == "2020-01-20"


def test_nothing_that_is_completed_ends_after_death_or_cut_off() -> None:
    events = [{"AETERM": "x", "AEDECOD": "X", "AESTDTC": day(40), "AEENDTC": "2020-05"}]
    dose = {"EXTRT": "drug", "EXDOSE": 10.0, "EXSTDTC": day(1), "EXENDTC": "2020-05"}
    data = derived(
        sdtm(protocol(), DM=[person(DTHDTC="2020-05-10")], DS=[randomized()], AE=events, EX=[dose])
    )
    assert str(data.table("ADAE")["AENDT"][0]) == "2020-05-10"
    assert data.table("ADAE")["AENDTF"][0] == "D"
    assert str(data.table("ADSL")["TRTEDT"][0]) == "2020-05-10"
