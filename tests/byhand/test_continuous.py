"""ANCOVA and repeated measures of a few subjects, worked in comments."""

from __future__ import annotations

import math

import numpy as np
import pytest

from equipoise.analysis.continuous.ancova import ancova
from equipoise.analysis.continuous.describe import quantiles
from equipoise.analysis.continuous.design import design
from equipoise.analysis.continuous.mmrm.contrast import contrast
from equipoise.analysis.continuous.mmrm.fit import mmrm
from equipoise.errors import InputError
from equipoise.frames import Labels

ARMS = Labels(np.array([0, 0, 0, 1, 1, 1], np.int32), ("control", "new"))


def test_six_subjects_without_covariates():
    """1 2 3 v 4 6 8: means 2 and 6, squares 2 and 8 over 4 df: variance 2.5; se sqrt(2.5 2/3)."""
    found = ancova([1, 2, 3, 4, 6, 8], arm=ARMS)
    assert [m.value.estimate for m in found.means] == pytest.approx([2, 6])
    gap = found.differences[0].value
    assert gap.estimate == pytest.approx(4)
    assert gap.standard_error == pytest.approx(math.sqrt(2.5 * 2 / 3))
    assert gap.df == 4


def test_six_subjects_with_a_baseline():
    """Baseline 0 1 2 and 1 2 3; within arms y rises by 1 and 2 a unit: pooled slope 3/2.

    Difference 4 adjusted for a baseline difference of 1: 2.5. Means at baseline 1.5: 2.75, 5.25.
    """
    baseline = np.array([0.0, 1, 2, 1, 2, 3])
    found = ancova([1, 2, 3, 4, 6, 8], arm=ARMS, covariates={"baseline": baseline})
    assert found.differences[0].value.estimate == pytest.approx(2.5)
    assert [m.value.estimate for m in found.means] == pytest.approx([2.75, 5.25])


def test_means_weigh_levels_equally():
    """Sex 2:1 in the data, equal in the mean: y = 10 for women, 0 for men, 1 for the new arm."""
    sex = Labels(np.array([0, 0, 1, 0, 0, 1], np.int32), ("f", "m"))
    y = np.array([10.0, 10.1, 0, 11, 11.1, 1])
    found = ancova(y, arm=ARMS, covariates={"sex": sex})
    assert found.means[0].value.estimate == pytest.approx((10.05 + 0) / 2, abs=1e-9)


def test_complete_balanced_unstructured_is_the_sample_covariance():
    """Every subject seen twice, means by visit only: REML is the sample covariance.

    y1 = 1 2 3 6, y2 = 2 4 3 7: means 3 and 4; squares 14 and 14, products 13; over 3.
    The visit difference has variance (14 + 14 - 26)/3 / 4 = 1/6, with 3 df as a paired t test.
    """
    y = np.array([1, 2, 2, 4, 3, 3, 6, 7.0])
    visit = np.tile([0, 1], 4)
    x = np.column_stack([np.ones(8), visit])
    fit = mmrm(
        y,
        x,
        subject=np.repeat(np.arange(4), 2),
        visit=visit,
        adjustment="kenward-roger-linear",
    )
    assert fit.covariance == pytest.approx(np.array([[14, 13], [13, 14]]) / 3, rel=1e-9)
    found = contrast(fit, [0, 1])
    assert found.estimate == pytest.approx(1)
    assert found.standard_error == pytest.approx(math.sqrt(1 / 6))
    assert found.df == pytest.approx(3)


def test_names_of_a_product():
    visit = Labels(np.array([0, 1, 2, 0, 1, 2], np.int32), ("1", "2", "3"))
    found = design({"arm": ARMS, "visit": visit}, [("arm",), ("visit",), ("arm", "visit")])
    assert found.names[-2:] == ("armnew:visit2", "armnew:visit3")
    assert found.mean_row({"arm": "new", "visit": "3"}).tolist() == [1, 1, 0, 1, 0, 1]
    assert found.mean_row({"arm": "new"}) == pytest.approx([1, 1, 1 / 3, 1 / 3, 1 / 3, 1 / 3])


def test_quartiles_of_four():
    """SAS: 1 2 3 4 has quartiles halfway, 1.5 2.5 3.5."""
    assert quantiles([4, 2, 1, 3]) == (1.5, 2.5, 3.5)


def test_faults_are_named():
    twice = design({"a": ARMS, "b": ARMS}, [("a",), ("b",)])
    with pytest.raises(InputError, match="design column bnew follows"):
        mmrm(
            np.arange(6.0),
            twice.matrix,
            subject=[0, 0, 1, 1, 2, 2],
            visit=[0, 1] * 3,
            names=twice.names,
        )
    ones = np.ones((6, 1))
    with pytest.raises(InputError, match="subject 0 has visit 1 twice"):
        mmrm(np.arange(6.0), ones, subject=[0, 0, 1, 1, 2, 2], visit=[1, 1, 0, 1, 0, 1])
    with pytest.raises(InputError, match="did you mean toeph"):
        mmrm(np.arange(6.0), ones, subject=range(6), visit=[0] * 6, covariance="toepH")
    with pytest.raises(InputError, match="expected its parts"):
        design({"a": ARMS, "b": ARMS}, [("a",), ("a", "b")])
    with pytest.raises(InputError, match="only one visit"):
        mmrm(np.arange(6.0), ones, subject=range(6), visit=[0] * 6)
