"""Six rows that enter late and count as several, worked by hand.

row      entry  end  event  weight  arm
A        0      2    yes    1       0
B        1      3    yes    2       1
C        2      4    no     1       0
D        3      5    yes    1       1
E        0      5    no     2       0
F        0      1    no     1       1

time  at risk (entry < t <= end)   weighted   events
1     A E F                        4          0
2     A B E                        5          A: 1
3     B C E                        5          B: 2
4     C D E                        4          0
5     D E                          3          D: 1
S: 4/5 at 2, 4/5 x 3/5 = 12/25 at 3, 12/25 x 2/3 = 8/25 at 5
Greenwood: 1/(5 x 4) = 1/20; + 2/(5 x 3) = 2/15; + 1/(3 x 2) = 1/6
"""

import math

import numpy as np
import pytest

from equipoise.analysis.survival import kaplan_meier, logrank
from equipoise.errors import InputError

ENTRY = np.array([0, 1, 2, 3, 0, 0])
TIME = np.array([2, 3, 4, 5, 5, 1])
EVENT = np.array([1, 1, 0, 1, 0, 0])
WEIGHT = np.array([1, 2, 1, 1, 2, 1])
ARM = np.array([0, 1, 0, 1, 0, 1])


def test_curve():
    curve = kaplan_meier(TIME, EVENT, start=ENTRY, weight=WEIGHT)
    assert curve.time.tolist() == [0, 1, 2, 3, 4, 5]
    assert curve.at_risk.tolist() == [0, 4, 5, 5, 4, 3]
    assert curve.events.tolist() == [0, 0, 1, 2, 0, 1]
    assert curve.n == 8
    assert curve.survival == pytest.approx([1, 1, 4 / 5, 12 / 25, 12 / 25, 8 / 25])
    assert curve.spread == pytest.approx([0, 0, 1 / 20, 11 / 60, 11 / 60, 7 / 20])
    assert curve.at([0.5, 2.5]).at_risk.tolist() == [4, 5]


def test_influence_at_two():
    # log S falls by log(5/4). A row at risk adds 1/4 - 1/5 = 1/20; A's own event takes 1/4 more:
    # weights x influence: A 1/20 - 1/4 = -1/5, B 2/20, E 2/20; squares 1/25 + 1/100 + 1/100 = 3/50
    curve = kaplan_meier(TIME, EVENT, start=ENTRY, weight=WEIGHT, robust=True)
    assert curve.spread[2] == pytest.approx(3 / 50)


def test_logrank():
    # arm 1 at risk of all: 2/5 at 2, 2/5 at 3, 1/3 at 5; expected 2/5 + 4/5 + 1/3
    # variance: 1 x 6/25 x 4/4 + 2 x 6/25 x 3/4 + 1 x 2/9 x 2/2 = 6/25 + 9/25 + 2/9
    test = logrank(TIME, EVENT, ARM, start=ENTRY, weight=WEIGHT)
    assert test.observed == pytest.approx([1, 3])
    assert test.expected[1] == pytest.approx(23 / 15)
    assert test.variance[1, 1] == pytest.approx(3 / 5 + 2 / 9)
    assert test.z == pytest.approx((3 - 23 / 15) / math.sqrt(3 / 5 + 2 / 9))
    assert test.p_better == pytest.approx(0.5 * (1 + math.erf(test.z / math.sqrt(2))))


def test_weight_one_and_entry_at_nought_change_nothing():
    plain = kaplan_meier(TIME, EVENT)
    same = kaplan_meier(TIME, EVENT, weight=np.ones(6))
    assert same.survival.tolist() == plain.survival.tolist()
    one, two = logrank(TIME, EVENT, ARM), logrank(TIME, EVENT, ARM, start=np.zeros(6))
    assert two.z == pytest.approx(one.z, rel=1e-15)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"start": TIME}, r"start\[0\]: 2 is not before its end 2"),
        ({"weight": WEIGHT - 1}, r"weight\[0\]: 0.0 found; expected a number above 0"),
        ({"weight": WEIGHT / 2}, r"weight\[0\]: 0.5 found; the test takes a row as so many rows"),
    ],
)
def test_what_cannot_be(given, words):
    with pytest.raises(InputError, match=words):
        logrank(TIME, EVENT, ARM, **given)
