"""What the checks of a form find in the answers of one row: values in, findings out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import numpy as np

from equipoise.conduct.measures import UNGRADED, Column, Declared, Measures, judge
from equipoise.conduct.toxicity import Grading, toxicity_grade
from equipoise.meaning.forms.checks import PLACEHOLDER, measured_item
from equipoise.meaning.forms.model import CaseForm, FormCheck, Severe
from equipoise.protocol.language.conditions import (
    And,
    Compare,
    Condition,
    Name,
    Not,
    Number,
    Or,
    names,
)

_DATES: Final = ("date", "date time", "partial date")
_NUMBERS: Final = ("number", "whole")
UNGRADED_HERE: Final = Grading()
NO_UNITS: Final[Mapping[str, Declared]] = MappingProxyType({})
_HELD: Final = "held "  # the name of a comparison of dates that is answered already


class CheckFound(NamedTuple):
    """A check that holds: which, what follows, what people read, and the items that it is about."""

    check: str
    severity: Severe
    says: str
    items: tuple[str, ...]


def check_answers(
    form: CaseForm,
    said: Mapping[str, Any],
    *,
    also: Mapping[str, Any] | None = None,
    units: Mapping[str, Declared] = NO_UNITS,
    grading: Grading = UNGRADED_HERE,
) -> tuple[CheckFound, ...]:
    """Every check of a form that holds of the answers of one row, in the order of the file.

    said : answers by item, in their own types, or as they are told (dates as text); also : what was
    told once of the subject, in these units; grading : by what values are graded. A check about
    what is not answered does not hold. Of two dates as far as they are known, one is before the
    other only where no completion could change that.
    Checked  tests/unit/conduct/test_form_checks.py.
    """
    known = {**(also or {}), **{key: value for key, value in said.items() if value is not None}}
    found = _measures(form, known, grading)
    measures = found._replace(unit={**units, **found.unit})
    return tuple(
        CheckFound(one.id, one.severity, spoken_check(one, known), tuple(_items(form, one)))
        for one in form.checks
        if _holds(form, one.condition, known, measures)
    )


def spoken_check(check: FormCheck, said: Mapping[str, Any]) -> str:
    """What a check says, with the answers it names."""
    return PLACEHOLDER.sub(lambda found: _shown(said.get(found[1])), check.say)


def _shown(answer: Any) -> str:
    return (
        f"{answer:.15g}" if isinstance(answer, float) else str(answer if answer is not None else "")
    )


def _items(form: CaseForm, check: FormCheck) -> Iterator[str]:
    for name in dict.fromkeys(names(check.condition)):
        key = measured_item(name)
        if form.item(key) is not None or form.table:
            yield key if form.item(key) is not None else "value"


def _holds(
    form: CaseForm, condition: Condition, said: Mapping[str, Any], measures: Measures
) -> bool:
    value = dict(measures.value)
    answered = _dates_answered(form, condition, said, value)
    return bool(judge(answered, measures._replace(value=value), size=1).yes[0])


def _dates_answered(
    form: CaseForm, part: Condition, said: Mapping[str, Any], value: dict[str, Column]
) -> Condition:
    """The condition with every comparison of two dates answered, for a month has many days."""
    match part:
        case And(parts):
            return And(tuple(_dates_answered(form, one, said, value) for one in parts))
        case Or(parts):
            return Or(tuple(_dates_answered(form, one, said, value) for one in parts))
        case Not(inner):
            return Not(_dates_answered(form, inner, said, value))
        case Compare(Name(left), sign, Name(right)) if _is_date(form, left):
            name = f"{_HELD}{left} {sign} {right}".lower()
            value[name] = np.array([_compared(said.get(left), sign, said.get(right))])
            return Compare(Name(name), "=", Number(1.0))
    return part


def _is_date(form: CaseForm, key: str) -> bool:
    item = form.item(key)
    return item is not None and item.kind in _DATES


def _compared(left: Any, sign: str, right: Any) -> float:
    """1 or 0; NaN where a date is missing, or too little of one is known to say."""
    one, other = _dated(left), _dated(right)
    if not one or not other:
        return float("nan")
    size = min(len(one), len(other))
    if len(one) != len(other) and one[:size] == other[:size]:
        return float("nan")
    before, same = one[:size] < other[:size], one == other
    held = {"<": before, "<=": before or same, "=": same, "!=": not same,
            ">": not before and not same, ">=": not before or same}  # fmt: skip
    return float(held[sign])


def _dated(answer: Any) -> str:
    return answer.isoformat() if isinstance(answer, dt.date) else str(answer or "")


def _measures(form: CaseForm, said: Mapping[str, Any], grading: Grading) -> Measures:
    value: dict[str, Column] = {}
    grade: dict[str, Any] = {}
    unit: dict[str, Declared] = {}
    for key, answer in said.items():
        item = form.item(key)
        value[key.lower()] = _column(answer)
        if item is not None and item.kind in _NUMBERS:
            told = str(said.get(f"{key} unit") or (item.units[0] if item.units else ""))
            unit[key.lower()] = Declared(told, item.home.code)
            grade[key.lower()] = _grade(
                said, item.home.code, answer, told, (f"{key} lower", f"{key} upper"), grading
            )
    if form.table in ("labs", "assessments") and said.get("code") and said.get("value") is not None:
        code, told = str(said["code"]), str(said.get("unit") or "")
        value[code.lower()] = _column(said["value"])
        unit[code.lower()] = Declared(told, code)
        grade[code.lower()] = _grade(said, code, said["value"], told, ("lower", "upper"), grading)
    return Measures(value, grade, unit)


def _column(answer: Any) -> Column:
    if isinstance(answer, bool):
        return np.array(["Y" if answer else "N"])
    if isinstance(answer, int | float):
        return np.array([float(answer)])
    return np.array([_dated(answer)])


def _grade(
    said: Mapping[str, Any],
    code: str,
    answer: Any,
    unit: str,
    limits: tuple[str, str],
    grading: Grading,
) -> Any:
    lower, upper = (said.get(name) for name in limits)
    if not isinstance(answer, int | float) or (lower is None and upper is None):
        return np.array([UNGRADED])
    value = float(answer)
    return toxicity_grade(
        np.array([value]), code=code, unit=unit, lower=lower, upper=upper,
        version=grading.version,
        base=grading.base(code, value, unit),
    )  # fmt: skip
