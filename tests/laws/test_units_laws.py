"""Parse and format of units are inverse; a study day and its date too."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.calendar import parse_partial, study_day
from equipoise.units import (
    DURATION_DAYS,
    UNITS,
    Duration,
    Quantity,
    parse_duration,
    parse_quantity,
)

VALUES = st.decimals(min_value=0, max_value=10**6, places=4, allow_nan=False, allow_infinity=False)
UNIT = st.sampled_from([unit for table in UNITS.values() for unit in table])


@settings(deadline=None)
@given(VALUES, st.sampled_from(sorted(DURATION_DAYS)))
def test_a_duration_is_read_as_it_was_written(value: Decimal, unit: str) -> None:
    assert parse_duration(str(Duration(value, unit))) == Duration(value, unit)


@settings(deadline=None)
@given(VALUES, UNIT)
def test_a_quantity_is_read_as_it_was_written(value: Decimal, unit: str) -> None:
    assert parse_quantity(str(Quantity(value, unit))) == Quantity(value, unit)


@settings(deadline=None)
@given(VALUES, UNIT)
def test_a_unit_and_back_changes_nothing(value: Decimal, unit: str) -> None:
    amount = Quantity(value, unit)
    for other in UNITS[amount.kind]:
        there = Quantity(amount.to(other), other)
        assert abs(there.to(unit) - value) <= abs(value) * Decimal("1e-20")


@settings(deadline=None)
@given(st.dates(dt.date(1950, 1, 1), dt.date(2050, 1, 1)), st.integers(-3000, 3000))
def test_a_study_day_tells_its_date(origin: dt.date, gap: int) -> None:
    number = study_day(origin + dt.timedelta(days=gap), origin)
    assert number != 0
    assert gap == (number - 1 if number > 0 else number)


@settings(deadline=None)
@given(st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31)), st.sampled_from([4, 7, 10]))
def test_a_partial_date_holds_every_date_it_was_cut_from(date: dt.date, length: int) -> None:
    partial = parse_partial(date.isoformat()[:length])
    assert partial is not None
    first, last = partial.first(), partial.last()
    assert first is not None
    assert last is not None
    assert first <= date <= last
