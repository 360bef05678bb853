"""Cycles of a drug given at intervals: delays, reductions, dose intensity, decay of activity."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from equipoise.adam.dates.dtc import date_of
from equipoise.errors import InputError
from equipoise.units import UNITS

_NEEDED = ("USUBJID", "EXSEQ", "EXTRT", "EXDOSE", "EXDOSU", "EXSTDTC")


@dataclass(frozen=True, slots=True)
class DosePlan:
    """How a drug was meant to be given.

    drug : EXTRT; dose : the full dose in `unit`; every_days : from one dose to the next
    times : doses planned, or None without an end
    window_days : a dose so many days late is still on time
    reduced_below : a dose under this share of the full one is reduced
    half_life_days : of a radionuclide; its activity at infusion is then decay-corrected
    """

    drug: str
    dose: float
    unit: str
    every_days: int
    times: int | None = None
    window_days: int = 0
    reduced_below: float = 0.9
    half_life_days: float | None = None


def remaining(days: pl.Expr, half_life_days: float) -> pl.Expr:
    """The share of an activity left after some days: 2 to the minus days over half-life."""
    return pl.lit(2.0).pow(-days / half_life_days)


def _moment(column: str) -> pl.Expr:
    """A --DTC with a time as that moment, without one as noon of the day."""
    text = pl.col(column)
    minute = text.str.slice(0, 16).str.to_datetime("%Y-%m-%dT%H:%M", strict=False)
    noon = text.str.slice(0, 10).str.to_datetime("%Y-%m-%d", strict=False)
    return pl.coalesce(minute, noon.dt.offset_by("12h"))


def at_infusion(ex: pl.DataFrame, *, half_life_days: float) -> pl.DataFrame:
    """EX with EXDOSE as the activity at the start of infusion.

    ex : SDTM EX with EXCALDTC, the moment EXDOSE was calibrated for; null: already at infusion
    Returns  ex with EXDOSE corrected and CALDOSE, the calibrated one.
    Raises   InputError without EXCALDTC.
    Source   A(t) = A0 2^(-t/T); 177Lu T = 6.647 days (DDEP).
    Checked  tests/unit/adam/test_cycles.py.
    """
    if "EXCALDTC" not in ex.columns:
        raise InputError("EX: expected column EXCALDTC, the moment of calibration")
    gap = (_moment("EXSTDTC") - _moment("EXCALDTC")).dt.total_minutes() / (24 * 60)
    left = remaining(gap, half_life_days).fill_null(1.0)
    return ex.with_columns(CALDOSE=pl.col("EXDOSE"), EXDOSE=pl.col("EXDOSE") * left)


def _in_unit(unit: str) -> pl.Expr:
    """EXDOSE in `unit`; null if EXDOSU is of another kind."""
    table = next((t for t in UNITS.values() if unit in t), None)
    if table is None:
        raise InputError(f"dose plan: unknown unit {unit!r}")
    factor = {u: float(v / table[unit]) for u, v in table.items()}
    scale = pl.col("EXDOSU").replace_strict(factor, default=None, return_dtype=pl.Float64)
    return pl.col("EXDOSE") * scale


def cycles(ex: pl.DataFrame, *, plan: DosePlan) -> pl.DataFrame:
    """One row per dose that was given.

    ex : SDTM EX; doses of 0 were not given
    Returns  USUBJID, CYCLE (1, 2, ...), ADT, AVAL (dose in plan.unit), CALDOSE, INTERVAL (days from
        the dose before), DELAY (days beyond the plan, from the actual dose before), LATEFL, REDFL,
        SRCSEQ.
    Raises   InputError for a missing column, or a dose in a unit of another kind.
    """
    missing = [c for c in _NEEDED if c not in ex.columns]
    if missing:
        raise InputError(f"EX: expected column {', '.join(missing)}")
    rows = ex.filter((pl.col("EXTRT") == plan.drug) & (pl.col("EXDOSE") > 0))
    rows = rows.with_columns(CALDOSE=pl.col("EXDOSE"))
    if plan.half_life_days is not None and "EXCALDTC" in rows.columns:
        rows = at_infusion(rows, half_life_days=plan.half_life_days)
    rows = rows.with_columns(AVAL=_in_unit(plan.unit))
    odd = rows.filter(pl.col("AVAL").is_null())
    if len(odd):
        seq, word = odd.select("EXSEQ", "EXDOSU").row(0)
        raise InputError(f"EX row EXSEQ {seq}: EXDOSU {word!r}; expected a unit like {plan.unit}")
    rows = rows.with_columns(ADT=date_of("EXSTDTC", impute="first"))
    rows = rows.sort("USUBJID", "ADT", "EXSEQ")
    gap = pl.col("ADT").diff().over("USUBJID").dt.total_days()
    delay = (gap - plan.every_days).clip(lower_bound=0)
    return rows.select(
        "USUBJID",
        pl.int_range(1, pl.len() + 1).over("USUBJID").alias("CYCLE"),
        "ADT",
        "AVAL",
        "CALDOSE",
        INTERVAL=gap,
        DELAY=delay,
        LATEFL=pl.when(delay > plan.window_days).then(pl.lit("Y")),
        REDFL=pl.when(pl.col("AVAL") < plan.reduced_below * plan.dose).then(pl.lit("Y")),
        SRCSEQ=pl.col("EXSEQ").cast(pl.Int64),
    )


_SUMMARIES = {
    "NINF": ("Doses given", "count of doses over 0"),
    "CUMDOSE": ("Cumulative dose", "sum of doses given"),
    "PCTDOSE": ("Cumulative dose, % of planned", "100 x cumulative / (dose x times)"),
    "RDI": ("Relative dose intensity (%)", "100 x (cumulative / days) / (dose / interval)"),
    "NDELAY": ("Doses delayed", "interval over plan + window"),
    "MAXDELAY": ("Longest delay (days)", "largest interval - plan"),
    "NREDUC": ("Doses reduced", "dose under the share of the full dose"),
}


def exposure(given: pl.DataFrame, adsl: pl.DataFrame, *, plan: DosePlan) -> pl.DataFrame:
    """Cycles of one drug summed up for each subject.

    given : from `cycles`; adsl : USUBJID of every subject to report, 0 doses included
    Returns  USUBJID, PARAMCD (NINF, CUMDOSE, PCTDOSE, RDI, NDELAY, MAXDELAY, NREDUC), PARAM, AVAL,
        PARCAT1 (the drug), RULE, SRCDOM, SRCVAR, SRCSEQ, SRCSEQS. The last dose covers one
        interval, so `days` of RDI is last day - first day + interval.
    """
    table = adsl.select("USUBJID").join(_totals(given, plan), on="USUBJID", how="left")
    counts = ("NINF", "CUMDOSE", "NDELAY", "NREDUC", *(("PCTDOSE",) if plan.times else ()))
    table = table.with_columns(pl.col(counts).fill_null(0.0))
    keys = ["USUBJID", "SRCSEQS"]
    long = table.unpivot(list(_SUMMARIES), index=keys, variable_name="PARAMCD", value_name="AVAL")
    names = {c: f"{n} ({plan.unit})" if c == "CUMDOSE" else n for c, (n, _) in _SUMMARIES.items()}
    rules = {c: r for c, (_, r) in _SUMMARIES.items()}
    code = pl.col("PARAMCD")
    return long.with_columns(
        PARAM=code.replace_strict(names, return_dtype=pl.String),
        PARCAT1=pl.lit(plan.drug),
        RULE=code.replace_strict(rules, return_dtype=pl.String),
        SRCDOM=pl.lit("EX"),
        SRCVAR=pl.lit("EXDOSE"),
        SRCSEQ=pl.col("SRCSEQS").list.min(),
    ).sort("USUBJID", maintain_order=True)


def _totals(given: pl.DataFrame, plan: DosePlan) -> pl.DataFrame:
    days = (pl.col("ADT").max() - pl.col("ADT").min()).dt.total_days() + plan.every_days
    total = pl.col("AVAL").sum()
    whole = plan.dose * plan.times if plan.times else None
    return given.group_by("USUBJID").agg(
        NINF=pl.len().cast(pl.Float64),
        CUMDOSE=total,
        PCTDOSE=100 * total / whole if whole else pl.lit(None, dtype=pl.Float64).first(),
        RDI=100 * (total / days) / (plan.dose / plan.every_days),
        NDELAY=(pl.col("LATEFL") == "Y").sum().cast(pl.Float64),
        MAXDELAY=pl.col("DELAY").max().cast(pl.Float64),
        NREDUC=(pl.col("REDFL") == "Y").sum().cast(pl.Float64),
        SRCSEQS=pl.col("SRCSEQ").sort(),
    )
