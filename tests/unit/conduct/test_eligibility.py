"""Eligibility rules judged by a computer."""

import numpy as np

from equipoise.conduct.eligibility import EXCLUSION, INCLUSION, judge
from equipoise.conduct.measures import Measures
from support.virtual import netter


def judged(**values):
    columns = {name: np.array(value, dtype=float) for name, value in values.items()}
    size = len(next(iter(columns.values())))
    return {one.criterion.id: one for one in judge(netter(), Measures(columns, {}), size=size)}


def test_an_inclusion_rule_that_does_not_hold_keeps_out():
    found = judged(ki67=[20, 21])["I2"]
    assert found.category == INCLUSION
    assert found.fails.tolist() == [False, True]


def test_an_exclusion_rule_that_holds_keeps_out():
    found = judged(creat=[150, 151, 80], crcl=[60, 60, 49])["E1"]
    assert found.category == EXCLUSION
    assert found.fails.tolist() == [False, True, True]


def test_a_missing_value_fails_inclusion():
    assert judged(age=[17, np.nan, 18])["I4"].fails.tolist() == [True, True, False]


def test_nobody_fails_a_rule_about_something_nobody_measured():
    assert not judged(age=[50])["I7"].fails.any()


def test_only_criteria_with_a_rule_are_judged():
    with_rule = {c.id for c in netter().population.eligibility.include if c.rule}
    with_rule |= {c.id for c in netter().population.eligibility.exclude if c.rule}
    assert set(judged(age=[50])) == with_rule
