"""Laws of time-to-event analysis that hold for any data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.analysis.survival import (
    adjusted_logrank,
    cox,
    hazard_ratio,
    kaplan_meier,
    logrank,
    residuals,
)
from equipoise.errors import InputError
from support.survival import tied_trial

seeds = st.integers(0, 10_000)


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_swapping_arms_negates_z(seed):
    t = tied_trial(seed)
    try:
        one = logrank(t.time, t.event, t.arm, t.stratum)
    except InputError:
        return
    assert logrank(t.time, t.event, 1 - t.arm, t.stratum).z == pytest.approx(-one.z, abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(seeds, st.floats(0.01, 1000))
def test_scaling_time_changes_nothing(seed, factor):
    t = tied_trial(seed)
    one = kaplan_meier(t.time, t.event)
    other = kaplan_meier(t.time * factor, t.event)
    assert other.survival == pytest.approx(one.survival)
    assert other.median.estimate == pytest.approx(one.median.estimate * factor, nan_ok=True)


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_without_censoring_the_curve_is_the_empirical_survival(seed):
    time = tied_trial(seed).time
    curve = kaplan_meier(time, np.ones(time.size))
    assert curve.survival == pytest.approx([(time > u).mean() for u in curve.time])


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_rows_in_any_order_give_the_same(seed):
    t = tied_trial(seed)
    o = np.random.default_rng(seed).permutation(t.time.size)
    one = cox(t.time, t.event, t.x[:, 1])
    other = cox(t.time[o], t.event[o], t.x[o, 1])
    assert other.coef == pytest.approx(one.coef, rel=1e-9, abs=1e-12)
    back = residuals(one).martingale[o]
    assert residuals(other).martingale == pytest.approx(back, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_martingale_residuals_sum_to_zero(seed):
    t = tied_trial(seed)
    fit = cox(t.time, t.event, t.x[:, 1], stratum=t.stratum)
    if not fit.notes:
        assert residuals(fit).martingale.sum() == pytest.approx(0, abs=1e-8)
        assert residuals(fit).score.sum() == pytest.approx(0, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_without_ties_the_cox_score_test_is_the_logrank(seed):
    rng = np.random.default_rng(seed)
    time, event, arm = rng.permutation(30) + 1, rng.random(30) < 0.8, np.arange(30) % 2
    fit = hazard_ratio(time, event, arm)
    assert fit.score.statistic == pytest.approx(logrank(time, event, arm).chisq)


@settings(max_examples=30, deadline=None)
@given(seeds, st.floats(-3, 3), st.floats(0.5, 2))
def test_adjustment_does_not_depend_on_units(seed, shift, factor):
    t = tied_trial(seed, n=80)
    x = t.x[:, 1]
    one = adjusted_logrank(t.time, t.event, t.arm, x)
    assert adjusted_logrank(t.time, t.event, t.arm, factor * x + shift).z == pytest.approx(one.z)
