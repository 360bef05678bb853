"""Six rows, worked by hand.

time   1  2  2+ 3  4+ 5        (+ is censored)
at risk 6  5     3     1
S      5/6, 5/6*4/5 = 2/3, 2/3*2/3 = 4/9, then 4/9*0 = 0 at 5
Greenwood sum: 1/(6*5) = 1/30;  + 1/(5*4) = 1/12;  + 1/(3*2) = 1/4;  + 1/(1*0) = infinite
"""

import math

import numpy as np
import pytest

from equipoise.analysis.survival import follow_up, kaplan_meier, nelson_aalen

TIME = np.array([1, 2, 2, 3, 4, 5])
EVENT = np.array([True, True, False, True, False, True])


def test_survival_and_counts():
    curve = kaplan_meier(TIME, EVENT)
    assert curve.time.tolist() == [1, 2, 3, 4, 5]
    assert curve.at_risk.tolist() == [6, 5, 3, 2, 1]
    assert curve.events.tolist() == [1, 1, 1, 0, 1]
    assert curve.censored.tolist() == [0, 1, 0, 1, 0]
    assert curve.survival == pytest.approx([5 / 6, 2 / 3, 4 / 9, 4 / 9, 0])
    assert curve.spread[:4] == pytest.approx([1 / 30, 1 / 12, 1 / 4, 1 / 4])


def test_log_log_limits_at_two():
    # log(-log S) has standard error sqrt(1/12) / |log S|
    curve = kaplan_meier(TIME, EVENT)
    s = 2 / 3
    half = 1.959963984540054 * math.sqrt(1 / 12) / abs(math.log(s))
    assert curve.at([2]).lower[0] == pytest.approx(s ** math.exp(half))
    assert curve.at([2]).upper[0] == pytest.approx(s ** math.exp(-half))


def test_plain_limits_at_two():
    curve = kaplan_meier(TIME, EVENT, conf="plain")
    half = 1.959963984540054 * math.sqrt(1 / 12) * 2 / 3
    assert curve.at([2.5]).lower[0] == pytest.approx(2 / 3 - half)
    assert curve.at([2.5]).upper[0] == 1.0  # 2/3 + 0.377 is cut at 1


def test_limits_are_undefined_once_nobody_survives():
    for conf in ("log-log", "log", "plain", "logit", "arcsin"):
        last = kaplan_meier(TIME, EVENT, conf=conf).at([5, 9])
        assert last.survival.tolist() == [0, 0]
        assert np.isnan(last.lower).all()
        assert np.isnan(last.upper).all()
        assert last.at_risk.tolist() == [1, 0]


def test_median_is_the_first_time_below_a_half():
    assert kaplan_meier(TIME, EVENT).median.estimate == 3


def test_median_on_a_step_is_the_midpoint_to_the_next_event():
    # S(t) is 1/2 from 2 to 3 exactly
    assert kaplan_meier([1, 2, 3, 4], [1, 1, 1, 1]).median.estimate == 2.5


def test_median_on_the_last_step_runs_to_the_last_time():
    # S(t) is 1/2 from 2 until the last censoring at 6
    assert kaplan_meier([1, 2, 5, 6], [1, 1, 0, 0]).median.estimate == 4


def test_median_not_reached():
    median = kaplan_meier([1, 2, 3, 4], [1, 0, 0, 0]).median
    assert math.isnan(median.estimate)
    assert math.isnan(median.upper)


def test_nelson_aalen():
    hazard = nelson_aalen(TIME, EVENT)
    assert hazard.cumulative == pytest.approx(np.cumsum([1 / 6, 1 / 5, 1 / 3, 0, 1]))
    assert hazard.std_err[1] == pytest.approx(math.sqrt(1 / 36 + 1 / 25))


def test_follow_up_turns_censoring_into_the_event():
    # censored at 2 (5 at risk) and 4 (2 at risk): 4/5, then 2/5
    curve = follow_up(TIME, EVENT)
    assert curve.survival == pytest.approx([1, 4 / 5, 4 / 5, 2 / 5, 2 / 5])
    assert curve.median.estimate == 4


def test_near_ties_are_one_time():
    curve = kaplan_meier([0.1 + 0.2, 0.3, 0.5], [1, 1, 1])
    assert curve.time.size == 2
    assert curve.survival == pytest.approx([1 / 3, 0])
