"""What is kept between two looks is what it would be if it were read anew, whoever has written."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys

import pytest

from equipoise.service.reading.kept import site_day as site_days
from equipoise.service.reading.kept import sites as keeping
from equipoise.service.reading.kept.site_day import site_day
from equipoise.service.reading.kept.sites import KeptSites
from support.conducted import live, plain_netter
from support.pages import Everything
from support.served import Site
from support.stores import DATABASES, SQLITE
from unit.conduct.commands.test_doses import masked, to_day

SITES = ("A", "B")
LIGHT = "octreotide LAR"
ELSEWHERE = """
import json
import sys
from pathlib import Path
from equipoise.conduct.commands.bus import Bus
from equipoise.conduct.commands.every import EVERY_COMMAND
from equipoise.conduct.store.store import Store
from support.conducted import plain_netter

for line in sys.stdin:
    where, name, by, given = json.loads(line)
    store = Store.open(where if "://" in where else Path(where), folder=Path(where))
    command = EVERY_COMMAND[name].model_validate_json(given)
    Bus(store, plain_netter()).send(command, by=by, key=given)
    store.engine.dispose()
    print("done", flush=True)
"""


@pytest.fixture(scope="module")
def elsewhere():
    """Does commands in another process, which knows nothing of what is kept in this one."""
    words = [sys.executable, "-c", ELSEWHERE]
    env = {"PYTHONPATH": ":".join(sys.path)}
    pipe = subprocess.PIPE
    one = subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True, env=env)

    def done(trial, *asked):
        one.stdin.write(json.dumps([str(trial.where), *asked]) + "\n")
        one.stdin.flush()
        assert one.stdout.readline() == "done\n"

    yield done
    one.communicate()


def waits(trial, kept):
    """Subject and title of everything that is kept to wait, after a look at it."""
    with trial.store.reading() as unit:
        found = kept.of(unit, trial.bus.protocol, SITES)
        anew = KeptSites(site_day).of(unit, trial.bus.protocol, SITES)
    for site in SITES:
        own, fresh = found[site].told, anew[site].told
        lines = {key: lines for key, lines in own.kinds.items() if lines}
        assert lines == fresh.kinds
        assert own.orders == fresh.orders
        assert _records(own.ahead) == _records(fresh.ahead)
    return {
        (one.subject, title) for site in SITES
        for (title, _), lines in found[site].told.kinds.items() for one in lines
    }  # fmt: skip


def _records(ahead):
    """What is known of each subject, without how far its schedule reaches."""
    return {name: one._replace(until=None, visits=()) for name, one in ahead.items()}


@pytest.mark.parametrize("kind", DATABASES)
def test_what_is_kept_is_what_would_be_read(kind, tmp_path):
    """After each act of a site, on the day and on others."""
    trial, kept = live(kind, tmp_path), KeptSites(site_day)
    today = str(trial.clock.now.date())

    def same():
        return waits(trial, kept)

    same()
    subject = trial.randomized("A")
    assert any(one == subject for one, _ in same())
    other = trial.screened("B")
    assert (other, "Screening") in same()
    visit = trial.do("carl", "open visit", subject=subject, key="baseline", on=today)["visit"]
    same()
    row = {"code": "PLAT", "value": 62.0, "unit": "10^9/L"}
    draft = {"subject": subject, "key": "laboratory", "visit": visit, "answers": row}
    made = trial.do("carl", "save draft", **draft)
    assert (subject, "Drafts to finish") in same()
    trial.do("carl", "submit draft", form=made["form"])
    assert (subject, "Drafts to finish") not in same()
    query = trial.do("dana", "raise query", form=made["form"], text="Sure?")["query"]
    assert (subject, "Queries to answer") in same()
    trial.do("carl", "answer query", query=query, text="Yes")
    event = [{"term": "Sepsis", "start": today, "serious": True}]
    form = trial.do("carl", "submit form", subject=subject, key="adverse event", rows=event)
    assert (subject, "Serious adverse events") in same()
    trial.do("carl", "report SAE", form=form["forms"][0], aware_at=trial.clock.now)
    assert (subject, "Serious adverse events") not in same()
    for days in (1, 30, 70):
        trial.clock.now += dt.timedelta(days=days)
        seen = {title for one, title in same() if one == subject}
        assert days == 1 or seen & {"Late", "Due now"}
    trial.do("carl", "record death", subject=subject, on=str(trial.clock.now.date()))
    same()
    trial.store.engine.dispose()


def test_nobody_is_looked_at_again_who_has_not_changed(tmp_path, monkeypatch):
    trial, seen = live(SQLITE, tmp_path), []
    people = [trial.randomized("A") for _ in range(3)]
    site = Site(trial)
    site.as_("carl").get("/")
    outlooks = site_days.outlooks

    def watched(unit, protocol, name, *, only=None):
        seen.append(only)
        return outlooks(unit, protocol, name, only=only)

    monkeypatch.setattr(site_days, "outlooks", watched)
    site.as_("carl").get("/")
    assert seen == []
    trial.do("carl", "note deviation", subject=people[1], category="OTHER", text="late",
             on=str(trial.clock.now.date()))  # fmt: skip
    site.as_("carl").get("/")
    assert seen == [[people[1]]]
    trial.clock.now += dt.timedelta(days=1)
    site.as_("carl").get("/")
    assert seen == [[people[1]]], "a new day alone changes no subject"
    trial.store.engine.dispose()


def test_a_change_that_is_missed_is_found(tmp_path, monkeypatch):
    """Planted: the audit is not asked who has changed."""
    monkeypatch.setattr(keeping, "subjects_since", lambda *_, **__: [])
    with pytest.raises((AssertionError, KeyError)):
        test_what_is_kept_is_what_would_be_read(SQLITE, tmp_path)


@pytest.mark.parametrize("kind", DATABASES)
def test_what_another_process_writes_is_on_the_next_page(kind, tmp_path, elsewhere):
    """Of each thing that is kept: today, safety, verification, recruitment."""
    trial = live(kind, tmp_path)
    subject, waiting = trial.randomized("A"), trial.screened("A")
    form = trial.baseline_form(subject)
    site = Site(trial)
    carl, dana, mona = (site.as_(one) for one in ("carl", "dana", "mona"))
    pages = ((carl, "/"), (dana, "/"), (dana, "/safety"), (mona, "/monitor"), (dana, "/accrual"))
    before = [browser.get(path).text for browser, path in pages]
    assert all("Is it so?" not in text for text in before)

    elsewhere(trial, "raise query", "dana", f'{{"form": "{form}", "text": "Is it so?"}}')
    assert "Is it so?" in carl.get("/").text
    assert "Is it so?" in dana.get("/").text
    assert mona.get("/monitor").text != before[3]
    event = '[{"term": "Sepsis", "start": "2026-01-05", "serious": true}]'
    given = f'{{"subject": "{subject}", "key": "adverse event", "rows": {event}}}'
    elsewhere(trial, "submit form", "carl", given)
    assert "Sepsis" in dana.get("/safety").text
    assert "Report: Sepsis" in carl.get("/").text
    end = f'{{"subject": "{waiting}", "part": "participation", "because": "PHYSICIAN DECISION", '
    elsewhere(trial, "end part", "carl", end + '"on": "2026-01-05"}')
    assert dana.get("/accrual").text != before[4]
    trial.store.engine.dispose()


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
    (where, *_) = re.findall(r'href="(/\?kind=[^"]+)"', shown)
    assert dana.get(where).text.count('class="what"') > 1
    monkeypatch.setattr(subjects, "MOST_OF_A_KIND", 1)
    second = dana.get(f"{where}&skip=1").text
    assert "Those before" in second
    assert second.count('class="what"') == 1
    trial.store.engine.dispose()


def test_a_masked_dose_that_only_the_trials_chain_tells_of_is_on_the_next_page(tmp_path):
    trial, kept = live(SQLITE, tmp_path, protocol=masked()), KeptSites(site_day)
    subject = trial.randomized("A")
    dose = {"subject": subject, "drug": LIGHT, "on": str(trial.clock.now.date())}
    trial.do("phil", "give dose", **dose, amount=30.0, unit="mg", reason="as it came")
    to_day(trial, 60)
    waits(trial, kept)
    before = trial.rows("chain", id="site:A")
    trial.do("phil", "check dose", **{**dose, "on": str(trial.clock.now.date())})
    assert trial.rows("chain", id="site:A") == before
    waits(trial, kept)
    trial.store.engine.dispose()


def test_a_chain_that_is_not_asked_is_found(tmp_path, monkeypatch):
    """Planted: the trial's chain is not asked whose doses it tells of."""
    asked = keeping.subjects_since

    def of_sites(unit, chain, n, *, site):
        return asked(unit, chain, n, site=site) if chain != "trial" else []

    monkeypatch.setattr(keeping, "subjects_since", of_sites)
    with pytest.raises(AssertionError, match=r"Outlook|OrderAhead"):
        test_a_masked_dose_that_only_the_trials_chain_tells_of_is_on_the_next_page(tmp_path)
