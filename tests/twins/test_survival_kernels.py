"""Each kernel of time to event against its plain twin, on tied stratified data."""

import numpy as np
import pytest

from equipoise.kernels.survival import (
    cox,
    curve,
    days,
    exact,
    limits,
    logrank,
    newton,
    order,
    points,
    table,
)
from support.survival import tied_trial

SEEDS = range(12)


def sorted_rows(trial, *, start=None):
    stratum = trial.stratum.astype(np.int32)
    g = int(stratum.max()) + 1
    rows = order.sort_rows(trial.time, stratum, g)
    o = rows.order
    begin, falling = np.empty(0), np.empty(0, np.int64)
    if start is not None:
        begin = start[o].astype(float)
        falling = np.lexsort((-begin, stratum[o])).astype(np.int64)
    weight = np.random.default_rng(1).uniform(0.5, 2, o.size)
    return cox.CoxRows(rows.time, trial.event[o], trial.x[o], weight, rows.first, begin, falling)


@pytest.mark.parametrize("seed", SEEDS)
def test_counting_order(seed):
    key = np.random.default_rng(seed).integers(0, 9, 50)
    found = order.counting_order(key, 9)
    assert found.tolist() == order.counting_order_plain(key, 9).tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_snap(seed):
    rng = np.random.default_rng(seed)
    time = np.sort(rng.integers(1, 9, 40) + rng.normal(0, 1e-9, 40))
    one, two = time.copy(), time.copy()
    assert order.snap(one, 1e-8) == order.snap_plain(two, 1e-8)
    assert one.tolist() == two.tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_tables_agree_by_counting_by_sorting_and_plainly(seed):
    t = tied_trial(seed, arms=3)
    arm, stratum = t.arm.astype(np.int32), t.stratum.astype(np.int32)
    g = int(stratum.max()) + 1
    counted = table.tabulate(t.time, t.event, arm, stratum, arms=3, strata=g)
    halves = table.tabulate(t.time + 0.5, t.event, arm, stratum, arms=3, strata=g)
    rows = order.sort_rows(t.time, stratum, g)
    o = rows.order
    plain = table.count_sorted_plain(rows.time, t.event[o], arm[o], rows.first, 3)
    for a, b, c in zip(counted, halves._replace(time=halves.time - 0.5), plain):
        assert a.tolist() == b.tolist() == c.tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_curves(seed):
    t = tied_trial(seed)
    counts = table.tabulate(t.time, t.event, t.arm.astype(np.int32), arms=2)
    d, out = counts.events[:, 0].copy(), counts.leaving[:, 0].copy()
    for a, b in zip(curve.product_limit(d, out), curve.product_limit_plain(d, out)):
        np.testing.assert_allclose(a, b)
    np.testing.assert_allclose(
        curve.pooled_before(*counts[1:]), curve.pooled_before_plain(*counts[1:])
    )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("weighted", [False, True])
def test_logrank(seed, weighted):
    t = tied_trial(seed, arms=3)
    stratum = t.stratum.astype(np.int32)
    g = int(stratum.max()) + 1
    counts = table.tabulate(t.time, t.event, t.arm.astype(np.int32), stratum, arms=3, strata=g)
    weight = np.random.default_rng(seed).random(counts.time.size if weighted else 0)
    kernel = logrank.logrank_sums(*counts[1:], weight)
    for a, b in zip(kernel, logrank.logrank_sums_plain(*counts[1:], weight)):
        np.testing.assert_allclose(a, b, atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("efron", [False, True])
@pytest.mark.parametrize("late", [False, True])
def test_cox_likelihood(seed, efron, late):
    t = tied_trial(seed)
    start = np.random.default_rng(seed).integers(0, t.time) if late else None
    rows = sorted_rows(t, start=start)
    eta = rows.x @ np.array([0.4, -0.3, 0.2])
    risk = rows.weight * np.exp(eta)
    score, info = np.zeros(3), np.zeros((3, 3))
    loglik = cox.cox_sums(rows, eta, risk, efron, score, info)
    plain = cox.cox_sums_plain(rows, eta, risk, efron)
    assert loglik == pytest.approx(plain[0], rel=1e-12)
    np.testing.assert_allclose(score, plain[1], atol=1e-9)
    np.testing.assert_allclose(info, plain[2], atol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("efron", [False, True])
@pytest.mark.parametrize("late", [False, True])
def test_cox_event_points(seed, efron, late):
    t = tied_trial(seed)
    start = np.random.default_rng(seed).integers(0, t.time) if late else None
    rows = sorted_rows(t, start=start)
    risk = rows.weight * np.exp(rows.x @ np.array([0.4, -0.3, 0.2]))
    kernel = points.event_points(rows, risk, efron, True)
    for a, b in zip(kernel, points.event_points_plain(rows, risk, efron)):
        np.testing.assert_allclose(a, b, atol=1e-10)


@pytest.mark.parametrize("seed", SEEDS)
def test_exact_likelihood(seed):
    t = tied_trial(seed, n=12)
    rows = sorted_rows(t)
    eta = rows.x @ np.array([0.4, -0.3, 0.2])
    score, info = np.zeros(3), np.zeros((3, 3))
    loglik = exact.exact_sums(rows, eta, score, info)
    plain = exact.exact_sums_plain(rows, eta)
    assert loglik == pytest.approx(plain[0], rel=1e-12, abs=1e-12)
    np.testing.assert_allclose(score, plain[1], atol=1e-10)
    np.testing.assert_allclose(info, plain[2], atol=1e-10)


@pytest.mark.parametrize("seed", SEEDS)
def test_survey(seed):
    t = tied_trial(seed, arms=3)
    rows = (t.time, t.event, t.arm, t.stratum)
    assert days.survey(*rows) == days.survey_plain(*rows)
    assert not days.survey(-t.time, *rows[1:])[0]
    assert not days.survey(t.time, t.event, t.arm - 1, t.stratum)[0]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("n", [60, 5000])
def test_sorted_keys(seed, n):
    key = np.random.default_rng(seed).integers(0, 1 << 20, n)
    plain = days.sorted_keys_plain(key, 1 << 20, 7)
    assert days.sorted_keys(key.copy(), 1 << 20, 7).tolist() == plain.tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_counting_and_sorting_give_one_table(seed):
    t = tied_trial(seed, arms=3)
    rows = (t.time, t.event, t.arm, t.stratum)
    found = days.survey(*rows)
    counted, by_keys = table.count_days(*rows, found), table.count_keys(*rows, found)
    for a, b in zip(counted, by_keys, strict=True):
        assert a.tolist() == b.tolist()


def test_whole_days():
    assert days.whole(np.array([0.0, 3.0]))[1].tolist() == [0, 3]
    for odd in (0.5, -1.0, np.nan, np.inf):
        assert not days.whole(np.array([1.0, odd]))[0]


@pytest.mark.parametrize("scale", range(5))
def test_limits(scale):
    survival = np.array([1.0, 0.9, 0.9, 0.5, 0.2, 0.01, 0.0])
    spread = np.array([0.0, 0.01, 0.01, 0.05, 0.3, 1.2, np.inf])
    found = limits.curve_limits(survival, spread, 1.96, scale)
    np.testing.assert_allclose(
        found, limits.curve_limits_plain(survival, spread, 1.96, scale), rtol=1e-12
    )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("efron", [False, True])
@pytest.mark.parametrize("p", [1, 3])
def test_cox_of_days(seed, efron, p):
    t = tied_trial(seed, n=80)
    found = newton.cox_of_days(t.time, t.event, t.x[:, :p], t.stratum, efron)
    assert found.usable
    n, x = found.event.size, found.x
    none = np.empty(0)
    rows = cox.CoxRows(found.time, found.event, x, none, found.first, none, np.empty(0, np.int64))
    null = cox.cox_sums_plain(rows, np.zeros(n), np.ones(n), efron)
    best = cox.cox_sums_plain(rows, x @ found.coef, np.exp(x @ found.coef), efron)
    np.testing.assert_allclose([found.null_loglik, found.loglik], [null[0], best[0]], rtol=1e-12)
    np.testing.assert_allclose(best[1], 0, atol=1e-8)
    np.testing.assert_allclose(found.null_score, null[1], atol=1e-10)
    np.testing.assert_allclose(found.null_info, null[2], atol=1e-10)
    np.testing.assert_allclose(found.variance, np.linalg.inv(best[2]), rtol=1e-8)
