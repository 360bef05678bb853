"""A 2 x 2 table as a logistic regression, by hand.

treated 3 of 4, control 1 of 4: odds 3 and 1/3, ratio 9; log odds ratio variance 1/3 + 1 + 1 + 1/3
"""

import math

import numpy as np
import pytest

from equipoise.analysis.response.logistic import (
    logistic,
    logistic_loglik_plain,
    profile_odds_ratio,
    standardized,
    without,
)
from equipoise.errors import InputError

ARM = np.repeat([1.0, 0.0], 4)
BETTER = np.array([1, 1, 1, 0, 1, 0, 0, 0])


def fit():
    return logistic(BETTER, ARM, names=("arm",))


def test_odds_ratio():
    found = fit()
    assert found.odds_ratio == pytest.approx([1 / 3, 9])
    assert found.se[1] == pytest.approx(math.sqrt(8 / 3))
    top = 6 * math.log(3 / 4) + 2 * math.log(1 / 4)
    assert found.loglik == pytest.approx((8 * math.log(1 / 2), top))
    assert found.lr.statistic == pytest.approx(2 * (top - 8 * math.log(1 / 2)))
    assert without(found, [1]) == pytest.approx(found.lr)
    plain = logistic_loglik_plain(BETTER == 1, found.like.design, found.coef)
    assert plain == pytest.approx(top, rel=1e-14)


def test_profile_limits_lose_half_the_quantile():
    found = fit()
    limits = profile_odds_ratio(found, "arm")
    for end in limits[1:]:
        # with the odds ratio held at `end`, the rates still add up to the four responders
        a, b, c = end - 1, -(8 * end), 16 * end
        x = (-b - math.sqrt(b * b - 4 * a * c)) / (2 * a)
        p, q = x / 4, (4 - x) / 4
        loglik = 3 * math.log(p) + math.log(1 - p) + math.log(q) + 3 * math.log(1 - q)
        assert 2 * (found.loglik[1] - loglik) == pytest.approx(3.841458820694124, rel=1e-9)


def test_without_covariates_the_standardized_difference_is_the_difference():
    found = standardized(fit(), "arm")
    assert (found.experimental, found.control) == pytest.approx((3 / 4, 1 / 4))
    assert found.difference.estimate == pytest.approx(1 / 2)
    assert found.se == pytest.approx(math.sqrt(2 * 3 / 16 / 4))


def test_separation_is_told():
    apart = logistic([0, 0, 1, 1, 1], [0.0, 0.0, 1.0, 1.0, 0.0])
    assert np.isnan(apart.coef[1])
    assert np.isfinite(apart.coef[0])
    assert apart.notes[0].startswith("x0: not estimable: the likelihood is monotone")
    with pytest.raises(InputError, match="monotone"):
        standardized(apart, "x0")


@pytest.mark.parametrize(
    ("y", "x", "words"),
    [
        ([1, 1], [0, 1.0], "everybody responded"),
        ([1, 0, 1], [2, 2, 2.0], "x0: a sum of the covariates before it"),
        ([1, 0, 2], [2, 1, 2.0], r"response\[2\]: 2 found"),
    ],
)
def test_what_cannot_be(y, x, words):
    with pytest.raises(InputError, match=words):
        logistic(y, x)
