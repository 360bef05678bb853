"""Corrections for continuity, by hand: 8 of 10 against 3 of 10."""

import math

import pytest

from equipoise.analysis.response.corrected import (
    corrected_chi_square,
    corrected_difference,
    corrected_wald,
    corrected_wilson,
)

Z = 1.959963984540054


def test_yates():
    # n (|ad - bc| - n / 2)^2 / (product of the margins) = 20 (50 - 10)^2 / (10 x 10 x 11 x 9)
    found = corrected_chi_square(8, 10, 3, 10)
    assert found.statistic == pytest.approx(20 * 40**2 / 9900)


def test_wald_difference():
    half = Z * math.sqrt(0.16 / 10 + 0.21 / 10) + 0.1
    found = corrected_difference(8, 10, 3, 10)
    assert found[:3] == pytest.approx((0.5, 0.5 - half, 0.5 + half))


def test_wald_rate():
    half = Z * math.sqrt(0.2 * 0.8 / 100) + 1 / 200
    assert corrected_wald(20, 100) == pytest.approx((0.2, 0.2 - half, 0.2 + half))


def test_wilson_as_newcombe_prints_it():
    # Newcombe 1998, table I: 81 of 263 0.2535 to 0.3682; 15 of 148 0.0598 to 0.1644;
    # 0 of 20 0 to 0.2005; 1 of 29 0.0018 to 0.1963
    for x, n, lower, upper in (
        (81, 263, 0.2535, 0.3682), (15, 148, 0.0598, 0.1644), (0, 20, 0, 0.2005),
        (1, 29, 0.0018, 0.1963),
    ):  # fmt: skip
        found = corrected_wilson(x, n)
        assert found[1:] == pytest.approx((lower, upper), abs=5e-5)
