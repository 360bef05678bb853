"""SDTM --DTC text as dates in expressions, with the CDISC imputation flag.

What a text means is read in `sdtm.dates`, for every room; here it becomes columns of polars.
"""

from __future__ import annotations

from typing import Literal

import polars as pl

from equipoise.sdtm.dates import earliest, latest, missing, whole

Impute = Literal["first", "last", "none"]
Imputation = Literal["nothing", "day", "day and month", "whole date"]


def date_of(column: str, *, impute: Impute = "none") -> pl.Expr:
    """The day of a --DTC text column.

    column : name of a text column, ISO 8601, month or day possibly missing
    impute : "first" or "last" possible day of a partial date, or "none" to leave it null
    Returns  pl.Date expression named as the column.
    Source   SDTMIG 3.4, section 4.4.2; ADaMIG 1.3, section 3.1.2.
    Checked  tests/unit/adam/test_dtc.py.
    """
    read = {"first": earliest, "last": latest, "none": whole}[impute]
    text = pl.col(column).cast(pl.String)
    return text.map_batches(read, return_dtype=pl.Date, is_elementwise=True).alias(column)


def flag_of(column: str) -> pl.Expr:
    """What was imputed: "D" the day, "M" the month, "Y" the year too; null nothing.

    Source   CDISC ADaM controlled terminology, codelist DATEFL.
    """
    text = pl.col(column).cast(pl.String)
    return text.map_batches(missing, return_dtype=pl.String, is_elementwise=True)


def imputes(column: str, how_far: Imputation) -> pl.Expr:
    """Whether a --DTC is as complete as the protocol's imputation asks; never null.

    how_far : what may be filled in: "nothing", the "day", the "day and month", or the "whole date"
    """
    known, lacks = date_of(column, impute="first").is_not_null(), flag_of(column)
    if how_far == "whole date":
        return known | ~known
    may = {"nothing": [], "day": ["D"], "day and month": ["D", "M"]}[how_far]
    return known & (lacks.is_null() | lacks.is_in(may))
