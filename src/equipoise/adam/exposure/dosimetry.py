"""Absorbed dose to organs, per cycle and cumulative, by a published regression, against limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from equipoise.errors import InputError


@dataclass(frozen=True, slots=True)
class Organ:
    """How the dose to an organ follows from activity and kidney function.

    gray : at `reference_activity` (GBq) and `reference_clearance` (mL/min)
    by_activity, by_clearance : the exponents of the two ratios
    limit : cumulative Gy not to go beyond, or None
    source : where the regression was published
    """

    code: str
    name: str
    gray: float
    by_activity: float
    by_clearance: float
    reference_activity: float
    reference_clearance: float
    limit: float | None = None
    source: str = ""


def absorbed(organ: Organ, activity: pl.Expr, clearance: pl.Expr) -> pl.Expr:
    """Gy of one cycle: gray x (A / reference)^a x (CrCl / reference)^b."""
    by_activity = (activity / organ.reference_activity).pow(organ.by_activity)
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
    given: pl.DataFrame, clearance: pl.DataFrame, *, organs: Sequence[Organ]
) -> pl.DataFrame:
    """Absorbed doses as a derived parameter.

    given : from `cycles`, AVAL in GBq; clearance : USUBJID, ADT, AVAL (mL/min), SRCSEQ of LB
    Returns  USUBJID, PARAMCD (organ code, and code + "C" cumulative), PARAM, CYCLE, ADT, AVAL (Gy;
        null without a clearance up to that day), CRIT1, CRIT1FL (over the limit), RULE, SRCDOM,
        SRCVAR, SRCSEQ (EX), LBSEQ (the clearance used).
    Raises   InputError if no organ is named.
    Checked  tests/unit/adam/test_dosimetry.py.
    """
    if not organs:
        raise InputError("dosimetry: expected at least one organ")
    rows = _with_clearance(given, clearance).sort("USUBJID", "CYCLE")
    parts = [part for organ in organs for part in _organ(rows, organ)]
    return pl.concat(parts).sort("USUBJID", "PARAMCD", "CYCLE")


def _organ(rows: pl.DataFrame, organ: Organ) -> list[pl.DataFrame]:
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
    cycle, cumulative = f"{organ.name} dose of the cycle (Gy)", f"{organ.name} cumulative dose (Gy)"
    return [
        rows.select(
            *("USUBJID", "CYCLE", "ADT", "LBSEQ", "SRCSEQ"),
            AVAL=value,
            PARAMCD=pl.lit(code),
            PARAM=pl.lit(name),
            CRIT1=said,
            CRIT1FL=met,
            RULE=pl.lit(organ.source),
            SRCDOM=pl.lit("EX"),
            SRCVAR=pl.lit("EXDOSE"),
        )
        for code, name, value, said, met in (
            (organ.code, cycle, pl.col("AVAL"), none, none),
            (organ.code + "C", cumulative, total, limit, flag),
        )
    ]
