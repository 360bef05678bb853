"""Conditions of a protocol as R reads them, over datasets that were read from XPT files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from equipoise.protocol.language.conditions import (
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
    parse_condition,
)
from equipoise.reporting.calls.form import quoted

Kinds = Mapping[str, pl.DataType]
_SAS_ZERO: Final = "1960-01-01"


class NotInRError(ValueError):
    """A condition that has no counterpart in R, as a number in another unit."""


def condition_in_r(where: str, schema: Kinds) -> str:
    """A condition as an expression of R over the columns of a dataset; a missing value is FALSE.

    Raises   NotInRError for numbers with a unit.
    """
    return _compiled(parse_condition(where), schema)


def _compiled(condition: Condition, schema: Kinds) -> str:
    match condition:
        case And(parts):
            return "(" + " & ".join(_compiled(p, schema) for p in parts) + ")"
        case Or(parts):
            return "(" + " | ".join(_compiled(p, schema) for p in parts) + ")"
        case Not(part):
            return f"!{_compiled(part, schema)}"
        case Present(left, negated):
            there = f"!is.na({left.text})"
            if schema[left.text] == pl.String:
                there = f'({left.text} != "")'
            return f"!{there}" if negated else there
        case Like(left, how, text):
            call = "grepl" if how == "contains" else "startsWith"
            parts_of = (quoted(text), left.text) if call == "grepl" else (left.text, quoted(text))
            fixed = ", fixed = TRUE" if call == "grepl" else ""
            return f"{call}({', '.join(parts_of)}{fixed})"
        case In(left, values, negated):
            among = ", ".join(_value(left, v, schema) for v in values)
            found = f"({left.text} %in% c({among}))"
            known = _compiled(Present(left, False), schema)
            return f"({known} & !{found})" if negated else found
        case Compare(left, op, right):
            sign = {"=": "=="}.get(op, op)
            known = _compiled(Present(left, False), schema)
            return f"({known} & ({left.text} {sign} {_value(left, right, schema)}) %in% TRUE)"


def _value(left: Name, value: Value, schema: Kinds) -> str:
    match value:
        case Name(text):
            return text
        case Number(number, unit):
            if unit:
                raise NotInRError(f"{left.text}: a number with the unit {unit}")
            return f"{number:.17g}"
        case Text(text):
            if schema[left.text].is_temporal():
                return f'as.numeric(as.Date("{text}") - as.Date("{_SAS_ZERO}"))'
            return quoted(text)
