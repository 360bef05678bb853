"""When each subject entered the trial, and when the subject died, as DM and DS say."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from equipoise.sdtm.dates import earliest, latest

_RANDOMIZED = ("RANDOMIZED", "RANDOMISED", "RANDOMIZATION", "ENROLLED")
_ENTRY_COLUMNS = ("RFSTDTC", "RFICDTC", "DMDTC")
DEATHS = (("DS", "DSDECOD", "DEATH", "DSSTDTC"), ("AE", "AEOUT", "FATAL", "AEENDTC"))


def randomized(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Randomization or enrolment, where DS has it: (USUBJID, date, key), one row each, as text."""
    ds = tables.get("DS")
    empty = pl.DataFrame(schema={"USUBJID": pl.String, "date": pl.String, "key": pl.String})
    if ds is None or not {"USUBJID", "DSDECOD", "DSSTDTC"} <= set(ds.columns):
        return empty
    decoded = pl.col("DSDECOD").cast(pl.String).str.to_uppercase()
    rows = ds.filter(decoded.is_in(_RANDOMIZED) & pl.col("DSSTDTC").is_not_null())
    dated = rows.select("USUBJID", pl.col("DSSTDTC").cast(pl.String).alias("date"), key=decoded)
    preferred = dated.sort(pl.col("key") == "ENROLLED", "date")
    return preferred.unique("USUBJID", keep="first", maintain_order=True)


def entered(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The first day on which each subject of DM can have entered: (USUBJID, day).

    Randomization or enrolment in DS if it is there; else DM's reference start, informed consent or
    collection date, the first that has a value (a screen failure has no reference start).
    """
    dm = tables["DM"]
    joined = dm.join(randomized(tables), on="USUBJID", how="left", maintain_order="left")
    dates = ["date", *(name for name in _ENTRY_COLUMNS if name in dm.columns)]
    first = joined.select(pl.coalesce(pl.col(name).cast(pl.String) for name in dates)).to_series()
    return pl.DataFrame({"USUBJID": dm["USUBJID"], "day": earliest(first)})


def died(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The dead with the last day their death can be, and the first: (USUBJID, day, first).

    The date is DM's DTHDTC; failing that, the DEATH of DS, then the end of a fatal event of AE.
    """
    dm = tables["DM"]
    dated = dm.select("USUBJID", _text_or_null(dm, "DTHDTC").alias("DM")).unique("USUBJID")
    for domain, column, term, date in DEATHS:
        told = _told(tables.get(domain), column, term, date).rename({"date": domain})
        dated = dated.join(told, on="USUBJID", how="left")
    text = dated.select(pl.coalesce("DM", "DS", "AE")).to_series()
    days = {"USUBJID": dated["USUBJID"], "day": latest(text), "first": earliest(text)}
    return pl.DataFrame(days).filter(pl.col("day").is_not_null())


def _told(table: pl.DataFrame | None, column: str, term: str, date: str) -> pl.DataFrame:
    if table is None or not {"USUBJID", column, date} <= set(table.columns):
        return pl.DataFrame(schema={"USUBJID": pl.String, "date": pl.String})
    rows = table.filter((pl.col(column) == term) & pl.col(date).is_not_null())
    return rows.group_by("USUBJID").agg(pl.col(date).cast(pl.String).max().alias("date"))


def _text_or_null(table: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String) if name in table.columns else pl.lit(None, dtype=pl.String)


def starts(table: pl.DataFrame, columns: tuple[str, ...]) -> pl.Series | None:
    """When each record began, as text: the first of `columns` with a value; None without any."""
    have = [pl.col(name).cast(pl.String) for name in columns if name in table.columns]
    return table.select(pl.coalesce(have).alias("start")).to_series() if have else None
