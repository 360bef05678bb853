"""Questions about the order of consent, randomization, treatment and death."""

from __future__ import annotations

import polars as pl

from equipoise.adam.dates.dtc import date_of
from equipoise.adam.queries.model import Material, QueryRule, ask
from equipoise.sdtm.entry import DEATHS, died

# What happens to the living, and the date that says when.
_LIVING = {
    "LB": "LBDTC", "VS": "VSDTC", "EG": "EGDTC", "QS": "QSDTC", "TR": "TRDTC", "RS": "RSDTC",
    "CM": "CMSTDTC", "SV": "SVSTDTC",
}  # fmt: skip


def before_consent(material: Material) -> pl.DataFrame:
    """Randomized before consent."""
    rows = material.subjects.filter(pl.col("RANDDT") < pl.col("RFICDT"))
    said = pl.format("randomized on {}, consent on {}", "RANDDT", "RFICDT")
    return ask("DM", rows, found=said, ask="Which date is right? Consent must come first.")


def dose_before_randomization(material: Material) -> pl.DataFrame:
    """A dose was given before randomization."""
    start = material.subjects.select("USUBJID", "RANDDT")
    rows = material.rows("EX", "USUBJID", "EXSTDTC").join(start, on="USUBJID", how="inner")
    rows = rows.filter(date_of("EXSTDTC", impute="last") < pl.col("RANDDT"))
    said = pl.format("dose on {}, randomized on {}", "EXSTDTC", "RANDDT")
    return ask("EX", rows, found=said, ask="Which date is right?")


def event_after_death(material: Material) -> pl.DataFrame:
    """An adverse event began after the subject's death."""
    return _after_death(material, "AE", "AESTDTC")


def dose_after_death(material: Material) -> pl.DataFrame:
    """A dose was given after the subject's death."""
    return _after_death(material, "EX", "EXSTDTC")


def record_after_death(material: Material) -> pl.DataFrame:
    """Something was collected of a subject who had died."""
    return pl.concat([_after_death(material, *where) for where in _LIVING.items()])


def ends_before_start(material: Material) -> pl.DataFrame:
    """An adverse event or a treatment ended before it began."""
    parts = []
    for domain in ("AE", "EX", "CM"):
        start, end = f"{domain}STDTC", f"{domain}ENDTC"
        rows = material.rows(domain, "USUBJID", start, end)
        rows = rows.filter(date_of(end, impute="last") < date_of(start, impute="first"))
        said = pl.format("from {} to {}", start, end)
        parts.append(ask(domain, rows, found=said, ask="Which of the two dates is right?"))
    return pl.concat(parts)


def visits_out_of_order(material: Material) -> pl.DataFrame:
    """A visit took place before one of its kind that the plan has earlier.

    A kind is what the names of visits share but for their numbers: "Laboratory, week".
    """
    rows = material.rows("SV", "USUBJID", "VISITNUM", "VISIT", "SVSTDTC")
    planned = ~pl.col("VISIT").str.to_uppercase().str.contains("UNSCHEDULED").fill_null(False)
    rows = rows.filter(planned).with_columns(
        DATE=date_of("SVSTDTC"), KIND=pl.col("VISIT").str.replace_all(r"[\d.]+", "")
    )
    kind = ["USUBJID", "KIND"]
    rows = rows.filter(pl.col("DATE").is_not_null()).sort(*kind, "VISITNUM", "DATE")
    rows = rows.with_columns(LATEST=pl.col("DATE").cum_max().shift(1).over(kind))
    rows = rows.filter(pl.col("DATE") < pl.col("LATEST")).sort("_row")
    said = pl.format("{} on {}, an earlier visit on {}", "VISIT", "DATE", "LATEST")
    return ask("SV", rows, found=said, ask="Which of the two dates is right?")


def deaths_differ(material: Material) -> pl.DataFrame:
    """DS or AE date a death otherwise than DM does."""
    dm = material.rows("DM", "USUBJID", "DTHDTC").select(
        "USUBJID", DIED="DTHDTC", SOONEST=date_of("DTHDTC", impute="first"),
        LATEST=date_of("DTHDTC", impute="last"),
    )  # fmt: skip
    parts = []
    for domain, column, word, date in DEATHS:
        rows = material.rows(domain, "USUBJID", column, date).filter(pl.col(column) == word)
        rows = rows.join(dm, on="USUBJID", how="inner", maintain_order="left")
        first, last = date_of(date, impute="first"), date_of(date, impute="last")
        rows = rows.filter((last < pl.col("SOONEST")) | (first > pl.col("LATEST")))
        said = pl.format("{} {} on {}, death on {}", pl.lit(column), column, date, "DIED")
        parts.append(ask(domain, rows, found=said, ask="On which day did the subject die?"))
    return pl.concat(parts)


def _after_death(material: Material, domain: str, column: str) -> pl.DataFrame:
    dead = died(material.data.tables).select("USUBJID", DIED="day")
    rows = material.rows(domain, "USUBJID", column).join(dead, on="USUBJID", how="inner")
    rows = rows.filter(date_of(column, impute="first") > pl.col("DIED"))
    said = pl.format("{} {}, death on {}", pl.lit(column), column, "DIED")
    return ask(domain, rows, found=said, ask="Which date is right?")


DATE_RULES = (
    QueryRule("Q11", "randomized before consent", before_consent),
    QueryRule("Q12", "dose before randomization", dose_before_randomization),
    QueryRule("Q13", "adverse event after death", event_after_death),
    QueryRule("Q14", "dose after death", dose_after_death),
    QueryRule("Q15", "record after death", record_after_death),
    QueryRule("Q16", "end before start", ends_before_start),
    QueryRule("Q31", "visits out of order", visits_out_of_order),
    QueryRule("Q32", "dates of death differ", deaths_differ),
)
