"""Conditions of the protocol as polars expressions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import and_, or_

import polars as pl

from equipoise.errors import InputError, did_you_mean
from equipoise.protocol.conditions import (
    And,
    Compare,
    Condition,
    In,
    Like,
    Name,
    Not,
    Number,
    Or,
    Present,
    Text,
    Value,
    names,
    parse_condition,
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
    condition = parse_condition(where)
    for name in names(condition):
        if name not in schema:
            hint = did_you_mean(name, schema)
            raise InputError(f'`{where}` reads "{name}", which {dataset} does not have{hint}')
    return _compile(condition, schema)


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
            found = pl.col(left.text).is_in([_literal(v) for v in values])
            return (~found if negated else found).fill_null(False)
        case Compare():
            return _compare(condition, schema)


def _compare(condition: Compare, schema: Schema) -> pl.Expr:
    left = pl.col(condition.left.text)
    right = condition.right
    other = pl.col(right.text) if isinstance(right, Name) else pl.lit(_literal(right))
    if isinstance(right, Text) and schema[condition.left.text].is_temporal():
        other = other.str.to_date()
    tests = {
        "=": left == other,
        "!=": left != other,
        "<": left < other,
        "<=": left <= other,
        ">": left > other,
        ">=": left >= other,
    }
    return tests[condition.op].fill_null(False)


def _literal(value: Value) -> str | float:
    match value:
        case Text(text):
            return text
        case Number(number, _):
            return number
        case Name(text):
            raise InputError(f'"{text}" stands where a number or a text in quotes was expected')
