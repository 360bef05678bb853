"""Doses and visits that fall due and queries that wait are written of: once, to who may know."""

from __future__ import annotations

import datetime as dt

import pytest

from equipoise.conduct.next_dose import Advice
from equipoise.protocol.model import altered
from equipoise.protocol.model.conduct import ConductPlan, MailPlan
from equipoise.service import reminders
from equipoise.service.reading.calendar import NextDose
from equipoise.service.reminders import Reminders
from support.conducted import live, plain_netter
from support.served import Site
from support.stores import SQLITE
from unit.conduct.commands.test_doses import DRUG, measured, received
from unit.conduct.commands.test_nulls import treated

DAY = dt.timedelta(days=1)


def mailed(folder, **events):
    """A trial that writes of these events, with people who have addresses."""
    plans = {name.replace("_", " "): MailPlan.model_validate(said) for name, said in events.items()}
    plan = ConductPlan(e_mail=plans)
    trial = live(SQLITE, folder, protocol=altered(plain_netter(), conduct=plan))
    for name, role, site in (("p2", "pharmacist", "A"), ("d2", "data manager", None),
                             ("c2", "coordinator", "A"), ("far", "coordinator", "B")):  # fmt: skip
        trial.do("adam", "open account", account=name, person=name, email=f"{name}@example.org")
        trial.do("adam", "grant", account=name, role=role, site=site)
    return trial


def written(trial):
    return [(one["kind"], one["account"], one["title"]) for one in trial.rows("outbox")]


@pytest.mark.parametrize(("before", "said"), [(0, False), (10, True)])
def test_a_dose_is_written_of_so_long_before_it_falls_due(before, said, tmp_path):
    """To those alone who may know that there is one: the data manager may not."""
    to = {"to": ["pharmacist", "trial office"], "before": f"{before} days"}
    trial = mailed(tmp_path, dose_due=to)
    subject = treated(trial)
    measured(trial, subject, trial.clock.now.date())
    _, at = received(trial, subject, trial.clock.now.date())
    trial.do(
        "phil", "give dose", subject=subject, drug=DRUG, on=str(at.date()), at=at, residual=0.05
    )
    look = Reminders(Site(trial).served).look
    trial.clock.now += 46 * DAY  # ten days before the next
    look()
    day = trial.clock.now.date() + 10 * DAY
    assert [one for one in written(trial) if subject in one[2] and str(day) in one[2]] == (
        [("dose due", "p2", f"[NETTER-1] A dose of {subject} falls due on {day}")] * said
    )
    assert {account for _, account, _ in written(trial)} == {"p2"}
    assert "177Lu" not in str(trial.rows("outbox"))
    trial.store.engine.dispose()


@pytest.mark.parametrize(
    ("state", "said"),
    [("give", 1), ("held", 1), ("not known", 1), ("stopped", 0), ("complete", 0), ("ended", 0)],
)
def test_no_dose_is_due_after_the_last(state, said, tmp_path, monkeypatch):
    trial = mailed(tmp_path, dose_due=["pharmacist"])
    trial.randomized()
    today = trial.clock.now.date()
    one = NextDose(DRUG, Advice(state, None, None, ()), today, "7.4 GBq", "GBq", 1)
    monkeypatch.setattr(reminders, "doses", lambda _: [one])
    assert Reminders(Site(trial).served).look() == said  # one pharmacist has an address
    trial.store.engine.dispose()


def test_nobody_is_written_to_twice_of_the_same(tmp_path):
    trial = mailed(tmp_path, dose_due=["pharmacist"])
    treated(trial)
    count = Reminders(Site(trial).served).look()
    assert count > 0
    again = Reminders(Site(trial).served)  # as after a restart
    assert again.look() == 0
    trial.clock.now += DAY
    again.look()  # what begins on the second day
    assert len(set(written(trial))) == len(written(trial)) >= count
    trial.store.engine.dispose()


def test_a_visit_is_written_of_to_people_of_its_site(tmp_path):
    trial = mailed(tmp_path, visit_due={"to": ["coordinator"], "before": "1 week"})
    subject = trial.randomized()
    trial.clock.now += 21 * DAY
    Reminders(Site(trial).served).look()
    found = written(trial)
    assert {(kind, account) for kind, account, _ in found} == {("visit due", "c2")}
    assert all(subject in title for *_, title in found)
    trial.store.engine.dispose()


def test_a_query_is_written_of_when_it_waits_too_long(tmp_path):
    trial = mailed(tmp_path, query_overdue=["coordinator"])
    form = trial.baseline_form(trial.randomized())
    trial.do("dana", "raise query", form=form, text="is that so?")
    look = Reminders(Site(trial).served).look
    trial.clock.now += 13 * DAY
    assert look() == 0
    trial.clock.now += DAY
    assert look() == 1
    assert [(kind, account) for kind, account, _ in written(trial)] == [("query overdue", "c2")]
    assert "is that so" not in str(trial.rows("outbox"))
    query = trial.rows("query")[0]["id"]
    trial.do("carl", "answer query", query=query, text="yes")
    trial.clock.now += DAY
    assert look() == 0  # answered
    trial.store.engine.dispose()


def test_a_protocol_that_writes_of_nothing_looks_at_nothing(tmp_path, monkeypatch):
    trial = mailed(tmp_path)
    treated(trial)
    monkeypatch.setattr(Reminders, "_sites", lambda _: pytest.fail("looked"))
    assert Reminders(Site(trial).served).look() == 0
    trial.store.engine.dispose()
