"""Plain draws = numba draws, and the plain cohort = the kernel's cohort, in every bit."""

import numpy as np
import pytest

from equipoise import streams
from equipoise.kernels import draws
from equipoise.kernels.cohort import (
    Chances,
    Crossing,
    World,
    cohort_plain,
    make_world,
    piecewise_cumulative,
)
from equipoise.kernels.procedures import (
    COIN,
    COMPLETE,
    MARGINAL,
    MINIMIZATION,
    RANGE,
    STICK,
    URN,
    VARIANCE,
    make_procedure,
)
from equipoise.kernels.trials.arrive import cohort

DAYS = 900


def curve(rate, *, later=None):
    rates = [rate] if later is None else [rate, later]
    return piecewise_cumulative([0.0, 120.0][: len(rates)], rates, days=DAYS)


def two_endpoints(**changes) -> World:
    common = {
        "subjects": 97,
        "accrual": np.minimum(np.arange(1, 301) / 300, 1.0),
        "prevalence": [0.5, 0.3, 0.2],
        "ratio": [1, 2],
        "block_sizes": [3, 6],
        "endpoints": ["PFS", "OS"],
        "events": [
            [[curve(0.004)] * 3, [curve(0.004, later=0.001), curve(0.002), curve(0.0)]],
            [[curve(0.001)] * 3, [curve(0.0008)] * 3],
        ],
        "dropout": [[curve(0.0003)] * 3, [curve(0.0)] * 3],
        "response": [[0.05] * 3, [0.3, 0.2, 1.0]],
        "link": [0.0, 0.6],
        "not_before": [-1, 0],
        "response_link": 0.5,
    }
    return make_world(Chances(**{**common, **changes}))


FACTORS = np.array([[0, 0], [0, 1], [1, 0]])  # three strata of two factors


def minimizing(measure, **more):
    return make_procedure(
        MINIMIZATION, preferred=0.8, measure=measure, weight=(1.0, 0.3), level=FACTORS, **more
    )


EVEN = {"ratio": [1, 1], "block_sizes": [6]}
WORLDS = {
    "block urn": two_endpoints(procedure=make_procedure(URN), block_sizes=[6]),
    "complete": two_endpoints(procedure=make_procedure(COMPLETE)),
    "biased coin": two_endpoints(procedure=make_procedure(COIN, coin=2 / 3), **EVEN),
    "big stick": two_endpoints(procedure=make_procedure(STICK, limit=2), **EVEN),
    "range": two_endpoints(procedure=minimizing(RANGE), **EVEN),
    "variance, unequal": two_endpoints(procedure=minimizing(VARIANCE)),
    "marginal, unequal": two_endpoints(procedure=minimizing(MARGINAL)),
    "linked": two_endpoints(),
    "free": two_endpoints(link=None, not_before=None, response_link=0.0),
    "crossing over": two_endpoints(crossover=Crossing([0.4, 0.1], [1.7, 0.6], prolonged=1)),
    "all cross over, late deaths": two_endpoints(
        link=None, not_before=None, crossover=Crossing([1.0, 0.0], [25.0, 1.0], prolonged=1)
    ),
    "one stratum, three arms": two_endpoints(
        prevalence=[1.0],
        ratio=[1, 1, 2],
        block_sizes=[8],
        events=[[[curve(0.003)], [curve(0.002)], [curve(0.001)]]],
        endpoints=["OS"],
        dropout=[[curve(0.001)]] * 3,
        response=None,
        link=None,
        not_before=None,
        response_link=0.0,
    ),
}


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("trial", [0, 1, 12_345_678_901])
def test_plain_cohort_equals_the_kernels(name, trial):
    plain = cohort_plain(WORLDS[name], seed=7, trial=trial)
    fast = cohort(WORLDS[name], seed=7, trial=trial)
    for field in plain._fields:
        np.testing.assert_array_equal(getattr(plain, field), getattr(fast, field), field)


def test_words_and_real_numbers_agree_to_the_bit():
    rng = np.random.default_rng(1)
    for bits in rng.integers(0, 2**64, size=2000, dtype=np.uint64):
        at = int(bits)
        u = streams.unit(at)
        assert draws.unit(bits) == u
        z = streams.normal_quantile(u)
        assert draws.normal_quantile(u) == z
        assert draws.normal_probability(z) == streams.normal_probability(z)
        assert draws.exponential(u) == streams.exponential(u)
        assert draws.level_of_word(bits) == streams.level(at)
        assert draws.level_of(u) == streams.level_of(u)


@pytest.mark.parametrize("seed", [0, 1, 2**63 + 5, 2**64 - 1])
def test_keys_agree(seed):
    for trial in (0, 3, 2**40):
        key = streams.trial_key(seed, trial)
        assert int(draws.trial_key(np.uint64(seed), trial)) == key
        for subject in (-1, 0, 229):
            own = streams.subject_key(key, subject)
            assert int(draws.subject_key(np.uint64(key), subject)) == own
            purpose = streams.purpose_id("PFS")
            expected = streams.word(own, purpose, 3)
            assert int(draws.word(np.uint64(own), np.uint64(purpose), 3)) == expected


def test_far_tails_of_the_normal_agree():
    for u in (2.0**-53, 1e-12, 1e-9, 0.075, 0.0750001, 0.925, 1 - 2.0**-53):
        assert draws.normal_quantile(u) == streams.normal_quantile(u)


CROWDED = draws.day_tables(
    np.array(
        [[0.5, 0.5 + 1e-6, 0.5 + 2e-6, 0.5 + 3e-6, 0.9, 0.9], [0.0, 0.0, 1e-9, 1e-8, 1.0, 1.0]]
    )
)


@pytest.mark.parametrize("tables", [WORLDS["linked"].tables, CROWDED], ids=["usual", "crowded"])
def test_the_guide_finds_what_a_search_finds(tables):
    rng = np.random.default_rng(2)
    edge = tables.threshold[:, :-1].astype(np.int64)
    for row in range(len(edge)):
        near = np.concatenate([edge[row] - 1, edge[row], edge[row] + 1])
        near = near[(near >= 0) & (near < streams.LEVELS)][::37]
        for at in [*near, *rng.integers(0, streams.LEVELS, 50), 0, streams.LEVELS - 1]:
            assert draws.day(*tables, row, at) == draws.day_plain(tables, row, int(at))
