"""Events of a truth's own endpoints, and numbers at visits."""

import json

import numpy as np
import pytest

from equipoise.kernels.cohort import cohort_plain
from equipoise.meaning.check import read_text
from equipoise.patients.occurrences import measured, occurrences
from equipoise.patients.people import people
from equipoise.patients.world import setting
from equipoise.protocol.model import MeasureTruth
from support.roads import TRUTH, plan_of

FALL = {
    "label": "Fall",
    "type": "time to event",
    "event": ["death"],
    "censor": ["last known alive"],
}


def made(recorded=None):
    whole = plan_of(0)
    whole["endpoints"] = {**whole["endpoints"], "FALL": FALL}
    time = {"arms": {"old": "median 4 months", "new": "median 9 months"}}
    if recorded:
        time["recorded"] = recorded
    whole["truth"][TRUTH] = {**whole["truth"][TRUTH], "endpoints": {"FALL": time}}
    of = read_text(json.dumps(whole))
    where = setting(of, truth=TRUTH)
    cohort = cohort_plain(where.world, seed=2, trial=0)
    who = people(of, where, cohort, seed=2, trial=0)
    return who, occurrences(who, where.truth)


def test_an_event_stands_in_ds_on_its_true_day_if_the_patient_is_followed():
    who, found = made()
    table = found["milestones"][0]
    assert found["events"] == []
    assert set(table["term"]) == {"FALL"}
    seen = who.other_days["FALL"] <= who.end
    assert table["subject"].to_list() == who.subject[seen].tolist()
    assert 0 < seen.sum() < who.size
    day = table["date"].cast(int).to_numpy() - who.origin[seen]
    assert (day == who.other_days["FALL"][seen]).all()


def test_an_event_may_be_an_adverse_event():
    _, found = made({"in": "AE", "term": "Fall", "system": "Injury", "grade": "3"})
    assert found["milestones"] == []
    table = found["events"][0]
    assert set(table["system"]) == {"Injury"}
    assert table["serious"].all()


@pytest.fixture(scope="module")
def who():
    return made()[0]


def measure(**said):
    whole = {"mean": 50.0, "sd": 0.0, "change": {"new": -10.0}, "by": "70 days", "digits": 1}
    return MeasureTruth.model_validate({**whole, **said})


def test_a_measure_changes_evenly_and_stays(who):
    day = np.tile(np.array([-6, 1, 36, 71, 300]), (who.size, 1))
    found = measured(who, "SCORE", measure(), day)
    new = who.arm == who.arms.index("new")
    assert (found[new] == [50.0, 50.0, 45.0, 40.0, 40.0]).all()
    assert (found[~new] == 50.0).all()


def test_a_measure_keeps_to_its_range(who):
    day = np.full((who.size, 1), 300)
    found = measured(who, "SCORE", measure(sd=30.0, at_least=0.0, at_most=60.0), day)
    assert found.min() >= 0.0
    assert found.max() == 60.0


def test_noise_belongs_to_its_day(who):
    noisy = measure(noise=5.0)
    every = measured(who, "SCORE", noisy, np.tile(np.arange(1, 30), (who.size, 1)))
    one = measured(who, "SCORE", noisy, np.full((who.size, 1), 12))
    assert (every[:, 11] == one[:, 0]).all()
    assert every[:, 11].std() == pytest.approx(5.0, rel=0.5)
