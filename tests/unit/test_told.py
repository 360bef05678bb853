"""A check of many rows in one test fails where any row does, and tells each."""

import pytest

from support.told import of_each


def even(number: int) -> None:
    assert number % 2 == 0, "odd"


def test_every_row_that_fails_is_told() -> None:
    with pytest.raises(AssertionError, match=r"^2 of 4:\n1: odd\n(.*\n)*3: odd"):
        of_each(even, [1, 2, 3, 4])


def test_where_no_row_fails_nothing_is_told() -> None:
    of_each(even, iter([2, 4]), at_least=2)


def test_too_few_rows_are_no_success() -> None:
    with pytest.raises(AssertionError, match="0 rows of 1"):
        of_each(even, [])


def test_what_is_no_assertion_stops_at_once() -> None:
    with pytest.raises(ZeroDivisionError):
        of_each(lambda number: even(1 // number), [0])
