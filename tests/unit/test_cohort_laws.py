"""What the draws of a cohort promise: days by their tables, blocks in balance, draws that stay."""

import math

import numpy as np
import pytest
from scipy import stats

from equipoise.kernels.cohort import Chances, Crossing, make_world, piecewise_cumulative
from equipoise.kernels.trials.arrive import cohort

DAYS, TRIALS = 600, 60
RARE = 1e-4
STARTS, RATES = [0.0, 100.0], [0.004, 0.001]


def curve(starts=STARTS, rates=RATES):
    return piecewise_cumulative(starts, rates, days=DAYS)


def world(**changes):
    never = np.zeros(DAYS)
    common = {
        "subjects": 300,
        "accrual": np.arange(1, 201) / 200,
        "prevalence": [0.2, 0.3, 0.5],
        "ratio": [2, 1],
        "block_sizes": [3, 6],
        "endpoints": ["PFS", "OS"],
        "events": [[[curve()] * 3] * 2, [[curve(rates=[0.002, 0.003])] * 3] * 2],
        "dropout": [[never] * 3] * 2,
        "response": [[0.3] * 3, [0.6] * 3],
    }
    return make_world(Chances(**{**common, **changes}))


def many(made, trials=TRIALS):
    return [cohort(made, seed=11, trial=k) for k in range(trials)]


def test_piecewise_cumulative_by_hand():
    found = curve()
    assert found[99] == pytest.approx(1 - math.exp(-0.4), rel=1e-14)
    assert found[149] == pytest.approx(1 - math.exp(-0.4 - 0.05), rel=1e-14)
    assert (np.diff(found) > 0).all()
    np.testing.assert_array_equal(curve([0.0], [0.0]), 0.0)


def test_event_days_follow_their_table():
    days = np.concatenate([c.day[0] for c in many(world())])
    edges = np.array([0, 25, 50, 100, 150, 300, 450, DAYS])
    share = np.diff(np.append(0.0, curve())[edges], append=1.0)
    share[-1] = 1.0 - share[:-1].sum()
    counts = np.histogram(days, bins=[*(edges + 0.5), np.inf])[0]
    assert stats.chisquare(counts, share * len(days)).pvalue > RARE
    assert days.min() >= 1
    assert days.max() == DAYS + 1


def test_entries_ascend_and_are_even():
    found = many(world())
    assert all((np.diff(c.entry) >= 0).all() for c in found)
    entry = np.concatenate([c.entry for c in found])
    assert (entry.min(), entry.max()) == (1, 200)
    assert stats.chisquare(np.bincount(entry, minlength=201)[1:]).pvalue > RARE


def test_strata_and_responses_have_their_shares():
    found = many(world())
    strata = np.bincount(np.concatenate([c.stratum for c in found]), minlength=3)
    total = strata.sum()
    assert stats.chisquare(strata, total * np.array([0.2, 0.3, 0.5])).pvalue > RARE
    arm = np.concatenate([c.arm for c in found])
    response = np.concatenate([c.response for c in found])
    for k, p in enumerate((0.3, 0.6)):
        assert (
            stats.binomtest(int(response[arm == k].sum()), int((arm == k).sum()), p).pvalue > RARE
        )


@pytest.mark.parametrize("sizes", [[3], [6], [3, 6]])
def test_blocks_balance_within_each_stratum(sizes):
    # no arm is further from its share than the worst place inside the largest block
    for c in many(world(block_sizes=sizes), 10):
        for s in range(3):
            experimental = np.cumsum(c.arm[c.stratum == s])
            n = np.arange(1, len(experimental) + 1)
            assert (np.abs(experimental - n / 3) <= max(sizes) * 2 / 9 + 1e-12).all()
            if sizes == [3]:
                assert (experimental[2::3] == n[2::3] // 3).all()


def test_every_order_of_a_block_comes_as_often():
    made = world(ratio=[1, 1], block_sizes=[4], prevalence=[1.0], response=None,
                 events=[[[curve()]] * 2] * 2, dropout=[[np.zeros(DAYS)]] * 2)  # fmt: skip
    blocks = np.concatenate([c.arm.reshape(-1, 4) for c in many(made)])
    counts = np.unique(blocks @ [8, 4, 2, 1], return_counts=True)[1]
    assert len(counts) == 6
    assert stats.chisquare(counts).pvalue > RARE


def test_more_subjects_move_no_draw():
    few, more = (cohort(world(subjects=n), seed=3, trial=7) for n in (120, 121))
    order, other = np.argsort(few.subject), np.argsort(more.subject)[:120]
    for name in ("entry", "stratum"):
        np.testing.assert_array_equal(getattr(few, name)[order], getattr(more, name)[other])
    # both arms share one table here, so that an arm that changes moves no event day
    np.testing.assert_array_equal(few.day[:, order], more.day[:, other])


def test_another_endpoint_moves_no_draw():
    both = cohort(world(), seed=3, trial=7)
    one = cohort(world(endpoints=["PFS"], events=[[[curve()] * 3] * 2]), seed=3, trial=7)
    np.testing.assert_array_equal(both.day[0], one.day[0])
    np.testing.assert_array_equal(both.arm, one.arm)


def test_a_longer_hazard_ratio_lengthens_each_life():
    slow = [[curve()] * 3, [curve(rates=[0.002, 0.0005])] * 3]
    one, other = (
        cohort(world(events=[e, e]), seed=5, trial=0) for e in ([[curve()] * 3] * 2, slow)
    )
    treated = one.arm == 1
    np.testing.assert_array_equal(one.day[0, ~treated], other.day[0, ~treated])
    assert (other.day[0, treated] >= one.day[0, treated]).all()


def test_a_link_has_the_rank_correlation_of_its_copula():
    made = world(link=[0.0, 0.6])
    pairs = np.concatenate([c.day[:, (c.day <= DAYS).all(axis=0)] for c in many(made)], axis=1)
    free = np.concatenate([c.day for c in many(world())], axis=1)
    assert stats.kendalltau(*free).statistic == pytest.approx(0.0, abs=0.025)
    assert stats.kendalltau(*pairs).statistic > 0.2
    # days past the table tie; in the whole sample tau-b stays near 2/pi asin r
    whole = np.concatenate([c.day for c in many(made)], axis=1)
    expected = 2 / math.pi * math.asin(0.6)
    assert stats.kendalltau(*whole).statistic == pytest.approx(expected, abs=0.04)


def test_responders_live_longer_where_they_are_linked():
    found = many(world(response_link=0.7))
    day = np.concatenate([c.day[0] for c in found])
    response = np.concatenate([c.response for c in found])
    assert np.median(day[response == 1]) > 2 * np.median(day[response == 0])


def test_what_cannot_come_before_another_does_not():
    for c in many(world(not_before=[-1, 0]), 5):
        assert (c.day[1] >= c.day[0]).all()


def test_who_crosses_over_lives_so_many_times_as_long():
    """The same draws with and without: life after the first endpoint is stretched, nothing else."""
    shares, longer = [0.4, 0.0], [1.5, 3.0]
    plain, moved = (
        many(world(subjects=400, crossover=c)) for c in (None, Crossing(shares, longer, 1))
    )
    crossed = 0
    could = 0
    for before, after in zip(plain, moved, strict=True):
        at, end, goes = before.day[0], before.day[1], after.crossed == 1
        able = (before.arm == 0) & (at <= DAYS) & (end > at)
        assert not goes[~able].any()
        np.testing.assert_array_equal(after.day[0], at)
        np.testing.assert_array_equal(after.day[1][~goes], end[~goes])
        later = at[goes] + np.ceil(1.5 * (end - at)[goes]).astype(int)
        expected = np.where(end[goes] <= DAYS, np.minimum(later, DAYS + 1), end[goes])
        np.testing.assert_array_equal(after.day[1][goes], expected)
        crossed, could = crossed + goes.sum(), could + able.sum()
    assert stats.binomtest(int(crossed), int(could), 0.4).pvalue > RARE
