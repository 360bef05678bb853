"""Keyed streams: the published SplitMix64 vector, uniformity, independence, exact choices."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from equipoise import streams
from equipoise.streams import LEVELS, MASK, Stream

# SplitMix64 from state 1234567, the first five outputs as published with xoshiro's reference code
PUBLISHED = (
    6457827717110365317,
    3203168211198807973,
    9817491932198370423,
    4593380528125082431,
    16408922859458223821,
)
DRAWS = 20_000
RARE = 1e-4
"""A right generator fails a test of this level once in ten thousand; the seed is fixed."""
QUANTILE_ROUNDING = 4e-15


def test_published_vector():
    assert [streams.word(1234567, 0, n) for n in range(1, 6)] == list(PUBLISHED)


def test_mix_loses_nothing():
    assert len({streams.mix(z) for z in range(5000)}) == 5000
    assert streams.mix(2**64 + 3) == streams.mix(3)


def uniforms(**key):
    """First draws along whichever part of the key is a range."""
    names = ("seed", "trial", "subject", "purpose")
    values = {"seed": 5, "trial": 0, "subject": 0, "purpose": "a"} | key
    listed = [[values[n]] if isinstance(values[n], int | str) else list(values[n]) for n in names]
    return np.array(
        [
            Stream.of(seed=s, trial=t, subject=i, purpose=p).uniform()
            for s, t, i, p in itertools.product(*listed)
        ]
    )


ALONG = {
    "seeds": {"seed": range(DRAWS)},
    "trials": {"trial": range(DRAWS)},
    "subjects": {"subject": range(DRAWS)},
    "purposes": {"purpose": [f"purpose {k}" for k in range(DRAWS)]},
}


@pytest.fixture(scope="module")
def draws():
    one = Stream.of(seed=5, purpose="a")
    found = {name: uniforms(**key) for name, key in ALONG.items()}
    return found | {"counter": np.array([one.uniform() for _ in range(DRAWS)])}


@pytest.mark.parametrize("along", [*ALONG, "counter"])
def test_draws_are_uniform_along_every_part_of_the_key(along, draws):
    counts = np.bincount((draws[along] * 100).astype(int), minlength=100)
    assert RARE < stats.chisquare(counts).pvalue < 1 - RARE


@pytest.mark.parametrize("along", [*ALONG, "counter"])
def test_neighbors_are_independent_along_every_part_of_the_key(along, draws):
    cell = (draws[along] * 10).astype(int)
    for lag in (1, 2):
        table = np.bincount(cell[:-lag] * 10 + cell[lag:], minlength=100).reshape(10, 10)
        assert RARE < stats.chi2_contingency(table).pvalue < 1 - RARE


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations([*ALONG, "counter"], 2)))
def test_the_ways_of_the_key_are_independent_of_each_other(one, other, draws):
    table, _, _ = np.histogram2d(draws[one], draws[other], bins=10, range=[[0, 1], [0, 1]])
    # each way starts with the same first draw, which is one of 20,000
    assert RARE < stats.chi2_contingency(table).pvalue < 1 - RARE


def test_low_bits_are_as_good_as_high_ones():
    one = Stream.of(seed=1, purpose="bits")
    words = np.array([one.bits() for _ in range(4000)], dtype=np.uint64)
    ones = np.array([int(((words >> np.uint64(b)) & np.uint64(1)).sum()) for b in range(64)])
    assert (np.abs(ones - 2000) < 5 * math.sqrt(1000)).all()


def test_no_word_comes_twice_among_subjects_and_purposes():
    trial = streams.trial_key(3, 0)
    words = {
        streams.word(streams.subject_key(trial, i), streams.purpose_id(p), n)
        for i in range(-1, 300)
        for p in ("accrual", "stratum", "PFS", "OS", "dropout", "block:0")
        for n in range(4)
    }
    assert len(words) == 301 * 6 * 4


def test_another_purpose_or_subject_moves_no_draw():
    before = uniforms(subject=range(20), purpose="a")
    more = uniforms(subject=range(21), purpose=["a", "new"])
    np.testing.assert_array_equal(before, more[::2][:20])


def test_units_are_inside_the_open_interval():
    assert 0.0 < streams.unit(0) < streams.unit(MASK) < 1.0
    assert streams.unit(0) == 2.0**-53
    assert streams.unit(MASK) == 1.0 - 2.0**-53


def test_levels_and_thresholds():
    assert (streams.level(0), streams.level(MASK)) == (0, LEVELS - 1)
    assert [streams.threshold(p) for p in (0.0, 0.5, 1.0)] == [0, LEVELS // 2, LEVELS]
    assert streams.level_of(streams.unit(MASK)) == LEVELS - 1


def test_choices_below_k_are_even():
    one = Stream.of(seed=2, purpose="choice")
    counts = np.bincount([one.below(7) for _ in range(7000)], minlength=7)
    assert stats.chisquare(counts).pvalue > RARE


def test_a_word_past_the_last_multiple_is_refused(monkeypatch):
    words = iter([MASK, 5])
    monkeypatch.setattr(streams, "word", lambda *_: next(words))
    assert Stream(0, 0).below(3) == 5 % 3  # 2**64 - 1 is a multiple of 3, and left over


@pytest.mark.parametrize(
    ("draw", "law"), [(Stream.exponential, stats.expon), (Stream.normal, stats.norm)]
)
def test_exponential_and_normal_draws(draw, law):
    one = Stream.of(seed=4, purpose="real")
    found = [draw(one) for _ in range(DRAWS)]
    assert stats.kstest(found, law.cdf).pvalue > RARE


def test_normal_quantile_against_scipy():
    u = np.concatenate([10.0 ** -np.arange(1, 300, 3.7), np.linspace(0.001, 0.999, 400)])
    found = np.array([streams.normal_quantile(float(x)) for x in u])
    np.testing.assert_allclose(found, stats.norm.ppf(u), rtol=QUANTILE_ROUNDING, atol=1e-15)
    back = np.array([streams.normal_probability(float(z)) for z in found])
    np.testing.assert_allclose(back, u, rtol=1e-12)
