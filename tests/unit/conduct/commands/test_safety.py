"""A serious event: its clocks, its versions, who assesses it, when it is closed."""

from __future__ import annotations

import datetime as dt

import pytest

from equipoise.conduct.commands.model import CommandDesk
from equipoise.conduct.commands.safety.clocks import (
    due_to_authorities,
    due_to_report,
)
from equipoise.service.reading.serious import AFTER_TREATMENT, TO_REPORT, serious_of
from support.conducted import live
from support.stores import SQLITE
from support.virtual import netter
from unit.conduct.commands.test_doses import (
    DRUG,
    EIGHT,
    measured,
    received,
    refused,
    to_day,
    treated,
)

AWARE = dt.datetime(2026, 1, 5, 8, tzinfo=dt.UTC)


@pytest.fixture
def trial(tmp_path):
    found = live(SQLITE, tmp_path)
    yield found
    found.store.engine.dispose()


def reported(trial, **said):
    """A serious event that was reported at once; its form and its name."""
    subject = trial.randomized()
    row = {"term": "Sepsis", "grade": 4, "start": "2026-01-05", "serious": True, **said}
    asked = {"subject": subject, "key": "adverse event", "rows": [row]}
    (form,) = trial.do("carl", "submit form", **asked)["forms"]
    return form, trial.do("iris", "report SAE", form=form, aware_at=AWARE)["sae"]


def test_a_day_from_awareness():
    assert due_to_report(netter(), AWARE) == "2026-01-06T08:00:00.000000Z"
    zone = dt.timezone(dt.timedelta(hours=2))
    assert due_to_report(netter(), AWARE.astimezone(zone)) == "2026-01-06T08:00:00.000000Z"


def test_seven_days_where_it_is_grave_fifteen_otherwise():
    at = "2026-01-05T09:30:00.000000Z"
    assert due_to_authorities(netter(), at, is_grave=True) == "2026-01-12T09:30:00.000000Z"
    assert due_to_authorities(netter(), at, is_grave=False) == "2026-01-20T09:30:00.000000Z"


@pytest.mark.parametrize(("said", "by_site", "by_sponsor", "expected", "days"), [
    ({}, True, True, False, 15),
    ({}, True, False, False, 15),
    ({}, False, True, False, 15),
    ({}, False, False, False, None),
    ({}, True, True, True, None),
    ({"outcome": "FATAL"}, True, False, False, 7),
])  # fmt: skip
def test_who_must_hear_of_it_and_when(said, by_site, by_sponsor, expected, days, trial):
    _, sae = reported(trial, **said)
    first = trial.do("iris", "assess SAE", sae=sae, related=by_site)
    assert first["state"] == "reported"
    told = trial.do("spike", "assess SAE", sae=sae, related=by_sponsor, expected=expected)
    assert told["state"] == "assessed"
    if days is None:
        assert told["authorities by"] is None
    else:
        at = trial.rows("sae_version", sae=sae)[0]["at"]
        due = due_to_authorities(trial.bus.protocol, at, is_grave=days == 7)
        assert told["authorities by"] == due


def test_a_follow_up_is_a_version_and_asks_for_everything_again(trial):
    form, sae = reported(trial)
    trial.do("iris", "assess SAE", sae=sae, related=True)
    trial.do("spike", "assess SAE", sae=sae, related=True, expected=True)
    assert refused(trial, "spike", "close SAE", sae=sae) == ("the outcome is not known",)
    trial.do("carl", "correct", form=form, item="outcome", answer="RECOVERED", reason="known now")
    assert refused(trial, "spike", "close SAE", sae=sae) == (
        "its form was changed after version 1; a follow-up tells it",
    )
    assert trial.do("carl", "follow up SAE", sae=sae, text="recovered")["version"] == 2
    reasons = refused(trial, "spike", "close SAE", sae=sae)
    assert reasons == (f"{sae} is not assessed by investigator and sponsor",)
    trial.do("iris", "assess SAE", sae=sae, related=True)
    trial.do("spike", "assess SAE", sae=sae, related=False, expected=True)
    trial.do("spike", "close SAE", sae=sae)
    assert refused(trial, "iris", "assess SAE", sae=sae, related=False) == (
        f"{sae} is closed; a follow-up opens it",
        "was assessed as related; a change needs a reason",
    )
    trial.do("carl", "follow up SAE", sae=sae, text="relapsed")
    assert trial.rows("sae")[0]["state"] == "reported"
    kinds = [(one["n"], one["kind"], one["text"]) for one in trial.rows("sae_version")]
    assert kinds == [(1, "report", ""), (2, "follow-up", "recovered"), (3, "follow-up", "relapsed")]


def test_what_each_may_not_say(trial):
    form, sae = reported(trial)
    assert refused(trial, "spike", "assess SAE", sae=sae, related=True) == (
        "whether the event was expected is not said",
    )
    assert refused(trial, "iris", "assess SAE", sae=sae, related=True, expected=True) == (
        "whether the event was expected is for the sponsor to say",
    )
    assert refused(trial, "iris", "report SAE", form=form, aware_at=AWARE) == (
        f"{form} was reported before; a follow-up tells what is new",
    )
    assert refused(trial, "carl", "follow up SAE", sae=sae, text=" ") == (
        "a follow-up says what is new",
    )
    assert refused(trial, "carl", "clear form", form=form, reason="x") == (
        f"{form} was reported as serious; correct it, and follow the report up",
    )
    trial.do("iris", "assess SAE", sae=sae, related=True)
    assert refused(trial, "iris", "assess SAE", sae=sae, related=False) == (
        "was assessed as related; a change needs a reason",
    )


def test_a_freeze_and_a_pause_do_not_stop_a_report(trial):
    _, sae = reported(trial)
    trial.do("dana", "freeze")
    trial.do("dsmb", "pause", reason="safety")
    trial.do("iris", "assess SAE", sae=sae, related=True)


def asked_for(trial, subject):
    """By the day on which it began: whether a serious event waits for a report."""
    with trial.store.reading() as unit:
        desk = CommandDesk(unit, trial.bus.protocol, None)
        desk.subject = unit.row("subject", subject)
        desk.site = unit.row("site", desk.subject["site"])
        return {one.term: (one.state, one.late) for one in serious_of(desk, {})}


def test_thirty_days_after_the_last_dose(trial):
    """The first dose on 5 January, the day after its thirtieth is 5 February."""
    subject, day = treated(trial), trial.clock.now.date()
    assert day == dt.date(2026, 1, 5)
    measured(trial, subject, day)
    _, at = received(trial, subject, day)
    trial.do("phil", "give dose", subject=subject, drug=DRUG, on=str(day), at=at)
    to_day(trial, 40)
    rows = [
        {"term": term, "grade": 4, "start": start, "serious": True}
        for term, start in (("Sepsis", "2026-02-04"), ("Stroke", "2026-02-05"))
    ]
    forms = [
        trial.do("carl", "submit form", subject=subject, key="adverse event", rows=[row])["forms"]
        for row in rows
    ]
    both = {"Sepsis": (TO_REPORT, True), "Stroke": (TO_REPORT, True)}
    assert asked_for(trial, subject) == both  # a later dose may be the last
    trial.do(
        "iris", "end part", subject=subject, part="treatment", because="PHYSICIAN DECISION",
        on="2026-02-14",
    )  # fmt: skip
    assert asked_for(trial, subject) == both | {"Stroke": (AFTER_TREATMENT, False)}
    trial.do("iris", "report SAE", form=forms[1][0], aware_at=EIGHT + dt.timedelta(days=40))
    assert asked_for(trial, subject)["Stroke"][0] == "reported"
