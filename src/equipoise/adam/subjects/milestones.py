"""When a subject was randomized, and first and last treated, with the records that say so."""

from __future__ import annotations

import polars as pl

from equipoise.adam.adsrc import NO_SOURCES, Sourced, sources, with_sequence
from equipoise.adam.dates.dtc import date_of, flag_of
from equipoise.adam.dates.partial import completed, with_bounds
from equipoise.protocol import Protocol
from equipoise.sdtm.model import Snapshot

_RANDOMIZED = {"USUBJID": pl.String, "RANDDT": pl.Date, "RANDDTF": pl.String}
_MOMENT = {"USUBJID": pl.String, "DAY": pl.Date, "DTC": pl.String}
_DOSED = {
    "USUBJID": pl.String, "TRTSDT": pl.Date, "TRTSDTF": pl.String, "TRTEDT": pl.Date,
    "TRTEDTF": pl.String,
}  # fmt: skip


def randomized(snapshot: Snapshot) -> Sourced:
    """RANDDT and its flag: the day of the record RANDOMIZED of DS."""
    if "DS" not in snapshot.tables:
        return Sourced(pl.DataFrame(schema=_RANDOMIZED), NO_SOURCES)
    ds = with_sequence(snapshot.tables["DS"], "DS").filter(pl.col("DSDECOD") == "RANDOMIZED")
    ds = ds.with_columns(RANDDT=date_of("DSSTDTC", impute="first"))
    first = ds.filter(pl.col("RANDDT") == pl.col("RANDDT").min().over("USUBJID"))
    table = ds.group_by("USUBJID", maintain_order=True).agg(
        RANDDTF=_flag_at(flag_of("DSSTDTC"), pl.col("RANDDT"), pl.col("RANDDT").min()),
        RANDDT=pl.col("RANDDT").min(),
    )
    return Sourced(table, sources(first, "RANDDT", domain="DS", column="DSSTDTC"))


def treated(snapshot: Snapshot, people: pl.DataFrame, protocol: Protocol) -> Sourced:
    """First and last day of a dose that was given; a zero dose counts only for placebo."""
    if "EX" not in snapshot.tables:
        return Sourced(pl.DataFrame(schema=_DOSED), NO_SOURCES)
    ex = _given(snapshot, people, protocol)
    first, last = pl.col("_start").min(), pl.col("_last").max()
    table = ex.group_by("USUBJID", maintain_order=True).agg(
        TRTSDT=first,
        TRTSDTF=_flag_at(flag_of("EXSTDTC"), pl.col("_start"), first),
        TRTEDT=last,
        TRTEDTF=_flag_at(pl.col("_flag"), pl.col("_last"), last),
    )
    begun = ex.filter(pl.col("_start") == first.over("USUBJID"))
    ended = ex.filter(pl.col("_last") == last.over("USUBJID"))
    behind = [
        sources(begun, "TRTSDT", domain="EX", column="EXSTDTC"),
        sources(ended, "TRTEDT", domain="EX", column=pl.col("_read")),
    ]
    return Sourced(table, pl.concat(behind))


def first_doses(snapshot: Snapshot, people: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """The doses of each first day of treatment: USUBJID, DAY, DTC as collected of a whole day."""
    if "EX" not in snapshot.tables:
        return pl.DataFrame(schema=_MOMENT)
    ex = _given(snapshot, people, protocol)
    first = ex.filter(pl.col("_start") == pl.col("_start").min().over("USUBJID"))
    return first.select("USUBJID", DAY="_start", DTC=_of_whole_day("EXSTDTC"))


def drawn(snapshot: Snapshot) -> pl.DataFrame:
    """When DS has each subject as randomized: USUBJID, DAY, DTC as collected."""
    if "DS" not in snapshot.tables:
        return pl.DataFrame(schema=_MOMENT)
    ds = snapshot.tables["DS"].filter(pl.col("DSDECOD") == "RANDOMIZED")
    day = date_of("DSSTDTC", impute="first")
    return ds.select("USUBJID", DAY=day, DTC=_of_whole_day("DSSTDTC"))


def _of_whole_day(column: str) -> pl.Expr:
    """A --DTC as collected where its day is known; null elsewhere."""
    return pl.when(date_of(column).is_not_null()).then(pl.col(column).cast(pl.String))


def _given(snapshot: Snapshot, people: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """Doses that were given, with their first and last day, and which variable the last is."""
    rules = protocol.dates
    ex = with_sequence(snapshot.tables["EX"], "EX")
    ex = with_bounds(ex, people, snapshot.date, rules.start, rules.end)
    given = (pl.col("EXDOSE") > 0) | pl.col("EXTRT").str.to_uppercase().str.contains("PLACEBO")
    ended = "EXENDTC" if "EXENDTC" in ex.columns else "EXSTDTC"
    end = completed(ended, rules.end, floor=[date_of("EXSTDTC")])
    ex = ex.filter(given.fill_null(False)).with_columns(
        _start=completed("EXSTDTC", rules.start), _end=end
    )
    later = (pl.col("_end") >= pl.col("_start")).fill_null(pl.col("_end").is_not_null())
    return ex.with_columns(
        _last=pl.max_horizontal("_start", "_end"),
        _flag=pl.when(later).then(flag_of(ended)).otherwise(flag_of("EXSTDTC")),
        _read=pl.when(later).then(pl.lit(ended)).otherwise(pl.lit("EXSTDTC")),
    )


def _flag_at(flag: pl.Expr, day: pl.Expr, chosen: pl.Expr) -> pl.Expr:
    """What of the chosen day was imputed: nothing if one record has it whole."""
    return flag.filter(day == chosen).sort(nulls_last=False).first()
