"""One laboratory value graded in plain Python with fractions, from the same criteria files."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from equipoise.laboratory.ctcae.terms import GradedTerm, criteria
from equipoise.laboratory.units import factor, unit_of

_COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
Row = Mapping[str, Any]


def _number(value: float | None) -> Fraction | None:
    return None if value is None else Fraction(repr(value))


def _bound(words: list[str], row: Row, times: Fraction) -> Fraction | None:
    """`1.5 x ULN`, `ULN + 20`, `LLN` or a number, in the row's unit."""
    limits = {"LLN": _number(row["ANRLO"]), "ULN": _number(row["ANRHI"])}
    limits["BASE"] = _number(row["BASE"])
    if words[0] not in limits and len(words) == 1:
        return Fraction(words[0]) / times
    multiple = Fraction(words[0]) if "x" in words else Fraction(1)
    plus = Fraction(words[-1]) / times if "+" in words else Fraction(0)
    limit = next(limits[w] for w in words if w in limits)
    return None if limit is None else multiple * limit + plus


def _holds(text: str, row: Row, times: Fraction) -> bool | None:
    """True, False, or None where a limit or a baseline is missing and the others do not decide."""
    results: list[bool | None] = []
    for option in text.split(" or "):
        parts: list[bool | None] = []
        for comparison in option.split(" and "):
            sign, *words = comparison.split()
            bound, value = _bound(words, row, times), _number(row["AVAL"])
            assert value is not None
            parts.append(None if bound is None else _COMPARE[sign](value, bound))
        results.append(False if False in parts else None if None in parts else True)
    return True if True in results else None if None in results else False


def _ladder(criterion: GradedTerm, row: Row) -> tuple[Mapping[int, str], Fraction] | None:
    """The thresholds that apply, and what a value is multiplied by to stand in their unit."""
    table = criterion.grades
    if criterion.high is not None and row["BNRIND"] == "HIGH":
        table = criterion.high
    if criterion.low is not None and row["BNRIND"] == "LOW":
        table = criterion.low
    if "any" in table:
        return table["any"], Fraction(1)
    test = row["LBTESTCD"]
    unit = unit_of(row["UNIT"], test=test)
    if unit is None:
        return None
    if unit in table:
        return table[unit], Fraction(1)
    for other, ladder in table.items():
        times = factor(test, from_=unit, to=other)
        if times is not None:
            return ladder, times
    return None


def grade_plain(row: Row, *, version: str, side: str) -> int | None:
    """The grade toward "low" or "high"; None if there is none or it cannot be told."""
    for criterion in criteria(version):
        wanted = all(row.get(c) in words for c, words in criterion.where.items())
        if row["LBTESTCD"] not in criterion.tests or criterion.direction != side or not wanted:
            continue
        ladder = _ladder(criterion, row)
        if ladder is None or row["AVAL"] is None:
            return None
        grades, times = ladder
        truths = {g: _holds(text, row, times) for g, text in grades.items()}
        met = [g for g, truth in truths.items() if truth]
        if met:
            return max(met)
        return None if None in truths.values() else 0
    return None
