"""Dose rules about what a truth does not tell."""

import numpy as np
import pytest

from equipoise.conduct.dose_table import dose_table
from equipoise.conduct.measures import Declared, Measures
from equipoise.errors import InputError
from equipoise.patients.labs import Courses, lab_tests, measures
from equipoise.patients.silence import as_the_truth_tells, dose_rules_untold, told_by
from equipoise.simulation.object.run import run
from support.virtual import TRUTH, netter, virtual_record
from support.wards import folk

REGIMEN = netter().arms["lutate"].give[0]
ONE = np.array([0])
ALL = ("platelets", "neutrophils", "hemoglobin")


def told(*grades, unit=None):
    value = {} if unit is None else {"creatinine clearance": np.array([90.0])}
    told = {} if unit is None else {"creatinine clearance": Declared(unit)}
    return as_the_truth_tells(
        dose_table(REGIMEN), Measures(value, dict.fromkeys(grades, ONE), told)
    )


def test_a_truth_that_tells_everything_keeps_every_rule():
    assert told(*ALL, unit="mL/min") == dose_table(REGIMEN)


def test_a_rule_about_nothing_that_is_told_never_holds():
    assert [rule.text for rule in told(*ALL).rules] == [rule.when for rule in REGIMEN.modify[:2]]
    assert told().rules == ()


def test_of_a_rule_half_told_the_told_half_stays():
    rule = told("neutrophils").rules[0]
    assert rule.when.left.text == rule.hold_until.left.text == "neutrophils grade"


def test_a_unit_that_cannot_be_turned_is_refused():
    with pytest.raises(InputError, match="in mL/min, which the truth tells in mg"):
        told(*ALL, unit="mg")


def test_what_a_truth_does_not_tell_is_said():
    silent = run(netter(), truth="nothing works", seed=1)
    assert dose_rules_untold(silent) == (*ALL, "creatinine clearance")
    assert dose_rules_untold(virtual_record()) == ()


def test_what_a_truth_tells_is_what_is_drawn_of_its_patients():
    who, truth = folk(netter()), netter().truth[TRUTH]
    none = Courses(np.zeros((who.size, 0), dtype=np.int64), np.zeros((who.size, 0)))
    drawn = measures(
        who, lab_tests(who, truth, ctcae="4.03"), np.ones(who.size, dtype=np.int64), none
    )
    strata = {key.lower() for key in netter().allocation.strata}
    assert told_by(truth) | strata == set(drawn.value)
