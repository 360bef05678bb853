"""Methods of allocation side by side, against exact and published figures."""

import json
from functools import cache

import numpy as np
import pytest

from equipoise.allocation.redraw import redrawn
from equipoise.arrays import Ints
from equipoise.meaning.check import read_text
from equipoise.protocol.model import AllocationPlan
from equipoise.simulation.fairness import fairness as module
from equipoise.simulation.fairness.fairness import fairness
from equipoise.simulation.fairness.side_by_side import figure, table
from support.mutants import plant
from support.roads import TRUTH as TINY
from support.roads import plan_of
from support.spec import plain_yaml
from support.virtual import EXAMPLES, TRUTH, netter

TRIALS = 1000


@cache
def found():
    return fairness(netter(), truth=TRUTH, trials=TRIALS, seed=1)


def method(name):
    return next(one for one in found().methods if one.name == name)


def test_the_protocols_own_method_stands_first():
    own = found().methods[0]
    assert own.is_the_protocols
    assert own.name == "permuted blocks of 4"
    assert [one.is_the_protocols for one in found().methods].count(True) == 1
    assert len(found().methods) == 7


def test_blocks_of_four_in_six_strata():
    """Hallstrom & Davis 1988: at most K B / 2, variance K (B + 1) / 6."""
    own = found().methods[0]
    assert (own.guessed, own.forced) == pytest.approx((17 / 24, 1 / 3))
    assert own.apart_sd == pytest.approx(2.236, abs=3 * 2.236 / (2 * TRIALS) ** 0.5)
    assert own.apart_most <= 12
    assert own.in_stratum == 2
    mixed = method("permuted blocks of 4 or 6")
    assert mixed.apart_sd == pytest.approx(2.517, abs=0.17)
    assert mixed.in_stratum == 3


def test_complete_randomization_parts_the_arms_by_the_root_of_n():
    assert method("complete").apart_sd == pytest.approx(229**0.5, abs=1.1)


def test_minimization_is_as_guessable_as_published():
    """Of 3 x 2 factors and 230 subjects: range, p = .80, guessed .719."""
    assert method("minimization range 0.8").guessed == pytest.approx(0.719, abs=0.003)


def test_the_planned_test_keeps_its_error_under_every_method():
    for one in found().methods:
        assert one.error == pytest.approx(0.05, abs=3 * 0.0069), one.name


def test_the_table_tells_all_and_the_figure_names_each_method():
    lines = list(table(found()))
    assert lines[0].startswith("NETTER-1: 1,000 virtual trials of 229 subjects in 6 strata, truth")
    assert "0.7083  0.3333" in lines[2]
    drawn = figure(found())
    assert all(one.name in drawn for one in found().methods)


def changed(**allocation):
    whole = plan_of(1)
    whole["allocation"] = allocation
    return fairness(read_text(json.dumps(whole)), truth=TINY, trials=100, seed=1)


def test_a_method_not_fit_to_go_live_is_told():
    said = changed(ratio="1:1", blocks="2").refused
    assert ["block of 2" in reason for reason in said] == [True]
    assert "not fit to go live" in list(table(changed(ratio="1:1", blocks="2")))[-1]
    assert changed(ratio="1:1", blocks="4").refused == ()


def test_three_arms_have_no_coin_and_no_stick():
    whole = plain_yaml(EXAMPLES.parent / "tests" / "spec" / "valid" / "three_arms.yaml")
    names = [one.name for one in module.candidates(read_text(json.dumps(whole)).allocation)]
    assert not any("coin" in name or "stick" in name for name in names)


def test_an_effect_left_in_is_found(monkeypatch):
    plant(monkeypatch, module._without_effect, "without_effect(protocol, truth)", "protocol")
    with pytest.raises(AssertionError):
        _error_of_blocks()
    monkeypatch.undo()
    _error_of_blocks()


def _error_of_blocks():
    own = fairness(netter(), truth=TRUTH, trials=200, seed=2).methods[0]
    assert own.error == pytest.approx(0.05, abs=0.05)


SEX_AND_AGE = AllocationPlan.model_validate(
    {
        "method": "minimization",
        "strata": {"SEX": ["F", "M"], "AGE": ["young", "old"]},
        "minimization": {"probability": "85%"},
    }
)


def outcomes(rng, effect) -> tuple[Ints, np.ndarray]:
    strata = rng.integers(0, 4, 200)
    mean = effect * (strata // 2 + strata % 2)
    return strata, mean + rng.standard_normal(200)


def statistic(y, arm):
    one, two = y[arm == 1], y[arm == 0]
    return (one.mean() - two.mean()) / np.sqrt(
        one.var(ddof=1) / len(one) + two.var(ddof=1) / len(two)
    )


@pytest.mark.parametrize(("effect", "size"), [(1.0, 0.0164), (2**0.5, 0.0056)])
def test_a_test_that_leaves_out_the_factors_is_too_cautious_after_minimization(effect, size):
    """Shao, Yu & Zhong 2010: 2 Phi(-1.96 sqrt(1 + V)), V = .5 and 1 of two factors."""
    rng, hits, trials = np.random.default_rng(3), 0, 3000
    for number in range(trials):
        strata, y = outcomes(rng, effect)
        arm = redrawn(SEX_AND_AGE, strata, seed=1, number=number)
        hits += abs(statistic(y, arm)) > 1.972
    assert hits / trials == pytest.approx(size, abs=3 * (size / trials) ** 0.5 + 0.002)


def test_the_rerandomization_test_has_its_size_after_minimization():
    rng, hits, trials, draws = np.random.default_rng(4), 0, 200, 59
    for number in range(trials):
        strata, y = outcomes(rng, 1.0)
        seen = abs(statistic(y, redrawn(SEX_AND_AGE, strata, seed=1, number=number)))
        again = [
            abs(statistic(y, redrawn(SEX_AND_AGE, strata, seed=2, number=draws * number + k)))
            for k in range(draws)
        ]
        hits += 1 + sum(other >= seen for other in again) <= 0.05 * (draws + 1)
    assert hits / trials == pytest.approx(0.05, abs=3 * 0.0154)
