"""Rubin's rules and reference-based means by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from equipoise.analysis.missing.reference import FittedCourse, Repeated, impute, mean_course
from equipoise.analysis.missing.rubin import rubin
from equipoise.errors import InputError
from equipoise.frames import Labels

NAN = math.nan


def test_rubin_of_three():
    """1 2 3 with variance 1 each: within 1, between 1, total 1 + 4/3 = 7/3.

    Degrees of freedom (3 - 1) / (4/7)^2 = 49/8.
    """
    found = rubin([1, 2, 3], [1, 1, 1])
    assert found.estimate == pytest.approx(2)
    assert found.standard_error == pytest.approx(math.sqrt(7 / 3))
    assert found.df == pytest.approx(49 / 8)
    assert found.missing == pytest.approx(4 / 7)


def test_barnard_rubin():
    """With 20 complete df: (21/23) 20 (3/7) = 1260/161; 1/(8/49 + 161/1260)."""
    assert rubin([1, 2, 3], [1, 1, 1], df=20).df == pytest.approx(1 / (8 / 49 + 161 / 1260))


def test_imputations_that_agree_lose_nothing():
    found = rubin([2, 2], [4, 4], df=30)
    assert found.standard_error == 2
    assert found.missing == 0
    assert found.df == pytest.approx(31 / 33 * 30)


# reference 0 0 0 then -1; experimental 1 2 3 4
COURSE = FittedCourse(np.array([[0, 0, 0, -1.0], [1, 2, 3, 4.0]]), np.zeros(4), np.eye(4))


@pytest.mark.parametrize(
    ("method", "means"),
    [
        ("mar", [1, 2, 3, 4]),
        ("jump to reference", [1, 2, 0, -1]),
        ("copy reference", [0, 0, 0, -1]),
        ("copy increments", [1, 2, 2, 1]),
    ],
)
def test_means_of_a_subject_last_seen_at_the_second_visit(method, means):
    assert mean_course(COURSE, method, 1, 0, 1).tolist() == means


@pytest.mark.parametrize("method", ["jump to reference", "copy reference", "copy increments"])
def test_reference_subjects_stay_and_the_never_seen_copy(method):
    assert mean_course(COURSE, method, 0, 0, 1).tolist() == [0, 0, 0, -1]
    assert mean_course(COURSE, method, 1, 0, -1).tolist() == [0, 0, 0, -1]


def test_an_imputed_value_follows_the_regression_on_what_was_seen():
    """Variance 1 and correlation 0.999999: seen 2 above its mean of 1, imputed 2 above 0."""
    almost = np.full((2, 2), 0.999999) + 1e-6 * np.eye(2)
    course = FittedCourse(np.array([[0, 0.0], [1, 1.0]]), np.zeros(2), almost)
    data = Repeated(
        np.array([[3, NAN], [0, 0.0]]), np.zeros(2), Labels(np.array([1, 0], np.int32), ("r", "e"))
    )
    found = impute(data, course, method="jump to reference", reference=0, key=0, seed=1)
    assert found[0, 1] == pytest.approx(2, abs=0.02)
    assert found[1].tolist() == [0, 0]


def test_faults_are_named():
    with pytest.raises(InputError, match="two imputations"):
        rubin([1], [1])
    with pytest.raises(InputError, match="baseline, row 1"):
        Repeated(np.ones((1, 2)), np.array([NAN]), Labels(np.zeros(1, np.int32), ("a",)))
