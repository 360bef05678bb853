"""When each subject entered the trial, and when the subject died, as DM and DS say."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from equipoise.sdtm.dates import earliest, latest

_RANDOMIZED = ("RANDOMIZED", "RANDOMISED", "RANDOMIZATION", "ENROLLED")
_ENTRY_COLUMNS = ("RFSTDTC", "RFICDTC", "DMDTC")


def randomized(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The date of randomization or enrolment, where DS has one: (USUBJID, date as text), one row each."""
    ds = tables.get("DS")
    empty = pl.DataFrame(schema={"USUBJID": pl.String, "date": pl.String})
    if ds is None or not {"USUBJID", "DSDECOD", "DSSTDTC"} <= set(ds.columns):
        return empty
    decoded = pl.col("DSDECOD").cast(pl.String).str.to_uppercase()
    rows = ds.filter(decoded.is_in(_RANDOMIZED) & pl.col("DSSTDTC").is_not_null())
    dated = rows.select("USUBJID", pl.col("DSSTDTC").cast(pl.String).alias("date"), key=decoded)
    preferred = dated.sort(pl.col("key") == "ENROLLED", "date")
    return preferred.unique("USUBJID", keep="first", maintain_order=True).drop("key")


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
    """The dead of DM with the last day their death can be, and the first: (USUBJID, day, first)."""
    dm = tables["DM"]
    if "DTHDTC" not in dm.columns:
        return pl.DataFrame(schema={"USUBJID": pl.String, "day": pl.Date, "first": pl.Date})
    text = dm["DTHDTC"].cast(pl.String)
    days = {"USUBJID": dm["USUBJID"], "day": latest(text), "first": earliest(text)}
    return pl.DataFrame(days).filter(pl.col("day").is_not_null())


def starts(table: pl.DataFrame, columns: tuple[str, ...]) -> pl.Series | None:
    """When each record began, as text: the first of `columns` that has a value; None without any."""
    have = [pl.col(name).cast(pl.String) for name in columns if name in table.columns]
    return table.select(pl.coalesce(have).alias("start")).to_series() if have else None
