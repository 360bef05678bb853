"""When a look is."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from equipoise.adam.study import Study, cut_at
from equipoise.errors import InputError
from equipoise.meaning.looks import look_labels
from equipoise.sdtm.model import SDTM
from support.street import day, person, protocol, randomized, sdtm

SPENT = {"spending": "lan-demets-obf"}
LOOKS = {
    "multiplicity": "fixed sequence",
    "order": ["PFS", "OS"],
    "PFS": {
        **SPENT,
        "looks": {"first": "2 events", "final": {"events": "3", "cutoff": "2020-12-31"}},
    },
    "OS": {
        **SPENT,
        "looks": {"interim": "with PFS first", "late": "12 months", "final": "end of study"},
    },
}
DEATHS = {"S-1": 100, "S-2": 60, "S-3": 100, "S-4": None}


def trial(looks: dict[str, Any] | None = None) -> SDTM:
    """Four patients; the second entered 30 days after the first."""
    entered = {"S-1": 1, "S-2": 31, "S-3": 1, "S-4": 40}
    people = [
        person(who, "NO"[i % 2], DTHDTC=None if died is None else day(died))
        for i, (who, died) in enumerate(DEATHS.items())
    ]
    plan = protocol(design=looks or LOOKS)
    return sdtm(plan, DM=people, DS=[randomized(w, day(d)) for w, d in entered.items()])


def date_of(name: str, looks: dict[str, Any] | None = None) -> dt.date | None:
    data = trial(looks)
    assert data.protocol is not None
    return Study(data).date(name)


def test_every_look_has_a_full_name() -> None:
    assert list(look_labels(protocol(design=LOOKS))) == [
        "PFS first",
        "PFS final",
        "OS interim",
        "OS late",
        "OS final",
    ]


def test_a_look_is_on_the_calendar_day_of_its_event() -> None:
    assert date_of("PFS first") == dt.date.fromisoformat(day(100))
    one = {"PFS": {"looks": {"first": {"events": "1"}}}}
    assert date_of("PFS first", one) == dt.date.fromisoformat(day(60))


def test_events_on_one_day_all_count() -> None:
    three = {"PFS": {"looks": {"first": "3 events"}}}
    assert date_of("PFS first", three) == dt.date.fromisoformat(day(100))
    snapshot = cut_at(trial(three), look="PFS first")
    assert snapshot.table("DM")["DTHDTC"].drop_nulls().len() == 3


def test_too_few_events_is_an_error() -> None:
    four = {"PFS": {"looks": {"first": "4 events"}}}
    with pytest.raises(InputError, match="PFS: 4 events are asked for, 3 were seen so far"):
        date_of("PFS first", four)


def test_a_share_of_the_information_is_a_share_of_the_last_looks_events() -> None:
    half = {"PFS": {**SPENT, "looks": {"half": "50% information", "final": "3 events"}}}
    assert date_of("PFS half", half) == date_of("PFS first")  # 2 of 3 events
    third = {"PFS": {**SPENT, "looks": {"third": {"information": "1/3"}, "final": "3 events"}}}
    assert date_of("PFS third", third) == dt.date.fromisoformat(day(60))


def test_a_cutoff_goes_before_the_events_it_was_meant_for() -> None:
    assert date_of("PFS final") == dt.date(2020, 12, 31)


def test_with_another_look_at_a_time_and_at_the_end() -> None:
    assert date_of("OS interim") == date_of("PFS first")
    assert date_of("OS late") == dt.date(2020, 12, 31)  # 365 days after 1 January of a leap year
    assert date_of("OS final") is None


def test_a_look_that_is_not_planned() -> None:
    with pytest.raises(InputError, match='there is no look "PFS finl"; there are PFS first'):
        cut_at(trial(), look="PFS finl")


def test_the_snapshot_says_its_look_and_protocol() -> None:
    data = trial()
    snapshot = cut_at(data, look="PFS first")
    assert data.protocol is not None
    assert (snapshot.look, snapshot.protocol_digest) == ("PFS first", data.protocol.digest)
    assert cut_at(data).look == "PFS first"  # the first planned, since the report names none


def test_the_later_of_two_comes_when_both_have() -> None:
    later = {"PFS": {"looks": {"first": "the later of 2 events and 12 months"}}}
    assert date_of("PFS first", later) == dt.date(2020, 12, 31)
    sooner = {"PFS": {"looks": {"first": "the later of 2 events and 1 month"}}}
    assert date_of("PFS first", sooner) == dt.date.fromisoformat(day(100))


def test_a_look_at_subjects_is_the_day_the_last_of_them_is_randomized() -> None:
    three = {"PFS": {"looks": {"first": "3 subjects"}}}
    assert date_of("PFS first", three) == dt.date.fromisoformat(day(31))
    data = trial(three)
    with pytest.raises(InputError, match="3 subjects are asked for, 2 were randomized so far"):
        Study(replace(data, tables={**data.tables, "DM": data.table("DM").head(2)})).date(
            "PFS first"
        )
