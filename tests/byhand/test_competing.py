"""Cumulative incidence of six rows, worked by hand.

time   1  2  2+ 3  4  5+      cause 1, 2, -, 1, 2, -
at risk 6  5     3  2  1
S(t-)   1  5/6   2/3  4/9
F1: 1/6 at 1; + 2/3 * 1/3 = 2/9 at 3        F2: 5/6 * 1/5 = 1/6 at 2; + 4/9 * 1/2 = 2/9 at 4
"""

import numpy as np
import pytest

from equipoise.analysis.survival import cumulative_incidence, gray_test

TIME = np.array([1, 2, 2, 3, 4, 5])
CAUSE = np.array([1, 2, 0, 1, 2, 0])


def test_estimates():
    one, two = (cumulative_incidence(TIME, CAUSE, of=k) for k in (1, 2))
    assert one.estimate == pytest.approx([1 / 6, 1 / 6, 7 / 18, 7 / 18, 7 / 18])
    assert two.estimate == pytest.approx([0, 1 / 6, 1 / 6, 7 / 18, 7 / 18])
    assert one.at([0.5, 3]).estimate == pytest.approx([0, 7 / 18])


def test_variance_before_any_other_cause_is_binomial():
    # F = 1/6 of six: p (1 - p) / n
    one = cumulative_incidence(TIME, CAUSE)
    assert one.variance[0] == pytest.approx(1 / 6 * 5 / 6 / 6)


def test_gray_score_gives_competing_events_back():
    # arm 0: cause 2 at 1, cause 1 at 3; arm 1: cause 1 at 2, censored at 4
    # at 2: arm 0 has 1 at risk and S(t-) = 1/2, so it counts 2; arm 1 counts 2: expected 1/2 each
    # at 3: arm 0 still counts 2; arm 1 has 1 at risk, S(t-) = 1/2, F = 1/2: 1 * (1/2) / (1/2) = 1
    found = gray_test([1, 3, 2, 4], [2, 1, 1, 0], [0, 0, 1, 1])
    assert found.score == pytest.approx([1 - 1 / 2 - 2 / 3, 1 - 1 / 2 - 1 / 3])


# Tied causes, as cmprsk takes them: at each time s an event of the cause adds
# (S(s-) / Y)^2 (1 - r)^2 to the variance of F(t), and one of another cause (S(s-) / Y)^2 r^2, where
# r = (F(t) - F(s)) / S(s) is what the survivors of s went on to have; k tied events of one cause
# count k (Y - k) / (Y - 1).
#
# time   1  1  2  3+ 4  5      cause 1, 2, 2, -, 1, 2
# at risk 6    4     2  1
# S(t-)  1     2/3   1/2  1/4  F1: 1/6 at 1; + 1/2 * 1/2 = 5/12 at 4
TIED_TIME = np.array([1, 1, 2, 3, 4, 5])
TIED_CAUSE = np.array([1, 2, 2, 0, 1, 2])


def tied_variance(when, of=1):
    curve = cumulative_incidence(TIED_TIME, TIED_CAUSE, of=of, variance="aalen")
    return curve.at([when]).std_err[0] ** 2


def test_variance_of_tied_causes_is_theirs_in_sequence():
    # at 1 both causes: r = (5/12 - 1/6) / (2/3) = 3/8, S(s-) / Y = 1/6: (25/64 + 9/64) / 36
    # at 2 the other:   r = (1/4) / (1/2) = 1/2, S(s-) / Y = (2/3) / 4 = 1/6: 1/4 / 36
    # at 4 the cause:   r = 0, S(s-) / Y = (1/2) / 2 = 1/4: 1/16
    by_hand = 34 / 64 / 36 + 1 / 144 + 1 / 16
    assert by_hand == pytest.approx(0.0842013889, abs=5e-11)
    assert tied_variance(4) == pytest.approx(by_hand, rel=1e-12)


def test_variance_of_the_other_of_two_tied_causes():
    # F2: 1/6 at 1; + 2/3 * 1/4 = 1/3 at 2; r at 1 is (1/3 - 1/6) / (2/3) = 1/4
    assert tied_variance(2, of=2) == pytest.approx((9 / 16 + 1 / 16) / 36 + 1 / 36, rel=1e-12)


def test_variance_of_several_tied_events_of_one_cause_is_without_replacement():
    # at 1 of 6: two of cause 1, one of cause 2: F = 1/3, S = 1/2
    # at 2 of 3: one of cause 1: F = 1/2
    # r = (1/2 - 1/3) / (1/2) = 1/3; 2 (6 - 2) / 5 = 8/5 for the two of one cause
    curve = cumulative_incidence([1, 1, 1, 2, 3, 4], [1, 1, 2, 1, 0, 0], variance="aalen")
    by_hand = (8 / 5 * 4 / 9 + 1 / 9) / 36 + (1 / 2 / 3) ** 2
    assert curve.variance[1] == pytest.approx(by_hand, rel=1e-12)


def test_the_last_at_risk_still_adds_to_the_variance():
    # F2 at 5, the only one at risk: r is 5/8 at 1 (3/8 for the cause itself), 1/2 at 2, 1 at 4
    by_hand = 34 / 64 / 36 + 1 / 144 + 1 / 16 + 1 / 16
    assert tied_variance(5, of=2) == pytest.approx(by_hand, rel=1e-12)


def test_the_jackknife_takes_tied_causes_as_one_draw():
    # at 1: F1 = 1/6 of 6, whichever the others had
    curve = cumulative_incidence(TIED_TIME, TIED_CAUSE)
    assert curve.variance[0] == pytest.approx(1 / 6 * 5 / 6 / 6)
