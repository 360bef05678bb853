"""Every method of allocation against its published example, worked by hand."""

from fractions import Fraction

import numpy as np
import pytest

from equipoise.allocation.procedure import procedure_of
from equipoise.kernels.procedures import (
    COIN,
    COMPLETE,
    MARGINAL,
    MINIMIZATION,
    RANGE,
    STICK,
    URN,
    VARIANCE,
    StratumList,
    imbalance,
    imbalances,
    list_weights,
    make_procedure,
    minimized,
    pick,
)
from equipoise.protocol.model import AllocationPlan
from equipoise.streams import LEVELS

LEVEL_ERROR = 1e-9  # a chance in 2**31 is off by half of that at most


def chances(weights):
    return [weight / sum(weights) for weight in weights]


def minimization(**settings):
    return make_procedure(MINIMIZATION, **settings)


def test_the_block_urn_of_zhao_and_weng():
    """Zhao & Weng 2011, Contemp Clin Trials 32:953, Table 1: blocks of 6, 1:1."""
    u = [0.4026, 0.5654, 0.0927, 0.3080, 0.7758, 0.9219, 0.6115, 0.8604, 0.4848, 0.7746, 0.2345,
         0.8507, 0.0661, 0.2630]  # fmt: skip
    first = [0.5, 0.4, 0.5, 0.4, 0.25, 0.4, 0.5, 0.6, 0.75, 0.6, 0.75, 0.6, 0.75, 0.6]
    slots = StratumList(
        make_procedure(URN), ratio=(1, 1), sizes=(6,), draw=lambda n: int(u[n // 2] * LEVELS)
    )
    seen, told = [], []
    for _ in u:
        told.append(chances(slots.weights())[0])
        seen.append(slots.next())
    assert told == pytest.approx(first, abs=1e-12)
    assert "".join("AB"[arm] for arm in seen) == "ABAABBBBABABAA"


def test_the_example_of_pocock_and_simon():
    """Pocock & Simon 1975, section 3.4: range, weights 2, 1, 1; G = 6, 10, 5; p = 2/3."""
    margins = [[9, 10, 9], [9, 11, 9], [4, 5, 3]]
    made = minimization(preferred=2 / 3, weight=(2, 1, 1))
    assert imbalances(made, (1, 1, 1), margins) == [6, 10, 5]
    weights = minimized(made, (1, 1, 1), margins)
    assert chances(weights) == pytest.approx([1 / 6, 1 / 6, 2 / 3], abs=LEVEL_ERROR)


@pytest.mark.parametrize(
    ("behind", "expected"),
    [(0, [0.70, 0.12, 0.18]), (1, [0.06, 0.76, 0.18]), (2, [0.06, 0.12, 0.82])],
)
def test_the_chances_of_han_for_an_unequal_ratio(behind, expected):
    """Han, Enas & McEntegart 2009: ratio 1:2:3, 0.7 for the smallest arm."""
    ratio = (1, 2, 3)
    counts = [[10 * r - 3 * r * (k == behind) for k, r in enumerate(ratio)]]
    weights = minimized(minimization(preferred=0.7, weight=(1,)), ratio, counts)
    assert chances(weights) == pytest.approx(expected, abs=LEVEL_ERROR)


def test_without_any_imbalance_han_keeps_the_ratio():
    weights = minimized(minimization(preferred=0.7, weight=(1,)), (1, 2, 3), [[0, 0, 0]])
    # the first subject: each arm would make an imbalance of 1 / ratio, so the third is preferred
    assert chances(weights) == pytest.approx([0.06, 0.12, 0.82], abs=LEVEL_ERROR)
    tied = minimization(preferred=0.7, weight=(0,))
    assert chances(minimized(tied, (1, 2, 3), [[5, 1, 1]])) == pytest.approx(
        [1 / 6, 2 / 6, 3 / 6], abs=LEVEL_ERROR
    )


def test_the_fifteenth_patient_of_the_korean_guide():
    """KJA 2019 (PMC6547231), Table 4: counts 3/5, 3/3, 3/3; control 3, treatment 5."""
    made = minimization(preferred=1.0, weight=(1, 1, 1))
    counts = [[3, 5], [3, 3], [3, 3]]
    assert imbalances(made, (1, 1), counts) == [3, 5]
    assert minimized(made, (1, 1), counts) == [LEVELS, 0]


@pytest.mark.parametrize(
    ("measure", "expected"), [(RANGE, 3.0), (VARIANCE, 7 / 3), (MARGINAL, 3 / 7)]
)
def test_measures_of_imbalance_by_hand(measure, expected):
    # totals 1, 4, 2: mean 7/3, squares (16 + 25 + 1) / 9 / 2; pairs 3 + 1 + 2 over 2 * 7
    assert imbalance(measure, [1, 4, 2]) == pytest.approx(expected)


def test_totals_that_differ_by_rounding_alone_are_tied():
    counts = [[1, 0], [0, 1], [0, 0]]
    made = minimization(preferred=1.0, weight=(0.1 + 0.2, 0.3, 1))
    weights = minimized(made, (1, 1), counts)
    assert chances(weights) == pytest.approx([0.5, 0.5], abs=LEVEL_ERROR)


def test_a_biased_coin_favors_the_arm_behind():
    made = make_procedure(COIN, coin=2 / 3)
    assert chances(list_weights(made, (1, 1), 1, (4, 4))) == [0.5, 0.5]
    assert chances(list_weights(made, (1, 1), 1, (5, 4)))[1] == pytest.approx(2 / 3, abs=1e-9)
    assert chances(list_weights(made, (1, 1), 1, (4, 5)))[0] == pytest.approx(2 / 3, abs=1e-9)


def test_a_big_stick_never_lets_the_arms_part_by_more():
    made = make_procedure(STICK, limit=3)
    for counts, first in (((2, 0), 0.5), ((3, 0), 0.0), ((0, 3), 1.0), ((5, 3), 0.5)):
        assert chances(list_weights(made, (1, 1), 1, counts))[0] == first


def test_complete_randomization_looks_at_nothing():
    assert list_weights(make_procedure(COMPLETE), (2, 1), 1, (50, 0)) == [2, 1]


@pytest.mark.parametrize(
    "weights", [[1, 1], [3, 1, 2], [LEVELS // 3, LEVELS - LEVELS // 3], [0, 1]]
)
def test_a_level_picks_each_arm_by_its_weight(weights):
    at = np.linspace(0, LEVELS - 1, 6001).astype(int)
    found = np.bincount([pick(weights, int(level)) for level in at], minlength=len(weights))
    assert found / len(at) == pytest.approx(chances(weights), abs=1e-3)
    assert pick([0, 1], 0) == 1
    assert pick([1, 0], LEVELS - 1) == 0


def simulated(made, *, n, trials, size=6, seed=1):
    """Arms (trials, n) of one list without strata, by draws of numpy, and the best guesses."""
    draws = np.random.default_rng(seed).integers(0, LEVELS, (trials, 2 * n))
    arms, right, forced = np.zeros((trials, n), dtype=int), 0.0, 0.0
    for t in range(trials):
        slots = StratumList(made, ratio=(1, 1), sizes=(size,), draw=lambda k, t=t: int(draws[t, k]))
        for j in range(n):
            most = max(chances(list(slots.weights())))
            right, forced = right + most, forced + (most == 1)
            arms[t, j] = slots.next()
    return arms, right / (trials * n), forced / (trials * n)


@pytest.mark.parametrize(("n", "guess"), [(20, 0.633), (80, 0.640)])
def test_efrons_coin_has_the_published_figures(n, guess):
    """Zhao et al. 2011, Pharm Stat (PMC3399213), Table III: biased coin 0.7, 5000 runs."""
    arms, right, _ = simulated(make_procedure(COIN, coin=0.7), n=n, trials=400)
    apart = np.cumsum(1 - 2 * arms, axis=1)
    most = {20: 2.963, 80: 4.374}[n]
    assert right == pytest.approx(guess, abs=0.006)
    assert np.abs(apart).max(axis=1).mean() == pytest.approx(most, abs=0.25)
    assert apart[:, -1].std() == pytest.approx({20: 1.731, 80: 1.760}[n], abs=0.2)


def test_the_big_sticks_share_of_forced_allocations_tends_to_a_sixth():
    """m = 3: forced 1 / (2m), guesses 1/2 + 1 / (4m) in the long run; .1647 and .5824 at 230."""
    arms, right, forced = simulated(make_procedure(STICK, limit=3), n=230, trials=150)
    assert forced == pytest.approx(0.1647, abs=0.006)
    assert right == pytest.approx(0.5824, abs=0.003)
    assert np.abs(np.cumsum(1 - 2 * arms, axis=1)).max() == 3


def test_a_protocols_words_become_the_procedure():
    plan = AllocationPlan.model_validate(
        {
            "ratio": "1:2",
            "method": "minimization",
            "strata": {"SEX": ["F", "M"], "SITE": ["a", "b", "c"]},
            "minimization": {
                "probability": "75%",
                "measure": "marginal",
                "weights": {"SITE": 2},
                "form": "biased coin",
            },
        }
    )
    made = procedure_of(plan)
    assert (made.method, made.preferred, made.measure) == (MINIMIZATION, 0.75, MARGINAL)
    assert made.weight.tolist() == [1.0, 2.0]
    assert made.level.tolist() == [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]
    coin = AllocationPlan.model_validate({"method": "biased coin", "probability": "2/3"})
    assert procedure_of(coin).coin / LEVELS == pytest.approx(float(Fraction(2, 3)), abs=LEVEL_ERROR)
