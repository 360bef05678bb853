"""A threshold of the criteria as an expression over columns: comparisons of exact decimals."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import polars as pl

from equipoise.errors import InputError
from equipoise.laboratory.ctcae.terms import SCALE, TERM

_RANGE = {"LLN": "LO", "ULN": "HI", "BASE": "BASE"}


def _comparison(text: str, factor: Fraction) -> pl.Expr:
    """`> 1.5 x ULN` on the integer columns VALUE, LO, HI, BASE.

    factor : what the columns are multiplied by to stand in the threshold's unit; whole numbers are
        compared, so that a value on the threshold is on it in every unit
    """
    found = TERM.fullmatch(text.strip())
    if found is None:
        raise InputError(f"CTCAE threshold {text!r}: expected for example '> 1.5 x ULN'")
    value = _turned("_VALUE", factor)
    if found["fixed"]:
        left, right = value, _whole(found["fixed"], factor)
    else:
        times = Fraction(found["times"] or "1")
        left = value * times.denominator
        right = _turned("_" + _RANGE[found["ref"]], factor) * times.numerator
        right = right + _whole(found["plus"], factor) if found["plus"] else right
    truth = {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}
    return truth[found["op"]]


def _turned(column: str, factor: Fraction) -> pl.Expr:
    """A column times the factor's numerator; only where units differ does that take 128 bits."""
    if factor == 1:
        return pl.col(column)
    return pl.col(column).cast(pl.Int128) * pl.lit(factor.numerator, dtype=pl.Int128)


def _whole(number: str, factor: Fraction) -> pl.Expr:
    kind = pl.Int64 if factor == 1 else pl.Int128
    return pl.lit(int(Decimal(number) * SCALE) * factor.denominator, dtype=kind)


def threshold(text: str, factor: Fraction = Fraction(1)) -> pl.Expr:
    """A threshold of the criteria files as an expression; "or" of "and" of comparisons.

    Null where a limit or a baseline is missing and what is there does not decide.

    factor : from the unit of the values to the unit of the threshold
    """
    either = [
        pl.all_horizontal([_comparison(p, factor) for p in option.split(" and ")])
        for option in text.split(" or ")
    ]
    return pl.any_horizontal(either)
