"""Small tables worked in comments."""

from __future__ import annotations

import math

import pytest

from equipoise.analysis.response import odds, rates
from equipoise.analysis.response.difference import mantel_haenszel_difference, newcombe
from equipoise.analysis.response.strata import cochran_mantel_haenszel
from equipoise.analysis.response.tables import barnard, boschloo, fisher


def test_tea_tasting():
    """3 of 4 v 1 of 4: tables with these margins have 1, 16, 36, 16, 1 in 70 ways.

    As likely or less than the 16 seen: 1 + 16 + 16 + 1 = 34 of 70; at least 3: 17 of 70.
    """
    found = fisher([[3, 1], [1, 3]])
    assert found.p == pytest.approx(34 / 70)
    assert found.p_greater == pytest.approx(17 / 70)
    assert found.p_less == pytest.approx(69 / 70)


def test_conditional_odds_ratio_of_tea_tasting():
    """The total has weights 1, 16 w, 36 w^2, 16 w^3, w^4; its mean is 3 at the estimate w:
    16 w + 72 w^2 + 48 w^3 + 4 w^4 = 3 (1 + 16 w + 36 w^2 + 16 w^3 + w^4)."""
    w = fisher([[3, 1], [1, 3]]).odds_ratio
    left = 16 * w + 72 * w**2 + 48 * w**3 + 4 * w**4
    assert left == pytest.approx(3 * (1 + 16 * w + 36 * w**2 + 16 * w**3 + w**4))


def test_none_of_three():
    """Clopper-Pearson 0 of 3: (1 - u)^3 = 0.025. Wilson: z^2 / (3 + z^2)."""
    assert rates.clopper_pearson(0, 3) == pytest.approx((0, 0, 1 - 0.025 ** (1 / 3)))
    z2 = 1.959963984540054**2
    assert rates.wilson(0, 3) == pytest.approx((0, 0, z2 / (3 + z2)))
    assert rates.jeffreys(0, 3).lower == 0
    assert rates.agresti_coull(0, 3).lower == 0


def test_newcombe_from_two_wilsons():
    """1 of 2 v 1 of 2 with Wilson a to b on both: the limits are -+ (b - a) / sqrt 2."""
    _, low, high = rates.wilson(1, 2)
    half = math.hypot(0.5 - low, high - 0.5)
    assert newcombe(1, 2, 1, 2) == pytest.approx((0, -half, half))


def test_barnard_two_against_two():
    """2 of 2 v 0 of 2: |z| is largest there and at its mirror; 2 p^2 (1-p)^2 is 1/8 at p = 1/2."""
    found = barnard(2, 2, 0, 2)
    assert found.p == pytest.approx(1 / 8)
    assert found.nuisance == pytest.approx(0.5, abs=1e-3)
    assert boschloo(2, 2, 0, 2).p == pytest.approx(1 / 8)


def test_mantel_haenszel_of_one_stratum_is_the_plain_ratio():
    assert odds.mantel_haenszel_odds_ratio(3, 4, 1, 4).estimate == pytest.approx(9)
    assert odds.mantel_haenszel_relative_risk(3, 4, 1, 4).estimate == pytest.approx(3)
    found = mantel_haenszel_difference(3, 4, 1, 4)
    assert found.estimate == pytest.approx(1 / 2)
    # Sato: weight 2; skew (16*1 - 16*3 + 0)/64 = -1/2; spread (3*3 + 1*1)/16 = 5/8
    assert (found.estimate / found.z) ** 2 == pytest.approx((0.5 * -0.5 + 5 / 8) / 4)


def test_mantel_haenszel_risk_ratio_limits_of_one_stratum():
    """Greenland-Robins with one stratum: (16*4 - 3*1*8)/64 = 5/8 over (3*4/8)(1*4/8) = 3/4: 5/6,
    which is 1/3 - 1/4 + 1/1 - 1/4."""
    found = odds.mantel_haenszel_relative_risk(3, 4, 1, 4)
    half = 1.959963984540054 * math.sqrt(5 / 6)
    assert found.upper == pytest.approx(3 * math.exp(half))
    assert found == pytest.approx(odds.relative_risk(3, 4, 1, 4))


def test_cmh_of_one_two_by_two():
    """n1 n2 k1 k2 / (N^2 (N-1)) = 4*4*4*4 / (64*7); (3 - 2)^2 over it: 7/4, every way."""
    found = cochran_mantel_haenszel([[3, 1], [1, 3]])
    for statistic in found:
        assert statistic.statistic == pytest.approx(7 / 4)
        assert statistic.df == 1
