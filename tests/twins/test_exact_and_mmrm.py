"""Kernels against their plain twins."""

from __future__ import annotations

import math

import numpy as np
import pytest

from equipoise.analysis.continuous.design import design
from equipoise.analysis.continuous.mmrm import structures
from equipoise.analysis.continuous.mmrm.arrange import arrange
from equipoise.kernels import mmrm as kernel
from support.continuous import fev

SAME = 1e-10  # relative: the same sums in another order


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
