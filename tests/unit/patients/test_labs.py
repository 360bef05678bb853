"""Laboratory values at points worked by hand."""

import numpy as np
import pytest

from equipoise.patients.labs import Courses, lab_tests, lab_value, measures, nadir_days
from support.virtual import TRUTH, netter
from support.wards import folk, with_truth


@pytest.fixture(scope="module")
def quiet():
    """Patients and tests without noise."""
    tests = [t.model_copy(update={"noise": 0.0}) for t in netter().truth[TRUTH].labs]
    protocol = with_truth(netter(), labs=tuple(tests))
    who = folk(protocol)
    return who, {t.truth.code: t for t in lab_tests(who, protocol.truth[TRUTH], ctcae="4.03")}


def dosed(who, *days, strength=1.0):
    shape = (who.size, len(days))
    return Courses(np.tile(np.array(days), (who.size, 1)), np.full(shape, strength))


def on(who, test, day, courses):
    return lab_value(who, test, np.full((who.size, 1), day), courses)[:, 0]


def test_half_way_to_the_nadir_half_of_the_fall(quiet):
    who, tests = quiet
    test = tests["NEUT"]
    assert nadir_days(test.truth) == 35
    found = on(who, test, 1 + 35 // 5, dosed(who, 1))  # a fifth of the way
    assert found == pytest.approx(test.level * (1 - test.fall / 5), abs=0.005)


def test_two_doses_multiply(quiet):
    who, tests = quiet
    test = tests["NEUT"]
    found = on(who, test, 36, dosed(who, 1, 22))  # the nadir of the first, 14 of 35 of the second
    expected = test.level * (1 - test.fall) * (1 - test.fall * 14 / 35)
    assert found == pytest.approx(expected, abs=0.005)


def test_control_patients_do_not_fall(quiet):
    who, tests = quiet
    assert (tests["PLAT"].fall[who.arm == who.arms.index("octreotide")] == 0).all()


def test_values_are_rounded_as_a_laboratory_reports_them(quiet):
    who, tests = quiet
    assert (on(who, tests["PLAT"], 5, dosed(who, 1)) % 1 == 0).all()
    found = 100 * on(who, tests["NEUT"], 5, dosed(who, 1))
    assert np.abs(found - np.rint(found)).max() < 1e-6


def test_a_day_has_the_same_value_however_it_is_asked_for():
    who = folk(netter())
    test = lab_tests(who, netter().truth[TRUTH], ctcae="4.03")[0]
    day = np.tile(np.arange(1, 60), (who.size, 1))
    every = lab_value(who, test, day, dosed(who, 1))
    assert (every[:, 40] == on(who, test, 41, dosed(who, 1))).all()


def test_the_deepest_falls_have_the_lowest_rank(quiet):
    who, tests = quiet
    treated = who.arm == who.arms.index("lutate")
    order = np.argsort(-tests["NEUT"].fall[treated])
    assert (np.diff(tests["NEUT"].rank[treated][order]) >= 0).all()


def test_measures_are_known_by_test_by_code_and_by_grade(quiet):
    who, tests = quiet
    found = measures(who, tuple(tests.values()), np.full(who.size, 36), dosed(who, 1))
    assert (found.value["platelets"] == found.value["plat"]).all()
    low = found.value["platelets"] < 75
    assert ((found.grade["platelets"] >= 2) == low).all()
    age, weight = who.baseline["AGE"], who.baseline["WEIGHT"]
    sex = np.where(who.baseline["SEX"] == "F", 0.85, 1.0)
    expected = sex * (140 - age) * weight / (72 * found.value["creat"] / 88.42)
    assert found.value["creatinine clearance"] == pytest.approx(expected)
    assert (found.value["age"] == age).all()
