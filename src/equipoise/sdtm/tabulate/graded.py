"""LB with the toxicity grade of each result, by the criteria and the baseline that ADaM uses."""

from __future__ import annotations

from typing import Final

import polars as pl

from equipoise.conduct.record import Record
from equipoise.laboratory.ctcae.baseline import baseline_here, last_before
from equipoise.laboratory.ctcae.grade import grade
from equipoise.laboratory.units import unit_of
from equipoise.sdtm.dates import whole

_LAST: Final = ("VISITNUM", "VISIT", "LBDTC", "LBDY")  # what a finding's columns end with
_KEY: Final = ["USUBJID", "LBTESTCD"]


def graded(lb: pl.DataFrame, record: Record) -> pl.DataFrame:
    """LB with LBTOX and LBTOXGR, where the protocol says by which CTCAE; else LB as it is.

    The grade is that of the direction in which the value is off, 0 in neither, empty where there is
    no criterion or a limit is missing. The baseline is the last value up to the first dose.
    Source   SDTMIG 3.4, section 6.3.5.4 (LB): LBTOXGR holds the number alone, LBTOX what it is of.
    Checked  tests/unit/sdtm/test_graded.py (the grades of ADLB).
    """
    version = record.protocol.safety.ctcae
    if version is None or lb.is_empty():
        return lb
    asked = _asked(lb, record)
    made = grade(asked, version=version)
    low, high = made["ATOXGRL"], made["ATOXGRH"]
    found = lb.with_columns(
        *(pl.Series(name, made[name]) for name in ("ATOXDSCL", "ATOXDSCH")), _low=low, _high=high
    )
    is_high = (pl.col("_high") > 0).fill_null(False)
    is_low = (pl.col("_low") > 0).fill_null(False) & ~is_high
    is_open = pl.any_horizontal(
        pl.col(grade).is_null() & pl.col(term).is_not_null()
        for grade, term in (("_low", "ATOXDSCL"), ("_high", "ATOXDSCH"))
    )
    none = pl.when(~is_open).then(pl.coalesce("_low", "_high"))
    number = pl.when(is_high).then("_high").when(is_low).then("_low").otherwise(none)
    found = found.with_columns(
        LBTOX=pl.when(is_high).then("ATOXDSCH").when(is_low).then("ATOXDSCL"),
        LBTOXGR=number.cast(pl.String),
    ).drop("ATOXDSCL", "ATOXDSCH", "_low", "_high")
    last = [name for name in lb.columns if name in _LAST]
    rest = [name for name in lb.columns if name not in last]
    return found.select(*rest, "LBTOX", "LBTOXGR", *last)


def _asked(lb: pl.DataFrame, record: Record) -> pl.DataFrame:
    """What `grade` asks for, in the order of LB."""
    first = record.table("doses").group_by("subject").agg(TRTSDT=pl.col("date").min())
    whose = pl.lit(f"{record.protocol.trial.id}-") + pl.col("subject")
    first = first.select("TRTSDT", USUBJID=whose)
    rows = lb.with_row_index("_row").join(first, on="USUBJID", how="left", maintain_order="left")
    rows = rows.with_columns(
        ADT=whole(rows["LBDTC"]), AVAL="LBSTRESN", UNIT="LBSTRESU",
        ANRLO="LBSTNRLO", ANRHI="LBSTNRHI", _HERE=_units(rows),
    )  # fmt: skip
    timed = rows.sort("ADT", "VISITNUM", "LBSEQ", nulls_last=True)
    base = last_before(timed, *_KEY).select(*_KEY, _BVALUE="AVAL", _BHERE="_HERE", BNRIND="LBNRIND")
    rows = rows.join(base, on=_KEY, how="left", maintain_order="left")
    rows = baseline_here(rows).rename({"_BASE": "BASE"}).sort("_row")
    kept = [name for name in ("LBSPEC", "LBFAST") if name in rows.columns]
    return rows.select("LBTESTCD", "AVAL", "UNIT", "ANRLO", "ANRHI", "BASE", "BNRIND", *kept)


def _units(rows: pl.DataFrame) -> pl.Series:
    """The one name of each row's unit."""
    said = rows.select("LBTESTCD", "LBSTRESU")
    pairs = said.unique(maintain_order=True)
    names = [unit_of(unit, test=test) for test, unit in pairs.iter_rows()]
    known = pairs.with_columns(pl.Series("_HERE", names, dtype=pl.String))
    told = said.join(known, on=said.columns, how="left", nulls_equal=True, maintain_order="left")
    return told["_HERE"]
