"""Rates over strata, by hand: 3 of 6 and 6 of 12 against 1 of 6 and 4 of 12."""

import math

import pytest

from equipoise.analysis.response.rates import wilson
from equipoise.analysis.response.stratified import (
    mantel_haenszel_test,
    stratified_newcombe,
    stratified_wilson,
)
from equipoise.errors import InputError

STRATA = [3, 6], [6, 12], [1, 4], [6, 12]
Z = 1.959963984540054


def test_one_stratum_is_wilson():
    assert stratified_wilson([7], [20]) == pytest.approx(wilson(7, 20))


def test_two_strata():
    # weights 1/3 and 2/3; standard errors root 1/24 and root 1/48
    first, second = math.sqrt(1 / 24), math.sqrt(1 / 48)
    z = Z * math.hypot(first / 3, 2 * second / 3) / (first / 3 + 2 * second / 3)
    ends = []
    for side in (-1, 1):
        end = 0.0
        for n, w in ((6, 1 / 3), (12, 2 / 3)):
            center = (0.5 + z * z / (2 * n)) / (1 + z * z / n)
            half = z * math.sqrt(0.25 / n + z * z / (4 * n * n)) / (1 + z * z / n)
            end += w * (center + side * half)
        ends.append(end)
    assert stratified_wilson([3, 6], [6, 12]) == pytest.approx((0.5, *ends))


def test_newcombe_from_the_limits_of_the_arms():
    # Mantel-Haenszel weights 3 and 6: 1/3 and 2/3; sum of w^2 / n = 1/54 + 1/27 = 1/18 in each arm
    a, b = (stratified_wilson(x, n, weight=[1, 2]) for x, n in (STRATA[:2], STRATA[2:]))
    found = stratified_newcombe(*STRATA)
    gap = 0.5 - (1 / 18 + 4 / 18)
    low = Z * math.sqrt((a.lower * (1 - a.lower) + b.upper * (1 - b.upper)) / 18)
    assert found[:2] == pytest.approx((gap, gap - low))


def test_mantel_haenszel():
    # deviations 3 - 2 = 1 and 6 - 5 = 1; variances 36 x 4 x 8 / (144 x 11), 144 x 10 x 14 /
    # (576 x 23)
    variance = 36 * 4 * 8 / (144 * 11) + 144 * 10 * 14 / (576 * 23)
    assert mantel_haenszel_test(*STRATA).statistic == pytest.approx(1.5**2 / variance)
    plain = mantel_haenszel_test(*STRATA, correct=False)
    assert plain.statistic == pytest.approx(4 / variance)


def test_where_nobody_varies():
    found = stratified_wilson([0, 0], [10, 20])
    assert found.lower == 0
    assert 0.05 < found.upper < wilson(0, 20).upper


def test_what_cannot_be():
    with pytest.raises(InputError, match="weight: expected 2 numbers above 0"):
        stratified_wilson([1, 2], [3, 4], weight=[1, 0])
    with pytest.raises(InputError, match="stratum 2: responders 5"):
        stratified_wilson([1, 5], [3, 4])
    with pytest.raises(InputError, match="nothing to test"):
        mantel_haenszel_test([0], [4], [0], [5])
