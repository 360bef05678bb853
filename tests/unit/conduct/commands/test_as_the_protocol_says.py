"""What the protocol says under `conduct` of signatures, locks and calibration is done."""

from __future__ import annotations

import datetime as dt

import pytest

from equipoise.conduct.commands.entering.signers import is_asked_of
from equipoise.conduct.commands.model import RefusedError
from equipoise.conduct.form_kinds import CRITERIA_FORM
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol.model import altered
from equipoise.protocol.model.conduct import ConductPlan, RadiopharmacyPlan
from support.conducted import live, plain_netter
from support.stores import SQLITE
from support.virtual import netter
from unit.conduct.commands.test_doses import DRUG, EIGHT, measured
from unit.conduct.commands.test_nulls import treated

CRITERIA, SCAN = (
    {"key": CRITERIA_FORM, "visit": None},
    {"key": "tumor assessment", "visit": "A-001/V00002"},
)


def planned(folder, **settings):
    """A trial whose protocol says this of its conduct."""
    plan = (netter().conduct or ConductPlan()).model_copy(update=settings)
    return live(SQLITE, folder, protocol=altered(plain_netter(), conduct=plan))


@pytest.mark.parametrize(
    ("things", "signed"),
    [
        (None, [True, True, True]),  # nothing is said: everything
        (("casebook",), [True, True, True]),
        (("every visit",), [True, False, True]),
        (("eligibility",), [True, True, False]),
        (("tumor assessment",), [True, False, True]),
    ],
)
def test_what_an_investigator_signs_is_as_the_protocol_says(things, signed):
    """A form that tells a stratum is signed in any case."""
    plan = netter().conduct.model_copy(update={"sign": {"investigator": things} if things else {}})
    protocol = altered(netter(), conduct=plan)
    stratum = {"key": strata_form(protocol), "visit": None}
    forms = (stratum, CRITERIA, SCAN)
    assert [is_asked_of("investigator", protocol, one) for one in forms] == signed


def strata_form(protocol):
    factor = next(iter(protocol.allocation.strata))
    return next(key for key, form in forms_of(protocol).items() if form.item(factor))


def test_a_cut_counts_the_forms_that_are_to_be_signed_alone(tmp_path):
    said = {"freeze": {"before look": ("casebook signed", "source verified")}}
    every = planned(tmp_path / "every", sign={}, **said)
    some = planned(tmp_path / "some", sign={"investigator": ("every visit",),
                                            "monitor": ("every visit",)}, **said)  # fmt: skip
    told = {}
    for name, trial in (("every", every), ("some", some)):
        trial.screened()
        told[name] = refused(trial, "dana", "cut", cutoff=str(trial.clock.now.date()))
        trial.store.engine.dispose()
    assert told["every"] == (
        "1 forms are not signed; a reason must be given",
        "1 forms are not verified; a reason must be given",
    )
    assert told["some"] == ()


def refused(trial, by, name, **given):
    before = trial.audit_rows()
    try:
        trial.do(by, name, **given)
    except RefusedError as found:
        assert trial.audit_rows() == before
        return found.reasons
    return ()


def test_a_lock_waits_for_what_the_protocol_asks_before_it(tmp_path):
    trial = planned(tmp_path, sign={}, freeze={"before lock": ("casebook signed",)})
    first, second = trial.screened(), trial.screened("B")
    (row,) = [one for one in trial.rows("form", subject=first) if one["state"] != "signed"]
    trial.do("iris", "sign", form=row["id"])
    for scope in (f"subject {first}", f"subject {second}", "site B", "trial"):
        trial.do("dana", "freeze", scope=scope)
    lacks = ("1 forms are not signed; the protocol asks for it before a lock: `gaps` says why not",)
    for scope in (f"subject {second}", "site B", "trial"):
        assert refused(trial, "dana", "lock", scope=scope, reason="over") == lacks
    assert refused(trial, "dana", "lock", scope=f"subject {first}", reason="over") == ()
    answer = trial.do("dana", "lock", scope="trial", reason="over", gaps="B is closed for good")
    assert answer["gaps"] == ["1 forms are not signed"]
    kept = [one["gaps"] for one in trial.rows("freeze") if one["kind"] == "lock"]
    assert kept == [None, "1 forms are not signed; B is closed for good"]
    trial.store.engine.dispose()


def test_a_lock_asks_nothing_where_the_protocol_says_nothing(tmp_path):
    trial = planned(tmp_path, freeze={})
    trial.screened()
    trial.do("dana", "freeze")
    assert trial.do("dana", "lock", reason="over")["state"] == "lock"
    trial.store.engine.dispose()


@pytest.mark.parametrize(
    ("at", "hours", "fits"),
    [
        ("infusion", 1, True),
        ("infusion", 30, False),
        ("infusion", -30, False),
        ("arrival", 1, True),
        ("arrival", 30, False),
        ("dispatch", 1, False),
        ("dispatch", -30, True),
    ],
)
def test_a_calibration_for_another_moment_than_the_protocol_has_it_is_told(
    at, hours, fits, tmp_path
):
    plan = RadiopharmacyPlan(drug=DRUG, calibrated_at=at)
    trial = planned(tmp_path, radiopharmacy=(plan,))
    subject, day = treated(trial), trial.clock.now.date()
    measured(trial, subject, day)
    dose = trial.do("carl", "check dose", subject=subject, drug=DRUG, on=str(day))["dose"]
    trial.do("carl", "order dose", dose=dose)
    when = trial.clock.now + dt.timedelta(hours=hours)
    answer = trial.do("phil", "calibrate dose", dose=dose, activity=7.6, unit="GBq", at=when)
    note = f"calibrated for {when.date()}; the protocol has it calibrated at {at}"
    assert answer.get("note", "").startswith(note) != fits
    assert ("note" in answer) != fits
    assert EIGHT.date() == day
    trial.store.engine.dispose()


@pytest.mark.parametrize(
    ("local_time", "zone", "says"),
    [
        ("UTC", "Europe/Berlin", "every time in UTC, and the zone is Europe/Berlin"),
        ("UTC", "UTC", ""),
        ("site", "Europe/Berlin", ""),
    ],
)
def test_a_trial_in_utc_has_no_site_with_a_zone_of_its_own(local_time, zone, says, tmp_path):
    trial = planned(tmp_path, local_time=local_time)
    found = refused(trial, "adam", "open site", site="C", zone=zone)
    assert [says in one for one in found] == ([True] if says else [])
    trial.store.engine.dispose()
