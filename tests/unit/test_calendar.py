import datetime as dt

import pytest

from equipoise.calendar import days_in, months, parse_partial, study_day


def test_there_is_no_day_zero() -> None:
    origin = dt.date(2020, 3, 1)
    assert study_day(origin, origin) == 1
    assert study_day(dt.date(2020, 2, 29), origin) == -1
    assert study_day(dt.date(2020, 3, 2), origin) == 2


def test_a_month_is_a_twelfth_of_a_julian_year() -> None:
    assert days_in(1, "month") == 30.4375
    assert days_in(12, "months") == days_in(1, "year") == 365.25
    assert months(60.875) == 2.0


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2020", "2020-01-01", "2020-12-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2021-02", "2021-02-01", "2021-02-28"),
        ("2020-12", "2020-12-01", "2020-12-31"),
        ("9999-12", "9999-12-01", "9999-12-31"),
        ("2020-02-15", "2020-02-15", "2020-02-15"),
        ("2020-02-15T08:30", "2020-02-15", "2020-02-15"),
        ("2020---15", "2020-01-15", "2020-12-15"),
        ("2020---31", "2020-01-31", "2020-12-31"),
        ("2020-02--T08:30", "2020-02-01", "2020-02-29"),
        ("2020-02--", "2020-02-01", "2020-02-29"),
        ("2020---", "2020-01-01", "2020-12-31"),
        ("2020-02-15T-:30", "2020-02-15", "2020-02-15"),
        ("2020-02-15T08:30+01:00", "2020-02-15", "2020-02-15"),
        ("2020-02-01/2020-02-05", "2020-02-01", "2020-02-05"),
        ("2020-02/2020-03", "2020-02-01", "2020-03-31"),
        ("2020-02-01T10/2020-02-01T11:30", "2020-02-01", "2020-02-01"),
    ],
)
def test_what_a_partial_date_can_be(text: str, first: str, last: str) -> None:
    partial = parse_partial(text)
    assert partial is not None
    assert (str(partial.first()), str(partial.last())) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "2020-00",
        "2020-01-00",
        "2020-13",
        "2020-02-30",
        "2021-02-29",
        "0000",
        "20200215",
        "soon",
        "",
        "2020-02-05/2020-02-01",
        "2020-02-05/soon",
        "2020-02-05/",
        "2020-02-15T25:00",
        "2020-02-15T08:61",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert parse_partial(text) is None


def test_only_a_whole_date_has_a_day() -> None:
    whole, part, bare = (
        parse_partial("2020-02-15"),
        parse_partial("2020-02"),
        parse_partial("--02-29"),
    )
    assert whole is not None
    assert whole.date == dt.date(2020, 2, 15)
    assert part is not None
    assert part.date is None
    assert bare is not None
    assert (bare.date, bare.first(), bare.last()) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("2020-02-15", None),
        ("2020-02", "D"),
        ("2020", "M"),
        ("2020---15", "M"),
        ("--02-15", None),
        ("2020-02-01/2020-02-05", "D"),
        ("2020-02-28/2020-03-02", "M"),
        ("2019-12-30/2020-01-02", "Y"),
        ("2020-02-01T10:00/2020-02-01T11:00", None),
    ],
)
def test_what_has_to_be_filled_in(text: str, missing: str | None) -> None:
    partial = parse_partial(text)
    assert partial is not None
    assert partial.missing == missing
