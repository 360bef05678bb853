"""The traps of the field, each once."""

import numpy as np
import pytest

from equipoise.analysis.survival import (
    FlemingHarrington,
    ModestlyWeighted,
    compare_rmst,
    cox,
    cumulative_incidence,
    fine_gray,
    gray_test,
    hazard_ratio,
    kaplan_meier,
    logrank,
    max_combo,
    milestone_difference,
    weighted_logrank,
    window_hazard_ratios,
    zph,
)
from equipoise.analysis.survival.tests.weighted import RiskSets
from equipoise.errors import InputError
from support.r_survival import data


def veteran():
    d = data("veteran")
    stratum = np.unique(d["celltype"].cast(str), return_inverse=True)[1]
    return d["time"].to_numpy(), d["status"].to_numpy(), d["trt"].to_numpy() - 1, stratum


def test_float_times_that_differ_by_rounding_are_one_tie():
    split = hazard_ratio([0.1 + 0.2, 0.3, 1, 2], [1, 1, 1, 1], [0, 1, 0, 1])
    tied = hazard_ratio([0.3, 0.3, 1, 2], [1, 1, 1, 1], [0, 1, 0, 1])
    assert split.loglik == pytest.approx(tied.loglik, rel=1e-14)
    assert logrank([0.1 + 0.2, 0.3, 1], [1, 1, 1], [0, 1, 0]).variance[1, 1] == pytest.approx(
        logrank([0.3, 0.3, 1], [1, 1, 1], [0, 1, 0]).variance[1, 1]
    )


@pytest.mark.parametrize(
    ("strata", "z"), [("summed", 0.386), ("combined", 0.351), ("pooled", 0.033)]
)
def test_stratified_fleming_harrington_has_three_meanings(strata, z):
    found = weighted_logrank(*veteran(), weight=FlemingHarrington(0, 1), strata=strata)
    assert found.z == pytest.approx(z, abs=5e-4)


def test_combined_with_unit_weights_is_the_stratified_logrank():
    unit = weighted_logrank(*veteran(), weight=FlemingHarrington(0, 0), strata="combined")
    assert unit.z == pytest.approx(logrank(*veteran()).z)


def test_fh_0_1_weights_late_differences():
    # arms part late only: the late weight sees more than the early one
    time = np.concatenate((np.arange(1, 41), np.arange(1, 21), np.arange(41, 61)))
    arm = np.repeat([0, 1], 40)
    late = weighted_logrank(time, np.ones(80), arm, weight=FlemingHarrington(0, 1))
    early = weighted_logrank(time, np.ones(80), arm, weight=FlemingHarrington(1, 0))
    assert late.z < early.z < 0


def test_modest_weights_grow_until_t_star_and_stay():
    weight = ModestlyWeighted(t_star=2)
    before = np.array([1, 0.8, 0.5, 0.2])
    at = RiskSets(np.array([1, 2, 3, 4.0]), before, np.ones(4), np.ones(4))
    assert weight(at).tolist() == [1, 1.25, 2, 2]
    assert ModestlyWeighted(floor=0.5)(at).tolist() == [1, 1.25, 2, 2]


def test_max_combo_correlation_is_singular():
    found = max_combo(*veteran()[:3])
    assert np.linalg.eigvalsh(found.correlation)[0] == pytest.approx(0, abs=1e-12)
    assert 0 < found.p_better < found.p < 1


def test_rmst_may_not_go_beyond_a_censored_last_time():
    with pytest.raises(InputError, match="beyond the last time, 5"):
        compare_rmst([1, 2, 5, 1, 2, 9], [1, 1, 0, 1, 1, 1], [0, 0, 0, 1, 1, 1], tau=6)
    # an event at the last time ends the curve at 0, which is known for ever
    found = compare_rmst([1, 2, 5, 1, 2, 9], [1, 1, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1], tau=9)
    assert found.control.estimate == pytest.approx((1 + 2 + 5) / 3)


def test_milestone_beyond_follow_up_is_refused():
    with pytest.raises(InputError, match="last time of arm 1"):
        milestone_difference([5, 6, 1, 2], [1, 0, 1, 0], [0, 0, 1, 1], at=4)


def test_one_stratum_with_one_arm_adds_nothing():
    time, event, arm, _ = veteran()
    more = np.concatenate((time, [3, 5])), np.concatenate((event, [1, 1]))
    found = logrank(*more, np.concatenate((arm, [1, 1])), np.repeat([0, 1], [137, 2]))
    assert found.z == pytest.approx(logrank(time, event, arm).z)


def test_no_event_while_two_arms_are_at_risk_is_not_testable():
    with pytest.raises(InputError, match="not testable"):
        logrank([1, 2, 3, 4], [1, 1, 1, 1], [0, 0, 1, 1], [0, 0, 1, 1])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"time": [-1, 2, 3, 4]}, r"time\[0\]: -1"),
        ({"time": [1, np.nan, 3, 4]}, r"time\[1\]: nan"),
        ({"time": ["a", "b", "c", "d"]}, "expected numbers"),
        ({"event": [1, 2, 1, 2]}, "coded 1 and 2"),
        ({"event": [0, 3, 1, 0]}, r"event\[1\]: 3"),
        ({"event": [0, 0, 0, 0]}, "no events"),
        ({"arm": [0, 0, 0, 0]}, "one arm only"),
        ({"arm": [0, 0, 2, 2]}, "no rows"),
        ({"arm": [0, 1, 0]}, "3 rows, but time has 4"),
        ({"time": [], "event": [], "arm": []}, "no rows"),
        ({"stratum": [0, -1, 0, 0]}, r"stratum\[1\]: -1"),
    ],
)
def test_bad_arrays_are_named(change, words):
    good = {"time": [1, 2, 3, 4], "event": [1, 0, 1, 1], "arm": [0, 1, 0, 1]}
    with pytest.raises(InputError, match=words):
        logrank(**{**good, **change})


@pytest.mark.parametrize(
    ("x", "words"),
    [
        ([1.0, 1.0, 1.0, 1.0], "the same for all"),
        ([[1, 1], [2, 2], [3, 3], [5, 5]], "a sum of the covariates"),
        ([1, np.inf, 2, 3], r"x\[1\]"),
    ],
)
def test_useless_covariates_are_named(x, words):
    with pytest.raises(InputError, match=words):
        cox([1, 2, 3, 4], [1, 1, 0, 1], x)


def test_monotone_likelihood_in_one_term_leaves_the_other():
    d = data("veteran")
    never = (d["status"] == 0).to_numpy().astype(float)
    x = np.column_stack((d["karno"], never))
    fit = cox(d["time"].to_numpy(), d["status"].to_numpy(), x, names=("karno", "never"))
    assert np.isfinite(fit.coef[0])
    assert np.isnan(fit.coef[1])
    assert fit.notes[0].startswith("never: not estimable")
    with pytest.raises(InputError, match="not estimable"):
        zph(fit)


def test_a_window_without_events_says_so():
    early, late = window_hazard_ratios([1, 2, 3, 9], [1, 1, 1, 0], [0, 1, 0, 1], cuts=[5])
    assert early.fit is not None
    assert late.fit is None
    assert "no events" in late.note


def test_competing_causes():
    with pytest.raises(InputError, match="nobody has cause 3"):
        gray_test([1, 2, 3, 4], [1, 2, 1, 0], [0, 1, 0, 1], of=3)
    with pytest.raises(InputError, match="nobody has cause 3"):
        fine_gray([1, 2, 3, 4], [1, 2, 1, 0], [0, 1, 0, 1], of=3)


def test_incidences_and_survival_add_to_one():
    time, cause = np.array([1, 2, 2, 3, 4, 5]), np.array([1, 2, 0, 1, 2, 0])
    both = [cumulative_incidence(time, cause, of=k) for k in (1, 2)]
    assert both[0].estimate + both[1].estimate + both[0].survival == pytest.approx(np.ones(5))


def test_one_cause_only_is_kaplan_meier_turned_over():
    time, event = veteran()[:2]
    one = cumulative_incidence(time, event)
    curve = kaplan_meier(time, event)
    assert one.estimate == pytest.approx(1 - curve.survival)
    alive = curve.survival > 0
    assert np.sqrt(one.variance)[alive] == pytest.approx(curve.std_err[alive])
