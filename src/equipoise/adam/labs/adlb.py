"""ADLB: laboratory values with baseline, change, range, CTCAE grades and the worst of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from equipoise.adam.dates.dtc import date_of
from equipoise.adam.labs.results import Units, collected, in_units
from equipoise.errors import InputError
from equipoise.laboratory.ctcae.baseline import baseline_here, last_before
from equipoise.laboratory.ctcae.grade import grade

KEY = ("USUBJID", "PARAMCD")
_OPTIONAL: dict[str, pl.DataType] = {
    "LBTEST": pl.String(),
    "LBCAT": pl.String(),
    "LBSPEC": pl.String(),
    "LBFAST": pl.String(),
    "LBNRIND": pl.String(),
    "VISIT": pl.String(),
    "VISITNUM": pl.Float64(),
}


@dataclass(frozen=True, slots=True)
class AdlbOptions:
    """How ADLB is made.

    codes : PARAMCD by LBTESTCD where it is not the same
    names : PARAM by PARAMCD; without one, test and unit
    screening : a visit whose name has this word is the analysis visit "Baseline"
    on_treatment_days : a value so many days after the last dose is still on treatment; None: any is
    units : in which unit each test is analyzed
    """

    codes: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    screening: str = "SCREEN"
    on_treatment_days: int | None = 0
    units: Units = field(default_factory=Units)


def _values(lb: pl.DataFrame, adsl: pl.DataFrame, options: AdlbOptions) -> pl.DataFrame:
    """LB rows of the subjects in ADSL as analysis values in time."""
    missing = [c for c in ("TRTSDT", "TRTEDT") if c not in adsl.columns]
    if missing:
        raise InputError(f"ADSL: expected column {', '.join(missing)}")
    extra = [pl.lit(None, k).alias(c) for c, k in _OPTIONAL.items() if c not in lb.columns]
    people = adsl.select("USUBJID", "TRTSDT", "TRTEDT")
    rows = collected(lb.with_columns(extra)).join(people, on="USUBJID", how="inner")
    rows = in_units(rows, options.units)
    test, visit = pl.col("LBTESTCD"), pl.col("VISIT")
    unit = pl.when(pl.col("AVALU").is_not_null()).then(pl.format(" ({})", "AVALU"))
    code = test.replace(options.codes)
    named = pl.concat_str(pl.coalesce("LBTEST", "LBTESTCD"), unit.fill_null(""))
    return rows.with_columns(
        PARAMCD=code,
        PARAM=code.replace_strict(options.names, default=named, return_dtype=pl.String),
        PARCAT1="LBCAT",
        ADT=date_of("LBDTC"),
        AVISIT=pl.when(visit.str.contains(options.screening, literal=True))
        .then(pl.lit("Baseline"))
        .otherwise(visit.str.to_titlecase()),
    )


def _timed(rows: pl.DataFrame, options: AdlbOptions) -> pl.DataFrame:
    """ADY, AVISITN, ONTRTFL, ANRIND."""
    start, day = pl.col("TRTSDT"), pl.col("ADT")
    days = options.on_treatment_days
    last = pl.lit(None) if days is None else pl.col("TRTEDT") + pl.duration(days=days)
    gap = (day - start).dt.total_days()
    first = pl.col("AVISIT") == "Baseline"
    after = (day > start) | ((day == start) & ~first.fill_null(False))
    treated = after & (last.is_null() | (day <= last))
    return rows.with_columns(
        ADY=gap + (gap >= 0).cast(pl.Int64),
        AVISITN=pl.when(first).then(0.0).otherwise("VISITNUM"),
        ONTRTFL=pl.when(treated).then(pl.lit("Y")),
        **_range_of(pl.col("AVAL"), pl.col("ANRLO"), pl.col("ANRHI")),
    )


_INDICATORS = {
    **dict.fromkeys(("LOW", "L", "LOW LOW", "LL"), "LOW"),
    **dict.fromkeys(("NORMAL", "N"), "NORMAL"),
    **dict.fromkeys(("HIGH", "H", "HIGH HIGH", "HH"), "HIGH"),
}


def _range_of(value: pl.Expr, low: pl.Expr, high: pl.Expr) -> dict[str, pl.Expr]:
    """ANRIND, and _BYWORD where it is the collected indicator.

    Both limits decide; a value beyond the one that is there, too. Else the indicator says it, and
    without one a value within the one limit is normal.
    """
    said = pl.col("LBNRIND").str.to_uppercase().str.strip_chars()
    word = said.replace_strict(_INDICATORS, default=None, return_dtype=pl.String)
    known = value.is_not_null()
    open_ = known & (low.is_null() | high.is_null()) & word.is_not_null()
    by_word = open_ & ~((value < low).fill_null(False) | (value > high).fill_null(False))
    normal = known & (low.is_not_null() | high.is_not_null())
    by_range = (
        pl.when(value < low)
        .then(pl.lit("LOW"))
        .when(value > high)
        .then(pl.lit("HIGH"))
        .when(normal)
        .then(pl.lit("NORMAL"))
    )
    return {"ANRIND": pl.when(by_word).then(word).otherwise(by_range), "_BYWORD": by_word}


def _based(rows: pl.DataFrame) -> pl.DataFrame:
    """ABLFL on the last value up to the first dose; BASE, BNRIND, CHG, PCHG, R2... beside all.

    Adds _N, the row's number, and _K, the number of its subject and test: integers group faster.
    """
    rows = rows.sort(*KEY, "ADT", "VISITNUM", "LBSEQ", nulls_last=True).with_row_index("_N")
    rows = rows.with_columns(_K=pl.struct(KEY).rle_id().cast(pl.Int64))
    base = last_before(rows, "_K").select(
        "_K",
        **{"BASE": "AVAL", "BASEC": "AVALC", "BNRIND": "ANRIND", "BASESEQ": "LBSEQ"},
        **{"_BASED": "_N", "_BVALUE": "_VALUE", "_BHERE": "_HERE"},
    )
    rows = baseline_here(rows.join(base, on="_K", how="left", maintain_order="left"))
    rows = rows.with_columns(BASE=pl.when(pl.col("_TO").is_null()).then("_BASE").otherwise("BASE"))
    change = pl.when(pl.col("_N") > pl.col("_BASED")).then(pl.col("AVAL") - pl.col("BASE"))
    rows = rows.with_columns(
        ABLFL=pl.when(pl.col("_N") == pl.col("_BASED")).then(pl.lit("Y")),
        # A baseline taken on the day of the first dose was taken before it.
        ONTRTFL=pl.when((pl.col("_N") > pl.col("_BASED")).fill_null(True)).then("ONTRTFL"),
        BASETYPE=pl.lit("LAST"),
        CHG=change,
        R2BASE=_ratio("BASE"),
        R2ANRLO=_ratio("ANRLO"),
        R2ANRHI=_ratio("ANRHI"),
    ).drop("_BASED")
    percent = pl.when(pl.col("BASE") != 0).then(100 * pl.col("CHG") / pl.col("BASE").abs())
    return rows.with_columns(PCHG=percent)


def _ratio(column: str) -> pl.Expr:
    return pl.when(pl.col(column) != 0).then(pl.col("AVAL") / pl.col(column))


def _signed() -> pl.Expr:
    """ATOXGR: the grade, with a minus sign toward low values, 0 if graded and in neither.

    Null where a limit leaves either open and the other finds nothing.
    """
    low, high = pl.col("ATOXGRL"), pl.col("ATOXGRH")
    is_open = pl.any_horizontal(
        pl.col(f"ATOXGR{side}").is_null() & pl.col(f"ATOXDSC{side}").is_not_null() for side in "LH"
    )
    none = pl.when(~is_open).then(pl.coalesce(low, high))
    return pl.when(high > 0).then(high).when(low > 0).then(-low).otherwise(none)


def _first(rows: pl.DataFrame, where: pl.Expr, group: pl.Expr, *order: pl.Expr) -> pl.Expr:
    """ "Y" on the first row of each group, in the order given, among those where it holds."""
    names = [f"_O{i}" for i in range(len(order))]
    few = rows.select(
        _W=where.fill_null(False), _N="_N", _G=group, **dict(zip(names, order, strict=True))
    )
    few = few.filter("_W").sort("_G", *names, "_N")
    found = few.filter((pl.col("_G") != pl.col("_G").shift(1)).fill_null(True))["_N"]
    mask = np.zeros(len(rows), dtype=np.bool_)
    mask[found.to_numpy()] = True
    return pl.when(pl.Series(mask)).then(pl.lit("Y"))


def _grades(rows: pl.DataFrame, version: str) -> pl.DataFrame:
    """ATOXGRL, ATOXDSCL, ATOXGRH, ATOXDSCH of the values as they were collected."""
    names = {"_VALUE": "AVAL", "_TEXT": "UNIT", "_LO": "ANRLO", "_HI": "ANRHI", "_BASE": "BASE"}
    asked = rows.select("LBTESTCD", *names, "BNRIND", "LBSPEC", "LBFAST").rename(names)
    made = grade(asked, version=version)
    return made.select(made.columns[asked.width :])


def _graded(rows: pl.DataFrame, version: str) -> pl.DataFrame:
    """CTCAE grades as text, those of the baseline, the shifts, and the worst after it."""
    rows = rows.hstack(_grades(rows, version)).with_columns(ATOXGR=_signed())
    grades = ("ATOXGR", "ATOXGRL", "ATOXGRH")
    base = rows.filter(pl.col("ABLFL") == "Y").select(
        "_K", *(pl.col(g).alias("B" + g[1:]) for g in grades)
    )
    rows = rows.join(base, on="_K", how="left", maintain_order="left")
    treated = (pl.col("ONTRTFL") == "Y") & pl.col("ABLFL").is_null()
    for side in "LH":
        here = pl.col(f"ATOXGR{side}")
        worst = _first(rows, treated & here.is_not_null(), pl.col("_K"), -here.cast(pl.Int64))
        rows = rows.with_columns(worst.alias(f"WGR{side}FL"))
    texts = [*grades, *("B" + g[1:] for g in grades)]
    rows = rows.with_columns(pl.col(c).cast(pl.Int8).cast(pl.String) for c in texts)
    judged = pl.col("ATOXDSCL").is_not_null() | pl.col("ATOXDSCH").is_not_null()
    return rows.with_columns(
        SHIFT1=_shift("BNRIND", "ANRIND"), SHIFT2=pl.when(judged).then(_shift("BTOXGR", "ATOXGR"))
    )


def _shift(before: str, after: str) -> pl.Expr:
    """For example "NORMAL to HIGH"."""
    return pl.format("{} to {}", *(pl.col(c).fill_null("NULL") for c in (before, after)))


_COLUMNS = (
    "USUBJID", "PARAMCD", "PARAM", "PARCAT1", "ADT", "ADY", "AVISIT", "AVISITN", "AVAL", "AVALC",
    "AVALU", "BASE", "BASEC", "BASETYPE", "CHG", "PCHG", "R2BASE", "R2ANRLO", "R2ANRHI", "ANRLO",
    "ANRHI", "ANRIND", "BNRIND", "SHIFT1", "SHIFT2", "ATOXDSCL", "ATOXDSCH", "ATOXGRL", "ATOXGRH",
    "ATOXGR", "BTOXGRL", "BTOXGRH", "BTOXGR", "ABLFL", "ONTRTFL", "ANL01FL", "LVOTFL", "WGRLFL",
    "WGRHFL", "LBTESTCD", "LBORRES", "LBORRESU", "LBSTRESN", "LBSTRESU", "VISIT", "VISITNUM",
    "LBDTC", "LBSEQ", "BASESEQ", "RULE", "SRCDOM", "SRCVAR", "SRCSEQ",
)  # fmt: skip


def _flags(rows: pl.DataFrame) -> pl.DataFrame:
    """ANL01FL, the last value of an analysis visit, and LVOTFL, the last of all, on treatment."""
    treated = pl.col("ONTRTFL") == "Y"
    visit = pl.col("AVISIT").cast(pl.Categorical).to_physical().cast(pl.Int64).fill_null(-1) + 1
    cell = pl.col("_K") * (rows["AVISIT"].n_unique() + 1) + visit
    # Last by date and value: the first in the opposite order.
    order = (-pl.col("ADT").cast(pl.Int64), -pl.col("AVAL"), -pl.col("_N").cast(pl.Int64))
    named = treated & pl.col("AVISITN").is_not_null()
    return rows.with_columns(
        ANL01FL=_first(rows, named, cell, *order),
        LVOTFL=_first(rows, treated, pl.col("_K"), *order),
    )


def adlb(
    lb: pl.DataFrame, adsl: pl.DataFrame, *, version: str, options: AdlbOptions | None = None
) -> pl.DataFrame:
    """The laboratory dataset.

    lb : SDTM LB; adsl : USUBJID, TRTSDT, TRTEDT (pl.Date)
    version : of CTCAE, "4.03", "5.0" or "6.0"
    Returns  one row per LB row of a subject in `adsl`: values in the unit of
        `options.units`, the collected ones beside them, baseline (last value up to the first dose),
        change after it, range and CTCAE grades as text, ANL01FL last value of an analysis visit,
        LVOTFL last on treatment, WGRLFL and WGRHFL first of the worst grades on treatment. The
        values as collected are graded, so grades do not depend on `options.units`.
    Raises   InputError for a missing column or an unknown version.
    Source   ADaMIG 1.3, section 3.3; NCI CTCAE.
    Checked  tests/oracle/derivation/test_adlb.py.
    """
    options = options or AdlbOptions()
    rows = _flags(_graded(_based(_timed(_values(lb, adsl, options), options)), version))
    return rows.with_columns(
        RULE=pl.concat_str(
            pl.lit(f"CTCAE {version}"),
            pl.col("_HOW").fill_null(""),
            pl.when("_BYWORD").then(pl.lit("; range as collected (LBNRIND)")).otherwise(pl.lit("")),
        ),
        SRCDOM=pl.lit("LB"),
        SRCSEQ=pl.col("LBSEQ").cast(pl.Int64),
    ).select(_COLUMNS)
