"""Questions about what was given, when, and how much."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import polars as pl

from equipoise.adam.dates.dtc import date_of
from equipoise.adam.queries.model import NOTHING, Material, QueryRule, ask, shown
from equipoise.protocol.model import Protocol, Regimen
from equipoise.units import UNITS, Quantity

AS_WRITTEN: Final = 1e-9  # of an amount: what its writing in another unit may change


def _given(material: Material) -> pl.DataFrame:
    """Doses that were given to subjects of ADSL: DATE, ARMKEY, drug in capitals."""
    rows = material.rows("EX", "USUBJID", "EXTRT", "EXDOSE", "EXSTDTC")
    arms = material.subjects.select("USUBJID", ARMKEY="TRT01P")
    rows = rows.join(arms, on="USUBJID", how="inner", maintain_order="left")
    absent = [c for c in ("EXADJ", "EXDOSU") if c not in rows.columns]
    rows = rows.with_columns(pl.lit(None, pl.String).alias(c) for c in absent)
    rows = rows.with_columns(DATE=date_of("EXSTDTC"), _drug=pl.col("EXTRT").str.to_uppercase())
    return rows.filter(pl.col("EXDOSE") > 0)


def _regimens(material: Material) -> Iterator[tuple[str, Regimen]]:
    """(arm, regimen) of each drug that its arm gives in one way only."""
    for key, arm in material.protocol.arms.items():
        drugs = [regimen.drug for regimen in arm.give]
        for regimen in arm.give:
            if drugs.count(regimen.drug) == 1:
                yield key, regimen


def _of(rows: pl.DataFrame, arm: str, drug: str) -> pl.DataFrame:
    return rows.filter((pl.col("ARMKEY") == arm) & (pl.col("_drug") == drug.upper()))


def outside_window(material: Material) -> pl.DataFrame:
    """A dose came too early or too late, counted as the protocol counts."""
    rows = _given(material)
    parts = [_off(_of(rows, arm, regimen.drug), regimen) for arm, regimen in _regimens(material)]
    return pl.concat([NOTHING, *parts])


def _off(rows: pl.DataFrame, regimen: Regimen) -> pl.DataFrame:
    if regimen.every is None or regimen.window is None or rows.is_empty():
        return NOTHING
    every, window = regimen.every.whole_days, regimen.window.whole_days
    rows = rows.filter(pl.col("DATE").is_not_null()).sort("USUBJID", "DATE", "_row")
    rows = rows.with_columns(SINCE=_origin(regimen, every))
    late = (pl.col("DATE") - pl.col("SINCE")).dt.total_days() - every
    rows = rows.with_columns(LATE=late)
    # A delay with its reason is part of the plan until it is longer than the protocol allows.
    longest = regimen.longest_interval.whole_days - every if regimen.longest_interval else window
    reasoned = pl.col("EXADJ").is_not_null() & pl.col("LATE").is_between(0, longest)
    rows = rows.filter((pl.col("LATE").abs() > window) & ~reasoned)
    said = pl.format(
        "{} on {}; due {} days after {}, within {}",
        *("EXTRT", "DATE", pl.lit(every), "SINCE", pl.lit(window)),
    )
    text = pl.format("Why {} days off? Is the date right?", "LATE")
    return ask("EX", rows, found=said, ask=text)


def _origin(regimen: Regimen, every: int) -> pl.Expr:
    """The day from which a dose is counted: that of the dose before, or as if all were on time."""
    if regimen.counted_from == "actual previous":
        return pl.col("DATE").shift(1).over("USUBJID")
    n = pl.int_range(pl.len()).over("USUBJID")
    planned = pl.col("DATE").first().over("USUBJID") + pl.duration(days=(n - 1) * every)
    return pl.when(n > 0).then(planned)


def other_dose(material: Material) -> pl.DataFrame:
    """An amount that the protocol does not know, and no reason given.

    What decays is never given to the digit: it is as planned within what the protocol accepts.
    """
    rows = _given(material).filter(pl.col("EXADJ").is_null())
    parts = []
    for key, arm in material.protocol.arms.items():
        for drug in dict.fromkeys(regimen.drug for regimen in arm.give):
            known = [a for r in arm.give if r.drug == drug for a in _amounts(r)]
            within = _accepted(material.protocol, drug)
            parts.append(_strange(_of(rows, key, drug), known, within))
    return pl.concat([NOTHING, *parts])


def _accepted(protocol: Protocol, drug: str) -> float:
    """How far an amount may be from a planned one, as a share of it."""
    plans = protocol.conduct.radiopharmacy if protocol.conduct is not None else ()
    accepted = [one.accept for one in plans if one.drug == drug and one.accept is not None]
    return max([AS_WRITTEN, *(float(one.within) for one in accepted)])


def _amounts(regimen: Regimen) -> list[Quantity]:
    steps = [rule.then_dose for rule in regimen.modify]
    return [d for d in (regimen.dose, *steps, regimen.recover_dose) if d is not None]


def _strange(rows: pl.DataFrame, known: list[Quantity], within: float) -> pl.DataFrame:
    unit = known[0].unit
    table: dict[str, Decimal] = next((t for t in UNITS.values() if unit in t), {unit: Decimal(1)})
    scale = {name: float(factor / table[unit]) for name, factor in table.items()}
    amount = pl.col("EXDOSE") * pl.col("EXDOSU").fill_null(unit).replace_strict(
        scale, default=None, return_dtype=pl.Float64
    )
    allowed = [float(q.value * table[q.unit] / table[unit]) for q in known]
    near = pl.any_horizontal((amount - a).abs() <= within * a for a in allowed)
    rows = rows.filter(~near.fill_null(False))
    said = pl.format("{} {} {} on {}", "EXTRT", "EXDOSE", shown("EXDOSU"), "EXSTDTC")
    options = " or ".join(dict.fromkeys(str(q) for q in known))
    text = f"The protocol gives {options}. Is the amount right? If so, why was it changed?"
    return ask("EX", rows, found=said, ask=text)


def other_arm(material: Material) -> pl.DataFrame:
    """A drug that the subject's arm does not give."""
    arms = material.protocol.arms
    own = {key: [regimen.drug.upper() for regimen in arm.give] for key, arm in arms.items()}
    drugs = sorted({drug for given in own.values() for drug in given})
    rows = _given(material).filter(pl.col("_drug").is_in(drugs))
    wrong = [
        (pl.col("ARMKEY") == key) & ~pl.col("_drug").is_in(given) for key, given in own.items()
    ]
    rows = rows.filter(pl.any_horizontal(wrong))
    said = pl.format("{} on {} to a subject of the arm {}", "EXTRT", "EXSTDTC", "ARMKEY")
    return ask("EX", rows, found=said, ask="Was this drug given? If so, by which decision?")


def after_end(material: Material) -> pl.DataFrame:
    """A dose was given after the end of treatment that disposition records."""
    rows = material.rows("DS", "USUBJID", "DSSCAT", "DSSTDTC")
    rows = rows.filter(pl.col("DSSCAT") == "STUDY TREATMENT")
    ends = rows.group_by("USUBJID").agg(
        END=pl.col("DSSTDTC").max(), LAST=date_of("DSSTDTC", impute="last").max()
    )
    given = material.rows("EX", "USUBJID", "EXTRT", "EXDOSE", "EXSTDTC")
    given = given.filter(pl.col("EXDOSE") > 0).join(ends, on="USUBJID", maintain_order="left")
    given = given.filter(date_of("EXSTDTC", impute="first") > pl.col("LAST"))
    said = pl.format("{} on {}, treatment ended on {}", "EXTRT", "EXSTDTC", "END")
    return ask("EX", given, found=said, ask="Which date is right?")


def same_day(material: Material) -> pl.DataFrame:
    """One drug twice on one day."""
    rows = _given(material).filter(pl.col("DATE").is_not_null())
    key = ["USUBJID", "EXTRT", "DATE"]
    rows = rows.filter(pl.int_range(pl.len()).over(key) > 0)
    said = pl.format("{} again on {}", "EXTRT", "DATE")
    return ask("EX", rows, found=said, ask="Was it given twice, or entered twice?")


DOSE_RULES = (
    QueryRule("Q17", "dose outside its window", outside_window),
    QueryRule("Q18", "dose other than planned", other_dose),
    QueryRule("Q19", "drug of another arm", other_arm),
    QueryRule("Q20", "two doses on one day", same_day),
    QueryRule("Q34", "dose after the end of treatment", after_end),
)
