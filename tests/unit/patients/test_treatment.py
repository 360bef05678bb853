"""Regimens as given, by hand: windows of no days, so that every dose is on its plan."""

import json

import numpy as np
import pytest

from equipoise.kernels.cohort import cohort_plain
from equipoise.meaning.check import read_text
from equipoise.patients.labs import lab_tests
from equipoise.patients.people import NEVER, people
from equipoise.patients.treatment import Ward, treat
from equipoise.patients.world import setting
from support.roads import TRUTH, plan_of

IV = {"drug": "drug", "dose": "10 mg", "route": "IV", "every": "3 weeks", "window": "0 days"}
LAB = {"test": "Platelets", "code": "PLAT", "unit": "10^9/L", "mean": "240", "sd": "0.001",
       "lower": "150", "upper": "400", "noise": "0", "spread": "0", "nadir at": "2 weeks",
       "recovers in": "4 weeks", "nadir": {"new": "75%"}}  # fmt: skip
RULE = {"when": "platelets grade >= 2", "hold until": "platelets grade <= 1", "then dose": "5 mg"}


def treated(give, *, off=NEVER, truth=None):
    whole = plan_of(0)
    whole["arms"]["new"]["give"] = [give] if isinstance(give, (str, dict)) else give
    whole["safety"] = {"ctcae": "5.0"}
    whole["visits"]["baseline"]["do"].append("laboratory")
    whole["truth"][TRUTH] = {**whole["truth"][TRUTH], **(truth or {})}
    of = read_text(json.dumps(whole))
    where = setting(of, truth=TRUTH)
    who = people(of, where, cohort_plain(where.world, seed=1, trial=0), seed=1, trial=0)
    ward = Ward(
        who, where.truth, lab_tests(who, where.truth, ctcae="4.03"), np.full((who.size, 0), NEVER)
    )
    found = treat(of, ward, off=np.full(who.size, off))
    return who.arm == who.arms.index("new"), found


def test_by_plan_until_the_end_of_the_epoch():
    own, found = treated(IV)  # 24 weeks: 8 doses
    days = found.given[0].day[own]
    assert (days == 1 + 21 * np.arange(8)).all()
    assert (found.given[0].dose[own] == 10.0).all()
    assert (found.given[0].day[~own] == NEVER).all()
    assert (found.given[0].dose[~own] == 0.0).all()


def test_so_many_times_and_from_a_day_on():
    own, found = treated({**IV, "times": "3", "start": "2 weeks"})
    assert (found.given[0].day[own] == [15, 36, 57]).all()


def test_nothing_after_the_last_day():
    own, found = treated(IV, off=43)
    assert (found.given[0].day[own][:, :3] == [1, 22, 43]).all()
    assert (found.given[0].day[own][:, 3:] == NEVER).all()
    assert (found.ends == 43).all()


def test_a_drug_taken_every_day_is_one_record():
    own, found = treated("pill 5 mg oral every 1 day until week 12", off=50)
    assert found.given[0].day[own].tolist() == [[1]] * own.sum()
    assert found.given[0].last[own].tolist() == [[50]] * own.sum()
    own, found = treated("pill 5 mg oral every 1 day until week 12")
    assert (found.given[0].last[own] == 84).all()


def test_the_next_dose_counts_from_the_actual_one_before():
    give = {**IV, "counted from": "actual previous", "times": "3", "modify": [RULE]}
    own, found = treated(give)
    assert (found.given[0].day[own] == [1, 22, 43]).all()
    assert (found.given[0].reason[own] == "").all()


def test_a_dose_waits_for_the_platelets_and_is_halved():
    give = {**IV, "counted from": "actual previous", "times": "2", "modify": [RULE]}
    own, found = treated(give, truth={"labs": [LAB]})
    # the nadir on day 15 loses 75%; on day 22 still 56.25%: 105, grade 1; so nobody waits
    assert (found.given[0].day[own] == [1, 22]).all()
    deep = {**LAB, "recovers in": "12 weeks", "nadir": {"new": "80%"}}
    own, found = treated(give, truth={"labs": [deep]})
    # lost on day 22: 80% * 77/84 = 73.3%, 64; on day 29: 80% * 70/84 = 66.7%, 80: grade 1
    assert (found.given[0].day[own] == [1, 29]).all()
    assert (found.given[0].planned[own] == [1, 22]).all()
    assert (found.given[0].dose[own] == [10.0, 5.0]).all()
    assert (found.given[0].reason[own] == ["", RULE["when"]]).all()
    assert (found.courses.strength[own][:, :2] == [1.0, 0.5]).all()


def test_beyond_the_longest_interval_the_drug_is_stopped():
    give = {**IV, "counted from": "actual previous", "times": "2", "modify": [RULE],
            "longest interval": "4 weeks"}  # fmt: skip
    deep = {**LAB, "recovers in": "12 weeks", "nadir": {"new": "90%"}}
    own, found = treated(give, truth={"labs": [deep]})
    assert (found.given[0].day[own][:, 1] == NEVER).all()
    assert (found.stopped[own] == 22).all()
    assert (found.stopped[~own] == NEVER).all()


def test_who_stops_for_no_rule_gets_nothing_more():
    own, found = treated(IV, truth={"treatment stopped": {"new": "99.9%"}})
    day = found.given[0].day[own]
    quit_ = found.stopped[own]
    assert (quit_ < 169).mean() > 0.8
    assert ((day <= quit_[:, None]) | (day == NEVER)).all()


def test_delays_for_no_reason_are_whole_weeks():
    own, found = treated({**IV, "times": "4"}, truth={"dose delay": "50%"})
    late = found.given[0].day[own] - found.given[0].planned[own]
    assert set(np.unique(late).tolist()) == {0, 7, 14, 21}
    assert abs((late > 0).mean() - 0.5) < 4 * np.sqrt(0.25 / late.size)


def test_a_regimen_without_an_interval_is_given_once():
    own, found = treated({k: v for k, v in IV.items() if k != "every"})
    assert found.given[0].day[own].tolist() == [[1]] * own.sum()


@pytest.mark.parametrize("share", ["100%"])
def test_who_is_never_treated_gets_nothing(share):
    own, found = treated(IV, truth={"never treated": {"new": share}})
    assert (found.given[0].day[own] == NEVER).all()
    assert (found.ends[own] == 0).all()
