"""Non-target lesions and new lesions (RECIST 1.1, 4.3.3 to 4.3.5)."""

from __future__ import annotations

import polars as pl

from equipoise.adam.recist.lesions import ABSENT, READING, SERIES, UNITS_PER_MM
from equipoise.adam.recist.target import NORMAL_NODE_MM
from equipoise.protocol.model import RecistOptions

_RULES = {
    "PD": "RECIST 1.1 4.3.4",
    "NE": "RECIST 1.1 4.4.2",
    "CR": "RECIST 1.1 4.3.3",
    "NON-CR/NON-PD": "RECIST 1.1 4.3.3",
}
_GONE = (*ABSENT, "CR")
_DENIED = r"\b(NO|NOT|NON|WITHOUT)[ -]+(UNEQUIVOCAL|PROGRESS)"
_UNKNOWN = ("NOT EVALUABLE", "NOT ASSESSED", "NE", "UNKNOWN", "NOT DONE")


def _worse(state: pl.Expr) -> pl.Expr:
    """Is the progression of a non-target lesion unequivocal, in whatever words it was written?"""
    doubtful = state.str.contains("EQUIVOCAL PROGRESS") & ~state.str.contains("UNEQUIVOCAL")
    said = state.str.contains("PROGRESS|UNEQUIVOCAL") | (state == "PD")
    return said & ~doubtful & ~state.str.contains(_DENIED)


def _states(measured: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """One row per reading and non-target lesion: WORSE, ABSENT, KNOWN, TRSEQ."""
    others = named.filter(pl.col("ROLE") == "NON-TARGET")
    others = others.select(*SERIES, "LESION", "NODAL").unique([*SERIES, "LESION"])
    rows = measured.explode("LESIONS").rename({"LESIONS": "LESION"})
    rows = rows.join(others, on=[*SERIES, "LESION"], how="inner")
    state, size = pl.col("STATE"), pl.col("SIZE")
    small = pl.when("NODAL").then(size < NORMAL_NODE_MM * UNITS_PER_MM).otherwise(size == 0)
    sized = pl.col("TRTESTCD") != "TUMSTATE"
    return rows.group_by(*READING, "LESION").agg(
        WORSE=_worse(state).fill_null(False).any(),
        ABSENT=state.is_in(_GONE).fill_null(False).any() | (sized & small).fill_null(False).any(),
        KNOWN=(size.is_not_null() | (state.is_not_null() & ~state.is_in(_UNKNOWN))).any(),
        TRSEQ=pl.col("TRSEQ").cast(pl.Int64).min(),
    )


def nontarget_response(
    measured: pl.DataFrame, named: pl.DataFrame, visits: pl.DataFrame
) -> pl.DataFrame:
    """The non-target lesions' response at every reading.

    measured, named, visits : from `measurements`, `lesions` and `readings`
    Returns  READING columns, NTRGRESP (null at baseline or without non-targets), NRULE, NREASON,
        NSEQS.
    Source   Eisenhauer 2009, sections 4.3.3, 4.3.4 and 4.4.2.
    """
    count = named.filter(pl.col("ROLE") == "NON-TARGET").group_by(SERIES)
    expected = count.agg(NTEXPECTED=pl.col("LESION").n_unique().cast(pl.Int64))
    states = _states(measured, named).group_by(READING)
    found = states.agg(
        NTKNOWN=pl.col("KNOWN").sum().cast(pl.Int64),
        NTABSENT=(pl.col("ABSENT") & pl.col("KNOWN")).sum().cast(pl.Int64),
        NTWORSE=pl.col("WORSE").any(),
        NSEQS=pl.col("TRSEQ").sort(),
        NWORSESEQS=pl.col("TRSEQ").filter("WORSE").sort(),
    )
    table = visits.select(*READING, "BASELINE").join(expected, on=SERIES, how="left")
    table = table.join(found, on=READING, how="left").with_columns(
        pl.col("NTEXPECTED", "NTKNOWN", "NTABSENT").fill_null(0),
        pl.col("NTWORSE").fill_null(False),
    )
    return _judged(table)


def _judged(table: pl.DataFrame) -> pl.DataFrame:
    asked, known, absent = pl.col("NTEXPECTED"), pl.col("NTKNOWN"), pl.col("NTABSENT")
    case = (
        pl.when((asked == 0) | pl.col("BASELINE"))
        .then(None)
        .when("NTWORSE")
        .then(pl.lit("PD"))
        .when(known < asked)
        .then(pl.lit("NE"))
        .when(absent == asked)
        .then(pl.lit("CR"))
        .otherwise(pl.lit("NON-CR/NON-PD"))
    )
    says = {
        "PD": pl.lit("unequivocal progression of non-target disease"),
        "NE": pl.format("{} of {} non-target lesions assessed", known, asked),
        "CR": pl.lit("all non-target lesions gone"),
        "NON-CR/NON-PD": pl.format("{} of {} non-target lesions persist", asked - absent, asked),
    }
    response = pl.col("NTRGRESP")
    return table.with_columns(NTRGRESP=case).select(
        *READING,
        "NTRGRESP",
        NRULE=response.replace_strict(_RULES, return_dtype=pl.String),
        NREASON=pl.coalesce([pl.when(response == k).then(v) for k, v in says.items()]),
        NSEQS=pl.when(response == "PD").then("NWORSESEQS").otherwise("NSEQS"),
    )


def _followed(measured: pl.DataFrame, sure: pl.DataFrame) -> pl.DataFrame:
    """The readings that measured a lesion first seen as new: LESION, SIZE, TUSEQ, gone or not."""
    first = sure.sort("VISITNUM").unique([*SERIES, "LESION"], keep="first")
    first = first.select(*SERIES, "LESION", "TUSEQ", NAMED="VISITNUM")
    rows = measured.with_columns(LESION=pl.col("LESIONS").list.first())
    rows = rows.join(first, on=[*SERIES, "LESION"], how="inner")
    gone = pl.col("STATE").is_in(ABSENT).fill_null(False) | (pl.col("SIZE") == 0).fill_null(False)
    known = pl.col("STATE").is_not_null() & ~pl.col("STATE").is_in(_UNKNOWN)
    later = pl.col("VISITNUM") >= pl.col("NAMED")
    return rows.filter(later & known & ~gone)


def new_lesions(
    measured: pl.DataFrame, named: pl.DataFrame, *, options: RecistOptions
) -> pl.DataFrame:
    """The readings with a new lesion: READING columns, NEWSEQS (TU), NEWRULE, NEWREASON, NEWNAMED
    (how many were named there), NEWSUM (longest diameters measured, ten-thousandths of a mm).

    An equivocal one counts only once a later reading calls the same lesion new; then, with
    `backdate_equivocal`, from the first reading that saw it. A new lesion still seen keeps PD.
    Source   Eisenhauer 2009, section 4.3.5.
    """
    sure = named.filter(pl.col("ROLE") == "NEW")
    doubt = named.filter(pl.col("ROLE") == "EQUIVOCAL NEW")
    later = sure.select(*SERIES, "LESION", SUREVISIT="VISITNUM")
    proved = doubt.join(later, on=[*SERIES, "LESION"], how="inner").filter(
        pl.col("VISITNUM") < pl.col("SUREVISIT")
    )
    keep = (*READING, "LESION", "TUSEQ")
    none = pl.lit(None, dtype=pl.Int64)
    parts = [sure.select(*keep, SAID=pl.lit("new lesion"), NEW=pl.lit(1), SIZE=none)]
    if options.backdate_equivocal:
        said = pl.lit("equivocal new lesion, confirmed later")
        parts.append(proved.select(*keep, SAID=said, NEW=pl.lit(1), SIZE=none))
    length = pl.when(pl.col("TRTESTCD") != "LPERP").then("SIZE")
    still = pl.lit("still seen: new lesion")
    followed = _followed(measured, sure)
    parts.append(followed.select(*keep, SAID=still, NEW=pl.lit(0), SIZE=length))
    return (
        pl.concat(parts)
        .group_by(READING, maintain_order=True)
        .agg(
            NEWSEQS=pl.col("TUSEQ").cast(pl.Int64).unique().sort(),
            NEWREASON=pl.format("{} {}", pl.col("SAID").first(), pl.col("LESION").first()),
            NEWRULE=pl.lit("RECIST 1.1 4.3.5").first(),
            NEWNAMED=pl.col("NEW").sum().cast(pl.Int64),
            NEWSUM=pl.col("SIZE").sum(),
        )
    )
