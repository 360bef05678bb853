"""Correlated normals below a point: closed forms, other integrals, and singular correlations."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate
from scipy.special import ndtr, ndtri
from scipy.stats import multivariate_normal

from equipoise.kernels.orthant import (
    all_below,
    beyond_either_side,
    lowest,
    some_above,
    two_below,
)

EXACT = 1e-12
"""Two normals: Owen's integral by 16 nodes on a slope of at most 1."""

CLOSE = 2e-8
"""The integral over correlations stops where its two rules agree to 1e-7 of it."""

GENZ = 1e-4
"""What scipy's random integral is good for."""


HALF = np.sqrt(0.5)


def equal(r, k):
    return np.full((k, k), float(r)) + (1.0 - r) * np.eye(k)


def one_factor(x, r, k, *, both=False):
    """k normals of one correlation r >= 0: given their common part they are independent."""
    own = np.sqrt(1 - r)

    def inside(c):
        low = ndtr((-x - np.sqrt(r) * c) / own) if both else 0.0
        return (
            np.exp(-c * c / 2) / np.sqrt(2 * np.pi) * (ndtr((x - np.sqrt(r) * c) / own) - low) ** k
        )

    points = sorted({x / np.sqrt(r), -x / np.sqrt(r), 0.0}) if r else [0.0]
    return integrate.quad(inside, -12, 12, points=points, epsabs=1e-13, limit=500)[0]


def by_condition(x, y, r):
    """P(X <= x, Y <= y) over X, in panels about the place where Y's bound is met."""
    root = np.sqrt(1 - r * r)
    where = y / r
    edges = np.unique(np.clip([-12, x, *(where + root * np.array([-9, -3, 0, 3, 9]))], -12, x))

    def inside(u):
        return np.exp(-u * u / 2) / np.sqrt(2 * np.pi) * ndtr((y - r * u) / root)

    return sum(
        integrate.quad(inside, *piece, epsabs=1e-15, epsrel=1e-13)[0] for piece in pairwise(edges)
    )


@pytest.mark.parametrize("r", [-1.0, -0.7, 0.0, 0.3, 0.999999, 1.0])
def test_two_have_sheppards_quadrant(r):
    assert two_below(0.0, 0.0, r) == pytest.approx(0.25 + np.arcsin(r) / (2 * np.pi), abs=EXACT)


@pytest.mark.parametrize("r", [-0.99999, -0.9, -0.2, 0.1, 0.8, 0.99, 0.9999999])
@pytest.mark.parametrize(
    ("x", "y"), [(0.3, -0.4), (-2, 1), (1.5, 1.5), (0, 0.7), (-0.6, 0), (-3, -3.001), (0.1, -0.1)]
)
def test_two_by_another_integral(x, y, r):
    expected = by_condition(x, y, r)
    assert two_below(float(x), float(y), r) == pytest.approx(expected, abs=EXACT)
    assert two_below(float(y), float(x), r) == pytest.approx(expected, abs=EXACT)


@pytest.mark.parametrize("r", [1.0, -1.0])
def test_two_that_are_one(r):
    # X and -X: both below 0.5 and 1 where X is between -1 and 0.5
    expected = ndtr(0.5) if r > 0 else ndtr(0.5) - ndtr(-1.0)
    assert two_below(0.5, 1.0, r) == pytest.approx(expected, abs=EXACT)


@pytest.mark.parametrize("r", [(0.2, 0.5, -0.3), (0.9, 0.85, 0.95), (HALF, HALF, 0.0)])
def test_three_have_an_octant(r):
    # David 1953: 1/8 + (sum of arc sines) / (4 pi); the last is singular, Z1 = (Z2 + Z3) / sqrt 2
    correlation = np.array([[1, r[0], r[1]], [r[0], 1, r[2]], [r[1], r[2], 1]])
    expected = 0.125 + np.arcsin(r).sum() / (4 * np.pi)
    assert all_below(np.zeros(3), correlation) == pytest.approx(expected, abs=CLOSE)


@pytest.mark.parametrize("k", [2, 3, 4])
@pytest.mark.parametrize("r", [0.0, 0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("x", [-2.5, -0.4, 0.2, 1.9])
def test_one_correlation_by_a_common_part(x, r, k):
    found = all_below(np.full(k, x), equal(r, k))
    assert found == pytest.approx(one_factor(x, r, k), abs=CLOSE)


def test_copies_of_one_variable_count_once():
    x = np.array([0.7, -0.3, 0.4, 2.0])
    assert all_below(x, np.ones((4, 4))) == pytest.approx(ndtr(-0.3), abs=1e-6)
    assert lowest(np.full(3, -1.2), np.ones((3, 3))) == pytest.approx(-1.2, abs=1e-6)


def weighted_three(share):
    """Correlation of Z1, Z2 and their sum as weights 1 - S, S and 1 give it, and its slopes."""
    slopes = np.array([share, 1.3 - share])
    one = np.array([[1, 0.55], [0.55, 1]])
    slopes /= np.sqrt(slopes @ one @ slopes)
    with_sum = one @ slopes
    correlation = np.ones((3, 3))
    correlation[:2, :2], correlation[2, :2], correlation[:2, 2] = one, with_sum, with_sum
    return correlation, slopes


@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
@pytest.mark.parametrize("x", [-2.0, -0.3, 0.0, 0.01, 1.1, 2.2])
def test_a_weight_that_is_a_sum_of_two_others(x, share):
    correlation, (a, b) = weighted_three(share)
    root = np.sqrt(1 - 0.55**2)

    def inside(u):
        top = min(x, (x - a * u) / b)
        return np.exp(-u * u / 2) / np.sqrt(2 * np.pi) * ndtr((top - 0.55 * u) / root)

    corner = min(x * (1 - b) / a, x)
    pieces = [(-12.0, corner), (corner, x)]
    expected = sum(integrate.quad(inside, *p, epsabs=1e-14, limit=200)[0] for p in pieces)
    assert all_below(np.full(3, x), correlation) == pytest.approx(expected, abs=CLOSE)
    assert some_above(np.full(3, x), correlation) == pytest.approx(1 - expected, abs=CLOSE)
    twice = np.array([0, 1, 2, 2])  # the fourth is the third again
    four = correlation[np.ix_(twice, twice)]
    assert all_below(np.full(4, x), four) == pytest.approx(expected, abs=1e-6)


def test_four_of_full_rank_by_genz():
    c = np.array([[1, 0.3, 0.6, 0.2], [0.3, 1, 0.5, -0.1], [0.6, 0.5, 1, 0.4], [0.2, -0.1, 0.4, 1]])
    x = np.array([0.5, 1.0, -0.2, 1.5])
    genz = multivariate_normal(cov=c, seed=3).cdf(x)
    assert all_below(x, c) == pytest.approx(float(genz), abs=GENZ)


@pytest.mark.parametrize("x", [9.0, 6.0, 3.0])
@pytest.mark.parametrize("r", [0.0, 0.6, 0.95])
def test_far_tails_keep_their_digits(x, r):
    found = some_above(np.full(4, x), equal(r, 4))
    # inclusion and exclusion: the sums of one, of two, ... bound it in turn
    one, two = 4 * ndtr(-x), 6 * two_below(-x, -x, r)
    assert ndtr(-x) < found
    assert one - two <= found * (1 + 1e-7)
    assert found <= one * (1 + 1e-7)
    if r == 0.0:
        assert found == pytest.approx(-np.expm1(4 * np.log1p(-ndtr(-x))), rel=1e-12)
    z = lowest(np.full(4, -x), equal(r, 4))
    assert ndtr(z) == pytest.approx(found, rel=1e-6)


@pytest.mark.parametrize("k", [1, 2, 3, 4])
@pytest.mark.parametrize("r", [0.0, 0.4, 0.97])
@pytest.mark.parametrize("far", [0.1, 1.0, 2.5, 7.0])
def test_either_side_by_a_common_part(far, r, k):
    found = beyond_either_side(far, equal(r, k))
    expected = 1 - one_factor(far, r, k, both=True)
    assert found == pytest.approx(expected, abs=4 * CLOSE)
    if r == 0.0:
        assert found == pytest.approx(-np.expm1(k * np.log1p(-2 * ndtr(-far))), rel=1e-6)


def test_the_lowest_of_one_is_itself_and_of_several_is_less_extreme():
    assert lowest(np.array([-1.7]), np.ones((1, 1))) == -1.7
    r = equal(0.8, 3)
    z = np.array([-1.7, 0.2, 1.4])
    p = 1 - all_below(np.full(3, 1.7), r)
    assert lowest(z, r) == pytest.approx(ndtri(p), abs=1e-7)
    assert -1.7 < lowest(z, r) < 0.0
    above = lowest(np.array([2.0, 2.5, 3.0]), r)
    assert above == pytest.approx(-ndtri(all_below(np.full(3, -2.0), r)), rel=1e-6)
