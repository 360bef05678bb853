"""ADMH and ADCM: medical history and other treatments, one row each, in OCCDS form."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import polars as pl

from equipoise.adam.dates.dtc import Imputation, flag_of, imputes
from equipoise.adam.dates.partial import completed, with_bounds, without_bounds
from equipoise.protocol.language.completion import Completion
from equipoise.protocol.model import DatePlan

_CARRIED = ("TRT01P", "TRT01A", "TRTSDT", "TRTEDT")


def occurrences(
    table: pl.DataFrame,
    adsl: pl.DataFrame,
    *,
    domain: Literal["MH", "CM"],
    impute: Imputation = "whole date",
    rules: DatePlan | None = None,
    cutoff: dt.date | None = None,
) -> pl.DataFrame:
    """Records of subjects in ADSL, with dates and where they stand to treatment.

    table : SDTM MH or CM; impute : how far a partial date is completed; rules : by which day;
    cutoff : the last day that is in the data
    Returns  the domain's columns with ASTDT, ASTDTF, AENDT, AENDTF, ASTDY, AENDY, ASEQ; ANL01FL "Y"
        on the first record of each subject and term; PREFL "Y" if it began before the first dose,
        ONTRTFL "Y" if it went on under treatment, FUPFL "Y" if it began after the last dose.
    Source   ADaM OCCDS 1.1.
    Checked  tests/unit/adam/test_more_datasets.py.
    """
    carried = adsl.select("USUBJID", *(c for c in _CARRIED if c in adsl.columns))
    rows = table.join(carried, on="USUBJID", how="inner", maintain_order="left")
    rules = rules or DatePlan()
    rows = with_bounds(rows, adsl, cutoff, rules.start, rules.end)
    rows = _dated(rows, f"{domain}STDTC", "AST", rules.start, impute)
    rows = without_bounds(_dated(rows, f"{domain}ENDTC", "AEN", rules.end, impute))
    start, end, first, last = (pl.col(c) for c in ("ASTDT", "AENDT", "TRTSDT", "TRTEDT"))
    before = (start < first).fill_null(False)
    after = (start > last).fill_null(False)
    # Without an end it still goes on; without a start it may have begun at any time.
    during = (end >= first).fill_null(True) & (start <= last).fill_null(True) & first.is_not_null()
    term = next(c for c in (f"{domain}DECOD", f"{domain}TERM", f"{domain}TRT") if c in rows.columns)
    order = ["USUBJID", "ASTDT", f"{domain}SEQ"]
    rows = rows.sort(order, nulls_last=True, maintain_order=True)
    return rows.with_columns(
        ASTDY=_study_day(start, first),
        AENDY=_study_day(end, first),
        PREFL=_flag(before),
        ONTRTFL=_flag(during & ~after),
        FUPFL=_flag(after),
        ANL01FL=_flag(pl.int_range(pl.len()).over("USUBJID", term) == 0),
        ASEQ=pl.int_range(1, pl.len() + 1).over("USUBJID"),
    )


def _dated(
    rows: pl.DataFrame, column: str, stem: str, rule: Completion, impute: Imputation
) -> pl.DataFrame:
    date, flag = f"{stem}DT", f"{stem}DTF"
    if column not in rows.columns:
        nothing = pl.lit(None, pl.Date).alias(date), pl.lit(None, pl.String).alias(flag)
        return rows.with_columns(nothing)
    found = pl.when(imputes(column, impute)).then(completed(column, rule))
    rows = rows.with_columns(found.alias(date))
    return rows.with_columns(pl.when(pl.col(date).is_not_null()).then(flag_of(column)).alias(flag))


def _flag(condition: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(pl.lit("Y"))


def _study_day(day: pl.Expr, origin: pl.Expr) -> pl.Expr:
    gap = (day - origin).dt.total_days()
    return gap + (gap >= 0).cast(pl.Int64)
