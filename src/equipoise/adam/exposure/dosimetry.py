"""Absorbed dose to organs, per cycle and cumulative, by a published regression, against limits."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from equipoise.errors import InputError
from equipoise.protocol.model import OrganDose

ACTIVITY, CLEARANCE = "GBq", "mL/min"  # the units of a dose and of kidney function here


def absorbed(organ: OrganDose, activity: pl.Expr, clearance: pl.Expr) -> pl.Expr:
    """Gy of one cycle: gray x (A / reference)^a x (CrCl / reference)^b."""
    reference = float(organ.reference_activity.to(ACTIVITY))
    by_activity = (activity / reference).pow(organ.by_activity)
    by_clearance = (clearance / organ.reference_clearance).pow(organ.by_clearance)
    return organ.gray * by_activity * by_clearance


def _with_clearance(given: pl.DataFrame, clearance: pl.DataFrame) -> pl.DataFrame:
    """The last clearance up to the day of each dose; null if there was none by then."""
    values = clearance.filter(pl.col("AVAL").is_not_null() & pl.col("ADT").is_not_null())
    values = values.select("USUBJID", "ADT", CRCL="AVAL", LBSEQ="SRCSEQ").sort("ADT")
    return given.sort("ADT").join_asof(
        values, on="ADT", by="USUBJID", strategy="backward", check_sortedness=False
    )


def dosimetry(
    given: pl.DataFrame, clearance: pl.DataFrame, *, organs: Sequence[OrganDose]
) -> pl.DataFrame:
    """Absorbed doses as a derived parameter.

    given : from `cycles`, AVAL in GBq; clearance : USUBJID, ADT, AVAL (mL/min), SRCSEQ of LB
    organs : how the dose of each follows from activity and kidney function
    Returns  USUBJID, PARAMCD (organ code, and code + "C" cumulative), PARAM, CYCLE, ADT, AVAL (Gy;
        null without a clearance up to that day), CRIT1, CRIT1FL (over the limit), RULE, SRCDOM,
        SRCVAR, SRCSEQ (EX), LBSEQ (the clearance used); of a sum, SRCSEQS and LBSEQS of its cycles.
    Raises   InputError if no organ is named.
    Checked  tests/unit/adam/test_dosimetry.py.
    """
    if not organs:
        raise InputError("dosimetry: expected at least one organ")
    rows = _with_clearance(given, clearance).sort("USUBJID", "CYCLE")
    parts = [part for organ in organs for part in _organ(rows, organ)]
    return pl.concat(parts).sort("USUBJID", "PARAMCD", "CYCLE")


def _organ(rows: pl.DataFrame, organ: OrganDose) -> list[pl.DataFrame]:
    """The dose of each cycle, and the sum so far with its limit."""
    rows = rows.with_columns(AVAL=absorbed(organ, pl.col("AVAL"), pl.col("CRCL")))
    # One unknown cycle leaves the sum unknown from there on.
    known = pl.col("AVAL").is_not_null().cum_min().over("USUBJID")
    total = pl.when(known).then(pl.col("AVAL").cum_sum().over("USUBJID"))
    none = pl.lit(None, dtype=pl.String)
    limit: pl.Expr = none
    flag: pl.Expr = none
    if organ.limit is not None:
        over = total > organ.limit
        limit = pl.lit(f"> {organ.limit:g} Gy")
        flag = pl.when(over).then(pl.lit("Y")).when(~over).then(pl.lit("N"))
    cycle = f"{organ.label} dose of the cycle (Gy)"
    cumulative = f"{organ.label} cumulative dose (Gy)"
    so_far = {f"{c}S": _so_far(c) for c in ("SRCSEQ", "LBSEQ")}
    alone = {name: pl.lit(None, pl.List(pl.Int64)) for name in so_far}
    return [
        rows.select(
            *("USUBJID", "CYCLE", "ADT", "LBSEQ", "SRCSEQ"),
            **records,
            AVAL=value,
            PARAMCD=pl.lit(code),
            PARAM=pl.lit(name),
            CRIT1=said,
            CRIT1FL=met,
            RULE=pl.lit(organ.source),
            SRCDOM=pl.lit("EX"),
            SRCVAR=pl.lit("EXDOSE"),
        )
        for code, name, value, said, met, records in (
            (organ.code, cycle, pl.col("AVAL"), none, none, alone),
            (organ.code + "C", cumulative, total, limit, flag, so_far),
        )
    ]


def _so_far(column: str) -> pl.Expr:
    """The values of a subject's rows up to each of them, as a list."""
    known = pl.col(column).cast(pl.Int64).implode().over("USUBJID", mapping_strategy="join")
    found = known.list.head(pl.int_range(1, pl.len() + 1).over("USUBJID")).list.drop_nulls()
    return pl.when(found.list.len() > 0).then(found)
