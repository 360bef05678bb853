"""Questions about when tumors were assessed."""

from __future__ import annotations

import polars as pl

from equipoise.adam.dates.dtc import date_of
from equipoise.adam.queries.model import NOTHING, Material, QueryRule, ask, shown
from equipoise.protocol.language.activities import TUMOR_ASSESSMENT
from equipoise.protocol.model import Visit


def _schedule(material: Material) -> Visit | None:
    """The visit by which tumors are assessed so often from randomization."""
    visits = material.protocol.visits
    named = {e.assessed_at for e in material.protocol.endpoints.values() if e.assessed_at}
    found = [v for key, v in visits.items() if key in named or TUMOR_ASSESSMENT in v.do]
    found = [v for v in found if v.every is not None and v.from_ == "randomization"]
    return found[0] if found else None


def _scans(material: Material) -> pl.DataFrame:
    """Each day of a tumor assessment, with the first row of TR, or else of RS, that has it."""
    for domain in ("TR", "RS"):
        rows = material.rows(domain, "USUBJID", f"{domain}DTC")
        if rows.height:
            dated = rows.with_columns(DATE=date_of(f"{domain}DTC"), DOMAIN=pl.lit(domain))
            dated = dated.filter(pl.col("DATE").is_not_null())
            days = dated.unique(["USUBJID", "DATE"], keep="first", maintain_order=True)
            extra = ["VISIT"] if "VISIT" in days.columns else []
            return days.select("USUBJID", "DATE", "DOMAIN", "_row", *extra)
    return pl.DataFrame(schema={"USUBJID": pl.String, "DATE": pl.Date})


def _planned(material: Material) -> pl.DataFrame:
    """Scans after randomization beside the planned one they are nearest to: SLOT, DUE, OFF."""
    visit, scans = _schedule(material), _scans(material)
    if visit is None or visit.every is None or scans.is_empty():
        return pl.DataFrame()
    step, window = visit.every.whole_days, visit.window.whole_days if visit.window else 0
    first = visit.start.whole_days if visit.start else step
    start = material.subjects.select("USUBJID", ORIGIN=pl.coalesce("RANDDT", "TRTSDT"))
    rows = scans.join(start, on="USUBJID", how="inner").filter(pl.col("DATE") > pl.col("ORIGIN"))
    gone = (pl.col("DATE") - pl.col("ORIGIN")).dt.total_days()
    slot = ((gone - first) / step).round(0).clip(lower_bound=0).cast(pl.Int64)
    rows = rows.with_columns(
        SLOT=slot, DUE=pl.col("ORIGIN") + pl.duration(days=first + slot * step)
    )
    off = (pl.col("DATE") - pl.col("DUE")).dt.total_days()
    return rows.with_columns(OFF=off, WINDOW=pl.lit(window)).sort("USUBJID", "DATE")


def outside_window(material: Material) -> pl.DataFrame:
    """A scan was made outside the window of the one that was due."""
    visit, rows = _schedule(material), _planned(material)
    if rows.is_empty() or visit is None or visit.window is None:
        return NOTHING
    rows = rows.filter(pl.col("OFF").abs() > pl.col("WINDOW"))
    said = pl.format("scan on {}; due on {}, within {} days", "DATE", "DUE", "WINDOW")
    text = pl.format("Why {} days off? Is the date right?", "OFF")
    return _by_domain(rows, said, text)


def missing(material: Material) -> pl.DataFrame:
    """No scan was made near a day on which one was due, though later ones were."""
    rows = _planned(material)
    if rows.is_empty():
        return NOTHING
    before = pl.col("SLOT").shift(1).over("USUBJID").fill_null(-1)
    rows = rows.with_columns(GAP=pl.col("SLOT") - before - 1, PAST=before)
    rows = rows.filter(pl.col("GAP") > 0)
    missing = (
        pl.when(pl.col("GAP") == 1).then(pl.lit("1 scan")).otherwise(pl.format("{} scans", "GAP"))
    )
    said = pl.format("{} due before that of {} not found", missing, "DATE")
    return _by_domain(rows, said, pl.lit("Were they made? If not, why? Please enter them if so."))


def before_consent(material: Material) -> pl.DataFrame:
    """Tumors were assessed for the trial before consent was given."""
    consent = material.subjects.select("USUBJID", "RFICDT")
    rows = _scans(material).join(consent, on="USUBJID", how="inner", maintain_order="left")
    rows = rows.filter(pl.col("DATE") < pl.col("RFICDT"))
    said = pl.format("scan on {}, consent on {}", "DATE", "RFICDT")
    text = pl.lit("Was this scan part of routine care? If not, which date is wrong?")
    return _by_domain(rows, said, text)


def undated(material: Material) -> pl.DataFrame:
    """A tumor measurement without the whole date of its scan."""
    rows = material.rows("TR", "USUBJID", "TRDTC", "VISIT")
    rows = rows.filter(date_of("TRDTC").is_null())
    rows = rows.unique(["USUBJID", "VISIT", "TRDTC"], keep="first", maintain_order=True)
    said = pl.format("the scan of {} is dated {}", shown("VISIT"), shown("TRDTC"))
    return ask("TR", rows, found=said, ask="On which day was it made?")


def _by_domain(rows: pl.DataFrame, found: pl.Expr, text: pl.Expr) -> pl.DataFrame:
    if rows.is_empty():
        return NOTHING
    return ask(rows["DOMAIN"][0], rows, found=found, ask=text)


SCAN_RULES = (
    QueryRule("Q07", "scan outside its window", outside_window),
    QueryRule("Q08", "scan missing", missing),
    QueryRule("Q09", "scan before consent", before_consent),
    QueryRule("Q10", "scan without a whole date", undated),
)
