"""ADEX of a protocol: records and totals, cycles of drugs given at intervals."""

from __future__ import annotations

import polars as pl

from equipoise.adam.dates.sources import Context
from equipoise.adam.exposure.adex import adex
from equipoise.adam.exposure.cycles import DosePlan, cycles, exposure
from equipoise.adam.exposure.doses import sound
from equipoise.adam.exposure.dosimetry import ACTIVITY, CLEARANCE, dosimetry
from equipoise.errors import Finding, InputError
from equipoise.laboratory.units import factor, unit_of
from equipoise.protocol import Protocol
from equipoise.protocol.model import Regimen
from equipoise.units import UNITS

INTERVAL_DAYS = 7  # a drug given at least so far apart comes in cycles
# What a reader of ADEX may ask of it, though no record could be summed.
_NO_RECORDS = pl.DataFrame(schema=dict.fromkeys(("EXTRT", "EXDOSU", "EXADJ"), pl.String))


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


def given_in_cycles(context: Context, records: pl.DataFrame) -> pl.DataFrame:
    """One row per dose of a drug given in cycles, with ARM and PARCAT1, the drug.

    records : EX, of which every record can be counted
    """
    people = context.table("ADSL")
    parts = []
    for arm, listed in plans(context.protocol).items():
        mine = people.filter(pl.col("TRT01P") == arm).select("USUBJID")
        ex = records.join(mine, on="USUBJID", how="semi", maintain_order="left")
        for plan in listed:
            rows = cycles(ex, plan=plan)
            parts.append(rows.with_columns(ARM=pl.lit(arm), PARCAT1=pl.lit(plan.drug)))
    return pl.concat(parts) if parts else pl.DataFrame()


def administered(context: Context) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    """ADEX: records and totals by `adex`, each cycle drug by `exposure`, organs by `dosimetry`.

    Returns  frame with ASEQ, and what could not be derived, as findings: a record that is no dose
        is left out, a frequency or a mixture of units that cannot be summed leaves out the totals.
    """
    people = context.table("ADSL")
    regimens = [r for arm in context.protocol.arms.values() for r in arm.give]
    ex, found = sound(context.table("EX"), [(r.drug, r.dose.unit) for r in regimens])
    parts: list[pl.DataFrame] = []
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
    absorbed, told = _absorbed(context, ex)
    parts, found = [*parts, *absorbed], [*found, *told]
    if not parts:
        return pl.DataFrame(), tuple(found)
    rows = pl.concat([*parts, _NO_RECORDS], how="diagonal_relaxed")
    rows = rows.sort("USUBJID", maintain_order=True)
    return rows.with_columns(ASEQ=pl.int_range(1, pl.len() + 1).over("USUBJID")), tuple(found)


def _absorbed(context: Context, ex: pl.DataFrame) -> tuple[list[pl.DataFrame], tuple[Finding, ...]]:
    """Absorbed doses of the organs that the protocol names, where clearances were collected."""
    plan = context.protocol.safety.dosimetry
    if not plan or "ADLB" not in context.tables:
        return [], ()
    units = {p.drug: p.unit for listed in plans(context.protocol).values() for p in listed}
    active = [drug for drug, unit in units.items() if unit in UNITS["activity"]]
    try:
        given = given_in_cycles(context, ex)
    except InputError as problem:
        return [], (Finding("ex", f"no absorbed doses: {problem}", "", "", "warning"),)
    if given.is_empty():
        return [], ()
    size = UNITS["activity"]
    scale = {drug: float(size[units[drug]] / size[ACTIVITY]) for drug in active}
    given = given.filter(pl.col("PARCAT1").is_in(active)).with_columns(
        AVAL=pl.col("AVAL") * pl.col("PARCAT1").replace_strict(scale, return_dtype=pl.Float64)
    )
    given, parts, found = given.drop("ARM", "PARCAT1"), [], []
    for said in plan:
        known, told = _clearances(context.tables["ADLB"], said.clearance)
        parts.append(dosimetry(given, known, organs=[said]))
        found += [f for f in told if f not in found]
    dosed = [p.with_columns(PARCAT1=pl.lit("DOSIMETRY"), AVALU=pl.lit("Gy")) for p in parts]
    return dosed, tuple(found)


def _clearances(labs: pl.DataFrame, code: str) -> tuple[pl.DataFrame, list[Finding]]:
    """A clearance in mL/min; what is in another kind of unit, or not above 0, is told."""
    rows = labs.filter((pl.col("PARAMCD") == code) & pl.col("AVAL").is_not_null())
    parts, found = [], []
    for (text,), part in rows.partition_by("AVALU", as_dict=True, maintain_order=True).items():
        unit = unit_of(None if text is None else str(text), test=code)
        times = factor(code, from_=unit, to=CLEARANCE) if unit else None
        if times is None:
            message = f"{code} in {text or 'no unit'} ({len(part)} rows): no absorbed dose from it"
            found.append(Finding("lb", message, f"expected {CLEARANCE}", "", "warning"))
        else:
            parts.append(part.with_columns(AVAL=pl.col("AVAL") * float(times)))
    known = (pl.concat(parts) if parts else rows.clear()).filter(pl.col("AVAL") > 0)
    return known.select("USUBJID", "ADT", "AVAL", "SRCSEQ"), found
