"""Six rows, worked by hand.

arm 0: 1, 3, 5+     arm 1: 2, 4+, 6      (+ is censored)
time  risk 0  risk 1  d  expected in arm 1   variance
1     3       3       1  1/2                 1/4
2     2       3       1  3/5                 6/25
3     2       2       1  1/2                 1/4
6     0       1       1  1                   0
observed in arm 1: 2; expected 2.6; variance 0.74
"""

import math

import numpy as np
import pytest

from equipoise.analysis.survival import logrank

TIME = np.array([1, 3, 5, 2, 4, 6])
EVENT = np.array([1, 1, 0, 1, 0, 1])
ARM = np.array([0, 0, 0, 1, 1, 1])


def test_two_arms():
    test = logrank(TIME, EVENT, ARM)
    assert test.observed == pytest.approx([2, 2])
    assert test.expected == pytest.approx([1.4, 2.6])
    assert test.variance[1, 1] == pytest.approx(0.74)
    assert test.z == pytest.approx(-0.6 / math.sqrt(0.74))
    assert test.df == 1


def test_two_identical_strata_double_sums():
    twice = [np.concatenate((c, c)) for c in (TIME, EVENT, ARM)]
    test = logrank(*twice, np.repeat([0, 1], 6))
    assert test.z == pytest.approx(-1.2 / math.sqrt(1.48))


def test_tied_events_use_the_hypergeometric_variance():
    # two events among 2 + 2 at risk at one time: V = 2 * 1/2 * 1/2 * (4 - 2) / (4 - 1) = 1/3
    test = logrank([1, 1, 2, 2], [1, 1, 0, 0], [0, 1, 0, 1])
    assert test.variance[1, 1] == pytest.approx(1 / 3)
    assert test.z == 0


def test_three_arms():
    # one event at each of 1 and 2: see the covariance p(1 - p), -pq at 3 and then 2 at risk
    test = logrank([1, 2, 3], [1, 1, 0], [0, 1, 2])
    assert test.expected == pytest.approx([1 / 3, 1 / 3 + 1 / 2, 1 / 3 + 1 / 2])
    assert test.variance[0] == pytest.approx([2 / 9, -1 / 9, -1 / 9])
    assert test.variance[1, 2] == pytest.approx(-1 / 9 - 1 / 4)
    assert test.df == 2
    assert test.z is None
