"""Who the virtual patients are."""

import numpy as np
import pytest
from polars.testing import assert_frame_equal

from equipoise.kernels.cohort import cohort_plain
from equipoise.patients.people import NEVER, people, table_of
from equipoise.patients.world import setting
from support.virtual import TRUTH, netter
from support.wards import folk, with_truth


@pytest.fixture(scope="module")
def who():
    return folk(netter())


def test_what_ends_a_patient_s_course_comes_first(who):
    where = setting(netter(), truth=TRUTH)
    cohort = cohort_plain(where.world, seed=1, trial=0)
    last = where.days - cohort.entry + 1
    assert (who.end == np.minimum.reduce([who.death, who.dropout, last])).all()
    assert (who.progression == cohort.day[where.endpoints.index("progression")]).all()


def test_study_day_1_is_the_day_of_randomization(who):
    where = setting(netter(), truth=TRUTH)
    cohort = cohort_plain(where.world, seed=1, trial=0)
    entered = table_of(who, np.arange(who.size), randomized=np.ones(who.size, dtype=np.int64))
    days = [(d - where.start).days + 1 for d in entered["randomized"]]
    assert days == cohort.entry.tolist()


def test_consent_is_within_screening_and_before_any_visit(who):
    assert who.consented.min() >= 1 - 28
    assert who.consented.max() <= -6 - 3  # the visit of day -7 may be two days early


def test_baseline_variables_keep_to_their_ranges_and_shares(who):
    assert ((who.baseline["AGE"] >= 18) & (who.baseline["AGE"] <= 90)).all()
    assert abs(who.baseline["AGE"].mean() - 63.7) < 4 * 9.5 / np.sqrt(who.size)
    assert set(who.baseline["SEX"].tolist()) == {"M", "F"}
    share = (who.baseline["UPTAKE"] == "grade 4").mean()
    assert abs(share - 0.6) < 4 * np.sqrt(0.24 / who.size)


def test_a_variable_without_spread_is_one_number():
    age = netter().truth[TRUTH].baseline["AGE"].model_copy(update={"sd": 0.0})
    plain = folk(with_truth(netter(), baseline={"AGE": age}))
    assert set(plain.baseline["AGE"].tolist()) == {63.7}


def test_sites_stand_in_their_countries(who):
    pairs = set(zip(who.site.tolist(), who.country.tolist(), strict=True))
    assert len(pairs) == len({site for site, _ in pairs}) <= 41
    assert {c for s, c in pairs if int(s) <= 14} == {"USA"}


def test_some_are_never_treated(who):
    never = netter().truth[TRUTH].never_treated
    for number, arm in enumerate(who.arms):
        own = who.arm == number
        assert abs((~who.is_treated[own]).mean() - never[arm]) < 4 * np.sqrt(0.04 / own.sum())


def test_a_new_variable_moves_no_old_one(who):
    more = dict(netter().truth[TRUTH].baseline)
    more["HEIGHT"] = more["WEIGHT"]
    again = folk(with_truth(netter(), baseline=more))
    for name, column in who.baseline.items():
        assert (again.baseline[name] == column).all()
    assert (again.consented == who.consented).all()


def test_trials_of_one_seed_differ():
    where = setting(netter(), truth=TRUTH)
    two = [
        people(netter(), where, cohort_plain(where.world, seed=1, trial=t), seed=1, trial=t)
        for t in (0, 1)
    ]
    assert (two[0].baseline["AGE"] != two[1].baseline["AGE"]).any()


def test_days_become_dates_and_never_is_no_date(who):
    found = table_of(who, np.array([0, 0]), date=np.array([1, NEVER]), code=["a", "b"])
    assert found["date"].is_null().to_list() == [False, True]
    assert found["code"].to_list() == ["a", "b"]


@pytest.mark.parametrize("count", [0, 1, 3])
@pytest.mark.parametrize(
    "one", [{"code": "a"}, {"grade": 3}, {"serious": True}, {"value": 0.5}, {"lower": None}]
)
def test_one_value_stands_in_every_row(who, count, one):
    rows = np.zeros(count, dtype=np.int64)
    each = {name: [value] * count for name, value in one.items()}
    assert_frame_equal(table_of(who, rows, **one), table_of(who, rows, **each))
