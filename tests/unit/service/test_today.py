"""What waits is kept between two looks, and is what it would be if it were read anew."""

from __future__ import annotations

import datetime as dt

import pytest

from equipoise.service.reading import kept as keeping
from equipoise.service.reading.kept import KeptLines
from equipoise.service.reading.today import lines_of
from support.conducted import live, plain_netter
from support.pages import Everything
from support.served import Site
from support.stores import DATABASES, SQLITE


@pytest.mark.parametrize("kind", DATABASES)
def test_what_is_kept_is_what_would_be_read(kind, tmp_path):
    """After each act of a site, on the day and on others."""
    trial, kept = live(kind, tmp_path), KeptLines(lines_of)
    today = str(trial.clock.now.date())

    def same():
        with trial.store.reading() as unit:
            found = kept.of(unit, trial.bus.protocol, ("A", "B"))
            fresh = {site: lines_of(unit, trial.bus.protocol, site) for site in ("A", "B")}
        assert {s: {k: v for k, v in one.items() if v} for s, one in found.items()} == fresh
        return fresh

    same()
    subject = trial.randomized("A")
    assert same()["A"][subject]
    other = trial.screened("B")
    assert same()["B"][other]
    visit = trial.do("carl", "open visit", subject=subject, key="baseline", on=today)["visit"]
    same()
    row = {"code": "PLAT", "value": 62.0, "unit": "10^9/L"}
    draft = {"subject": subject, "key": "laboratory", "visit": visit, "answers": row}
    made = trial.do("carl", "save draft", **draft)
    assert any(one.title == "Drafts to finish" for one in same()["A"][subject])
    trial.do("carl", "submit draft", form=made["form"])
    same()
    query = trial.do("dana", "raise query", form=made["form"], text="Sure?")["query"]
    assert any(one.title == "Queries to answer" for one in same()["A"][subject])
    trial.do("carl", "answer query", query=query, text="Yes")
    event = [{"term": "Sepsis", "start": today, "serious": True}]
    form = trial.do("carl", "submit form", subject=subject, key="adverse event", rows=event)
    assert any(one.title == "Serious adverse events" for one in same()["A"][subject])
    trial.do("carl", "report SAE", form=form["forms"][0], aware_at=trial.clock.now)
    same()
    trial.clock.now += dt.timedelta(days=30)
    assert any(one.title in ("Late", "Due now") for one in same()["A"][subject])
    trial.do("carl", "record death", subject=subject, on=str(trial.clock.now.date()))
    same()
    trial.store.engine.dispose()


def test_nobody_is_looked_at_again_who_has_not_changed(tmp_path):
    trial, seen = live(SQLITE, tmp_path), []
    people = [trial.randomized("A") for _ in range(3)]
    site = Site(trial)
    carl = site.as_("carl")
    carl.get("/")

    def watched(unit, protocol, name, only=None):
        seen.append(only)
        return lines_of(unit, protocol, name, only)

    site.served.today._read = watched
    carl.get("/")
    assert seen == []
    trial.do("carl", "note deviation", subject=people[1], category="OTHER", text="late",
             on=str(trial.clock.now.date()))  # fmt: skip
    carl.get("/")
    assert seen == [people[1]]
    trial.store.engine.dispose()


def test_a_change_that_is_missed_is_found(tmp_path, monkeypatch):
    """Planted: the audit is not asked who has changed."""
    monkeypatch.setattr(keeping, "subjects_since", lambda *_: [])
    with pytest.raises((AssertionError, KeyError)):
        test_what_is_kept_is_what_would_be_read(SQLITE, tmp_path)


def test_lists_are_shown_page_by_page_and_say_so(tmp_path, monkeypatch):
    from equipoise.service.pages import queries, subjects

    monkeypatch.setattr(subjects, "PAGE_PEOPLE", 2)
    monkeypatch.setattr(subjects, "MOST_TO_DO", 1)
    monkeypatch.setattr(queries, "PAGE_QUERIES", 1)
    found = Everything(tmp_path, plain_netter())
    trial = found.trial
    trial.do("dana", "raise query", form=found.known["form"], text="And this?")
    dana = found.browsers["data manager"]
    first = dana.get("/subjects").text
    assert "4 subjects, 2 of them here" in first
    assert found.known["far"] not in first
    assert found.known["far"] in dana.get("/subjects?after=A-002").text
    assert "1 subject<" in dana.get("/subjects?find=b-0").text
    assert "Sure?" in dana.get("/queries").text
    assert "And this?" not in dana.get("/queries").text
    assert "2 not closed" in dana.get("/queries").text
    assert "And this?" in dana.get(f"/queries?after={found.known['query']}").text
    shown = dana.get("/").text
    assert "/?every=true" in shown
    assert dana.get("/?every=true").text.count("<li") > shown.count("<li")
    trial.store.engine.dispose()
