"""Versions of the protocol: each site works under the one that it has approved."""

from __future__ import annotations

import json

import pytest

from equipoise.protocol.read.resolve import resolve
from equipoise.version import __version__
from support.conducted import live
from support.stores import SQLITE
from unit.conduct.commands.test_doses import refused


@pytest.fixture
def trial(tmp_path):
    found = live(SQLITE, tmp_path)
    yield found
    found.store.engine.dispose()


def amended(trial, *, ratio=None, **changed):
    """The protocol with other criteria, as a file."""
    body = resolve(trial.bus.protocol)
    body["trial"] |= changed
    body["population"]["eligibility"]["include"][-1] |= {"rule": "KPS >= 70"}
    body["allocation"] |= {"blocks": [6]} if ratio else {}
    return json.dumps(body)


def activated(trial):
    file = amended(trial)
    return trial.do("adam", "activate version", version="2", file=file, reason="amendment 1")


def test_a_version_says_by_what_it_was_tested(trial):
    made = activated(trial)
    row = trial.rows("protocol_version", id="2")[0]
    assert (row["digest"], row["tested"]) == (made["digest"], f"equipoise {__version__}")
    assert trial.rows("trial")[0]["version"] == "2"


def test_a_site_that_has_not_approved_it_finishes_and_does_not_enrol(trial):
    before, waiting = trial.randomized(), trial.screened()
    activated(trial)
    assert refused(trial, "carl", "randomize", subject=waiting) == (
        "the site has not approved version 2 of the protocol",
    )
    visit = {"subject": before, "key": "survival sweep", "on": str(trial.clock.now.date())}
    trial.do("carl", "open visit", **visit)
    assert trial.rows("subject", id=before)[0]["version"] == "1"


def test_a_site_works_under_its_own_version_and_a_subject_moves_at_the_next_visit(trial):
    before = trial.randomized("B")
    activated(trial)
    trial.do("adam", "approve version", site="B", version="2", approved_on="2026-01-05")
    assert trial.rows("subject", id=before)[0]["version"] == "1"
    visit = {"subject": before, "key": "survival sweep", "on": str(trial.clock.now.date())}
    trial.do("carl", "open visit", **visit)
    assert trial.rows("subject", id=before)[0]["version"] == "2"
    for site, met in (("A", True), ("B", False)):
        subject = trial.do("carl", "screen", site=site)["subject"]
        said = judged(trial, subject)
        assert ("I7 is not met by what was measured: KPS >= 70" in said) is not met


def judged(trial, subject):
    """What stands against somebody with a Karnofsky score of 65."""
    from support.conducted import BASELINE, all_met

    trial.do("carl", "consent", subject=subject, on=str(trial.clock.now.date()))
    rows = [{**BASELINE, "KPS": 65}]
    trial.do("carl", "submit form", subject=subject, key="baseline", rows=rows)
    wrong = {**all_met(trial.bus.protocol), "I4": False}
    return refused(trial, "iris", "judge eligibility", subject=subject, met=wrong)


def test_what_is_frozen_is_not_amended(trial):
    file = amended(trial, ratio=True)
    assert trial.bus.protocol.allocation.blocks == (4,)
    trial.randomized()
    reasons = refused(trial, "adam", "activate version", version="2", file=file, reason="x")
    assert len(reasons) == 1
    assert reasons[0].startswith("frozen since the first subject was randomized: ")


def test_a_file_that_is_no_protocol_and_one_that_changes_nothing(trial):
    given = {"version": "1", "reason": "x"}
    reasons = refused(trial, "adam", "activate version", file="trial: 3", **given)
    assert reasons[0] == "there is a version 1"
    assert any("version 1.yaml:1" in one for one in reasons)
    same = json.dumps(resolve(trial.bus.protocol))
    reasons = refused(trial, "adam", "activate version", file=same, version="2", reason="x")
    assert reasons == ("version 2 is word for word version 1",)
