import datetime as dt
from decimal import Decimal

import pytest

from equipoise.units import (
    UnitError,
    parse_accepted,
    parse_clock,
    parse_duration,
    parse_number,
    parse_probability,
    parse_quantity,
)


def test_durations_are_exact_days() -> None:
    assert parse_duration("8 weeks").whole_days == 56
    assert parse_duration("20 months").days == 608.75
    assert parse_duration("1 month").whole_days == 30
    assert parse_duration("2 months").whole_days == 61  # 60.875, rounded half up
    assert parse_duration("1.5 days").whole_days == 2
    assert parse_duration("1 year").months == 12


def test_one_day_is_said_in_the_singular() -> None:
    assert str(parse_duration("1 days")) == "1 day"
    assert str(parse_duration("1.50 week")) == "1.5 weeks"


def test_quantities_change_units_exactly() -> None:
    assert parse_quantity("7.4 GBq").to("mCi") == 200
    assert parse_quantity("0.5 g").to("mg") == 500
    assert str(parse_quantity("7.40 GBq")) == "7.4 GBq"
    with pytest.raises(UnitError, match="mg cannot be turned into GBq"):
        parse_quantity("30 mg").to("GBq")


@pytest.mark.parametrize(
    ("text", "value"), [("65%", 0.65), ("14/30", 14 / 30), ("0.47", 0.47), ("-2", -2.0)]
)
def test_numbers(text: str, value: float) -> None:
    assert parse_number(text) == pytest.approx(value, rel=1e-15)


def test_a_percentage_is_decimal() -> None:
    assert parse_number("5%") == 0.05
    assert parse_number("29%") == 0.29  # 29 / 100 in binary, not 0.01 * 29


FULL_WIDTH = "\uff11\uff12"  # 12, as a Japanese keyboard writes it


@pytest.mark.parametrize(
    "text",
    ["", "one", "1/0", "1:1", "%", FULL_WIDTH, f"{FULL_WIDTH}%", f"1/{FULL_WIDTH}", "1_0%", "NaN%"],
)
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(UnitError, match=r"is no number; expected one such as 0\.47, 65% or 14/30"):
        parse_number(text)


@pytest.mark.parametrize("text", ["101%", "-0.1", "1.01"])
def test_what_is_no_probability(text: str) -> None:
    with pytest.raises(UnitError, match="is no probability; expected 0 to 1"):
        parse_probability(text)


def test_an_unknown_unit_is_named_with_the_nearest() -> None:
    with pytest.raises(UnitError) as caught:
        parse_quantity("7.4 GBk")
    assert str(caught.value) == (
        'unknown unit "GBk" in "7.4 GBk"; expected an activity (GBq, MBq, mCi) or a mass (mg, g)'
        "; did you mean GBq?"
    )
    with pytest.raises(UnitError, match="did you mean weeks"):
        parse_duration("8 week5")
    for text in ("eight weeks", f"{FULL_WIDTH} weeks"):
        with pytest.raises(UnitError, match=f'"{text}" is no duration'):
            parse_duration(text)


def test_a_value_is_a_decimal() -> None:
    assert parse_quantity("0.1 mg").value + parse_quantity("0.2 mg").value == Decimal("0.3")


def test_a_clock_measures_hours_and_days():
    assert str(parse_clock("24 hours")) == "24 hours"
    assert parse_clock("7 days").delta == dt.timedelta(days=7)
    assert parse_clock("1.5 hours").delta == dt.timedelta(minutes=90)
    for wrong in ("24", "24 months", "0 hours", "-1 hours"):
        with pytest.raises(UnitError):
            parse_clock(wrong)
    with pytest.raises(UnitError):
        parse_duration("24 hours")  # study time is whole days


def test_an_amount_that_is_accepted_says_how_near():
    found = parse_accepted("7.4 GBq within 10%")
    assert str(found) == "7.4 GBq within 10%"
    assert found.holds(parse_quantity("8.14 GBq"))
    assert not found.holds(parse_quantity("8.15 GBq"))
    assert not found.holds(parse_quantity("6650 MBq"))
    for wrong in ("7.4 GBq", "7.4 GBq within", "7.4 GBq within ten"):
        with pytest.raises(UnitError):
            parse_accepted(wrong)
