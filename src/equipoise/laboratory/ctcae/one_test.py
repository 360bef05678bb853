"""Grades of one laboratory test as arrays, for rooms that judge a value while it is told.

The same criteria as `ctcae.grade`, which grades the columns of a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache, reduce
from typing import Any, Final, NamedTuple

import numpy as np

from equipoise.arrays import Bools, Floats, Ints
from equipoise.errors import InputError
from equipoise.laboratory.ctcae.terms import (
    LARGEST_GRADED,
    SCALE,
    TERM,
    Direction,
    GradedTerm,
    criteria,
    unit_for,
)
from equipoise.laboratory.units import factor, unit_of

OPEN_GRADE: Final = -1


class GradedAgainst(NamedTuple):
    """What values are graded by, in their unit.

    lower, upper : of normal; base : (n,) baseline, NaN missing; high, low : (n,) whether the
    baseline lay above or below its own limits
    """

    lower: float | None
    upper: float | None
    base: Floats
    high: Bools
    low: Bools


class _Truth(NamedTuple):
    """Yes, no, or neither where it is not known: (n,) each."""

    yes: Bools
    no: Bools


def one_test_graded(
    value: Floats, *, test: str, unit: str, version: str, limits: GradedAgainst
) -> dict[Direction, Ints]:
    """The grades of values of one test, in each direction of which the version has a criterion.

    value : (n,) in `unit`, NaN missing
    Returns  direction -> (n,) 0 to 4, OPEN_GRADE where it cannot be told
    Raises   InputError for an unknown version.
    Source   as `ctcae.grade`.
    Checked  tests/twins/test_ctcae_one_test.py (equal to `ctcae.grade`).
    """
    own = unit_of(unit, test=test)
    columns = {"VALUE": _whole(value), "BASE": _whole(limits.base)}
    columns |= {"LLN": _whole(_one(limits.lower)), "ULN": _whole(_one(limits.upper))}
    found: dict[Direction, Ints] = {}
    for one in _criteria_of(test, version):
        found[one.direction] = _graded(one, test, own, columns, limits)
    return found


@cache
def _criteria_of(test: str, version: str) -> tuple[GradedTerm, ...]:
    """The first in each direction, but for what asks for a specimen or for fasting: of that nobody
    has told here."""
    first: dict[Direction, GradedTerm] = {}
    for one in criteria(version):
        if test in one.tests and not one.where:
            first.setdefault(one.direction, one)
    return tuple(first.values())


def asks_for_baseline(test: str, version: str, *, normal: bool = False) -> bool:
    """Whether a grade of a test depends on its baseline; normal: on one within its limits."""
    mine = [one for one in criteria(version) if test in one.tests]
    return any(
        (not normal and (one.high or one.low)) or "BASE" in text
        for one in mine
        for grades in one.grades.values()
        for text in grades.values()
    )


def _graded(
    one: GradedTerm,
    test: str,
    unit: str | None,
    columns: Mapping[str, tuple[Any, Bools]],
    limits: GradedAgainst,
) -> Ints:
    grade = _by_unit(one.grades, test, unit, columns)
    if one.high is not None:
        grade = np.where(limits.high, _by_unit(one.high, test, unit, columns), grade)
    if one.low is not None:
        grade = np.where(limits.low, _by_unit(one.low, test, unit, columns), grade)
    return grade


def _by_unit(
    table: Mapping[str, Mapping[int, str]],
    test: str,
    unit: str | None,
    columns: Mapping[str, tuple[Any, Bools]],
) -> Ints:
    if "any" in table:
        return _ladder(table["any"], Fraction(1), columns)
    own = unit_for(test, unit, table) if unit else None
    times = factor(test, from_=unit, to=own) if own and unit else None
    if own is None or not times:
        return np.full(len(columns["VALUE"][0]), OPEN_GRADE, dtype=np.int64)
    return _ladder(table[own], times, columns)


def _ladder(
    grades: Mapping[int, str], times: Fraction, columns: Mapping[str, tuple[Any, Bools]]
) -> Ints:
    """The highest grade whose threshold is met; 0 where none is."""
    size = len(columns["VALUE"][0])
    steps = {grade: _threshold(text, times, columns) for grade, text in grades.items()}
    all_known = reduce(np.logical_and, (yes | no for yes, no in steps.values()))
    found = np.where(np.broadcast_to(all_known, (size,)), 0, OPEN_GRADE)
    for grade, (yes, _) in sorted(steps.items()):
        found = np.where(yes, grade, found)
    return np.where(columns["VALUE"][1], found, OPEN_GRADE).astype(np.int64)


def _threshold(text: str, times: Fraction, columns: Mapping[str, tuple[Any, Bools]]) -> _Truth:
    """By the strong tables of Kleene."""
    either = [[_compared(part, times, columns) for part in option] for option in _said(text)]
    both = [_Truth(_all(p.yes for p in parts), _any(p.no for p in parts)) for parts in either]
    return _Truth(_any(p.yes for p in both), _all(p.no for p in both))


class _Comparison(NamedTuple):
    """A value against a number, or against a multiple of `ref` and a number more."""

    op: str
    ref: str | None
    multiple: Fraction
    number: int | None


@cache
def _said(text: str) -> tuple[tuple[_Comparison, ...], ...]:
    """A threshold: "or" of "and" of comparisons."""
    return tuple(
        tuple(_comparison(part) for part in option.split(" and ")) for option in text.split(" or ")
    )


def _comparison(text: str) -> _Comparison:
    found = TERM.fullmatch(text.strip())
    if found is None:
        raise InputError(f"CTCAE threshold {text!r}: expected for example '> 1.5 x ULN'")
    number = found["fixed"] or found["plus"]
    whole = None if number is None else int(Decimal(number) * SCALE)
    return _Comparison(found["op"], found["ref"], Fraction(found["times"] or "1"), whole)


def _compared(
    said: _Comparison, times: Fraction, columns: Mapping[str, tuple[Any, Bools]]
) -> _Truth:
    value, known = columns["VALUE"]
    left = _scaled(value, times.numerator, times)
    right: Any = 0 if said.number is None else said.number * times.denominator
    if said.ref is not None:
        left = left * said.multiple.denominator
        limit, is_told = columns[said.ref]
        right = _scaled(limit, times.numerator, times) * said.multiple.numerator + right
        known = known & is_told
    holds = np.asarray(_COMPARED[said.op](left, right), dtype=np.bool_)
    return _Truth(known & holds, known & ~holds)


_COMPARED: Final[Mapping[str, Any]] = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip


def _scaled(whole: Any, by: int, times: Fraction) -> Any:
    """Whole numbers times another; only where units differ do they need more than 64 bits."""
    return whole if times == 1 else whole.astype(object) * by


def _whole(values: Floats) -> tuple[Any, Bools]:
    """Values as whole numbers of seven decimals, and which of them are there."""
    known = np.isfinite(values) & (np.abs(values) < LARGEST_GRADED)
    return np.rint(np.where(known, values, 0.0) * SCALE).astype(np.int64), known


def _one(limit: float | None) -> Floats:
    return np.array([np.nan if limit is None else limit])


def _all(parts: Iterable[Bools]) -> Bools:
    return reduce(np.logical_and, parts)


def _any(parts: Iterable[Bools]) -> Bools:
    return reduce(np.logical_or, parts)
