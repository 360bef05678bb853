"""Kernels of plain tables against their twins, on tied stratified data."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.analysis.continuous.mmrm import structures
from equipoise.analysis.survival import cox
from equipoise.analysis.survival.entered import sorted_span, span
from equipoise.kernels import mmrm, mmrm_groups, permuted
from equipoise.kernels.survival import baseline, entered, points
from support.survival import tied_trial

SEEDS = range(8)


def rows_of(seed):
    t = tied_trial(seed, arms=3)
    rng = np.random.default_rng(seed)
    start = np.floor(t.time * rng.uniform(0, 0.9, t.time.size))
    weight = rng.integers(1, 4, t.time.size)
    rows = span(t.time, t.event, start, weight)
    g = int(t.stratum.max()) + 1
    return sorted_span(rows, t.arm.astype(np.int32), t.stratum.astype(np.int32), g)


def same(one, two, rel=1e-12):
    for a, b in zip(one, two, strict=True):
        assert np.asarray(a) == pytest.approx(np.asarray(b), rel=rel, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_tables_and_sums(seed):
    rows = rows_of(seed)
    table, plain = entered.entered_table(rows, 3), entered.entered_table_plain(rows, 3)
    same(table, plain)
    three = (table.events, table.at_risk, table.first)
    same(entered.entered_sums(*three), entered.entered_sums_plain(*three))


@pytest.mark.parametrize("seed", SEEDS)
def test_product_limit(seed):
    d = np.array([1.0, 0, 2, 1, 0])
    y = np.array([9.0, 8, 7, 3, 1]) + seed
    same(entered.entered_limit(d, y), entered.entered_limit_plain(d, y))


@pytest.mark.parametrize("efron", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_hazard_squares(seed, efron):
    t = tied_trial(seed)
    ties = "efron" if efron else "breslow"
    start = np.floor(t.time * 0.3)
    fit = cox(t.time, t.event, t.x[:, 1], stratum=t.stratum, start=start, ties=ties)
    rows = fit.like.rows
    risk = np.exp(fit.like.predictor(fit.coef))
    starts = points.count_points(rows.time, rows.event, rows.first)
    one = baseline.hazard_squares(rows, risk, efron, starts)
    assert one == pytest.approx(baseline.hazard_squares_plain(rows, risk, efron, starts), rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_shuffled_sums(seed):
    rng = np.random.default_rng(seed)
    first = np.array([0, 4, 9, 10], np.int64)
    columns = (rng.normal(size=10), rng.permutation(10).astype(np.int64), first)
    treated = np.array([2, 3, 1], np.int64)
    more = (treated, seed, 7, permuted.SHUFFLE)
    one = permuted.permuted_sums(*columns, *more)
    assert one == pytest.approx(permuted.permuted_sums_plain(*columns, *more), abs=1e-12)


def test_a_new_row_leaves_the_draws_of_the_others():
    """Its own words decide who is chosen: of rows 0 to 3 alone, or of a fifth row's stratum too."""
    score, row = np.arange(5.0), np.arange(5, dtype=np.int64)
    four = permuted.permuted_sums(
        score[:4], row[:4], np.array([0, 4], np.int64), np.array([2], np.int64), 1, 9, 3
    )
    five = permuted.permuted_sums(
        score, row, np.array([0, 4, 5], np.int64), np.array([2, 0], np.int64), 1, 9, 3
    )
    assert four.tolist() == five.tolist()


def measured(seed):
    """Two groups of subjects by visit, some visits not seen; design of arm and visit."""
    rng = np.random.default_rng(seed)
    n, m = 24, 3
    group = (np.arange(n) % 2).astype(np.int32)
    seen = rng.random((n, m)) < 0.8
    seen[:, 0] = True
    x = np.zeros((n, m, 4))
    x[..., 0] = 1
    x[..., 1] = group[:, None]
    x[:, 1, 2] = x[:, 2, 3] = 1
    y = rng.normal(size=(n, m)) + rng.normal(size=(n, 1))
    rows = np.concatenate((x, y[..., None]), axis=2) * seen[..., None]
    return rows, seen, group


@pytest.mark.parametrize("restricted", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_grouped_likelihood_and_its_derivatives(seed, restricted):
    rows, seen, group = measured(seed)
    data = [mmrm.crossproducts(rows[group == g], seen[group == g]) for g in (0, 1)]
    theta = np.random.default_rng(seed).normal(0, 0.3, 12)

    def sigma(at):
        return [structures.covariance("us", part, 3) for part in np.split(at, 2)]

    def deviance(at):
        values = [s.value for s in sigma(at)]
        return mmrm_groups.grouped_deviance(data, values, restricted=restricted)

    found = mmrm_groups.grouped_likelihood(data, sigma(theta), restricted=restricted)
    values = [s.value for s in sigma(theta)]
    plain = mmrm_groups.grouped_deviance_plain(rows, seen, group, values, restricted=restricted)
    assert found.deviance == pytest.approx(plain, rel=1e-12)
    assert deviance(theta) == pytest.approx(plain, rel=1e-12)
    step = 1e-5
    for k in range(12):
        up, down = theta.copy(), theta.copy()
        up[k] += step
        down[k] -= step
        slope = (deviance(up) - deviance(down)) / (2 * step)
        assert found.gradient[k] == pytest.approx(slope, abs=1e-5)
        one, two = (
            mmrm_groups.grouped_likelihood(data, sigma(at), restricted=restricted).gradient
            for at in (up, down)
        )
        assert found.hessian[k] == pytest.approx((one - two) / (2 * step), abs=1e-4)


def test_one_group_is_the_model_without_groups():
    rows, seen, _ = measured(5)
    data = mmrm.crossproducts(rows, seen)
    sigma = structures.covariance("toeph", np.array([0.1, 0.2, -0.1, 0.4, 0.1]), 3)
    one = mmrm.likelihood(data, sigma)
    two = mmrm_groups.grouped_likelihood([data], [sigma], restricted=True)
    same(one, two, rel=1e-9)
    args = (one.information_slopes, one.beta_covariance, 2 * np.linalg.inv(one.hessian))
    same(
        mmrm.kenward_roger(data, sigma, *args),
        mmrm_groups.grouped_kenward_roger([data], [sigma], *args),
        rel=1e-9,
    )
