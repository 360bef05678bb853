"""RMST by hand, three rows each."""

import math

import pytest

from equipoise.analysis.survival import compare_rmst, kaplan_meier, rmst


def test_one_arm():
    # one event among three at 1: S is 1 up to 1 and 2/3 from there to 2.5
    found = rmst(kaplan_meier([1, 3, 3], [1, 0, 0]), 2.5)
    assert found.estimate == pytest.approx(1 + 1.5 * 2 / 3)
    # the area to the right of 1 is 1, times d / (Y (Y - d)) = 1/6
    assert found.se == pytest.approx(math.sqrt(1 / 6))


def test_two_arms():
    # the other arm has no event before 2.5: mean 2.5, no error
    found = compare_rmst([1, 3, 3, 3, 3, 3], [1, 0, 0, 0, 0, 0], [0, 0, 0, 1, 1, 1], tau=2.5)
    assert found.difference.estimate == pytest.approx(0.5)
    assert found.difference.se == pytest.approx(math.sqrt(1 / 6))
    assert found.ratio.estimate == pytest.approx(1.25)
    assert found.ratio.se == pytest.approx(math.sqrt(1 / 6) / 2)


def test_strata_count_by_their_share_of_rows():
    time, event, arm = [1, 3, 3, 3, 3, 3], [1, 0, 0, 0, 0, 0], [0, 0, 0, 1, 1, 1]
    # the second stratum of six rows has no events at all and halves the difference
    found = compare_rmst(time + [3] * 6, event + [0] * 6, arm * 2, [0] * 6 + [1] * 6, tau=2.5)
    assert found.difference.estimate == pytest.approx(0.25)
    assert found.difference.se == pytest.approx(math.sqrt(1 / 6) / 2)
