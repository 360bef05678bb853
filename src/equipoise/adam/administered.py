"""ADEX of a protocol: records and totals, cycles of drugs given at intervals."""

from __future__ import annotations

import polars as pl

from equipoise.adam.adex import adex
from equipoise.adam.cycles import DosePlan, cycles, exposure
from equipoise.adam.sources import Context
from equipoise.errors import Finding, InputError
from equipoise.protocol import Protocol
from equipoise.protocol.model import Regimen

INTERVAL_DAYS = 7  # a drug given at least so far apart comes in cycles


def plans(protocol: Protocol) -> dict[str, list[DosePlan]]:
    """Arm -> the drugs that it gives in cycles, in one way only: dose, interval, times."""
    found: dict[str, list[DosePlan]] = {}
    for key, arm in protocol.arms.items():
        drugs = [regimen.drug for regimen in arm.give]
        alone = [r for r in arm.give if drugs.count(r.drug) == 1]
        found[key] = [_plan(r) for r in alone if r.every and r.every.whole_days >= INTERVAL_DAYS]
    return found


def _plan(regimen: Regimen) -> DosePlan:
    assert regimen.every is not None
    return DosePlan(
        drug=regimen.drug,
        dose=float(regimen.dose.value),
        unit=regimen.dose.unit,
        every_days=regimen.every.whole_days,
        times=regimen.times,
        window_days=regimen.window.whole_days if regimen.window else 0,
        half_life_days=regimen.half_life.days if regimen.half_life else None,
    )


def given_in_cycles(context: Context) -> pl.DataFrame:
    """One row per dose of a drug given in cycles, with ARM and PARCAT1, the drug."""
    people = context.table("ADSL")
    parts = []
    for arm, listed in plans(context.protocol).items():
        mine = people.filter(pl.col("TRT01P") == arm).select("USUBJID")
        ex = context.table("EX").join(mine, on="USUBJID", how="semi", maintain_order="left")
        for plan in listed:
            rows = cycles(ex, plan=plan)
            parts.append(rows.with_columns(ARM=pl.lit(arm), PARCAT1=pl.lit(plan.drug)))
    return pl.concat(parts) if parts else pl.DataFrame()


def administered(context: Context) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    """ADEX: what `adex` makes of the records, and the summaries of `exposure` for each cycle drug.

    Returns  frame with ASEQ, and what could not be derived, as findings: a frequency or a mixture
        of units that cannot be summed leaves the totals out.
    """
    people, ex = context.table("ADSL"), context.table("EX")
    parts: list[pl.DataFrame] = []
    found: list[Finding] = []
    try:
        parts.append(adex(ex, people))
    except InputError as problem:
        found.append(Finding("ex", f"no exposure by record: {problem}", "", "", "warning"))
    for arm, listed in plans(context.protocol).items():
        mine = people.filter(pl.col("TRT01P") == arm)
        own = ex.join(mine, on="USUBJID", how="semi", maintain_order="left")
        for plan in listed:
            try:
                parts.append(exposure(cycles(own, plan=plan), mine, plan=plan))
            except InputError as problem:
                text = f"no cycles of {plan.drug}: {problem}"
                found.append(Finding("ex", text, "", "", "warning"))
    if not parts:
        return pl.DataFrame(), tuple(found)
    rows = pl.concat(parts, how="diagonal_relaxed").sort("USUBJID", maintain_order=True)
    return rows.with_columns(ASEQ=pl.int_range(1, pl.len() + 1).over("USUBJID")), tuple(found)
