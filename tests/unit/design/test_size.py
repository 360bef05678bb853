"""Sizes: what is left out is solved for, and the answers go round."""

from __future__ import annotations

import pytest

from equipoise.design.size.events import size_events
from equipoise.design.size.means import size_mean
from equipoise.design.size.proportions import size_proportion
from equipoise.design.size.size import TrialRates, size_looks, size_trial
from equipoise.design.size.survival import SURVIVAL_METHODS
from equipoise.errors import InputError
from equipoise.meaning.expected import Steps

RATES = TrialRates(median=14.0, accrual=18.0, dropout=0.05, per=12.0)


@pytest.mark.parametrize("method", SURVIVAL_METHODS)
def test_trial_goes_round(method: str) -> None:
    size = size_trial(RATES, hazard_ratio=0.57, subjects=None, power=0.9, duration=36.0,
                      method=method)  # fmt: skip
    n = size.amount
    power = size_trial(RATES, hazard_ratio=0.57, subjects=n, power=None, duration=36.0,
                       method=method)  # fmt: skip
    effect = size_trial(RATES, hazard_ratio=None, subjects=n, power=0.9, duration=36.0,
                        method=method)  # fmt: skip
    when = size_trial(RATES, hazard_ratio=0.57, subjects=n, power=0.9, duration=None,
                      method=method)  # fmt: skip
    assert power.power == pytest.approx(0.9, abs=1e-9)
    assert effect.effect == pytest.approx(0.57, abs=1e-9)
    assert when.calendar.duration == pytest.approx(36.0, abs=1e-6)
    assert [s.solved for s in (size, power, effect, when)] == [
        "size", "power", "effect", "duration",
    ]  # fmt: skip


@pytest.mark.parametrize("method", ["schoenfeld", "freedman", "hsieh-freedman"])
def test_events_go_round(method: str) -> None:
    d = size_events(hazard_ratio=0.6, events=None, power=0.85, ratio=2.0, method=method).amount
    assert size_events(hazard_ratio=None, events=d, power=0.85, ratio=2.0,
                       method=method).effect == pytest.approx(0.6)  # fmt: skip
    assert size_events(hazard_ratio=0.6, events=d, power=None, ratio=2.0,
                       method=method).power == pytest.approx(0.85)  # fmt: skip


def test_looks_go_round() -> None:
    said = {"hazard_ratio": 0.57, "after": 4.0, "looks": [18.0, 24.0, 36.0]}
    size = size_looks(RATES, subjects=None, power=0.9, **said)
    power = size_looks(RATES, subjects=size.subjects, power=None, **said)
    assert power.crossing[-1] == pytest.approx(0.9, abs=1e-9)
    assert power.upper == pytest.approx(size.upper, abs=1e-9)
    assert size.looks[0].events == pytest.approx(size.subjects / 229 * 68.3549, rel=1e-5)
    at_once = size_looks(RATES, subjects=229, power=None, **{**said, "after": 0.0})
    assert at_once.crossing[-1] > size_looks(RATES, subjects=229, power=None, **said).crossing[-1]


def test_whole_numbers_keep_the_calendar() -> None:
    size = size_trial(RATES, hazard_ratio=0.57, subjects=None, power=0.9, duration=36.0, ratio=2.0)
    whole = size.whole()
    assert 0 <= whole["events"] - size.events < 1
    assert whole["subjects"] == whole["control"] + whole["experimental"]
    assert 0 <= whole["subjects"] - size.amount < 2
    assert size.calendar.duration == 36.0


def test_a_whole_number_is_not_rounded_up_by_its_last_digits() -> None:
    size = size_trial(RATES, hazard_ratio=0.57, subjects=200.0, power=None, duration=36.0)
    assert size.whole()["subjects"] == 200


def test_proportions_go_round() -> None:
    for method, margin in (("pooled", 0.0), ("unpooled", -0.1), ("farrington-manning", -0.1)):
        n = size_proportion(control=0.4, experimental=0.5, margin=margin, ratio=2.0,
                            method=method).amount  # fmt: skip
        power = size_proportion(control=0.4, experimental=0.5, margin=margin, ratio=2.0,
                                subjects=n, power=None, method=method).power  # fmt: skip
        effect = size_proportion(control=0.4, experimental=None, margin=margin, ratio=2.0,
                                 subjects=n, method=method).effect  # fmt: skip
        assert power == pytest.approx(0.9, abs=1e-9)
        assert effect == pytest.approx(0.5, abs=1e-8)


def test_exact_size_stays_above_the_wanted_power() -> None:
    found = size_proportion(control=0.3, experimental=0.7, power=0.8, method="exact")
    assert found.power >= 0.8
    assert found.amount == 2 * found.control
    for more in (2, 4, 6, 10):
        n = found.amount + more
        assert size_proportion(control=0.3, experimental=0.7, power=None, subjects=n,
                               method="exact").power >= 0.8  # fmt: skip
    fewer = size_proportion(control=0.3, experimental=0.7, power=None, method="exact",
                            subjects=found.amount - 2)  # fmt: skip
    assert fewer.power < 0.8


def test_known_variance_is_the_normal_formula() -> None:
    # 4 (1.959964 + 1.281552)^2 = 42.03
    assert size_mean(difference=1.0, sd=1.0, method="z").amount == pytest.approx(42.03, abs=0.005)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: size_events(hazard_ratio=1.0, events=None, power=0.9), "not 1"),
        (lambda: size_events(hazard_ratio=0.5, events=None, power=None), "exactly one"),
        (lambda: size_events(hazard_ratio=0.5, events=None, power=0.01), "power is 0.01"),
        (lambda: size_events(hazard_ratio=0.5, events=None, power=0.9, method="x"), "expected"),
        (lambda: size_trial(RATES, hazard_ratio=0.5, subjects=None, power=0.9, duration=36.0,
                            method="logrank"), "unknown method"),
        (lambda: size_trial(RATES, hazard_ratio=0.9, subjects=60, power=0.9, duration=None),
         "never yields"),
        (lambda: size_events(hazard_ratio=0.5, events=-4.0, power=None), "expected above 0"),
        (lambda: size_events(hazard_ratio=None, events=9.0, power=0.9, method="freedman"),
         "too few for any effect"),
        (lambda: size_trial(RATES, hazard_ratio=0.5, subjects=None, power=0.9, duration=None),
         "size and duration"),
        (lambda: size_looks(RATES, hazard_ratio=0.5, after=0.0, looks=[36.0], subjects=None,
                            power=None), "exactly one of power and subjects"),
        (lambda: size_looks(RATES, hazard_ratio=0.5, after=0.0, looks=[36.0, 24.0], subjects=99,
                            power=None), "times above 0 that rise"),
        (lambda: size_looks(RATES, hazard_ratio=1.5, after=0.0, looks=[36.0], subjects=None,
                            power=0.9), "no size reaches this power"),
        (lambda: size_proportion(control=0.5, experimental=0.4), "above control"),
        (lambda: size_proportion(control=0.5, experimental=1.4), "between 0 and 1"),
        (lambda: size_proportion(control=0.5, experimental=0.6, margin=-0.1), "a margin needs"),
        (lambda: size_proportion(control=0.5, experimental=0.501, method="exact"), "stops at"),
        (lambda: size_mean(difference=-1.0, sd=1.0), "above 0"),
        (lambda: size_mean(difference=1.0, sd=1.0, method="u"), "unknown method"),
        (lambda: Steps((1.0,), (0.1,)), "must start at 0"),
        (lambda: Steps((0.0, 0.0), (0.1, 0.1)), "later and later"),
        (lambda: Steps((0.0,), (-0.1,)), "not be negative"),
    ],
)  # fmt: skip
def test_refusals(call: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        call()  # type: ignore[operator]
