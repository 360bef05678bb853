"""What rows of SDTM share: identifiers, sequence numbers, dates and words."""

from __future__ import annotations

import numpy as np
import polars as pl

from equipoise.conduct.record import FORM_OF_ROW, Record
from equipoise.sdtm.tabulate.terms import EVALUATORS

_READER_ID = "READER 1"


def identified(record: Record, name: str, domain: str) -> pl.DataFrame:
    """One of the record's tables with STUDYID, DOMAIN, USUBJID and the subject's reference day."""
    origin = record.table("subjects").select("subject", origin="randomized")
    table = record.table(name).join(origin, on="subject", how="left", maintain_order="left")
    return with_identity(table, record, domain)


def with_identity(table: pl.DataFrame, record: Record, domain: str) -> pl.DataFrame:
    study = record.protocol.trial.id
    return table.with_columns(
        STUDYID=pl.lit(study),
        DOMAIN=pl.lit(domain),
        USUBJID=pl.lit(f"{study}-") + pl.col("subject"),
    )


def numbered(
    table: pl.DataFrame, domain: str, order: tuple[str, ...], columns: dict[str, pl.Expr]
) -> pl.DataFrame:
    """Sorted by subject and `order`, numbered 1, 2, ... within a subject."""
    made = table.sort("USUBJID", *order, maintain_order=True).with_columns(**columns)
    return made.with_columns(_counted(made["USUBJID"]).alias(f"{domain}SEQ")).select(
        "STUDYID", "DOMAIN", "USUBJID", f"{domain}SEQ", *columns, *_forms(made)
    )


def _counted(subjects: pl.Series) -> pl.Series:
    """1, 2, ... within each subject, whose rows lie together."""
    lengths = subjects.rle().struct.field("len").to_numpy().astype(np.int64)
    before = np.repeat(np.cumsum(lengths) - lengths, lengths)
    return pl.Series(np.arange(1, len(subjects) + 1) - before, dtype=pl.Float64)


def _forms(table: pl.DataFrame) -> list[str]:
    return [FORM_OF_ROW] if FORM_OF_ROW in table.columns else []


def iso(name: str) -> pl.Expr:
    """A date as ISO 8601 text."""
    return pl.col(name).dt.strftime("%Y-%m-%d")


def study_day(name: str) -> pl.Expr:
    """The origin is day 1, the day before it day -1 (SDTMIG 3.4, section 4.4.4)."""
    gap = (pl.col(name) - pl.col("origin")).dt.total_days()
    return pl.when(gap >= 0).then(gap + 1).otherwise(gap).cast(pl.Float64)


def text_of(name: str) -> pl.Expr:
    """A number as a person writes it: 39, not 39.0."""
    value = pl.col(name)
    whole = value.round(0) == value
    return (
        pl.when(whole).then(value.cast(pl.Int64).cast(pl.String)).otherwise(value.cast(pl.String))
    )


def yes_no(name: str) -> pl.Expr:
    """A truth value as Y or N."""
    return pl.when(pl.col(name)).then(pl.lit("Y")).when(~pl.col(name)).then(pl.lit("N"))


def when(domain: str) -> dict[str, pl.Expr]:
    """Visit, date and study day of a finding."""
    return {
        "VISITNUM": pl.col("number"),
        "VISIT": pl.col("visit"),
        f"{domain}DTC": iso("date"),
        f"{domain}DY": study_day("date"),
    }


def evaluator(domain: str) -> dict[str, pl.Expr]:
    """Who read it; a reader outside the site has a name too, its own or a number."""
    reader = pl.col("reader").str.to_lowercase()
    word = reader.replace_strict(EVALUATORS, default=EVALUATORS["central"], return_dtype=pl.String)
    name = pl.when(reader == "central").then(pl.lit(_READER_ID)).otherwise(pl.col("reader"))
    outside = word == EVALUATORS["central"]
    return {f"{domain}EVAL": word, f"{domain}EVALID": pl.when(outside).then(name)}
