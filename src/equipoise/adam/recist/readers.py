"""Several readers of one scan: the investigator's series, or the central one after adjudication."""

from __future__ import annotations

import polars as pl

from equipoise.adam.recist.lesions import require

CENTRAL = "CENTRAL"
INVESTIGATOR = "INVESTIGATOR"
_SCAN = ("USUBJID", "VISITNUM")


def investigator_reading(overall: pl.DataFrame) -> pl.DataFrame:
    """The investigator's readings."""
    return overall.filter(pl.col("EVAL") == INVESTIGATOR)


def central_reading(overall: pl.DataFrame, *, adjudicator: str = "ADJUDICATOR") -> pl.DataFrame:
    """One reading a scan out of those of the independent assessors, as READER "CENTRAL".

    overall : readings with EVAL, READER, ACPTFL
    adjudicator : the reader whose word decides where the others differ
    The accepted reading (ACPTFL "Y") counts; without one, the adjudicator's; without one, that of a
    lone reader or of readers who agree. Readers who differ leave NE, with SETTLED "N" to ask about.
    Returns  rows as in `overall` with READER "CENTRAL", READ (whose it is) and SETTLED.
    Raises   InputError if a column is missing.
    """
    require(overall, "responses", ("USUBJID", "VISITNUM", "READER", "EVAL", "ACPTFL", "OVRLRESP"))
    rows = overall.filter(pl.col("EVAL") != INVESTIGATOR)
    accepted = (pl.col("ACPTFL") == "Y").fill_null(False)
    judge = pl.col("READER").str.to_uppercase().str.contains(adjudicator.upper(), literal=True)
    rank = pl.when(accepted).then(0).when(judge).then(1).otherwise(2)
    agree = pl.col("OVRLRESP").n_unique().over(_SCAN) == 1
    rows = rows.with_columns(RANK=rank, AGREE=agree).sort(*_SCAN, "RANK", "READER")
    chosen = rows.unique(_SCAN, keep="first", maintain_order=True)
    settled = (pl.col("RANK") < 2) | pl.col("AGREE")
    apart = pl.lit("readers differ and nobody decided")
    return chosen.with_columns(
        READ=pl.col("READER"),
        READER=pl.lit(CENTRAL),
        SETTLED=pl.when(settled).then(pl.lit("Y")).otherwise(pl.lit("N")),
        OVRLRESP=pl.when(settled).then("OVRLRESP").otherwise(pl.lit("NE")),
        REASON=pl.when(settled).then("REASON").otherwise(apart),
    ).drop("RANK", "AGREE")
