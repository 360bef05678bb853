"""Dose records that can be counted: what is no dose is told and left out."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from equipoise.adam.dates.dtc import date_of
from equipoise.errors import Finding
from equipoise.units import UNITS

_KINDS = {unit: kind for kind, table in UNITS.items() for unit in table}
_WRITTEN = {unit.upper(): unit for unit in _KINDS} | {"UCI": "uCi", "MCG": "ug", "\u039cG": "ug"}
_NEEDED = {"USUBJID", "EXSEQ", "EXTRT", "EXDOSE", "EXSTDTC"}


def sound(ex: pl.DataFrame, units: Iterable[tuple[str, str]]) -> tuple[pl.DataFrame, list[Finding]]:
    """The records of EX that can be counted, EXDOSU by its one name, and why others cannot.

    ex : SDTM EX; units : (drug, unit) of the protocol, of which a dose must be of the same kind
    Returns  ex without records whose dose is no number or below 0, whose unit is of another kind
        than the protocol's, or which have no date; doses of 0 stay. Two equal doses of one day are
        both counted, and told. A table without the columns comes back as it is.
    """
    if not set(ex.columns) >= _NEEDED:
        return ex, []
    kinds = {drug: _KINDS.get(unit) for drug, unit in units}
    dates = pl.col("EXSTDTC").cast(pl.String)
    ex = ex.with_columns(dates, EXDOSE=pl.col("EXDOSE").cast(pl.Float64, strict=False))
    if "EXDOSU" in ex.columns:
        ex = ex.with_columns(EXDOSU=_named(ex["EXDOSU"]))
    unit = pl.col("EXDOSU") if "EXDOSU" in ex.columns else pl.lit(None, pl.String)
    known = unit.replace_strict(_KINDS, default=None, return_dtype=pl.String)
    planned = pl.col("EXTRT").replace_strict(kinds, default=None, return_dtype=pl.String)
    dose, given = pl.col("EXDOSE"), pl.col("EXDOSE") > 0
    said = pl.format("{} {}", dose.cast(pl.String).fill_null("nothing"), unit.fill_null(""))
    problem = (
        pl.when(dose.is_nan() | dose.is_infinite())
        .then(pl.lit("the dose is no number"))
        .when(dose < 0)
        .then(pl.format("a dose below 0 ({})", said.str.strip_chars()))
        .when(given & planned.is_not_null() & known.ne_missing(planned))
        .then(pl.format("a dose of {} in {}", "EXTRT", unit.fill_null("no unit")))
        .when(given & date_of("EXSTDTC", impute="first").is_null())
        .then(pl.format("a dose of {} without a date", "EXTRT"))
    )
    ex = ex.with_columns(_WHY=problem)
    found = _told(ex.filter(pl.col("_WHY").is_not_null()), "left out")
    kept = ex.filter(pl.col("_WHY").is_null()).drop("_WHY")
    return kept, [*found, *_twice(kept)]


def _named(units: pl.Series) -> pl.Series:
    """Units by their one name, whatever the case; others as they were written."""
    texts = units.cast(pl.String)
    names = {t: _WRITTEN.get(t.strip().upper(), t) for t in texts.drop_nulls().unique()}
    return texts.replace(names)


def _told(rows: pl.DataFrame, what: str) -> list[Finding]:
    """Each reason once, with the first record it is about."""
    found = []
    for (why,), part in rows.partition_by("_WHY", as_dict=True, maintain_order=True).items():
        who, seq = part.select("USUBJID", "EXSEQ").row(0)
        number = f"{seq:.0f}" if isinstance(seq, float) else str(seq)
        more = f", and in {len(part) - 1} more records" if len(part) > 1 else ""
        place = f"ex USUBJID {who} EXSEQ {number}"
        found.append(Finding(place, f"{why}{more}: {what}", "", "", "warning"))
    return found


def _twice(ex: pl.DataFrame) -> list[Finding]:
    same = ["USUBJID", "EXTRT", "EXSTDTC", "EXDOSE"]
    again = pl.struct(same).is_duplicated() & ~pl.struct(same).is_first_distinct()
    whole = date_of("EXSTDTC").is_not_null()
    rows = ex.filter((pl.col("EXDOSE") > 0) & again & whole)
    why = pl.format("the same dose of {} on the same day again", "EXTRT")
    return _told(rows.with_columns(_WHY=why), "both are counted")
