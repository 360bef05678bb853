"""An amendment of a trial that is served: pages go by the version of now, forms by theirs."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from equipoise.protocol.read.resolve import resolve
from support.bearing import program
from support.conducted import live, small
from support.pages import one_with_words
from support.served import Site
from support.stores import SQLITE
from support.virtual import netter

EVENT = {"AETERM": "Nausea", "AETOXGR": 3, "AESTDTC": "2026-01-05", "AESER": "Y"}


def served_anew(folder, first, change):
    """A trial that is served under its first version, and has a second one that sites approved."""
    trial = live(SQLITE, folder, protocol=first)
    site = Site(trial)
    assert site.nobody().get("/login").status_code == 200
    site.served.warm()
    body = resolve(first)
    change(body)
    trial.do("adam", "activate version", version="2", reason="amended", file=json.dumps(body))
    for one in ("A", "B"):
        trial.do("adam", "approve version", site=one, version="2",
                 approved_on=str(trial.clock.now.date()))  # fmt: skip
    return site


@pytest.fixture
def closing():
    sites = []
    yield sites.append
    for one in sites:
        one.trial.store.engine.dispose()


def test_what_the_trial_is_called_and_asks_is_what_it_does_now(tmp_path, closing):
    def changed(body):
        body["trial"]["title"] = "Smaller still"
        body["population"]["eligibility"]["include"][0]["text"] = "Grown up"

    site = served_anew(tmp_path, small(8), changed)
    closing(site)
    assert "Smaller still" in site.nobody().get("/login").text
    spike = site.as_("spike")
    assert "Smaller still" in spike.get("/protocol").text
    assert "Grown up" in spike.get("/help").text


def test_who_knows_arms_is_said_by_the_masking_of_now(tmp_path, closing):
    site = served_anew(
        tmp_path, small(8), lambda body: body["trial"].update(masking="double blind")
    )
    closing(site)
    subject = site.trial.randomized("A")
    label = site.trial.bus.protocol.arms[site.trial.rows("allocation")[0]["arm"]].label
    for page in (f"/subjects/{subject}", f"/subjects/{subject}/allocation", "/audit?chain=site:A"):
        assert label not in site.as_("carl").get(page).text
    assert program(site, "carl").get(f"/subjects/{subject}/allocation").json()["arm"] is None
    told = program(site, "carl").send("randomize", subject=subject).json()["answer"]
    assert "arm" not in told or told["arm"] is None


def test_a_visit_of_the_new_version_tells_no_arm_in_the_audit(tmp_path, closing):
    def booster(body):
        body["visits"]["zzbooster"] = {**body["visits"]["zzinfusion"], "label": "Zzbooster"}

    site = served_anew(tmp_path, one_with_words("open label"), booster)
    closing(site)
    trial = site.trial
    while True:
        subject = trial.randomized("A")
        if trial.rows("allocation", subject=subject)[0]["arm"] == "zzarma":
            break
    trial.clock.now += dt.timedelta(days=28)
    trial.do("carl", "open visit", subject=subject, key="zzbooster",
             on=str(trial.clock.now.date()))  # fmt: skip
    where = f"?chain=site:A&subject={subject}"
    assert "zzbooster" in site.as_("mona").get(f"/audit{where}").text
    assert "zzbooster" not in site.as_("dana").get(f"/audit{where}").text
    assert "zzbooster" not in program(site, "dana").get(f"/audit{where}").text


def test_a_form_of_the_new_version_is_on_every_list(tmp_path, closing):
    """Its event on Safety and Today, its name at a query, its risk where it is to be verified."""

    def renamed(body):
        body["forms"]["reaction"] = {**body["forms"].pop("adverse event"), "label": "Reaction"}
        body["checks"] = [one for one in body["checks"] if one["on"] != "adverse event"]

    site = served_anew(tmp_path, netter(), renamed)
    closing(site)
    trial = site.trial
    subject = trial.do("carl", "screen", site="A")["subject"]
    trial.do("carl", "consent", subject=subject, on=str(trial.clock.now.date()))
    (form,) = trial.do("carl", "submit form", subject=subject, key="reaction", rows=[EVENT])[
        "forms"
    ]
    trial.do("dana", "raise query", form=form, text="Sure?")
    assert "Nausea" in site.as_("carl").get("/safety").text
    assert "Report: Nausea" in site.as_("carl").get("/").text
    assert "Nausea" in program(site, "carl").get("/safety").text
    assert "Reaction" in site.as_("dana").get("/queries").text
    (line,) = [one for one in site.as_("mona").get("/monitor").text.splitlines() if form in one]
    assert "Reaction" in line
    assert "safety" in line
    (told,) = program(site, "carl").get(f"/subjects/{subject}/forms").json()["items"]
    assert told["title"] == "Reaction"
