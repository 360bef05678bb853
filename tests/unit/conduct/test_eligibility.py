"""Eligibility rules judged by a computer: met, not met, not known."""

import numpy as np

from equipoise.conduct.eligibility import (
    EXCLUSION,
    INCLUSION,
    judge_criteria,
    may_enter,
    why_not,
)
from equipoise.conduct.measures import Declared, Measures
from support.virtual import netter

WELL = {"ki67": 3, "age": 60, "kps": 90, "creat": 80, "crcl": 90, "hgb": 130, "wbc": 5, "plat": 240}

TOLD = {
    "creat": Declared("umol/L", "CREAT"),
    "crcl": Declared("mL/min", "CRCL"),
    "hgb": Declared("g/L", "HGB"),
    "wbc": Declared("10^9/L", "WBC"),
    "plat": Declared("10^9/L", "PLAT"),
}


def measures(unit=None, **values):
    columns = {name: np.array(np.atleast_1d(v), dtype=float) for name, v in values.items()}
    return Measures(columns, {}, TOLD if unit is None else unit)


def judged(unit=None, **values):
    known = measures(unit, **values)
    size = len(next(iter(known.value.values())))
    return {one.criterion.id: one for one in judge_criteria(netter(), known, size=size)}


def answers(one):
    said = np.where(one.met.yes, "met", np.where(one.met.no, "not met", "not known"))
    return said.tolist()


def test_an_inclusion_rule_that_does_not_hold_keeps_out():
    found = judged(ki67=[20, 21, np.nan])["I2"]
    assert found.category == INCLUSION
    assert answers(found) == ["met", "not met", "not known"]


def test_an_exclusion_rule_that_holds_keeps_out():
    found = judged(creat=[150, 151, 80, 80], crcl=[60, 60, 49, np.nan])["E1"]
    assert found.category == EXCLUSION
    assert answers(found) == ["met", "not met", "not met", "not known"]


def test_an_exclusion_that_one_value_decides_needs_no_other():
    # HGB < 80 g/L or WBC < 2 10^9/L or PLAT < 75 10^9/L: a hemoglobin of 70 keeps out by itself
    found = judged(hgb=[70, 90], wbc=[np.nan, 5], plat=[np.nan, np.nan])["E2"]
    assert answers(found) == ["not met", "not known"]


def test_what_nobody_measured_is_not_known():
    assert answers(judged(age=[50])["I7"]) == ["not known"]


def test_who_may_enter_meets_every_criterion():
    for left_out in (None, *WELL):
        values = {k: v for k, v in WELL.items() if k != left_out}
        known = measures(**values)
        enters = may_enter(judge_criteria(netter(), known, size=1), size=1)
        assert enters.tolist() == [left_out is None], left_out
    assert may_enter((), size=2).tolist() == [True, True]


def test_every_reason_is_told_at_once():
    known = measures(**{**WELL, "ki67": 30, "plat": np.nan, "age": 17})
    found = judge_criteria(netter(), known, size=1)
    said = why_not(found, known, patient=0)
    assert [text.split(":")[0] for text in said] == ["I2 not met", "I4 not met", "E2 not known"]
    assert said[2] == "E2 not known: plat"


def test_a_laboratory_of_other_units_is_judged_in_its_own():
    """Of creatinine 1.69 and 1.71 mg/dL are 149.4 and 151.2 umol/L."""
    told = {**TOLD, "hgb": Declared("g/dL", "HGB"), "creat": Declared("mg/dL", "CREAT")}
    two = {name: [value, value] for name, value in WELL.items()}
    found = judged(told, **{**two, "hgb": [7.9, 8.1], "creat": [1.69, 1.71]})
    assert answers(found["E2"]) == ["not met", "met"]
    assert answers(found["E1"]) == ["met", "not met"]


def test_a_value_whose_unit_nobody_told_is_not_known():
    assert answers(judged({}, **WELL)["E2"]) == ["not known"]


def test_only_criteria_with_a_rule_are_judged():
    with_rule = {c.id for c in netter().population.eligibility.include if c.rule}
    with_rule |= {c.id for c in netter().population.eligibility.exclude if c.rule}
    assert set(judged(age=[50])) == with_rule
