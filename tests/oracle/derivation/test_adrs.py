"""ADRS equals pharmaverseadam adrs_onco, but for the list of differences."""

from __future__ import annotations

import polars as pl

from equipoise.adam.recist.from_rs import overall_from_rs
from equipoise.adam.tumor.adrs import AdrsOptions, adrs
from equipoise.protocol.model import RecistOptions
from support.pharma import data, differing, listed, shared

# The rule set of the reference: partial dates to the last day, SD always needs its minimum.
RULES = RecistOptions(impute="last", pr_then_sd_needs_minimum=True)
KEY = ["USUBJID", "ASEQ"]


def ours() -> pl.DataFrame:
    overall = overall_from_rs(data("pharmaversesdtm", "rs_onco_recist"), options=RULES)
    adsl = data("pharmaverseadam", "adsl").rename({"RANDDT": "STARTDT"})
    tu = data("pharmaversesdtm", "tu_onco_recist")
    return adrs(overall, tu, adsl, options=AdrsOptions(recist=RULES))


def test_equal_but_for_the_list() -> None:
    theirs, made = data("pharmaverseadam", "adrs_onco"), ours()
    columns = shared(theirs, made, key=KEY)
    assert len(made) == 3694
    assert len(columns) == 14
    assert differing(theirs, made, key=KEY, columns=columns) == listed("adrs_onco")


def test_the_source_record_is_the_same() -> None:
    theirs = data("pharmaverseadam", "adrs_onco").select(*KEY, "RSSEQ")
    rows = ours().filter(pl.col("SRCDOM") == "RS").join(theirs, on=KEY)
    same = rows.filter(pl.col("RSSEQ") == pl.col("SRCSEQ"))
    assert len(rows) - len(same) == 1  # the CBCP of the list
    assert len(rows) == 71
