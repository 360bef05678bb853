"""Accrual, hazards and dropout as step functions, by hand."""

from math import exp, log

import pytest

from equipoise.errors import InputError
from equipoise.meaning.expected import Steps
from equipoise.meaning.rates import accrual, dropout, hazard, ratios, says_accrual
from equipoise.protocol.model import Accrual, Hazard

MONTH = 30.4375


def plan(**said):
    return Accrual.model_validate(said)


def test_even_accrual_lasts_whole_days():
    found = accrual(plan(lasts="18 months"), 230)  # 547.875 days
    assert found.starts == (0.0, 548.0)
    assert found.total(548.0) == pytest.approx(230)
    assert found.total(274.0) == pytest.approx(115)


def test_both_dates_are_days_of_accrual():
    found = accrual(plan(start="2030-01-01", end="2030-01-10"), 20)
    assert found.starts[-1] == 10
    assert found.values[0] == 2


def test_rates_stop_once_everybody_is_randomized():
    # 10 a month for 3 months bring 30; the 20 that are left of 50 come at 20 a month: one month
    found = accrual(plan(rates=[10, 20], periods=["3 months", "12 months"]), 50)
    assert found.starts == pytest.approx((0.0, 3 * MONTH, 4 * MONTH))
    assert found.total(1e6) == pytest.approx(50)


def test_a_last_rate_without_a_period_goes_on():
    found = accrual(plan(rates=[10, 20], periods=["3 months"]), 130)  # 30, then 100 at 20 a month
    assert found.starts[-1] == pytest.approx(8 * MONTH)


def test_rates_with_few_decimals_mean_the_number():
    # 10, 20, 40 a month for 2 months each and 60 for 7.17: 570.2 of 570
    said = plan(rates=[10, 20, 40, 60], periods=["2 months", "2 months", "2 months", "7.17 months"])
    found = accrual(said, 570)
    assert found.starts[-1] == pytest.approx(13.17 * MONTH)
    assert found.total(1e6) == pytest.approx(570)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"rates": [10], "periods": ["12 months"]}, "bring 120 subjects, and 200 are randomized"),
        ({"rates": [10, 20, 30], "periods": ["3 months"]}, "3 rates for 1 periods"),
        ({"rates": [10, 0], "periods": ["3 months"]}, "bring 30 subjects, and 200 are randomized"),
        ({}, "say how long accrual lasts"),
    ],
)
def test_what_cannot_be_is_refused(said, message):
    with pytest.raises(InputError, match=message):
        accrual(plan(**said), 200)
    assert says_accrual(plan(**said)) == bool(said)


def test_a_median_a_curve_and_a_ratio():
    control = hazard("median 100 days", None, "x")
    assert control == Steps.constant(log(2) / 100)
    curve = hazard({"curve": {"10 days": "80%", "30 days": "40%"}}, None, "x")
    assert curve.starts == (0.0, 10.0)  # the second piece goes on for ever
    assert curve.values == pytest.approx((-log(0.8) / 10, log(2) / 20))
    assert exp(-curve.total(30.0)) == pytest.approx(0.4)
    late = hazard("hazard ratio 0.5 after 50 days", control, "x")
    assert (late.at(49), late.at(50)) == (control.at(0), 0.5 * control.at(0))


def test_ratios_hold_from_their_day_on():
    found = ratios(Hazard.model_validate("hazard ratio 0.5 until 100 days, then 2"))
    assert (found.at(99), found.at(100)) == (0.5, 2.0)


@pytest.mark.parametrize("points", [{"10 days": "50%", "20 days": "50%"}, {"10 days": "100%"}])
def test_a_curve_that_does_not_fall_is_refused(points):
    with pytest.raises(InputError, match="survival"):
        hazard({"curve": points}, None, "x")


def test_dropout_is_a_share_of_a_year():
    assert exp(-dropout({"all": 0.05}, "a").total(365.25)) == pytest.approx(0.95)
    assert dropout({"a": 0.1, "all": 0.05}, "a") != dropout({"all": 0.05}, "a")
    assert dropout({}, "a").total(1000.0) == 0.0
