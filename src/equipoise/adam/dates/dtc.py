"""SDTM --DTC text as dates, once, with the CDISC imputation flag."""

from __future__ import annotations

from typing import Literal

import polars as pl

Impute = Literal["first", "last", "none"]
Imputation = Literal["nothing", "day", "day and month", "whole date"]

_WHOLE = r"^(\d{4}-\d{2}-\d{2})"
_MONTH = r"^(\d{4}-\d{2})(?:-?-?$|$|-T)"
_YEAR = r"^(\d{4})(?:-?-?-?-?$|$|-T)"


def date_of(column: str, *, impute: Impute = "none") -> pl.Expr:
    """The day of a --DTC text column.

    column : name of a text column, ISO 8601, month or day possibly missing
    impute : "first" or "last" possible day of a partial date, or "none" to leave it null
    Returns  pl.Date expression named as the column.
    Source   SDTMIG 3.4, section 4.4.2; ADaMIG 1.3, section 3.1.2.
    Checked  tests/unit/adam/test_dtc.py.
    """
    text = pl.col(column)
    whole = text.str.extract(_WHOLE).str.to_date("%Y-%m-%d", strict=False)
    if impute == "none":
        return whole.alias(column)
    month = (text.str.extract(_MONTH) + "-01").str.to_date("%Y-%m-%d", strict=False)
    year = (text.str.extract(_YEAR) + "-01-01").str.to_date("%Y-%m-%d", strict=False)
    if impute == "last":
        month, year = month.dt.month_end(), year.dt.offset_by("11mo").dt.month_end()
    return pl.coalesce(whole, month, year).alias(column)


def flag_of(column: str) -> pl.Expr:
    """What was imputed: "D" the day, "M" month and day, null nothing.

    Source   CDISC ADaM controlled terminology, codelist DATEFL.
    """
    text = pl.col(column)
    return (
        pl.when(text.str.contains(_WHOLE))
        .then(None)
        .when(text.str.contains(_MONTH))
        .then(pl.lit("D"))
        .when(text.str.contains(_YEAR))
        .then(pl.lit("M"))
    )


def imputes(column: str, how_far: Imputation) -> pl.Expr:
    """Whether a --DTC is as complete as the protocol's imputation asks; never null.

    how_far : what may be filled in: "nothing", the "day", the "day and month", or the "whole date"
    """
    text = pl.col(column)
    whole, month, year = (text.str.contains(p).fill_null(False) for p in (_WHOLE, _MONTH, _YEAR))
    enough = {
        "nothing": whole,
        "day": whole | month,
        "day and month": whole | month | year,
        "whole date": whole | ~whole,
    }
    return enough[how_far]
