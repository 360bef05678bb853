"""Weighted log-rank tests one by one, combined, and by the sums of any number of arms: one Z."""

import numpy as np
import pytest

from equipoise.analysis.survival import FlemingHarrington, logrank, max_combo, weighted_logrank
from equipoise.analysis.survival.event_rows import event_rows
from equipoise.analysis.survival.tests.logrank import arms_table
from equipoise.errors import InputError
from equipoise.kernels.trials.weighted import fleming_harrington, standardized, weighted_sums

PAIRS = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.5, 2.0))


def people(seed):
    """60 subjects, tied days, one to twelve strata, some of them of one arm."""
    rng = np.random.default_rng(seed)
    strata = int(rng.integers(1, 13))
    time = np.ceil(rng.exponential(90, 60)).astype(np.int64)
    return time, rng.random(60) < 0.7, rng.integers(0, 2, 60), rng.integers(0, strata, 60)


@pytest.mark.parametrize("seed", range(40))
def test_one_z_by_three_ways(seed):
    columns = people(seed)
    rows = event_rows(arms_table(*columns))
    z, correlation = standardized(*weighted_sums(rows, len(rows.events), np.array(PAIRS)))
    tests = [weighted_logrank(*columns, weight=FlemingHarrington(*pair)) for pair in PAIRS]
    assert z.tolist() == [test.z for test in tests]
    assert z[0] == logrank(*columns).z
    found = max_combo(*columns, weights=[FlemingHarrington(*pair) for pair in PAIRS])
    assert found.z.tolist() == z.tolist()
    assert (np.diag(correlation) == 1).all()
    alone = max_combo(*columns, weights=[FlemingHarrington(*PAIRS[2])])
    assert alone.one_sided_z == alone.z[0] == tests[2].z


def test_weights_by_hand():
    # S(t-) 1, 0.8, 0.5: rho 1 gives itself, gamma 1 the rest, both the product, and 0 gives 1
    before = np.array([1.0, 0.8, 0.5])
    assert fleming_harrington(before, 0.0, 0.0).tolist() == [1, 1, 1]
    assert fleming_harrington(before, 1.0, 0.0).tolist() == [1, 0.8, 0.5]
    assert fleming_harrington(before, 1.0, 1.0) == pytest.approx([0, 0.16, 0.25])
    assert fleming_harrington(before, 0.5, 2.0) == pytest.approx([0, 0.8**0.5 * 0.04, 0.5**2.5])


def test_the_covariance_by_hand():
    # Days 1 (arm 1), 2 (arm 0), 3 (arm 1) of four, the fourth censored at day 4 in arm 0.
    # At risk 4, 3, 2, of arm 1: 2, 1, 1; variance p (1 - p): 1/4, 2/9, 1/4. S(t-): 1, 3/4, 1/2.
    columns = [1, 2, 3, 4], [1, 1, 1, 0], [1, 0, 1, 0]
    rows = event_rows(arms_table(*columns))
    score, covariance = weighted_sums(rows, 3, np.array([[0.0, 0.0], [1.0, 0.0]]))
    assert score == pytest.approx([2 - 1 / 2 - 1 / 3 - 1 / 2, 1.5 - 1 / 2 - 0.75 / 3 - 0.5 / 2])
    v = np.array([1 / 4, 2 / 9, 1 / 4])
    s = np.array([1, 0.75, 0.5])
    expected = [[v.sum(), (v * s).sum()], [(v * s).sum(), (v * s * s).sum()]]
    assert covariance == pytest.approx(np.array(expected))


def test_swapping_arms_or_the_better_side_negates():
    time, event, arm, stratum = people(3)
    one = max_combo(time, event, arm, stratum)
    other = max_combo(time, event, 1 - arm, stratum, sign=-1)
    assert other.z == pytest.approx(-one.z, abs=1e-12)
    assert other.one_sided_z == pytest.approx(-one.one_sided_z, abs=1e-7)
    assert other.p_better == pytest.approx(one.p_better, rel=1e-6)


def test_a_weight_that_sees_nothing_is_not_testable():
    # the only event stands first, where 1 - S(t-) is 0
    with pytest.raises(InputError, match="not testable"):
        max_combo([1, 2, 3, 4], [1, 0, 0, 0], [0, 1, 0, 1])
