"""ADEX: what was given, how long, how much of what was planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from equipoise.adam.dates.dtc import date_of, flag_of
from equipoise.errors import InputError

# Doses a day by EXDOSFRQ; a record without a frequency is one dose.
A_DAY = {"QD": 1.0, "BID": 2.0, "TID": 3.0, "QID": 4.0, "QOD": 0.5, "QW": 1 / 7, "Q2W": 1 / 14}
_ONCE = ("ONCE", "SINGLE")
_NEEDED = ("USUBJID", "EXSEQ", "EXTRT", "EXDOSE", "EXSTDTC")
_RULE = {
    "DURD": "last day - first day + 1",
    "DOSE": "dose x doses a day x days",
    "PLDOSE": "planned dose x doses a day x days",
    "ADJ": "EXADJ given",
    "ADJAE": "EXADJ is an adverse event",
    "AVDDSE": "dose given / days",
    "DOSINT": "100 x dose given / dose planned",
}


_COLUMNS = (
    "USUBJID", "PARAMCD", "PARCAT1", "EXTRT", "AVAL", "AVALC", "AVALU", "EXDOSU", "ASTDT", "ASTDTF",
    "AENDT", "AENDTF", "ASTDY", "AENDY", "EXDURD", "EXDOSE", "DOSEO", "PDOSEO", "EXADJ", "VISIT",
    "EXSEQ", "RULE", "SRCDOM", "SRCVAR", "SRCSEQ", "SRCSEQS",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AdexOptions:
    """How ADEX is made.

    by_drug : summaries for each EXTRT; otherwise one for all of them together
    periods : label -> visits of a summary besides the overall one
    planned : column with the planned dose of a record, if collected
    """

    by_drug: bool = True
    periods: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    planned: str = "EXPLDOS"


def _records(ex: pl.DataFrame, adsl: pl.DataFrame, options: AdexOptions) -> pl.DataFrame:
    """EX rows with ASTDT, AENDT, EXDURD, DOSEO, PDOSEO."""
    missing = [c for c in _NEEDED if c not in ex.columns]
    if missing:
        raise InputError(f"EX: expected column {', '.join(missing)}")
    texts = ("EXENDTC", "EXDOSU", "EXDOSFRQ", "EXADJ", "VISIT")
    extra = [pl.lit(None, dtype=pl.String).alias(c) for c in texts if c not in ex.columns]
    if options.planned not in ex.columns:
        extra.append(pl.lit(None, dtype=pl.Float64).alias(options.planned))
    rows = ex.with_columns(extra).join(adsl.select("USUBJID", "TRTSDT"), on="USUBJID", how="inner")
    _known_frequency(rows)
    often = pl.col("EXDOSFRQ").str.to_uppercase()
    single = often.is_null() | often.is_in(_ONCE)
    # A single dose ends the day it starts; how long repeated doses went on is not ours to guess.
    alone = pl.when(single).then(pl.coalesce("EXENDTC", "EXSTDTC")).otherwise("EXENDTC")
    rows = rows.with_columns(EXENDTC=alone).with_columns(
        date_of("EXSTDTC", impute="first").alias("ASTDT"),
        date_of("EXENDTC", impute="last").alias("AENDT"),
        ASTDTF=flag_of("EXSTDTC"),
        AENDTF=flag_of("EXENDTC"),
    )
    days = (pl.col("AENDT") - pl.col("ASTDT")).dt.total_days() + 1
    doses = often.replace_strict(A_DAY, default=None, return_dtype=pl.Float64) * days
    doses = pl.when(single).then(1.0).otherwise(doses)
    return rows.with_columns(
        EXDURD=days,
        DOSEO=pl.col("EXDOSE") * doses,
        PDOSEO=pl.col(options.planned) * doses,
        ASTDY=_study_day("ASTDT"),
        AENDY=_study_day("AENDT"),
    )


def _known_frequency(rows: pl.DataFrame) -> None:
    """Raise InputError for a frequency that cannot be counted."""
    words = [*A_DAY, *_ONCE]
    strange = rows.filter(pl.col("EXDOSFRQ").str.to_uppercase().is_in(words).not_())
    if len(strange):
        seq, word = strange.select("EXSEQ", "EXDOSFRQ").row(0)
        raise InputError(f"EX row EXSEQ {seq}: EXDOSFRQ {word!r}; expected {', '.join(words)}")


def _study_day(column: str) -> pl.Expr:
    gap = (pl.col(column) - pl.col("TRTSDT")).dt.total_days()
    return gap + (gap >= 0).cast(pl.Int64)


def _unit(rule: str, dose: str) -> pl.Expr:
    """The unit of a parameter; `dose` names the column with the unit of the doses."""
    fixed = {"DURD": "days", "DOSINT": "%"}
    return pl.lit(fixed[rule]) if rule in fixed else pl.col(dose)


def _individual(rows: pl.DataFrame) -> list[pl.DataFrame]:
    adverse = pl.col("EXADJ").str.to_uppercase() == "ADVERSE EVENT"
    number = {"DURD": pl.col("EXDURD"), "DOSE": pl.col("DOSEO"), "PLDOSE": pl.col("PDOSEO")}
    text = {"ADJ": pl.col("EXADJ").is_not_null(), "ADJAE": adverse}
    rows = rows.with_columns(
        PARCAT1=pl.lit("INDIVIDUAL"),
        SRCDOM=pl.lit("EX"),
        SRCVAR=pl.lit("EXDOSE"),
        SRCSEQ=pl.col("EXSEQ").cast(pl.Int64),
    )
    return [
        rows.with_columns(
            PARAMCD=pl.lit(c),
            AVAL=e.cast(pl.Float64),
            AVALU=_unit(c, "EXDOSU"),
            RULE=pl.lit(_RULE[c]),
        )
        for c, e in number.items()
    ] + [
        rows.with_columns(
            PARAMCD=pl.lit(c), AVALC=pl.when(e).then(pl.lit("Y")), RULE=pl.lit(_RULE[c])
        )
        for c, e in text.items()
    ]


def _one_unit(rows: pl.DataFrame, group: tuple[str, ...]) -> None:
    """Raise InputError where a group's doses cannot be summed; a dose of 0 has any unit."""
    given = rows.filter(pl.col("EXDOSE") != 0)
    units = given.group_by(group).agg(pl.col("EXDOSU").drop_nulls().n_unique().alias("UNITS"))
    mixed = units.filter(pl.col("UNITS") > 1)
    if len(mixed):
        raise InputError(
            f"EX of {sorted(mixed['USUBJID'])[0]}: doses in different units cannot be summed; "
            "expected one EXDOSU, or summaries by drug"
        )


def _totals(rows: pl.DataFrame, group: tuple[str, ...], label: str) -> pl.DataFrame:
    adverse = pl.col("EXADJ").str.to_uppercase() == "ADVERSE EVENT"
    table = rows.group_by(group, maintain_order=True).agg(
        pl.col("ASTDT").min(),
        AENDT=pl.max_horizontal(pl.col("AENDT").max(), pl.col("ASTDT").max()),
        DURD=pl.col("EXDURD").sum().cast(pl.Float64),
        DOSE=pl.col("DOSEO").sum(),
        PLDOSE=pl.when(pl.col("PDOSEO").is_not_null().any()).then(pl.col("PDOSEO").sum()),
        ADJ=pl.col("EXADJ").is_not_null().any(),
        ADJAE=adverse.fill_null(False).any(),
        UNIT=pl.coalesce(
            pl.col("EXDOSU").filter(pl.col("EXDOSE") != 0).drop_nulls().first(),
            pl.col("EXDOSU").drop_nulls().first(),
        ),
        SRCSEQS=pl.col("EXSEQ").cast(pl.Int64).sort(),
    )
    return table.with_columns(
        PARCAT1=pl.lit(label),
        SRCDOM=pl.lit("EX"),
        SRCVAR=pl.lit("EXDOSE"),
        SRCSEQ=pl.col("SRCSEQS").list.min(),
    )


def _summary(
    rows: pl.DataFrame, group: tuple[str, ...], *, prefix: str, label: str
) -> list[pl.DataFrame]:
    """Totals, average a day and intensity over `rows`, for each group."""
    _one_unit(rows, group)
    table = _totals(rows, group, label)
    dose, planned, days = pl.col("DOSE"), pl.col("PLDOSE"), pl.col("DURD")
    average = "AVDDSE" if prefix == "T" else f"{prefix}AVDDSE"
    number = {
        f"{prefix}DURD": ("DURD", days),
        f"{prefix}DOSE": ("DOSE", dose),
        f"{prefix}PDOSE": ("PLDOSE", planned),
        average: ("AVDDSE", pl.when(days > 0).then(dose / days)),
        f"{prefix}DOSINT": ("DOSINT", pl.when(planned > 0).then(100 * dose / planned)),
    }
    made = [
        table.with_columns(PARAMCD=pl.lit(c), AVAL=e, AVALU=_unit(r, "UNIT"), RULE=pl.lit(_RULE[r]))
        for c, (r, e) in number.items()
    ]
    return made + [
        table.with_columns(
            PARAMCD=pl.lit(prefix + c), AVALC=pl.when(c).then(pl.lit("Y")), RULE=pl.lit(_RULE[c])
        )
        for c in ("ADJ", "ADJAE")
    ]


def adex(
    ex: pl.DataFrame, adsl: pl.DataFrame, *, options: AdexOptions | None = None
) -> pl.DataFrame:
    """The exposure dataset.

    ex : SDTM EX; adsl : USUBJID, TRTSDT (pl.Date)
    Returns  for each record DURD (days), DOSE and PLDOSE (EXDOSU), ADJ and ADJAE ("Y"
        or null); for each subject (and drug) TDURD, TDOSE, TPDOSE, AVDDSE, TDOSINT (%), TADJ,
        TADJAE, and the same with P for each period.
    Raises   InputError for a missing column, an unknown frequency, or units that do not add up.
    Checked  tests/oracle/derivation/test_adex.py; tests/unit/adam/test_adex.py.
    """
    options = options or AdexOptions()
    rows = _records(ex, adsl, options)
    group = ("USUBJID", "EXTRT") if options.by_drug else ("USUBJID",)
    parts = [*_individual(rows), *_summary(rows, group, prefix="T", label="OVERALL")]
    for label, visits in options.periods.items():
        within = rows.filter(pl.col("VISIT").is_in(visits))
        parts += _summary(within, group, prefix="P", label=label)
    kept = [p.select(c for c in _COLUMNS if c in p.columns) for p in parts]
    table = pl.concat(kept, how="diagonal_relaxed")
    return table.sort("USUBJID", "PARCAT1", "ASTDT", "EXSEQ", maintain_order=True).select(
        c for c in _COLUMNS if c in table.columns
    )
