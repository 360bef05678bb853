"""Five and four values, ranked by hand.

experimental 3 5 8: ranks 2 4 6, sum 12      control 1 4 6: ranks 1 3 5
pairs in which the experimental value is higher: 12 - 6 = 6 of 9
of the 20 ways to choose three ranks, sums as far from 10.5 as 12: 9 or less, or 12 or more
"""

import math
from itertools import combinations

import numpy as np
import pytest

from equipoise.analysis.continuous.ranks import (
    hodges_lehmann,
    rank_p_plain,
    van_elteren,
    wilcoxon,
)
from equipoise.errors import InputError

Y = np.array([3, 5, 8, 1, 4, 6])
ARM = np.array([1, 1, 1, 0, 0, 0])


def test_rank_sum():
    found = wilcoxon(Y, ARM)
    sums = [sum(c) for c in combinations(range(1, 7), 3)]
    far = sum(s <= 9 or s >= 12 for s in sums)
    assert found.statistic == 6
    assert found.exact
    assert found.p == pytest.approx(far / 20)
    assert found.z == pytest.approx(1.5 / math.sqrt(3 * 3 * 7 / 12))


def test_continuity_takes_a_half():
    found = wilcoxon(Y, ARM, exact=False)
    assert found.z == pytest.approx(1.0 / math.sqrt(3 * 3 * 7 / 12))


def test_ties_share_their_ranks_and_lower_the_variance():
    # 1 2 2 3: ranks 1 2.5 2.5 4; variance 2 x 2 / (4 x 3) x (2.25 + 0 + 0 + 2.25)
    found = wilcoxon([2, 3, 1, 2], [1, 1, 0, 0], exact=False, correct=False)
    assert found.statistic == 3.5
    assert found.z == pytest.approx(1.5 / math.sqrt(4.5 / 3))


def test_median_of_the_differences():
    # 3-1 3-4 3-6 5-1 5-4 5-6 8-1 8-4 8-6: -3 -1 -1 1 2 2 4 4 7
    assert hodges_lehmann(Y, ARM).estimate == 2
    # 4 of the 20 rank sums are 2 above the least or lower: the second from either end
    assert hodges_lehmann(Y, ARM, level=0.6)[1:] == (-1, 4)


def test_van_elteren_of_two_strata():
    # stratum 0: ranks 2 (1), 1 (0): gap 2 - 1.5 = 1/2, variance 1/4, weight 1/3
    # stratum 1: 3 rows, treated rank 3: gap 3 - 2 = 1, variance 2/3, weight 1/4
    found = van_elteren([5, 2, 9, 1, 4], [1, 0, 1, 0, 0], [0, 0, 1, 1, 1])
    gap, variance = 1 / 6 + 1 / 4, 1 / 36 + 1 / 24
    assert found.statistic == pytest.approx(gap)
    assert found.z == pytest.approx(gap / math.sqrt(variance))
    # 2 x 3 allocations; only (1, 3) and its opposite (2, 1) are as far
    exact = van_elteren([5, 2, 9, 1, 4], [1, 0, 1, 0, 0], [0, 0, 1, 1, 1], exact=True)
    assert exact.p == pytest.approx(2 / 6)


def test_a_stratum_of_one_arm_says_nothing():
    one = van_elteren(Y, ARM, np.zeros(6, int))
    more = van_elteren([*Y, 7, 9], [*ARM, 1, 1], [0] * 6 + [1, 1])
    assert more == one


@pytest.mark.parametrize("seed", range(8))
def test_every_allocation(seed):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 5, 11)
    arm = rng.permutation(np.arange(11) % 2)
    assert wilcoxon(y, arm, exact=True).p == pytest.approx(rank_p_plain(y, arm))


def test_what_cannot_be():
    with pytest.raises(InputError, match="all values are tied"):
        wilcoxon([1, 1, 1], [0, 1, 1])
    with pytest.raises(InputError, match="compares two arms"):
        wilcoxon([1, 2, 3], [0, 1, 2])
    with pytest.raises(InputError, match="none has both arms"):
        van_elteren([1, 2], [0, 1], [0, 1])
