"""Who consents and is not randomized."""

import polars as pl

from equipoise.patients.screening import FAILURE, screen_failures
from equipoise.patients.world import setting
from support.virtual import TRUTH, netter
from support.wards import with_truth


def failures(share, randomized=80):
    protocol = with_truth(netter(), screen_failures=share)
    where = setting(protocol, truth=TRUTH)
    return protocol, screen_failures(protocol, where, randomized=randomized, seed=1, trial=0)


def test_their_number_makes_the_share_of_all_who_consent():
    _, found = failures(0.2)
    assert found["subjects"].height == 20  # of 100 who consent, beside 80 randomized


def test_a_truth_without_any_has_none():
    assert failures(0.0)[1] == {}


def test_none_has_an_arm_and_each_has_a_number_of_its_own():
    _, found = failures(0.2)
    subjects = found["subjects"]
    assert subjects["arm"].is_null().all()
    assert subjects["randomized"].is_null().all()
    assert subjects["subject"].is_unique().all()
    assert subjects["subject"].str.starts_with("S").all()
    assert (subjects["ended"] > subjects["consented"]).all()


def test_each_fails_a_criterion_that_no_value_belies():
    protocol, found = failures(0.2)
    asked = protocol.population.eligibility
    free = {c.id for c in (*asked.include, *asked.exclude) if c.rule is None}
    assert set(found["exceptions"]["criterion"]) <= free
    told = found["milestones"].filter(pl.col("what") == FAILURE)
    assert told["term"].str.starts_with(f"{FAILURE}: ").all()
    assert told.height == 20


def test_more_failures_move_no_patient():
    few, many = (failures(share)[1]["subjects"] for share in (0.2, 0.5))
    assert set(few["AGE"]) <= set(many["AGE"])
