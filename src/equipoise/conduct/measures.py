"""The protocol's conditions, judged for patients: dose rules, eligibility rules.

`platelets grade >= 2` asks for a toxicity grade, `creatinine clearance < 40 mL/min` for a value;
names are compared without regard to case.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.arrays import Bools
from equipoise.errors import InputError
from equipoise.protocol.language.conditions import (
    And,
    Compare,
    Condition,
    ConditionError,
    In,
    Like,
    Name,
    Not,
    Or,
    Present,
    Value,
    parse_condition,
)

Column = NDArray[np.float64] | NDArray[np.str_]

UNGRADED = -1
_GRADE = " grade"
_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}


class Measures(NamedTuple):
    """What is known of n patients, by lower-case name.

    value : numbers (NaN missing) or words ("" missing); grade : 0..5, UNGRADED missing
    """

    value: Mapping[str, Column]
    grade: Mapping[str, NDArray[np.int64]]


def read_condition(text: str) -> Condition:
    """A condition of the protocol. Raises InputError if it cannot be read."""
    try:
        return parse_condition(text)
    except ConditionError as error:
        raise InputError(f"`{text}` is no condition: {error}") from None


def holds(condition: Condition, measures: Measures, *, size: int) -> Bools:
    """Whether a condition holds for each of `size` patients.

    What nobody knows satisfies no test but `is missing`.
    Checked  tests/unit/conduct/test_measures.py.
    """

    def judge(part: Condition) -> Bools:
        match part:
            case And(parts):
                return reduce(operator.and_, (judge(p) for p in parts))
            case Or(parts):
                return reduce(operator.or_, (judge(p) for p in parts))
            case Not(inner):
                return ~judge(inner)
            case Present(left, negated):
                _, known = _column(left.text, measures, size)
                return ~known if negated else known
            case Compare() | In() | Like():
                values, known = _column(part.left.text, measures, size)
                return known & _test(part, values, measures, size)

    return judge(condition)


def _test(part: Compare | In | Like, values: Any, measures: Measures, size: int) -> Bools:
    match part:
        case Compare(_, sign, Name(other)):
            right, known = _column(other, measures, size)
            return known & np.asarray(_SIGNS[sign](values, right), dtype=np.bool_)
        case Compare(_, sign, right):
            return np.asarray(_SIGNS[sign](values, _constant(right)), dtype=np.bool_)
        case In(_, choices, negated):
            inside = np.isin(values, [_constant(choice) for choice in choices])
            return np.asarray(~inside if negated else inside, dtype=np.bool_)
        case Like(_, how, text):
            find = np.char.find(values.astype(np.str_), text)
            return np.asarray(find == 0 if how == "starts with" else find >= 0, dtype=np.bool_)


def _constant(value: Value) -> Any:
    return value.text if isinstance(value, Name) else value.value


def _column(name: str, measures: Measures, size: int) -> tuple[Any, Bools]:
    """A measure and who has it."""
    key = name.lower()
    if key.endswith(_GRADE):
        grade = measures.grade.get(key.removesuffix(_GRADE), np.full(size, UNGRADED))
        return grade, np.asarray(grade != UNGRADED)
    value = measures.value.get(key)
    if value is None:
        return np.full(size, np.nan), np.zeros(size, dtype=np.bool_)
    known = ~np.isnan(value) if value.dtype.kind == "f" else value != ""
    return value, np.asarray(known, dtype=np.bool_)
