"""Kernels against their plain twins."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special

from equipoise.analysis.continuous.design import design
from equipoise.analysis.continuous.mmrm import structures
from equipoise.analysis.continuous.mmrm.arrange import arrange
from equipoise.kernels import exact
from equipoise.kernels import mmrm as kernel
from support.continuous import fev

SAME = 1e-10  # relative: the same sums in another order

TABLES = [
    [[3, 1], [1, 3]],
    [[4, 0, 2], [1, 5, 0]],
    [[2, 1, 0, 3], [0, 4, 1, 1], [1, 0, 3, 2]],
    [[1, 2], [3, 0], [0, 4], [2, 2]],
    [[5, 0, 0], [0, 5, 0], [0, 0, 5]],
]


@pytest.mark.parametrize("table", TABLES)
def test_freeman_halton(table):
    cells = np.array(table)
    rows, columns = cells.sum(axis=1), cells.sum(axis=0)
    log_factorial = special.gammaln(np.arange(1.0, cells.sum() + 3))
    margins = sum(math.lgamma(m + 1) for m in (*rows, *columns)) - math.lgamma(cells.sum() + 1)
    seen = margins - sum(math.lgamma(x + 1) for x in cells.ravel())
    for cutoff in (seen + 1e-7, seen - 0.5, 0.0):
        fast = exact.freeman_halton(rows, columns, log_factorial, cutoff, 10**9)
        plain = exact.freeman_halton_plain(tuple(rows), tuple(columns), cutoff)
        assert fast == pytest.approx(plain, rel=SAME, abs=1e-14)


def test_freeman_halton_gives_up_within_its_budget():
    cells = np.array(TABLES[2])
    log_factorial = special.gammaln(np.arange(1.0, cells.sum() + 3))
    found = exact.freeman_halton(cells.sum(axis=1), cells.sum(axis=0), log_factorial, -9.0, 10)
    assert found == -1


@pytest.mark.parametrize("structure", structures.STRUCTURES)
def test_deviance_by_patterns_is_the_deviance_by_subjects(structure):
    data = fev()
    columns = {**data["covariates"], "arm": data["arm"], "visit": data["visit"]}
    x = design(columns, [(name,) for name in columns])
    found = arrange(data["y"], x.matrix, subject=data["subject"], visit=data["visit"].codes)
    sums = kernel.crossproducts(found.rows, found.seen)
    theta = structures.start(structure, np.array([6.0, 5.0, 4.0, 9.0]))
    sigma = structures.covariance(structure, theta, 4)
    plain = kernel.deviance_plain(found.rows, found.seen, sigma.value)
    assert kernel.deviance(sums, sigma.value) == pytest.approx(plain, rel=SAME)
    assert kernel.likelihood(sums, sigma).deviance == pytest.approx(plain, rel=SAME)


def test_a_covariance_that_is_none_has_no_likelihood():
    data = kernel.crossproducts(np.ones((3, 2, 2)), np.ones((3, 2), bool))
    assert kernel.deviance(data, np.array([[1.0, 2.0], [2.0, 1.0]])) == math.inf
