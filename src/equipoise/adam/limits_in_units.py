"""A number of a condition in the unit in which each row of a dataset is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import polars as pl

from equipoise.conduct.conversion import in_unit
from equipoise.errors import InputError
from equipoise.protocol.language.conditions import Name, Number

_OF_ANALYSIS: Final = frozenset({"AVAL", "BASE", "CHG", "ANRLO", "ANRHI"})
_IN_PARAM: Final = re.compile(r"\(([^()]+)\)\s*$")


def limit(left: Name, number: Number, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    """`number` in each row's own unit of the variable `left`; null where it cannot be turned.

    The unit stands in the variable beside it (LBSTRESU of LBSTRESN, EXDOSU of EXDOSE, AGEU of AGE,
    AVALU of AVAL), or between brackets at the end of PARAM.
    Raises   InputError if the dataset has no such variable.
    Checked  tests/unit/adam/test_conditions_in_units.py
    """
    unit = unit_variable(left.text, schema)
    code = next((c for c in (f"{left.text[:2]}TESTCD", "PARAMCD") if c in schema), None)
    asked = [pl.col(unit).alias("unit"), (pl.col(code) if code else pl.lit("")).alias("code")]

    def turned(rows: pl.Series) -> pl.Series:
        pairs = rows.struct.unnest()
        known = pairs.unique(maintain_order=True)
        values = [_limit(number, u, c) for u, c in known.iter_rows()]
        found = known.with_columns(pl.Series("limit", values, dtype=pl.Float64))
        return pairs.join(found, on=["unit", "code"], nulls_equal=True, maintain_order="left")[
            "limit"
        ]

    return pl.struct(asked).map_batches(turned, return_dtype=pl.Float64)


def unit_variable(left: str, schema: Mapping[str, pl.DataType]) -> str:
    """The variable that holds the unit of another.

    Raises   InputError if the dataset has none.
    """
    beside = ["AVALU", "PARAM"] if left in _OF_ANALYSIS else [f"{left[:-1]}U", f"{left}U"]
    found = next((name for name in beside if name in schema), None)
    if found is None:
        raise InputError(f"{left} has no variable with its unit; expected {' or '.join(beside)}")
    return found


def _limit(number: Number, unit: str | None, code: str | None) -> float | None:
    said = _IN_PARAM.search(unit or "")
    told = (said[1] if said else unit or "").strip()
    if not told:
        return None
    for spelled in (told, told.lower()):
        found = in_unit(number.value, of=number.unit, to=spelled, code=code or "")
        if found is not None:
            return found
    return None
