"""One laboratory value graded in plain Python with decimals, from the same criteria files."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from equipoise.adam.ctcae.criteria import UNITS, Criterion, criteria

_COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
Row = Mapping[str, Any]


def _number(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(repr(value))


def _bound(words: list[str], row: Row) -> Decimal | None:
    """`1.5 x ULN`, `ULN + 20`, `LLN` or a number."""
    limits = {"LLN": _number(row["ANRLO"]), "ULN": _number(row["ANRHI"])}
    limits["BASE"] = _number(row["BASE"])
    if words[0] not in limits and len(words) == 1:
        return Decimal(words[0])
    times = Decimal(words[0]) if "x" in words else Decimal(1)
    plus = Decimal(words[-1]) if "+" in words else Decimal(0)
    limit = next(limits[w] for w in words if w in limits)
    return None if limit is None else times * limit + plus


def _holds(text: str, row: Row) -> bool | None:
    """True, False, or None where a limit is missing; a missing baseline decides nothing."""
    results: list[bool | None] = []
    for option in text.split(" or "):
        parts: list[bool | None] = []
        for comparison in option.split(" and "):
            sign, *words = comparison.split()
            bound, value = _bound(words, row), _number(row["AVAL"])
            assert value is not None
            if bound is None:
                parts.append(False if "BASE" in words else None)
            else:
                parts.append(_COMPARE[sign](value, bound))
        results.append(False if False in parts else None if None in parts else True)
    return True if True in results else None if None in results else False


def _ladder(criterion: Criterion, row: Row) -> Mapping[int, str] | None:
    table = criterion.grades
    if criterion.high is not None and row["BNRIND"] == "HIGH":
        table = criterion.high
    if criterion.low is not None and row["BNRIND"] == "LOW":
        table = criterion.low
    unit = UNITS.get((row["UNIT"] or "").upper(), "")
    return table.get("any") or table.get(unit)


def grade_plain(row: Row, *, version: str, side: str) -> int | None:
    """The grade toward "low" or "high"; None if there is none or it cannot be told."""
    for criterion in criteria(version):
        wanted = all(row.get(c) in words for c, words in criterion.where.items())
        if row["LBTESTCD"] not in criterion.tests or criterion.direction != side or not wanted:
            continue
        ladder = _ladder(criterion, row)
        if ladder is None or row["AVAL"] is None:
            return None
        truths = {g: _holds(text, row) for g, text in ladder.items()}
        met = [g for g, truth in truths.items() if truth]
        if met:
            return max(met)
        return None if None in truths.values() else 0
    return None
