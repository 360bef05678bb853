"""Responses as a reader recorded them, when only RS was collected."""

from __future__ import annotations

import polars as pl

from equipoise.adam.dates.dtc import date_of, flag_of
from equipoise.adam.recist.lesions import READING, SERIES, require, standard
from equipoise.protocol.model import RecistOptions

IMMUNE = {
    "ICR": "iCR",
    "IPR": "iPR",
    "ISD": "iSD",
    "NON-ICR/NON-IUPD": "NON-iCR/NON-iUPD",
    "IUPD": "iUPD",
    "ICPD": "iCPD",
}
_AS_RECIST = dict(zip(IMMUNE, ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "PD"), strict=True))
RESPONSES = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE", "NED")
NO_RESPONSE = ("NA", "N/A", "NOT APPLICABLE", "NOT DONE", "NOT ASSESSED")
_PARTS = {"TRGRESP": "TRGRESP", "NTRGRESP": "NTRGRESP", "NEWLPROG": "NEWLIND"}
_RULE = "response as recorded (RS)"


def _word(column: str) -> pl.Expr:
    text = pl.col(column).str.to_uppercase().str.replace_all(r"\s*/\s*", "/")
    spaced = text.str.replace("^NON ?CR/NON ?PD$", "NON-CR/NON-PD")
    return pl.when(spaced.is_in(NO_RESPONSE).not_()).then(spaced)


def _judged_or_ne(rows: pl.DataFrame) -> pl.DataFrame:
    """A response that RECIST does not know is not evaluable; who checks the data tells its row."""
    known = pl.col("WORD").is_in(RESPONSES)
    said = pl.format("recorded as {}", "RSSTRESC")
    odd = pl.format("recorded as {}, which is no response of RECIST", "RSSTRESC")
    return rows.with_columns(
        WORD=pl.when(known).then("WORD").otherwise(pl.lit("NE")),
        SAID=pl.when(known).then(said).otherwise(odd),
    )


def _of_version(rows: pl.DataFrame, options: RecistOptions) -> pl.DataFrame:
    """The rows of iRECIST, or the others, where both were collected."""
    is_immune = pl.col("RSCAT").str.to_uppercase().str.contains("IRECIST").fill_null(False)
    if rows.filter(is_immune).is_empty():
        return rows
    return rows.filter(is_immune if options.version == "iRECIST" else ~is_immune)


def _components(rows: pl.DataFrame) -> pl.DataFrame:
    """TRGRESP, NTRGRESP and NEWLIND of each reading, as far as they were recorded."""
    recorded = rows.filter(pl.col("RSTESTCD").is_in(list(_PARTS))).group_by(READING)
    return recorded.agg(
        pl.col("WORD").filter(pl.col("RSTESTCD") == code).first().alias(name)
        for code, name in _PARTS.items()
    )


def recorded_at(rs: pl.DataFrame) -> pl.DataFrame:
    """READING columns and RSSEQS: what each reader recorded at each visit."""
    rows = standard(rs, "RS", ())
    return rows.group_by(READING).agg(RSSEQS=pl.col("RSSEQ").cast(pl.Int64).sort())


def overall_from_rs(rs: pl.DataFrame, *, options: RecistOptions | None = None) -> pl.DataFrame:
    """SDTM RS as `overall_response` gives it, without sums.

    rs : SDTM RS with RSTESTCD OVRLRESP and, if collected, TRGRESP, NTRGRESP, NEWLPROG; where RSCAT
        tells iRECIST from another category, the rows of the options' version
    Returns  one row per recorded overall response: USUBJID, READER, EVAL, ACPTFL, VISITNUM, VISIT,
        ADT, ADTF, TRGRESP, NTRGRESP, NEWLIND, OVRLRESP, REASON, RULE, SRCDOM, SRCVAR, SRCSEQ;
        and, by iRECIST, IRESP in its own words. A response that RECIST does not know is NE.
    Raises   InputError for a missing column.
    """
    options = options or RecistOptions()
    require(rs, "RS", ("USUBJID", "VISITNUM", "RSTESTCD", "RSSTRESC", "RSDTC", "RSSEQ"))
    rows = _of_version(standard(rs, "RS", ("VISIT", "RSCAT")), options)
    rows = rows.with_columns(WORD=_word("RSSTRESC"))
    immune = pl.col("WORD").replace_strict(IMMUNE, default=None, return_dtype=pl.String)
    rows = rows.with_columns(IRESP=immune, WORD=pl.col("WORD").replace(_AS_RECIST))
    main = rows.filter((pl.col("RSTESTCD") == "OVRLRESP") & pl.col("WORD").is_not_null())
    found = (
        _judged_or_ne(main).join(_components(rows), on=READING, how="left").sort(*READING, "RSSEQ")
    )
    by_immune = options.version == "iRECIST" and found["IRESP"].is_not_null().any()
    unknown = pl.when(pl.col("WORD").is_in(["NE", "NED"])).then("WORD")
    return found.select(
        *SERIES,
        "EVAL",
        "ACPTFL",
        "VISITNUM",
        "VISIT",
        ADT=date_of("RSDTC", impute=options.impute),
        ADTF=flag_of("RSDTC"),
        TRGRESP="TRGRESP",
        NTRGRESP="NTRGRESP",
        NEWLIND="NEWLIND",
        OVRLRESP="WORD",
        REASON="SAID",
        RULE=pl.lit(_RULE),
        SRCDOM=pl.lit("RS"),
        SRCVAR=pl.lit("RSSTRESC"),
        SRCSEQ=pl.col("RSSEQ").cast(pl.Int64),
        **({"IRESP": pl.coalesce("IRESP", unknown)} if by_immune else {}),
    )
