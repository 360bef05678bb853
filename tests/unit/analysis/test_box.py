"""Normal probability of a box, also where the correlation is singular."""

import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import multivariate_normal

from equipoise.analysis.survival.tests.box import box


def between(a, b):
    return ndtr(b) - ndtr(a)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_independent_variables_multiply(k):
    low, high = -np.arange(1, k + 1) / 2, np.arange(1, k + 1) / 3
    assert box(low, high, np.eye(k)) == pytest.approx(np.prod(between(low, high)), rel=1e-10)


def test_copies_of_one_variable_count_once():
    assert box(np.full(4, -1.0), np.full(4, 2.0), np.ones((4, 4))) == pytest.approx(between(-1, 2))


def test_two_variables_have_sheppards_quadrant():
    r = 0.3
    found = box(np.zeros(2), np.full(2, np.inf), np.array([[1, r], [r, 1]]))
    assert found == pytest.approx(0.25 + np.arcsin(r) / (2 * np.pi), rel=1e-10)


def test_a_sum_of_others_is_a_singular_third():
    # Z3 = (Z1 + Z2) / sqrt 2: its bounds beyond those of the others cut nothing
    h = np.sqrt(0.5)
    c = np.array([[1, 0, h], [0, 1, h], [h, h, 1]])
    wide = np.array([1.0, 1.0, 2.0])
    assert box(-wide, wide, c) == pytest.approx(between(-1, 1) ** 2, rel=1e-10)


def test_four_of_full_rank_by_genz():
    c = 0.5 * np.eye(4) + 0.5
    found = box(np.full(4, -1.0), np.full(4, 1.5), c)
    genz = multivariate_normal(cov=c, seed=3).cdf(np.full(4, 1.5), lower_limit=np.full(4, -1.0))
    assert found == pytest.approx(float(genz), abs=1e-4)
