"""A study remembers: each cut-off date is derived once, and the data without a cut-off once."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from equipoise.adam import study as room
from equipoise.adam.derive import derive
from equipoise.adam.study import Study, cut_at
from equipoise.analysis.analyze import analyze
from support.street import day, person, protocol, randomized, sdtm

SPENT = {"spending": "lan-demets-obf"}
DESIGN = {
    "multiplicity": "fixed sequence",
    "order": ["PFS", "OS"],
    "PFS": {**SPENT, "looks": {"first": "2 events", "final": "4 events"}},
    "OS": {**SPENT, "looks": {"interim": "with PFS first", "final": "5 events"}},
}


@pytest.fixture
def counted(monkeypatch):
    """Dates for which the analysis datasets were derived."""
    found: Counter = Counter()

    def counting(snapshot, **options):
        found[snapshot.date] += 1
        return derive(snapshot, **options)

    monkeypatch.setattr(room, "derive", counting)
    return found


def trial(design=DESIGN):
    deaths = {f"S-{k}": 40 + 30 * k for k in range(1, 9)}
    rules = protocol(design=design, population={"randomize": 8})
    people = [
        person(who, "NO"[k % 2], DTHDTC=day(at)) for k, (who, at) in enumerate(deaths.items())
    ]
    stable = {"RSTESTCD": "OVRLRESP", "RSSTRESC": "SD", "RSEVAL": "INVESTIGATOR", "VISITNUM": 2.0}
    scans = [{"USUBJID": who, **stable, "VISIT": "SCAN 1", "RSDTC": day(30)} for who in deaths]
    return sdtm(rules, DM=people, DS=[randomized(who, day(1)) for who in deaths], RS=scans)


def test_looks_share_what_is_derived_for_their_date(counted):
    study = Study(trial())
    for look in ("PFS first", "OS interim", "PFS final", "OS final", "PFS first"):
        assert study.adam(look).look == look
    assert study.date("OS interim") == study.date("PFS first")
    assert set(counted) == {None, *study.dates()}
    assert set(counted.values()) == {1}


def test_a_study_is_found_again_from_what_it_gave(counted):
    data = trial()
    snapshot = cut_at(data, look="PFS final")
    assert Study.of(data) is Study.of(snapshot.collected, data.protocol)
    before = sum(counted.values())
    cut_at(data, look="PFS first")
    assert sum(counted.values()) == before


def test_an_analysis_derives_no_date_twice(counted):
    data = trial()
    adam = Study.of(data).adam("OS final")
    analyze(adam)
    assert set(counted.values()) == {1}


def test_the_day_on_which_subjects_had_entered_takes_no_analysis_dataset(counted):
    looks = {"first": "26 weeks", "final": "4 events"}
    data = trial(design={"PFS": {**SPENT, "looks": looks}})
    before = Study.of(data).date("PFS first")
    assert counted == {}
    whole = Study(data)
    assert whole.on(None).table("ADSL").height == 8
    assert whole.date("PFS first") == before == dt.date(2020, 7, 1)
    assert counted == {None: 1}
