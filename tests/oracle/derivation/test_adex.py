"""ADEX equals pharmaverseadam adex in every column both have."""

from __future__ import annotations

import polars as pl

from equipoise.adam.exposure.adex import AdexOptions, adex
from support.pharma import data, differing, listed, shared

KEY = ["USUBJID", "PARAMCD", "EXSEQ"]


def collected() -> pl.DataFrame:
    """EX with the adjustments and planned doses that the reference's script adds to it."""
    visit, subject = pl.col("VISIT"), pl.col("USUBJID")
    adverse = (subject == "01-701-1034") & visit.is_in(["WEEK 2", "WEEK 24"])
    mistake = (subject == "01-701-1148") & (visit == "WEEK 24")
    return data("pharmaversesdtm", "ex").with_columns(
        EXADJ=pl.when(adverse)
        .then(pl.lit("ADVERSE EVENT"))
        .when(mistake)
        .then(pl.lit("MEDICATION ERROR")),
        EXDOSE=pl.when(adverse | mistake).then(0.0).otherwise("EXDOSE"),
        EXPLDOS=pl.when(pl.col("EXTRT") == "PLACEBO").then(0.0).otherwise(54.0),
    )


def test_equal_in_every_shared_column() -> None:
    theirs = data("pharmaverseadam", "adex").with_columns(pl.col("EXSEQ").fill_null(-1))
    options = AdexOptions(by_drug=False, periods={"WEEK 2-24": ("WEEK 2", "WEEK 24")})
    made = adex(collected(), data("pharmaverseadam", "adsl"), options=options)
    made = made.with_columns(pl.col("EXSEQ").fill_null(-1))
    columns = shared(theirs, made, key=KEY)
    assert len(made) == 6315
    assert len(columns) == 17
    assert differing(theirs, made, key=KEY, columns=columns) == listed("adex")
