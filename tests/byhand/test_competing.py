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
