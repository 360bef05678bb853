"""ADVS, ADEG, ADQS: vital signs, electrocardiograms, answers and scores as analysis values."""

from __future__ import annotations

from typing import Literal

import polars as pl

from equipoise.adam.dates.dtc import date_of
from equipoise.errors import InputError

_KEY = ("USUBJID", "PARAMCD")


def findings(
    table: pl.DataFrame, adsl: pl.DataFrame, *, domain: Literal["VS", "EG", "QS"]
) -> pl.DataFrame:
    """Results of subjects in ADSL with baseline and change.

    table : SDTM VS, EG or QS (answers and scores as collected)
    adsl : USUBJID, TRTSDT, TRTEDT and, if known, RANDDT
    Returns  PARAMCD, PARAM, PARCAT1, AVAL, AVALC, AVALU, ADT, ADY, AVISIT, AVISITN, BASE (the last
        value up to the first dose, or to randomization of who was never treated), CHG and PCHG
        after it, ABLFL, ONTRTFL, ASEQ, BASESEQ, RULE, SRCDOM, SRCVAR, SRCSEQ. Of several results of
        one day the last by sequence is the baseline.
    Raises   InputError if a column is missing.
    Source   ADaMIG 1.3, section 3.3 (BDS).
    Checked  tests/unit/adam/test_more_datasets.py.
    """
    needed = ("USUBJID", f"{domain}SEQ", f"{domain}TESTCD", f"{domain}DTC")
    missing = [c for c in needed if c not in table.columns]
    if missing:
        raise InputError(f"{domain}: expected column {', '.join(missing)}")
    texts = [f"{domain}{c}" for c in ("TEST", "CAT", "STRESC", "STRESU")] + ["VISIT"]
    numbers = [f"{domain}STRESN", "VISITNUM"]
    absent = [pl.lit(None, pl.String).alias(c) for c in texts if c not in table.columns]
    absent += [pl.lit(None, pl.Float64).alias(c) for c in numbers if c not in table.columns]
    rows = table.with_columns(absent)
    return numbered(with_baseline(_valued(rows, domain), adsl)).select(_COLUMNS)


def with_baseline(rows: pl.DataFrame, adsl: pl.DataFrame) -> pl.DataFrame:
    """Analysis values of subjects in ADSL with BASE, CHG, PCHG, ABLFL, ONTRTFL and ADY.

    rows : USUBJID, PARAMCD, ADT, AVAL, SRCSEQ and whatever else is kept
    adsl : USUBJID, TRTSDT, TRTEDT and, if known, RANDDT
    """
    start = pl.coalesce("TRTSDT", *(["RANDDT"] if "RANDDT" in adsl.columns else []))
    people = adsl.select("USUBJID", "TRTSDT", "TRTEDT", STARTDT=start)
    joined = rows.join(people, on="USUBJID", how="inner", maintain_order="left")
    return _based(joined).drop("_n", "_base", "STARTDT", "TRTSDT", "TRTEDT")


def _valued(rows: pl.DataFrame, domain: str) -> pl.DataFrame:
    unit = pl.format(" ({})", pl.col(f"{domain}STRESU")).fill_null("")
    name = pl.coalesce(f"{domain}TEST", f"{domain}TESTCD")
    value = pl.col(f"{domain}STRESN").cast(pl.Float64, strict=False).fill_nan(None)
    return rows.with_columns(
        PARAMCD=pl.col(f"{domain}TESTCD"),
        PARAM=pl.concat_str(name, unit),
        PARCAT1=pl.col(f"{domain}CAT"),
        AVAL=value,
        AVALC=pl.when(value.is_null()).then(f"{domain}STRESC"),
        AVALU=pl.col(f"{domain}STRESU"),
        ADT=date_of(f"{domain}DTC"),
        AVISIT=pl.col("VISIT"),
        AVISITN=pl.col("VISITNUM"),
        SRCDOM=pl.lit(domain),
        SRCVAR=pl.lit(f"{domain}STRESN"),
        SRCSEQ=pl.col(f"{domain}SEQ").cast(pl.Int64),
        RULE=pl.lit("as measured"),
    )


def _based(rows: pl.DataFrame) -> pl.DataFrame:
    rows = rows.sort(*_KEY, "ADT", "SRCSEQ", nulls_last=True).with_row_index("_n")
    could = pl.col("AVAL").is_not_null() & (pl.col("ADT") <= pl.col("STARTDT"))
    chosen = rows.filter(could).unique(_KEY, keep="last", maintain_order=True)
    base = chosen.select(*_KEY, BASE="AVAL", _base="_n")
    rows = rows.join(base, on=_KEY, how="left", maintain_order="left")
    after = pl.col("_n") > pl.col("_base")
    change = pl.when(after).then(pl.col("AVAL") - pl.col("BASE"))
    day, last = pl.col("ADT"), pl.col("TRTEDT")
    gap = (day - pl.col("STARTDT")).dt.total_days()
    treated = after & (day >= pl.col("TRTSDT")) & (last.is_null() | (day <= last))
    return rows.with_columns(
        CHG=change,
        PCHG=pl.when(pl.col("BASE") != 0).then(100 * change / pl.col("BASE").abs()),
        ABLFL=pl.when(pl.col("_n") == pl.col("_base")).then(pl.lit("Y")),
        ONTRTFL=pl.when(treated).then(pl.lit("Y")),
        ADY=gap + (gap >= 0).cast(pl.Int64),
    )


def numbered(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows from `with_baseline` with ASEQ, and BASESEQ, the ASEQ of their baseline."""
    rows = rows.with_columns(ASEQ=pl.int_range(1, pl.len() + 1).over("USUBJID"))
    base = rows.filter(pl.col("ABLFL") == "Y").select(*_KEY, BASESEQ="ASEQ")
    return rows.join(base, on=_KEY, how="left", maintain_order="left")


_COLUMNS = (
    "USUBJID", "ASEQ", "PARAMCD", "PARAM", "PARCAT1", "ADT", "ADY", "AVISIT", "AVISITN", "AVAL",
    "AVALC", "AVALU", "BASE", "BASESEQ", "CHG", "PCHG", "ABLFL", "ONTRTFL", "RULE", "SRCDOM",
    "SRCVAR", "SRCSEQ",
)  # fmt: skip
