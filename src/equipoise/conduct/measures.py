"""Sentences of the dose table that a computer can judge: `platelets grade >= 2 or CREAT > 150`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import InputError

Bools = NDArray[np.bool_]

_COMPARISON = re.compile(
    r"^(?P<measure>[A-Za-z][\w .-]*?)(?P<grade> grade)? *(?P<sign><=|>=|<|>|=)"
    r" *(?P<number>-?\d+(?:\.\d+)?)(?: *(?P<unit>\S.*))?$"
)
_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}


class Comparison(NamedTuple):
    """One measure against one number; `is_grade` if its toxicity grade is meant, not its value."""

    measure: str
    is_grade: bool
    sign: str
    number: float
    unit: str


class Condition(NamedTuple):
    """Any of these, each of which is all of those."""

    alternatives: tuple[tuple[Comparison, ...], ...]


class Measures(NamedTuple):
    """What is known of n patients: values and toxicity grades, by lower-case name."""

    value: Mapping[str, NDArray[np.float64]]
    grade: Mapping[str, NDArray[np.int64]]


def parse_condition(text: str) -> Condition:
    """Read a condition; `and` binds stronger than `or`.

    Raises   InputError if a part is no comparison.
    """
    parts = [re.split(r"\s+and\s+", part) for part in re.split(r"\s+or\s+", " ".join(text.split()))]
    return Condition(tuple(tuple(_comparison(c, text) for c in part) for part in parts))


def _comparison(part: str, text: str) -> Comparison:
    found = _COMPARISON.match(part.strip())
    if not found:
        raise InputError(
            f'"{part}" in "{text}" is no condition; expected a measure, a sign and a number, as in '
            '"platelets grade >= 2" or "creatinine clearance < 40 mL/min"'
        )
    measure = found["measure"].strip().lower()
    return Comparison(
        measure,
        found["grade"] is not None,
        found["sign"],
        float(found["number"]),
        found["unit"] or "",
    )


def holds(condition: Condition, measures: Measures, *, size: int) -> Bools:
    """Whether a condition holds for each of `size` patients; an unknown measure holds for none."""
    met = np.zeros(size, dtype=np.bool_)
    for alternative in condition.alternatives:
        both = np.ones(size, dtype=np.bool_)
        for comparison in alternative:
            both &= _compare(comparison, measures, size=size)
        met |= both
    return met


def _compare(comparison: Comparison, measures: Measures, *, size: int) -> Bools:
    known = measures.grade if comparison.is_grade else measures.value
    found = known.get(comparison.measure)
    if found is None:
        return np.zeros(size, dtype=np.bool_)
    return np.asarray(_SIGNS[comparison.sign](found, comparison.number), dtype=np.bool_)
