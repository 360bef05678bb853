"""A drug that an arm gets by two regimens, one after the other, is due by the one of its turn."""

import datetime as dt

import pytest

from equipoise.conduct.commands.doses.of_dose import falls_due
from equipoise.service.reading.calendar import desk_for, doses
from support.conducted import live, plain_netter
from support.stores import SQLITE

DRUG = "octreotide LAR"
DAYS = (2, 58, 114, 170, 225, 253, 281)  # by hand: every 8 weeks from day 2, then 4 from week 32


@pytest.fixture
def trial(tmp_path):
    found = live(SQLITE, tmp_path / "t", protocol=plain_netter())
    yield found
    found.store.engine.dispose()


def in_arm(trial, arm):
    while True:
        subject = trial.randomized()
        if trial.rows("allocation", subject=subject)[0]["arm"] == arm:
            return subject


def test_each_dose_is_due_as_the_protocol_says(trial):
    subject = in_arm(trial, "lutate")
    start = trial.clock.now.date()
    for number, day in enumerate(DAYS):
        on = start + dt.timedelta(days=day - 1)
        with trial.store.reading() as unit:
            desk = desk_for(unit, trial.bus.protocol, unit.row("subject", subject))
            assert falls_due(desk, DRUG) == on
            (told,) = (one for one in doses(desk) if one.drug == DRUG)
            assert on in told
            assert number in told
        trial.clock.to(on)
        given = {"drug": DRUG, "amount": 30, "unit": "mg", "on": str(on)}
        trial.do("carl", "give dose", subject=subject, **given)
    assert {row["planned"] == row["given"] for row in trial.rows("dose")} == {True}
