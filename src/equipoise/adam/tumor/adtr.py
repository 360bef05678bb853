"""ADTR: target lesion sizes and their sum, with baseline, nadir and the changes from them."""

from __future__ import annotations

import polars as pl

from equipoise.adam.dates.dtc import date_of, flag_of
from equipoise.adam.recist.lesions import (
    READING,
    SERIES,
    UNITS_PER_MM,
    lesions,
    measurements,
    require,
)

_SIZES = {"LDIAM": ("LDIAM", "Diameter"), "LPERP": ("NLDIAM", "Perpendicular")}
_VISIT = ("USUBJID", "VISITNUM")
_SUM_RULE = "RECIST 1.1 4.2"

# `links` needs the visits of a sum, of its baseline and of its nadir, and drops them.
_COLUMNS = (
    "USUBJID", "PARAMCD", "PARAM", "PARCAT1", "PARCAT2", "PARCAT3", "ASEQ", "ADT", "ADTF", "ADY",
    "AVISIT", "AVISITN", "AVAL", "BASE", "CHG", "PCHG", "NADIR", "CHGNAD", "PCHGNAD", "ABLFL",
    "PDFL", "ANL01FL", "ANL02FL", "ANL03FL", "ANL04FL", "LSEXP", "LSASS", "VISITNUM", "VISIT",
    "TRSEQ", "TRGRPID", "TRLNKID", "TRTESTCD", "TUSEQ", "TULOC", "TULOCGR1", "RULE", "SRCDOM",
    "SRCVAR", "SRCSEQ", "SRCSEQS", "SUMVIS", "BASEVIS", "NADVIS",
)  # fmt: skip


def _flag(condition: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(pl.lit("Y"))


def _diameters(tu: pl.DataFrame, tr: pl.DataFrame, reader: str) -> pl.DataFrame:
    """LDIAMn and NLDIAMn: every size of target n as measured."""
    named = lesions(tu).filter((pl.col("READER") == reader) & (pl.col("ROLE") == "TARGET"))
    places = named.unique([*SERIES, "LESION"]).select(*SERIES, "LESION", "TUSEQ", "TULOC", "NODAL")
    rows = measurements(tr).with_columns(LESION=pl.col("LESIONS").list.first())
    rows = rows.filter(pl.col("TRTESTCD").is_in(list(_SIZES)) & pl.col("SIZE").is_not_null())
    rows = rows.join(places, on=[*SERIES, "LESION"], how="inner")
    number = pl.col("LESION").str.extract(r"(\d+)$").str.strip_chars_start("0")
    stem = {k: v[0] for k, v in _SIZES.items()}
    word = {k: v[1] for k, v in _SIZES.items()}
    test = pl.col("TRTESTCD")
    return rows.with_columns(
        PARAMCD=test.replace_strict(stem, return_dtype=pl.String) + number,
        PARAM=pl.format(
            "Target Lesion {} Analysis {}",
            number,
            test.replace_strict(word, return_dtype=pl.String),
        ),
        AVAL=(pl.col("SIZE") / UNITS_PER_MM).round(4),
        ADT=date_of("TRDTC", impute="first"),
        ADTF=flag_of("TRDTC"),
        TULOCGR1=pl.when("NODAL").then(pl.lit("NODAL")).otherwise(pl.lit("NON-NODAL")),
        LSEXP="TRLNKID",
        LSASS="TRLNKID",
        ANL01FL=pl.lit("Y"),
        RULE=pl.lit("as measured"),
        SRCDOM=pl.lit("TR"),
        SRCVAR=pl.lit("TRSTRESN"),
        SRCSEQ=pl.col("TRSEQ").cast(pl.Int64),
        TUSEQ=pl.col("TUSEQ").cast(pl.Int64),
    )


def _links(sizes: pl.DataFrame) -> pl.DataFrame:
    """LSASS: the targets whose counted diameter was measured, by reading."""
    node = pl.col("TULOCGR1") == "NODAL"
    counted = sizes.filter(node == (pl.col("TRTESTCD") == "LPERP"))
    return counted.group_by(_VISIT).agg(LSASS=pl.col("LSASS").sort().str.join(", "))


def _sums(overall: pl.DataFrame, sizes: pl.DataFrame) -> pl.DataFrame:
    """SDIAM: one row per reading that measured a target."""
    rows = overall.filter(pl.col("SUM").is_not_null()).join(_links(sizes), on=_VISIT, how="left")
    expected = (
        rows.filter(pl.col("ABLFL") == "Y").select("USUBJID", LSEXP="LSASS").unique("USUBJID")
    )
    whole = pl.col("MEASURED") == pl.col("EXPECTED")
    bad = pl.col("OVRLRESP") == "PD"
    rows = rows.join(expected, on="USUBJID", how="left").sort("USUBJID", "FIRSTDT", "VISITNUM")
    before = (bad.fill_null(False).cast(pl.Int32).cum_sum() == 0).over("USUBJID")
    later = pl.col("ABLFL").is_null()
    low = pl.col("SUM").filter(whole & later).min()
    first = pl.col("VISITNUM").filter(whole & later & (pl.col("SUM") == low)).first()
    return rows.with_columns(
        PARAMCD=pl.lit("SDIAM"),
        ADT="FIRSTDT",
        AVAL="SUM",
        PDFL=_flag(bad),
        ANL01FL=_flag(whole),
        ANL02FL=_flag(pl.col("VISITNUM") == first.over("USUBJID")),
        ANL03FL=_flag(whole & before),
        ANL04FL=_flag(whole | bad.fill_null(False)),
        RULE=pl.lit(_SUM_RULE),
        SRCDOM=pl.lit("TR"),
        SRCVAR=pl.lit("TRSTRESN"),
        SRCSEQ=pl.col("SUMSEQS").list.min(),
        SRCSEQS="SUMSEQS",
        SUMVIS="VISITNUM",
    )


def adtr(
    tu: pl.DataFrame,
    tr: pl.DataFrame,
    overall: pl.DataFrame,
    adsl: pl.DataFrame,
    *,
    reader: str = "INVESTIGATOR",
    by: str = "Investigator",
) -> pl.DataFrame:
    """The tumor measurement dataset of one reader.

    tu, tr : SDTM; overall : from `overall_response`; adsl : USUBJID, STARTDT (pl.Date)
    Returns  LDIAMn and NLDIAMn (mm, each size as measured) and SDIAM (mm) with BASE,
        NADIR before the reading, changes, and ANL01FL complete sum, ANL02FL smallest complete sum
        after baseline, ANL03FL complete and before progression, ANL04FL complete or progression.
    Raises   InputError if a column is missing.
    Source   Eisenhauer 2009, sections 4.2 and 4.3.1.
    Checked  tests/oracle/derivation/test_adtr.py.
    """
    require(adsl, "ADSL", ("USUBJID", "STARTDT"))
    mine = overall.filter(pl.col("READER") == reader)
    sizes = _diameters(tu, tr, reader)
    sums = _sums(mine, sizes).with_columns(PARAM=pl.lit(f"Target Lesions Sum of Diameters by {by}"))
    based = mine.filter(pl.col("ABLFL") == "Y").select(*_VISIT, FIRST=pl.lit(True))
    wanted = [*_COLUMNS, *READING]
    kept = [p.select(c for c in dict.fromkeys(wanted) if c in p.columns) for p in (sizes, sums)]
    rows = pl.concat(kept, how="diagonal_relaxed").join(
        adsl.select("USUBJID", "STARTDT"), on="USUBJID", how="inner"
    )
    rows = rows.join(based, on=_VISIT, how="left")
    gap = (pl.col("ADT") - pl.col("STARTDT")).dt.total_days()
    first = pl.col("FIRST").fill_null(False)
    rows = rows.with_columns(
        PARCAT1=pl.lit("Target Lesion(s)"),
        PARCAT2=pl.lit(by),
        PARCAT3=pl.lit("RECIST 1.1"),
        ADY=gap + (gap >= 0).cast(pl.Int64),
        AVISIT=pl.when(first).then(pl.lit("BASELINE")).otherwise("VISIT"),
        AVISITN=pl.when(first).then(0.0).otherwise("VISITNUM"),
    ).sort("USUBJID", "PARAMCD", "AVISITN", "TRSEQ")
    collected = pl.col("PARAMCD") != "SDIAM"  # a sum is of a visit, it is not a row of one
    return rows.with_columns(
        *(pl.when(collected).then(c).alias(c) for c in ("VISITNUM", "VISIT")),
        ASEQ=pl.int_range(1, pl.len() + 1).over("USUBJID"),
    ).select(_COLUMNS)
