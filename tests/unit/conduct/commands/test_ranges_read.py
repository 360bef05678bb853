"""The range of a site's laboratory decides in every room: rules of doses, checks, SDTM."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from equipoise.adam.derive import derive
from equipoise.conduct.commands.findings import results
from equipoise.conduct.exchange.withheld import without_arms
from equipoise.conduct.recorded import recorded
from equipoise.conduct.store.backup import backup, restore
from equipoise.conduct.store.state import audit_rows, known_at
from equipoise.conduct.store.verify import audited
from equipoise.sdtm.conform.conform import conform
from equipoise.sdtm.cut.cut import cut
from equipoise.sdtm.tabulate.tabulate import tabulate
from equipoise.service.reading.calendar import desk_for
from support.conducted import KEY, live, small
from support.ranged import (
    GRADES,
    ULN,
    VALUE,
    begun,
    measured,
    protocol,
    submitted,
    tabulated,
    tell,
    tell_both,
)
from support.stores import SQLITE
from unit.conduct.exchange import test_odm

LIMITS = ("LBORNRLO", "LBORNRHI", "LBSTNRLO", "LBSTNRHI", "LBNRIND")


@pytest.fixture
def trial(tmp_path):
    found = begun(tmp_path)
    yield found
    found.store.engine.dispose()


@pytest.fixture
def own(tmp_path):
    """With forms of its own."""
    found = begun(tmp_path, forms=True)
    yield found
    found.store.engine.dispose()


def told(trial, subject, *names, at=None):
    """A row of LB for each result of a subject."""
    table = tabulated(trial, at=at).table("LB")
    return table.filter(pl.col("USUBJID") == f"R1-{subject}").select(*names).rows()


def known(trial, subject):
    """What rules know of a subject's results."""
    with trial.store.reading() as unit:
        desk = desk_for(unit, trial.bus.protocol, unit.row("subject", subject))
        return [(one.on, one.value, one.lower, one.upper) for one in results(desk)]


def checked(trial, subject, on="2026-01-05"):
    return trial.do("phil", "check dose", subject=subject, drug="drug", on=on)["state"]


def test_the_same_value_at_two_sites(trial):
    """130 U/L: grade 1 at A (ULN 45), where the dose is given, and 2 at B (ULN 40), where not."""
    tell_both(trial)
    for site, upper in ULN.items():
        subject = trial.randomized(site)
        measured(trial, subject)
        assert told(trial, subject, *LIMITS) == [("10", str(upper), 10.0, float(upper), "HIGH")]
        assert told(trial, subject, "LBTOXGR") == [(str(GRADES[site]),)]
        assert known(trial, subject) == [(dt.date(2026, 1, 5), VALUE, 10.0, float(upper))]
        assert checked(trial, subject) == {1: "checked", 2: "held"}[GRADES[site]]


def test_what_was_typed_counts_where_no_range_holds(trial):
    """Of another test, of an earlier day, and of a laboratory that told nothing."""
    tell(trial, "A", "HGB,both,0,120,160,g/L,2026-01-01", "ALT,both,0,10,45,U/L,2026-01-06")
    for site in "AB":
        subject = trial.randomized(site)
        measured(trial, subject, lower=5.0, upper=40.0)
        assert told(trial, subject, *LIMITS[2:]) == [(5.0, 40.0, "HIGH")]
        assert checked(trial, subject) == "held"
    bare = trial.randomized("B")
    measured(trial, bare)
    assert told(trial, bare, *LIMITS[2:]) == [(None, None, None)]


def test_the_laboratorys_comes_before_what_was_typed(trial):
    subject = trial.randomized("A")
    measured(trial, subject, lower=5.0, upper=30.0)
    assert checked(trial, subject) == "held"
    tell_both(trial)
    assert told(trial, subject, *LIMITS[2:]) == [(10.0, 45.0, "HIGH")]
    with trial.store.reading() as unit:
        said = {one["item"]: one["value"] for one in unit.rows("value") if one["item"] == "upper"}
    assert said == {"upper": "30.0"}  # what was entered stands


def test_a_later_range_changes_nothing_of_before(trial):
    tell_both(trial)
    subject = trial.randomized("A")
    measured(trial, subject)
    before = told(trial, subject, *LIMITS)
    trial.clock.to(dt.date(2026, 2, 2))
    tell(trial, "A", "ALT,both,0,10,40,U/L,2026-02-01")
    assert told(trial, subject, *LIMITS) == before
    measured(trial, subject, on="2026-01-31")
    measured(trial, subject, on="2026-02-01")
    uppers = [one[1] for one in told(trial, subject, *LIMITS)]
    assert uppers == ["45", "45", "40"]
    assert [one[3] for one in known(trial, subject)] == [45.0, 45.0, 40.0]


def test_the_day_of_the_sample_decides_not_that_of_its_visit_or_entry(own):
    """Taken on 31 January, the visit on 1 February, entered on the 2nd; from the 1st on 40."""
    tell(own, "A", "ALT,both,0,10,45,U/L,2026-01-01", "ALT,both,0,10,40,U/L,2026-02-01")
    subject = randomized(own)
    own.clock.to(dt.date(2026, 2, 2))
    measured(own, subject, on="2026-02-01", LBDTC="2026-01-31T23:50")
    measured(own, subject, on="2026-02-01", LBDTC="2026-02-01T00:10")
    measured(own, subject, on="2026-02-01")
    assert [one[1] for one in told(own, subject, *LIMITS)] == ["45", "40", "40"]
    assert [one[3] for one in known(own, subject)] == [45.0, 40.0, 40.0]


def randomized(trial, site="A", **answers):
    """By the forms of its own."""
    subject = trial.do("carl", "screen", site=site)["subject"]
    trial.do("carl", "consent", subject=subject, on="2026-01-05")
    rows = [{"AGE": 60, "SEX": "F", "REGION": "north"} | answers]
    given = {"subject": subject, "key": "demographics", "rows": rows}
    (form,) = trial.do("carl", "submit form", **given)["forms"]
    trial.do("iris", "sign", form=form)
    trial.do("iris", "judge eligibility", subject=subject, met={"I1": True})
    trial.do("carl", "randomize", subject=subject)
    return subject


def test_a_check_asks_by_the_range_of_the_site(own):
    tell_both(own)
    for site in "AB":
        measured(own, randomized(own, site))
    asked = [(one["subject"][0], one["text"]) for one in own.rows("query")]
    assert asked == [("B", "ALT 130 of at most 40: again?")]


def test_sex_and_age_of_the_day(own):
    """64 at consent on 5 January 2026: 65 a year later, when another range holds."""
    tell(own, "A", "ALT,M,0,10,50,U/L,2026-01-01", "ALT,F,0,10,35,U/L,2026-01-01",
         "ALT,both,65,10,40,U/L,2026-01-01")  # fmt: skip
    young, old = (randomized(own, SEX=sex, AGE=64) for sex in ("F", "M"))
    own.clock.to(dt.date(2027, 2, 1))
    for subject in (young, old):
        for day in ("2027-01-04", "2027-01-05"):
            measured(own, subject, on=day)
    assert [one[1] for one in told(own, young, *LIMITS)] == ["35", "40"]
    assert [one[1] for one in told(own, old, *LIMITS)] == ["50", "40"]


def test_units(own):
    """2.5 ukat/L is 150 U/L: more than 3 x 45; hemoglobin of 12 g/dL is 120 g/L."""
    tell(own, "A", "ALT,both,0,,45,U/L,2026-01-01", "HGB,both,0,12,16,g/dL,2026-01-01")
    subject = randomized(own)
    row = {"ALT": 2.5, "ALT unit": "ukat/L", "HGB": 119.0, "HGB unit": "g/L"}
    measured(own, subject, **row)
    (alt, hgb) = told(own, subject, "LBTESTCD", *LIMITS, "LBTOXGR")
    assert alt[1:3] == (None, f"{45 / 60:.15g}")
    assert (alt[4], alt[5], alt[6]) == (pytest.approx(0.75, 1e-3), "HIGH", "2")
    assert hgb == ("HGB", "120", "160", 120.0, 160.0, "LOW", "1")


def test_as_known_before_and_what_conforms(trial):
    """Before the laboratory told anything the data are to the byte as they were then."""
    subject = trial.randomized("A")
    measured(trial, subject, lower=5.0, upper=40.0)
    with trial.store.reading() as unit:
        then = unit.rows("audit", chain="site:A")[-1]["at"]
    before = tabulated(trial).table("LB")
    assert not {"LBORNRLO", "LBORNRHI"} & {*before.columns}
    trial.clock.to(dt.date(2026, 1, 6))
    tell_both(trial)
    assert tabulated(trial, at=then).table("LB").write_csv() == before.write_csv()
    whole = tabulated(trial)
    assert whole.table("LB").columns[8:10] == ["LBORNRLO", "LBORNRHI"]
    found = [one for one in conform(whole) if one.severity == "error" and "LB" in str(one)]
    assert found == []


def test_a_correction_is_read_everywhere(trial):
    tell(trial, "A", "ALT,both,0,10,400,U/L,2026-01-01")
    subject = trial.randomized("A")
    measured(trial, subject)
    assert told(trial, subject, "LBNRIND") == [("NORMAL",)]
    tell(trial, "A", "ALT,both,0,10,40,U/L,2026-01-01", reason="a digit too many")
    assert told(trial, subject, "LBNRIND", "LBTOXGR") == [("HIGH", "2")]


def test_of_somebody_of_whom_nothing_is_known(trial):
    """Without a baseline a range holds that is the same whatever sex and age are."""
    tell(trial, "A", "ALT,both,0,10,45,U/L,2026-01-01", "HGB,F,0,120,150,g/L,2026-01-01",
         "HGB,M,0,130,170,g/L,2026-01-01")  # fmt: skip
    subject = trial.do("carl", "screen", site="A")["subject"]
    trial.do("carl", "consent", subject=subject, on="2026-01-05")
    visit = trial.do("carl", "open visit", subject=subject, key="laboratory", on="2026-01-05")
    for code, unit in (("ALT", "U/L"), ("HGB", "g/L")):
        row = {"code": code, "test": code, "value": 125.0, "unit": unit}
        submitted(trial, subject, visit["visit"], row)
    assert [one[2:] for one in known(trial, subject)] == [(10.0, 45.0), (None, None)]


def test_the_protocol_of_these_tests_is_read():
    assert protocol(forms=True).forms
    assert not protocol().forms


def test_a_file_of_a_trial_without_ranges_is_the_file_that_it_was(trial, tmp_path):
    """ODM defines the record of a range where it tells of one; and that is read back."""
    measured(trial, trial.randomized("A"))
    before, *_ = test_odm.made(trial)
    assert "record.range" not in "".join(before.text())
    tell_both(trial)
    after, count, *_ = test_odm.made(trial)
    found, differs = test_odm.read_back(after, test_odm.written(after, tmp_path))
    assert (differs, found.records) == ([], count)
    assert sum(one.table == "range" for one in found.entries) == 2


def test_a_range_tells_no_arm_whatever_its_site_is_called(tmp_path):
    """Sites A and B, arms a and b, masked: ranges are told to those who may not know an arm."""
    trial = live(SQLITE, tmp_path, protocol=small(8, masking="double blind"))
    tell_both(trial)
    with trial.store.reading() as unit:
        rows = [*audit_rows(unit.connection)]
    kept = without_arms(rows, trial.bus.protocol).rows
    assert sum(one.body["table"] == "range" for one in kept) == 2
    trial.store.engine.dispose()


def test_ranges_come_back_from_a_backup(trial, tmp_path):
    subject = trial.randomized("B")
    measured(trial, subject)
    tell_both(trial)
    backup(trial.store, tmp_path / "file", key=KEY)
    where = tmp_path / "second"
    where.mkdir()
    back = restore(tmp_path / "file", where, folder=where, key=KEY)
    with back.reading() as unit:
        assert audited(unit.connection).faults == ()
        assert unit.rows("range") == trial.rows("range")
        found = tabulate(recorded(trial.bus.protocol, known_at(unit.connection)))
    assert found.table("LB").write_csv() == tabulated(trial).table("LB").write_csv()
    back.engine.dispose()


def test_what_is_derived_takes_the_same_limits(trial):
    """ANRHI, ANRIND and the grade of ADLB, by the range of each site."""
    tell_both(trial)
    for site in ULN:
        measured(trial, trial.randomized(site))
    data = derive(cut(tabulated(trial), date=None, look=""), protocol=trial.bus.protocol)
    rows = data.tables["ADLB"].select("ANRLO", "ANRHI", "ANRIND", "ATOXGRH").rows()
    assert sorted(rows) == [(10.0, 40.0, "HIGH", "2"), (10.0, 45.0, "HIGH", "1")]
