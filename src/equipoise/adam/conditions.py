"""Conditions of the protocol as polars expressions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import reduce
from operator import and_, or_

import polars as pl

from equipoise.adam.limits_in_units import limit
from equipoise.errors import InputError, did_you_mean
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
    names,
    parse_condition,
    values,
)

Schema = Mapping[str, pl.DataType]


def select(table: pl.DataFrame, where: str | None, *, dataset: str) -> pl.DataFrame:
    """Rows of `table` where the condition holds; all of them without one.

    dataset : its name, for the message
    Raises   InputError if the condition reads a column that the table lacks.
    """
    if where is None:
        return table
    return table.filter(holds(where, table.schema, dataset=dataset))


def holds(where: str, schema: Schema, *, dataset: str) -> pl.Expr:
    """A condition as a boolean expression that is never null.

    Raises   InputError if it reads a column that is not in `schema`.
    """
    try:
        condition = parse_condition(where)
    except ConditionError as problem:
        raise InputError(f"{dataset}: {problem}") from None
    for name in names(condition):
        if name not in schema:
            hint = did_you_mean(name, schema)
            raise InputError(f'`{where}` reads "{name}", which {dataset} does not have{hint}')
    for left in (atom.left.text for atom in atoms(condition) if isinstance(atom, Like)):
        if _kind(schema[left]) != "text":
            raise InputError(f"`{where}` looks for a text in {left} of {dataset}, which has none")
    pairs = ((atom.left.text, value) for atom in atoms(condition) for value in values(atom))
    for left, value in pairs:
        _fits(schema[left], value, schema, f"`{where}` compares {left} of {dataset}")
    try:
        return _compile(condition, schema)
    except InputError as problem:
        raise InputError(f"`{where}`: {dataset}: {problem}") from None


def _fits(kind: pl.DataType, value: Value, schema: Schema, what: str) -> None:
    """Raises InputError unless a value is of the kind of its variable: number, date or text."""
    other = schema[value.text] if isinstance(value, Name) else None
    if other is not None:
        if _kind(other) != _kind(kind):
            raise InputError(f"{what}, a {_kind(kind)}, with a {_kind(other)}")
    elif isinstance(value, Number):
        if _kind(kind) != "number":
            raise InputError(f"{what}, a {_kind(kind)}, with the number {value.value:g}")
    elif isinstance(value, Text) and _kind(kind) == "number":
        raise InputError(f'{what}, a number, with the text "{value.value}"')
    elif isinstance(value, Text) and _kind(kind) == "date" and not _is_date(value.value):
        raise InputError(f'{what}, a date, with "{value.value}"; expected one as 2015-07-24')


def _kind(kind: pl.DataType) -> str:
    if kind.is_temporal():
        return "date"
    return "number" if kind.is_numeric() else "text"


def _is_date(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _compile(condition: Condition, schema: Schema) -> pl.Expr:
    match condition:
        case And(parts):
            return reduce(and_, (_compile(p, schema) for p in parts))
        case Or(parts):
            return reduce(or_, (_compile(p, schema) for p in parts))
        case Not(part):
            return ~_compile(part, schema)
        case Present(left, negated):
            return pl.col(left.text).is_null() if negated else pl.col(left.text).is_not_null()
        case Like(left, how, text):
            column = pl.col(left.text).str
            found = (
                column.contains(text, literal=True)
                if how == "contains"
                else column.starts_with(text)
            )
            return found.fill_null(False)
        case In(left, values, negated):
            found = reduce(or_, (pl.col(left.text) == _right(left, v, schema) for v in values))
            return (~found if negated else found).fill_null(False)
        case Compare():
            return _compare(condition, schema)


def _compare(condition: Compare, schema: Schema) -> pl.Expr:
    left = pl.col(condition.left.text)
    other = _right(condition.left, condition.right, schema)
    tests = {
        "=": left == other,
        "!=": left != other,
        "<": left < other,
        "<=": left <= other,
        ">": left > other,
        ">=": left >= other,
    }
    return tests[condition.op].fill_null(False)


def _right(left: Name, value: Value, schema: Schema) -> pl.Expr:
    """What stands on the right: another variable, a number, a text, or a text read as a date."""
    match value:
        case Name(text):
            return pl.col(text)
        case Number(number, unit):
            return limit(left, value, schema) if unit else pl.lit(number)
        case Text(text):
            temporal = schema[left.text].is_temporal()
            return pl.lit(dt.date.fromisoformat(text) if temporal else text)
