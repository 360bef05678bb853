"""Nothing is written over what its sender has not seen."""

from __future__ import annotations

import pytest

from support.conducted import live
from support.stores import DATABASES
from unit.conduct.commands.test_doses import refused


@pytest.fixture(params=DATABASES)
def trial(request, tmp_path):
    found = live(request.param, tmp_path)
    yield found
    found.store.engine.dispose()


def test_both_values_stand_side_by_side(trial):
    form = trial.baseline_form(trial.screened())
    seen = trial.rows("form", id=form)[0]["revision"]
    correction = {"form": form, "item": "AGE", "reason": "misread"}
    trial.do("iris", "correct", answer=61, **correction)
    (reason,) = refused(trial, "carl", "correct", answer=62, revision=seen, **correction)
    assert reason.startswith(f"{form} is at revision {seen + 1}; you saw {seen}; ")
    assert "Iris changed AGE from 60 to 61 at 09:00 on 2026-01-05" in reason
    assert "Iris changed state from signed to entered" in reason
    assert trial.rows("value", form=form, item="AGE")[0]["value"] == "61"
    trial.do("carl", "correct", answer=62, revision=seen + 1, **correction)


def test_every_kind_of_record_is_compared(trial):
    subject = trial.screened()
    old = {"revision": 0}
    for by, name, given, record in (
        ("carl", "consent", {"subject": subject, "on": "2026-01-05", "reason": "x"}, subject),
        ("adam", "set site", {"site": "A", "to": "paused", "reason": "x"}, "A"),
        ("dsmb", "pause", {"reason": "x"}, "trial"),
        ("adam", "close account", {"account": "mona", "reason": "x"}, "mona"),
    ):
        reasons = refused(trial, by, name, **given, **old)
        assert reasons[0].startswith(f"{record} is at revision "), reasons
        assert "you saw 0" in reasons[0]


def test_what_was_seen_as_it_is_passes(trial):
    subject = trial.screened()
    row = trial.rows("subject", id=subject)[0]
    trial.do("carl", "randomize", subject=subject, revision=row["revision"])
