"""What is written is asked about soon, whoever wrote it; everybody is, once a day."""

import datetime as dt
import json

import pytest

from equipoise.adam.queries import asked as asking
from equipoise.protocol.read.resolve import resolve
from equipoise.service import asker as module
from equipoise.service.asker import QueryAsker
from equipoise.service.trial import Served
from support.conducted import live, plain_netter
from support.stores import SQLITE

EVENT = {"term": "Nausea", "system": "Gastrointestinal disorders", "start": "2026-01-05",
         "serious": False, "related": True, "outcome": "NOT RECOVERED/NOT RESOLVED"}  # fmt: skip


@pytest.fixture
def trial(tmp_path):
    found = live(SQLITE, tmp_path, protocol=plain_netter())
    yield found
    found.store.engine.dispose()


@pytest.fixture
def asker(trial):
    return QueryAsker(Served(trial.bus, lambda: None))


def ungraded(trial, subject):
    said = {"subject": subject, "key": "adverse event", "rows": [EVENT]}
    return trial.do("carl", "submit form", **said)["forms"][0]


def test_what_is_entered_is_asked_about_at_the_next_look(trial, asker):
    first, second = trial.randomized(), trial.randomized()
    assert asker.ask().raised == []
    form = ungraded(trial, second)
    (query,) = asker.ask().raised
    row = trial.rows("query", id=query)[0]
    assert (row["subject"], row["form"], row["rule"]) == (second, form, "Q21")
    assert trial.rows("query", subject=first) == []
    trial.do("carl", "correct", form=form, item="grade", answer=1, reason="looked up")
    assert asker.ask().closed == [query]


def test_nobody_is_looked_at_twice_for_nothing(trial, asker, monkeypatch):
    ungraded(trial, trial.randomized())
    asker.ask()
    monkeypatch.setattr(asking, "queries", lambda *_, **__: pytest.fail("nothing was written"))
    assert asker.ask() == ([], [], [])
    trial.do("adam", "set site", site="A", to="paused", reason="rest")
    assert asker.ask() == ([], [], [])


def test_a_new_day_asks_about_everybody(trial, asker):
    form = ungraded(trial, trial.randomized())
    asker.ask()
    trial.clock.to(trial.clock.now.date() + dt.timedelta(days=1))
    looked = asker.ask()
    assert (looked.raised, looked.closed) == ([], [])
    assert len(trial.rows("query", form=form)) == 1


def test_many_are_asked_about_a_few_at_a_time(trial, asker, monkeypatch):
    monkeypatch.setattr(module, "_AT_ONCE", 2)
    for _ in range(3):
        ungraded(trial, trial.randomized())
    assert [len(asker.ask().raised) for _ in range(3)] == [2, 1, 0]


def test_a_fault_with_one_subject_keeps_nobody_else_waiting(trial, asker, monkeypatch):
    subjects = [trial.randomized() for _ in range(3)]
    for subject in subjects:
        ungraded(trial, subject)
    right = asking.queries

    def faulty(data, *given, **more):
        if subjects[1] in str(data.table("DM")["USUBJID"].to_list()):
            raise ZeroDivisionError
        return right(data, *given, **more)

    monkeypatch.setattr(asking, "queries", faulty)
    assert asker.ask() == ([], [], [])  # all three at once
    assert len(asker.ask().raised) == 1
    with pytest.raises(ZeroDivisionError):
        asker.ask()
    assert len(asker.ask().raised) == 1
    asked = {one["subject"] for one in trial.rows("query")}
    assert asked == {subjects[0], subjects[2]}


def test_a_new_version_asks_about_everybody(trial, asker, monkeypatch):
    """What it asks of the data may be something else."""
    form, asked = ungraded(trial, trial.randomized()), []
    asker.ask()
    right = asking.queries

    def watched(data, **more):
        asked.append(data.table("DM").height)
        return right(data, **more)

    monkeypatch.setattr(asking, "queries", watched)
    asker.ask()
    assert asked == []
    body = resolve(trial.bus.protocol)
    body["trial"]["title"] = "Another title"
    trial.do("adam", "activate version", version="2", reason="amended", file=json.dumps(body))
    asker.ask()
    assert asked == [1]
    assert len(trial.rows("query", form=form)) == 1
