"""The readings that count toward a best response: ordered, one a day, up to progression."""

from __future__ import annotations

from typing import Literal

import polars as pl

from equipoise.adam.recist.lesions import SERIES, require
from equipoise.protocol.model import RecistOptions

# From best to worst; AVAL of a best overall response is its place in this order.
ORDER = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE", "MISSING", "NED")
AVAL = {word: place for place, word in enumerate(ORDER, start=1)}
_SEVERITY = {"NE": 0, "NED": 1, "CR": 2, "PR": 3, "SD": 4, "NON-CR/NON-PD": 5, "PD": 6}


def preference(which: Literal["worst", "best"]) -> pl.Expr:
    """Of several responses the one that counts has the highest; NE is the last resort of both."""
    severity = pl.col("OVRLRESP").replace_strict(_SEVERITY, return_dtype=pl.Int32)
    if which == "worst":
        return severity
    return pl.when(pl.col("OVRLRESP") == "NE").then(-9).otherwise(-severity)


def one_a_day(rows: pl.DataFrame, *, options: RecistOptions) -> pl.DataFrame:
    """Of several readings on one day the worst, the best evaluable, or the last.

    rows : readings sorted by SERIES, ADT, VISITNUM
    """
    if options.same_day != "last":
        rows = rows.sort(*SERIES, "ADT", preference(options.same_day), "VISITNUM")
    return rows.unique([*SERIES, "ADT"], keep="last", maintain_order=True)


def upto_progression(rows: pl.DataFrame) -> pl.DataFrame:
    """The readings up to and including the first PD."""
    bad = (pl.col("OVRLRESP") == "PD").cast(pl.Int32)
    before = bad.cum_sum().shift(1, fill_value=0).over(SERIES)
    return rows.filter(before == 0)


def _reappeared(rows: pl.DataFrame) -> pl.DataFrame:
    """A PR whose last evaluable reading before it was CR, as PD."""
    seen = pl.when(pl.col("OVRLRESP") != "NE").then("OVRLRESP")
    last = seen.forward_fill().shift(1).over(SERIES)
    back = (pl.col("OVRLRESP") == "PR") & (last == "CR").fill_null(False)
    return rows.with_columns(
        OVRLRESP=pl.when(back).then(pl.lit("PD")).otherwise("OVRLRESP"),
    )


def countable(
    overall: pl.DataFrame, start: pl.DataFrame, *, options: RecistOptions
) -> pl.DataFrame:
    """The readings on or after STARTDT that are dated and assessed, one a day, with STARTDT.

    overall : from `overall_response` or `overall_from_rs`
    start : USUBJID, STARTDT (pl.Date; randomization or first dose) and, if known, NEWTRTDT
    Raises   InputError if a column is missing.
    """
    require(overall, "responses", ("USUBJID", "READER", "VISITNUM", "ADT", "OVRLRESP"))
    require(start, "start", ("USUBJID", "STARTDT"))
    dates = [c for c in ("USUBJID", "STARTDT", "NEWTRTDT") if c in start.columns]
    rows = overall.filter(pl.col("OVRLRESP").is_not_null() & pl.col("ADT").is_not_null())
    rows = rows.join(start.select(dates), on="USUBJID", how="inner")
    rows = rows.filter(pl.col("ADT") >= pl.col("STARTDT")).sort(*SERIES, "ADT", "VISITNUM")
    return one_a_day(rows, options=options)


def response_series(
    overall: pl.DataFrame, start: pl.DataFrame, *, options: RecistOptions, as_read: bool = False
) -> pl.DataFrame:
    """The readings a best response is taken from.

    overall, start : as in `countable`
    as_read : a CR followed by PR stays as it was read, whatever `cr_then_pr` takes it for
    Returns  the countable readings up to new therapy (as the options say) and the first PD, with
        STARTDT and N, their number in the series from 0.
    Raises   InputError if a column is missing.
    """
    rows = countable(overall, start, options=options)
    if "NEWTRTDT" in rows.columns and options.after_new_therapy == "ignore":
        rows = rows.filter((pl.col("ADT") <= pl.col("NEWTRTDT")).fill_null(True))
    if options.cr_then_pr == "PD" and not as_read:
        rows = _reappeared(rows)
    rows = upto_progression(rows)
    return rows.with_columns(N=pl.int_range(pl.len()).over(SERIES))
