"""The overall response at one reading (RECIST 1.1, Tables 1 and 2)."""

from __future__ import annotations

import polars as pl

from equipoise.adam.recist.lesions import (
    READING,
    SERIES,
    UNITS_PER_MM,
    lesions,
    measurements,
    readings,
    target_sizes,
)
from equipoise.adam.recist.nontarget import new_lesions, nontarget_response
from equipoise.adam.recist.target import BY_SUM, respond, target_sums
from equipoise.protocol.model import RecistOptions

_BOTH = "RECIST 1.1 4.4.1 Table 1"
_ONLY = "RECIST 1.1 4.4.1 Table 2"
_NONE = "no disease at baseline"
_GOOD = ("CR", "PR", "SD")
_VARIABLE = {"target": "TRSTRESN", "non-target": "TRSTRESC", "new": "TUSTRESC"}


def combine(rows: pl.DataFrame) -> pl.DataFrame:
    """TRGRESP, NTRGRESP and NEWLIND as OVRLRESP; a null response means no such disease.

    Returns  rows with OVRLRESP, TABLE (which table decided) and DECIDER (target, non-target, new).
    Source   Eisenhauer 2009, Tables 1 and 2.
    """
    target, other, new = pl.col("TRGRESP"), pl.col("NTRGRESP"), pl.col("NEWLIND") == "Y"
    quiet = other.is_null() | (other == "CR")
    response = (
        pl.when("BASELINE")
        .then(None)
        .when(new | (target == "PD").fill_null(False) | (other == "PD").fill_null(False))
        .then(pl.lit("PD"))
        .when(target.is_null() & other.is_null())
        .then(pl.lit("NED"))
        .when(target.is_null())
        .then(other)
        .when((target == "CR") & quiet)
        .then(pl.lit("CR"))
        .when(target == "CR")
        .then(pl.lit("PR"))
        .otherwise(target)
    )
    table = (
        pl.when(target.is_not_null())
        .then(pl.lit(_BOTH))
        .when(other.is_not_null())
        .then(pl.lit(_ONLY))
        .otherwise(pl.lit(_NONE))
    )
    return rows.with_columns(OVRLRESP=response, DECIDER=_decider(), TABLE=table)


def _decider() -> pl.Expr:
    """Which lesions decided: progression first, then what kept a CR of targets from being one."""
    target, other = pl.col("TRGRESP"), pl.col("NTRGRESP")
    held_back = (target == "CR") & (other != "CR").fill_null(False)
    return (
        pl.when((target == "PD").fill_null(False))
        .then(pl.lit("target"))
        .when((other == "PD").fill_null(False))
        .then(pl.lit("non-target"))
        .when(pl.col("NEWLIND") == "Y")
        .then(pl.lit("new"))
        .when(target.is_null() | held_back)
        .then(pl.lit("non-target"))
        .otherwise(pl.lit("target"))
    )


def _explain(rows: pl.DataFrame, *, options: RecistOptions) -> pl.DataFrame:
    """ADT, RULE, REASON and the records that decided."""
    based = pl.col("BASELINE") & (pl.col("EXPECTED") > 0)
    decider = pl.when(based).then(pl.lit("target")).otherwise("DECIDER")

    def chosen(target: str, other: str, new: str) -> pl.Expr:
        return (
            pl.when(decider == "target")
            .then(target)
            .when(decider == "new")
            .then(new)
            .otherwise(other)
        )

    day = {"first": pl.col("FIRSTDT"), "last": pl.col("LASTDT")}
    parts = [pl.col(c) for c in ("TREASON", "NREASON", "NEWREASON")]
    rows = rows.with_columns(
        ADT=pl.when(pl.col("OVRLRESP") == "PD")
        .then(day[options.progression_date])
        .otherwise(day[options.response_date]),
        RULE=pl.when("BASELINE")
        .then(pl.lit("RECIST 1.1 4.2"))
        .otherwise(pl.coalesce(chosen("TRULE", "NRULE", "NEWRULE"), "TABLE")),
        REASON=pl.concat_str(parts, separator="; ", ignore_nulls=True),
        SRCDOM=pl.when(decider == "new").then(pl.lit("TU")).otherwise(pl.lit("TR")),
        SRCVAR=decider.replace_strict(_VARIABLE),
        SRCSEQS=pl.coalesce(chosen("SUMSEQS", "NSEQS", "NEWSEQS"), "SUMSEQS", "NSEQS"),
    )
    return rows.with_columns(SRCSEQ=pl.col("SRCSEQS").list.min())


def _compared(rows: pl.DataFrame) -> pl.DataFrame:
    """BYBASE and BYNADIR: whether the response was judged by the baseline sum, and by the nadir."""
    target, response = pl.col("TRGRESP"), pl.col("OVRLRESP")
    by_sum = pl.col("TRULE") == BY_SUM
    return rows.with_columns(
        BYBASE=by_sum & target.is_in(_GOOD) & response.is_in(_GOOD),
        BYNADIR=by_sum & (target == response) & target.is_in(["PD", "SD"]),
    )


def _in_mm(rows: pl.DataFrame) -> pl.DataFrame:
    """SUM, BASE, NADIR as mm, with the changes from them."""
    rows = rows.with_columns(
        (pl.col("SUM", "BASE", "NADIR", "NEWSUM") / UNITS_PER_MM).round(4),
        ABLFL=pl.when("BASELINE").then(pl.lit("Y")),
    )
    change, rise = pl.col("SUM") - pl.col("BASE"), pl.col("SUM") - pl.col("NADIR")
    return rows.with_columns(
        CHG=change.round(4),
        PCHG=pl.when(pl.col("BASE") > 0).then(100 * change / pl.col("BASE")),
        CHGNAD=rise.round(4),
        PCHGNAD=pl.when(pl.col("NADIR") > 0).then(100 * rise / pl.col("NADIR")),
    )


_COLUMNS = (
    *SERIES, "EVAL", "ACPTFL", "VISITNUM", "VISIT", "ADT", "ADTF", "FIRSTDT", "LASTDT", "ABLFL",
    "EXPECTED", "MEASURED", "SUM", "BASE", "BASEVIS", "NADIR", "NADVIS", "CHG", "PCHG", "CHGNAD",
    "PCHGNAD", "TRGRESP", "NTRGRESP", "NEWLIND", "NEWNAMED", "NEWSUM", "OVRLRESP", "BYBASE",
    "BYNADIR", "REASON", "RULE", "SRCDOM", "SRCVAR", "SRCSEQ", "SRCSEQS", "SUMSEQS", "TRSEQS",
    "TUSEQS",
)  # fmt: skip


def overall_response(
    tu: pl.DataFrame, tr: pl.DataFrame, *, options: RecistOptions | None = None
) -> pl.DataFrame:
    """Every reading's overall response by RECIST 1.1, with the reason.

    tu, tr : SDTM TU and TR of any number of subjects and readers
    Returns  one row per USUBJID, READER, VISITNUM in order of time: sums in mm, the three component
        responses, OVRLRESP (null at baseline, NED without disease), ADT, REASON, RULE and the
        records that decided (SRCSEQS), that make the sum (SUMSEQS), and that were written at the
        reading (TRSEQS, TUSEQS); BASEVIS and NADVIS, the visits of the sums at baseline and of the
        nadir, with BYBASE and BYNADIR where the response was judged by them.
    Raises   InputError for a missing column, an unknown lesion role or unit.
    Source   Eisenhauer 2009 (Eur J Cancer 45:228), sections 4.2 to 4.4.
    Checked  tests/cases/recist; tests/oracle/derivation; tests/mutants/test_recist_mutants.py.
    """
    options = options or RecistOptions()
    named, measured = lesions(tu), measurements(tr)
    visits = readings(measured, named, options=options)
    targets = named.filter(pl.col("ROLE") == "TARGET").select(*SERIES, "LESION").unique()
    sums = target_sums(target_sizes(measured, named), visits, targets=targets)
    rows = respond(sums, options=options)
    others = nontarget_response(measured, named, visits)
    news = new_lesions(measured, named, options=options)
    rows = rows.join(others, on=READING, how="left").join(news, on=READING, how="left")
    new = pl.when(pl.col("NEWSEQS").is_not_null()).then(pl.lit("Y")).otherwise(pl.lit("N"))
    rows = combine(rows.with_columns(NEWLIND=new, NEWNAMED=pl.col("NEWNAMED").fill_null(0)))
    return _in_mm(_compared(_explain(rows, options=options))).select(_COLUMNS)
