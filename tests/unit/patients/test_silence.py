"""Dose rules about what a truth does not tell."""

import numpy as np
import pytest

from equipoise.conduct.dose_table import dose_table
from equipoise.conduct.measures import Declared, Measures
from equipoise.errors import InputError
from equipoise.patients.silence import as_the_truth_tells
from support.virtual import netter

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
