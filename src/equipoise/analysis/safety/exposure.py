"""How much of each drug was given, how much of what was planned, and what was changed and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import polars as pl

from equipoise.adam.model import ADaM
from equipoise.adam.subjects.populations import safety_members
from equipoise.analysis.results import Row

EXPOSURE: Final = "exposure"
DOSE_MEASURES: Final = {
    "NINF": "Doses given",
    "CUMDOSE": "Cumulative dose",
    "PCTDOSE": "Cumulative dose, % of planned",
    "RDI": "Relative dose intensity, %",
    "MAXDELAY": "Longest delay, days",
}
DOSE_CHANGES: Final = {"NREDUC": "A dose reduced", "NDELAY": "A dose delayed"}
_DAYS = "Days from the first dose to the last"


def exposure(data: ADaM) -> Iterator[Row]:
    """Exposure in the safety population, by drug and arm.

    Rows of analysis "exposure"; term is "DRUG: MEASURE", or for changes "DRUG: CHANGE" and
    "DRUG: CHANGE: REASON". A drug counts in an arm of which somebody has had it.
    Checked  tests/unit/analysis/test_safety_rows.py (by hand).
    """
    if "ADEX" not in data.tables:
        return
    population = data.protocol.safety.population
    who = safety_members(data.table("ADSL"), data.protocol)
    sizes = {arm: who.filter(pl.col("ARMKEY") == arm).height for arm in data.protocol.arms}
    for arm, n in sizes.items():
        yield Row(EXPOSURE, "count", population, "n", n, group=arm)
    for arm in sizes:
        days = who.filter(pl.col("ARMKEY") == arm)["TRTDURD"]
        yield from _described(population, arm, _DAYS, days)
    ex = data.table("ADEX").join(who.select("USUBJID", "ARMKEY"), on="USUBJID", how="inner")
    yield from _measures(
        population, pl.concat([ex, *_of_records(ex, sizes)], how="diagonal_relaxed")
    )
    for code, name in DOSE_CHANGES.items():
        for drug, arm, values in _by_drug(ex, code):
            found = int((values > 0).sum())
            yield from _shared(population, arm, f"{drug}: {name}", found, len(values))
    yield from _reasons(population, ex)


def _measures(population: str, ex: pl.DataFrame) -> Iterator[Row]:
    """What each arm had of each drug; a cumulative dose is named with its unit."""
    collected = ex.filter(pl.col("EXDOSU").is_not_null()).select("EXTRT", "ARMKEY", "EXDOSU")
    units = {(drug, arm): unit for drug, arm, unit in collected.unique().iter_rows()}
    for code, name in DOSE_MEASURES.items():
        for drug, arm, values in _by_drug(ex, code):
            unit = units.get((drug, arm), "") if code == "CUMDOSE" else ""
            term = f"{drug}: {name}, {unit}" if unit else f"{drug}: {name}"
            yield from _described(population, arm, term, values)


def _of_records(ex: pl.DataFrame, arms: Iterable[str]) -> Iterator[pl.DataFrame]:
    """Doses and sums of a drug that an arm gives in no cycles: by more than one rule, or daily.

    Doses are counted where every record is of one day; who had none of the drug is not among them.
    """
    in_cycles = set(ex.filter(pl.col("PARAMCD") == "NINF").select("PARCAT1", "ARMKEY").iter_rows())
    total = ex.filter((pl.col("PARAMCD") == "TDOSE") & (pl.col("PARCAT1") == "OVERALL"))
    each = ex.filter((pl.col("PARAMCD") == "DURD") & (pl.col("PARCAT1") == "INDIVIDUAL"))
    for drug in total["EXTRT"].unique().sort():
        for arm in arms:
            mine = (pl.col("EXTRT") == drug) & (pl.col("ARMKEY") == arm)
            own, records = total.filter(mine), each.filter(mine)
            if (drug, arm) in in_cycles or own.is_empty():
                continue
            keys = {"PARCAT1": pl.lit(drug), "ARMKEY": pl.lit(arm)}
            yield own.select("USUBJID", "AVAL", PARAMCD=pl.lit("CUMDOSE"), **keys)
            if (records["AVAL"] == 1).all():
                counted = records.group_by("USUBJID").agg(AVAL=pl.len().cast(pl.Float64))
                yield counted.with_columns(PARAMCD=pl.lit("NINF"), **keys)


def _by_drug(ex: pl.DataFrame, code: str) -> Iterator[tuple[str, str, pl.Series]]:
    """Drug, arm and the values of its patients who have one."""
    rows = ex.select("PARAMCD", "PARCAT1", "ARMKEY", "AVAL")
    rows = rows.filter((pl.col("PARAMCD") == code) & pl.col("AVAL").is_not_null())
    for (drug, arm), own in rows.sort("PARCAT1").group_by("PARCAT1", "ARMKEY", maintain_order=True):
        if code != "NINF" or bool((own["AVAL"] > 0).any()):
            yield str(drug), str(arm), own["AVAL"]


def _described(population: str, arm: str, term: str, values: pl.Series) -> Iterator[Row]:
    known = values.drop_nulls().cast(pl.Float64)
    yield Row(EXPOSURE, "describe", population, "n", len(known), group=arm, term=term)
    if known.is_empty():
        return
    for statistic, value in (
        ("mean", known.mean()),
        ("standard deviation", known.std() if len(known) > 1 else None),
        ("median", known.median()),
        ("minimum", known.min()),
        ("maximum", known.max()),
    ):
        yield Row(EXPOSURE, "describe", population, statistic, value, group=arm, term=term)  # type: ignore[arg-type]


def _shared(population: str, arm: str, term: str, x: int, n: int) -> Iterator[Row]:
    of = {"group": arm, "term": term}
    yield Row(EXPOSURE, "count", population, "changed patients", x, **of)  # type: ignore[arg-type]
    share = x / n if n else None
    yield Row(EXPOSURE, "count", population, "changed proportion", share, n=n, **of)  # type: ignore[arg-type]


def _reasons(population: str, ex: pl.DataFrame) -> Iterator[Row]:
    """Patients whose dose was adjusted, by the reason that was given; nothing without doses."""
    if not {"EXTRT", "EXADJ"} <= set(ex.columns):  # no dose could be read: told where it stands
        return
    told = ex.filter((pl.col("PARAMCD") == "ADJ") & pl.col("EXADJ").is_not_null())
    given = ex.filter(pl.col("PARAMCD") == "ADJ").group_by("EXTRT", "ARMKEY")
    sizes = {(d, a): n for d, a, n in given.agg(pl.col("USUBJID").n_unique()).iter_rows()}
    for keys, name in ((["EXTRT"], ""), (["EXTRT", "EXADJ"], "reason")):
        counts = told.group_by(*keys, "ARMKEY").agg(pl.col("USUBJID").n_unique().alias("N"))
        for row in counts.sort(*keys, "ARMKEY").iter_rows(named=True):
            end = f": {row['EXADJ']}" if name else ""
            term = f"{row['EXTRT']}: A dose adjusted{end}"
            n = sizes[row["EXTRT"], row["ARMKEY"]]
            yield from _shared(population, row["ARMKEY"], term, row["N"], n)
