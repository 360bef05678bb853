"""Counts whose rates can be worked out by hand."""

import numpy as np
import pytest

from equipoise.analysis.counts.negative_binomial import negative_binomial
from equipoise.errors import InputError

X = np.column_stack([np.ones(6), [0, 0, 0, 1, 1, 1]])


def test_counts_that_vary_less_than_poisson_have_their_plain_rates():
    # control 2, 3, 4 in 3 years: 9 / 3 a year; experimental 1, 2, 3 in 6 years: 6 / 6 a year
    fit = negative_binomial([2, 3, 4, 1, 2, 3], X, exposure=[1, 1, 1, 2, 2, 2])
    assert fit.dispersion == 0
    assert fit.ratio == pytest.approx([3, 1 / 3], rel=1e-10)
    # variance of a log ratio of Poisson rates: 1 / 9 + 1 / 6
    assert fit.se[1] == pytest.approx((1 / 9 + 1 / 6) ** 0.5, rel=1e-8)


def test_equal_exposure_keeps_the_ratio_of_means_whatever_the_dispersion():
    fit = negative_binomial([0, 1, 14, 0, 0, 3], X, exposure=np.ones(6))
    assert fit.dispersion > 0
    assert fit.ratio == pytest.approx([5, 0.2], rel=1e-8)


@pytest.mark.parametrize(
    ("count", "exposure", "said"),
    [
        ([1, 2, 3, 0, 0, 0], np.ones(6), "no event"),
        ([1, 2, 3, 0, 0.5, 0], np.ones(6), "whole numbers"),
        ([1, 2, 3, 0, 1, 0], np.zeros(6), "times above 0"),
    ],
)
def test_what_cannot_be_fitted_is_said(count, exposure, said):
    with pytest.raises(InputError, match=said):
        negative_binomial(count, X, exposure=exposure)
