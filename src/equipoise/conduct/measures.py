"""The protocol's conditions, judged for patients: dose rules, eligibility rules.

`platelets grade >= 2` asks for a toxicity grade, `creatinine clearance < 40 mL/min` for a value;
names are compared without regard to case. Every answer is yes, no, or not known: what nobody has
measured, or cannot be turned into the unit that a rule asks in, is not known, and a condition is
not known where its answer would depend on that.

Source   Kleene 1952, Introduction to Metamathematics, section 64 (the strong tables).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.arrays import Bools
from equipoise.conduct.conversion import in_unit
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
    Number,
    Or,
    Present,
    Text,
    Value,
    atoms,
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


class Declared(NamedTuple):
    """In what a measure is told: its unit, and its LBTESTCD where it is a laboratory test.

    ctcae : the version by which it is graded
    """

    unit: str
    code: str = ""
    ctcae: str | None = None


class Measures(NamedTuple):
    """What is known of n patients, by lower-case name.

    value : numbers (NaN missing) or words ("" missing); grade : 0..5, UNGRADED missing
    unit : of those values that have one
    """

    value: Mapping[str, Column]
    grade: Mapping[str, NDArray[np.int64]]
    unit: Mapping[str, Declared] = {}


class Verdict(NamedTuple):
    """Yes, no or not known, (n,): not known is neither."""

    yes: Bools
    no: Bools

    @property
    def unknown(self) -> Bools:
        return np.asarray(~(self.yes | self.no))


def read_condition(text: str) -> Condition:
    """A condition of the protocol. Raises InputError if it cannot be read."""
    try:
        return parse_condition(text)
    except ConditionError as error:
        raise InputError(f"`{text}` is no condition: {error}") from None


def judge(condition: Condition, measures: Measures, *, size: int) -> Verdict:
    """Whether a condition holds for each of `size` patients.

    Checked  tests/unit/conduct/test_measures.py (Kleene's tables, units).
    """
    match condition:
        case And(parts):
            found = [judge(part, measures, size=size) for part in parts]
            return Verdict(_all(a.yes for a in found), _any(a.no for a in found))
        case Or(parts):
            found = [judge(part, measures, size=size) for part in parts]
            return Verdict(_any(a.yes for a in found), _all(a.no for a in found))
        case Not(inner):
            yes, no = judge(inner, measures, size=size)
            return Verdict(no, yes)
        case Present(left, negated):
            known = _column(left.text, measures, size)[1]
            return Verdict(~known, known) if negated else Verdict(known, ~known)
        case Compare() | In() | Like():
            values, known = _column(condition.left.text, measures, size)
            holds, comparable = _test(condition, values, measures, size)
            known = known & comparable
            return Verdict(known & holds, known & ~holds)


def missing(condition: Condition, measures: Measures, *, size: int) -> dict[str, Bools]:
    """Each measure that a condition asks for, and for whom no test of it can be answered."""
    found: dict[str, Bools] = {}
    for part in atoms(condition):
        lacks = judge(part, measures, size=size).unknown
        name = measured(part.left.text)
        found[name] = found.get(name, np.zeros(size, dtype=np.bool_)) | lacks
    return found


def measured(name: str) -> str:
    """The measure that a name of the rules asks for: `platelets grade` asks for platelets."""
    return name.lower().removesuffix(_GRADE)


def is_grade(name: str) -> bool:
    return name.lower().endswith(_GRADE)


def _all(parts: Iterator[Bools]) -> Bools:
    return reduce(operator.and_, parts)


def _any(parts: Iterator[Bools]) -> Bools:
    return reduce(operator.or_, parts)


def _test(
    part: Compare | In | Like, values: Any, measures: Measures, size: int
) -> tuple[Bools, Bools]:
    """Whether a test holds, and whether it can be made, (n,) each."""
    none, whole = np.zeros(size, dtype=np.bool_), np.ones(size, dtype=np.bool_)
    match part:
        case Compare(left, sign, right):
            other, known = _right(left.text, right, measures, size)
            if other is None or _is_text(other) != _is_text(values):
                return none, none
            return np.asarray(_SIGNS[sign](values, other), dtype=np.bool_), known
        case In(left, choices, negated):
            sides = [_right(left.text, choice, measures, size)[0] for choice in choices]
            if any(side is None for side in sides):
                return none, none
            inside = np.isin(values, sides)
            return np.asarray(~inside if negated else inside, dtype=np.bool_), whole
        case Like(_, how, text):
            find = np.char.find(values.astype(np.str_), text)
            return np.asarray(find == 0 if how == "starts with" else find >= 0), whole


def _is_text(values: Any) -> bool:
    return np.asarray(values).dtype.kind == "U"


def _right(left: str, value: Value, measures: Measures, size: int) -> tuple[Any, Bools]:
    """What stands on the right of a test, in the unit of the left; None if it cannot be."""
    whole = np.ones(size, dtype=np.bool_)
    told = Declared("") if is_grade(left) else measures.unit.get(left.lower(), Declared(""))
    match value:
        case Text(text):
            return text, whole
        case Number(number, unit):
            if not unit or is_grade(left):
                return number, whole
            return in_unit(number, of=unit, to=told.unit, code=told.code), whole
        case Name(text):
            column, known = _column(text, measures, size)
            other = measures.unit.get(text.lower(), Declared("")).unit
            times = (
                1.0 if other == told.unit else in_unit(1, of=other, to=told.unit, code=told.code)
            )
            return (None if times is None else column if times == 1.0 else column * times), known


def _column(name: str, measures: Measures, size: int) -> tuple[Any, Bools]:
    """A measure and who has it."""
    if is_grade(name):
        grade = measures.grade.get(measured(name), np.full(size, UNGRADED))
        return grade, np.asarray(grade != UNGRADED)
    value = measures.value.get(name.lower())
    if value is None:
        return np.full(size, np.nan), np.zeros(size, dtype=np.bool_)
    known = ~np.isnan(value) if value.dtype.kind == "f" else value != ""
    return value, np.asarray(known, dtype=np.bool_)
