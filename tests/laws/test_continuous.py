"""Derivatives, invariances and limits of the repeated-measures model."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize

from equipoise.analysis.continuous.ancova import ancova
from equipoise.analysis.continuous.design import design
from equipoise.analysis.continuous.mmrm import structures
from equipoise.analysis.continuous.mmrm.arrange import arrange
from equipoise.analysis.continuous.mmrm.contrast import contrast, f_test
from equipoise.analysis.continuous.mmrm.fit import mmrm
from equipoise.analysis.continuous.mmrm.model import repeated_measures
from equipoise.frames import Labels
from equipoise.kernels import mmrm as kernel
from support.continuous import fev

NUMERIC = 2e-6  # relative: central differences of step 1e-5


def arranged():
    data = fev()
    columns = {**data["covariates"], "arm": data["arm"], "visit": data["visit"]}
    x = design(columns, [*((name,) for name in columns), ("arm", "visit")])
    return arrange(data["y"], x.matrix, subject=data["subject"], visit=data["visit"].codes)


def somewhere(structure):
    """A point that is neither the start nor the optimum."""
    theta = structures.start(structure, np.array([6.0, 5.0, 4.0, 9.0]))
    return theta + 0.05 * np.cos(np.arange(len(theta)))


def stepped(theta, k, size=1e-5):
    step = size * (np.arange(len(theta)) == k)
    return theta + step, theta - step


PARAMETERS = {
    "us": 10, "toep": 4, "toeph": 7, "ar1": 2, "ar1h": 5, "cs": 2, "csh": 5, "ad": 4, "adh": 7,
}  # fmt: skip
"""Of four visits: one standard deviation or four, and one correlation, three or six."""


@pytest.mark.parametrize("structure", structures.STRUCTURES)
def test_derivatives_of_the_covariance(structure):
    theta = somewhere(structure)
    assert len(theta) == PARAMETERS[structure]
    at = structures.covariance(structure, theta, 4)
    for k in range(len(theta)):
        up, down = (structures.covariance(structure, t, 4) for t in stepped(theta, k))
        assert (up.value - down.value) / 2e-5 == pytest.approx(at.first[k], rel=NUMERIC, abs=1e-6)
        slope = (up.first - down.first) / 2e-5
        assert slope == pytest.approx(at.second[k], rel=NUMERIC, abs=1e-5)


@pytest.mark.parametrize("structure", structures.STRUCTURES)
def test_derivatives_of_the_likelihood(structure):
    data = arranged()
    sums = kernel.crossproducts(data.rows, data.seen)
    theta = somewhere(structure)

    def at(t):
        return kernel.likelihood(sums, structures.covariance(structure, t, 4))

    here = at(theta)
    for k in range(len(theta)):
        up, down = (at(t) for t in stepped(theta, k))
        slope = (up.deviance - down.deviance) / 2e-5
        assert slope == pytest.approx(here.gradient[k], rel=1e-5, abs=1e-4)
        bend = (up.gradient - down.gradient) / 2e-5
        assert bend == pytest.approx(here.hessian[k], rel=1e-5, abs=1e-4)


@pytest.mark.parametrize("structure", ["us", "toeph", "ar1"])
def test_no_search_without_derivatives_goes_lower(structure):
    data = arranged()
    sums = kernel.crossproducts(data.rows, data.seen)
    begin = structures.start(structure, np.array([6.0, 5.0, 4.0, 9.0]))

    def deviance(t):
        return kernel.deviance(sums, structures.covariance(structure, t, 4).value)

    best = optimize.minimize(deviance, begin, method="BFGS", options={"maxiter": 400})
    source = fev()
    found = repeated_measures(**source, covariance=structure)
    turned = 2 * np.linalg.slogdet(data.root)[1]
    assert found.fit.deviance <= best.fun + turned + 1e-7


def test_shifting_and_scaling_the_response():
    data = fev()
    plain = repeated_measures(**data)
    moved = repeated_measures(**{**data, "y": 100 - 10 * data["y"]})
    for one, two in zip(plain.differences, moved.differences):
        assert two.value.estimate == pytest.approx(-10 * one.value.estimate, rel=1e-7)
        assert two.value.standard_error == pytest.approx(10 * one.value.standard_error, rel=1e-7)
        assert two.value.df == pytest.approx(one.value.df, rel=1e-7)
    assert moved.overall.statistic == pytest.approx(plain.overall.statistic, rel=1e-7)


def test_rows_in_any_order():
    data = fev()
    plain = repeated_measures(**data)
    order = np.random.default_rng(1).permutation(len(data["y"]))

    def turned(column):
        return Labels(column.codes[order], column.levels)

    mixed = repeated_measures(
        data["y"][order],
        subject=data["subject"][order],
        visit=turned(data["visit"]),
        arm=turned(data["arm"]),
        covariates={k: turned(v) for k, v in data["covariates"].items()},
    )
    assert mixed.fit.deviance == pytest.approx(plain.fit.deviance, rel=1e-12)


@pytest.mark.parametrize("adjustment", ["satterthwaite", "kenward-roger", "kenward-roger-linear"])
def test_an_f_test_of_one_row_is_the_t_test(adjustment):
    found = repeated_measures(**fev(), adjustment=adjustment)
    fit = found.fit
    row = np.zeros(len(fit.beta))
    row[4] = 1
    one = contrast(fit, row)
    single = f_test(fit, [row])
    assert single.statistic == pytest.approx(one.t**2)
    assert single.p == pytest.approx(one.p)
    assert found.overall.numerator_df == 4
    assert 100 < found.overall.denominator_df < 220


def test_f_test_does_not_depend_on_how_its_rows_are_combined():
    fit = repeated_measures(**fev(), adjustment="kenward-roger-linear").fit
    rows = np.eye(len(fit.beta))[4:7]
    mixed = np.array([[1, 1, 0], [0, 2, 1], [1, 0, 3.0]]) @ rows
    assert f_test(fit, mixed).statistic == pytest.approx(f_test(fit, rows).statistic)
    assert f_test(fit, mixed).denominator_df == pytest.approx(f_test(fit, rows).denominator_df)


def test_independent_visits_are_an_ancova():
    """Compound symmetry estimated near nought correlation: pooled visits, one variance."""
    rng = np.random.default_rng(5)
    y = rng.normal(size=40)
    arm = Labels(np.repeat([0, 1], 20).astype(np.int32), ("a", "b"))
    flat = ancova(y, arm=arm)
    x = np.column_stack([np.ones(40), arm.codes])
    fit = mmrm(
        y, x, subject=np.repeat(np.arange(20), 2), visit=np.tile([0, 1], 20), covariance="cs"
    )
    assert contrast(fit, [0, 1]).estimate == pytest.approx(flat.differences[0].value.estimate)


def test_kenward_roger_of_complete_data_is_hotelling():
    """All visits seen, one group, unstructured: the scaled F that visits agree is Hotelling's."""
    subjects, visits = 14, 4
    y = np.random.default_rng(4).normal(size=(subjects, visits)).cumsum(axis=1)
    x = np.tile(np.eye(visits), (subjects, 1))
    fit = mmrm(
        y.ravel(),
        x,
        subject=np.repeat(np.arange(subjects), visits),
        visit=np.tile(np.arange(visits), subjects),
        adjustment="kenward-roger-linear",
    )
    rows = np.eye(visits)[1:] - np.eye(visits)[:-1]
    gaps = y @ rows.T
    t2 = subjects * gaps.mean(axis=0) @ np.linalg.solve(np.cov(gaps.T), gaps.mean(axis=0))
    q = visits - 1
    found = f_test(fit, rows)
    assert found.denominator_df == pytest.approx(subjects - q, rel=1e-6)
    assert found.statistic == pytest.approx((subjects - q) / ((subjects - 1) * q) * t2, rel=1e-6)
