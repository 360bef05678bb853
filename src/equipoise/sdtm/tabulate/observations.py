"""Observations of a record as SDTM: doses, events, therapies and findings."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from equipoise.conduct.record import ORIGINAL_LIMITS, Record
from equipoise.sdtm.tabulate.collected import further
from equipoise.sdtm.tabulate.graded import graded
from equipoise.sdtm.tabulate.rows import (
    evaluator,
    identified,
    iso,
    numbered,
    study_day,
    text_of,
    when,
    yes_no,
)
from equipoise.sdtm.tabulate.terms import MEASURES, ROUTES


def exposure(record: Record) -> pl.DataFrame:
    """EX: one row per dose, or per stretch of daily doses."""
    columns = {
        "EXTRT": pl.col("drug"),
        "EXDOSE": pl.col("dose"),
        "EXDOSU": pl.col("unit"),
        "EXDOSFRQ": pl.when(pl.col("last") > pl.col("date")).then(pl.lit("QD")),
        "EXROUTE": pl.col("route").replace(ROUTES),
        "EXADJ": pl.when(pl.col("reason") != "").then(pl.col("reason")),
        "EPOCH": pl.lit("TREATMENT"),
        "EXSTDTC": iso("date"),
        "EXENDTC": iso("last"),
        "EXSTDY": study_day("date"),
        "EXENDY": study_day("last"),
    }
    return numbered(identified(record, "doses", "EX"), "EX", ("date", "drug"), columns)


def adverse_events(record: Record) -> pl.DataFrame:
    """AE: one row per event."""
    columns = {
        "AETERM": pl.col("term"),
        "AEDECOD": pl.col("term"),
        "AEBODSYS": pl.col("system"),
        "AESOC": pl.col("system"),
        "AESER": yes_no("serious"),
        "AEREL": yes_no("related"),
        "AEOUT": pl.col("outcome"),
        "AETOXGR": pl.col("grade").cast(pl.String),
        "AESTDTC": iso("start"),
        "AEENDTC": iso("end"),
        "AESTDY": study_day("start"),
        "AEENDY": study_day("end"),
    }
    return _numbered(record, "events", "AE", ("start", "term"), columns)


def laboratory(record: Record) -> pl.DataFrame:
    """LB: one row per value; whether it is in its range where there is one, and its grade."""
    low, high = pl.col("value") < pl.col("lower"), pl.col("value") > pl.col("upper")
    ranged = pl.col("lower").is_not_null() | pl.col("upper").is_not_null()
    columns = {
        "LBTESTCD": pl.col("code"),
        "LBTEST": pl.col("test"),
        "LBORRES": text_of("value"),
        "LBORRESU": pl.col("unit"),
        **_original_limits(record),
        "LBSTRESC": text_of("value"),
        "LBSTRESN": pl.col("value"),
        "LBSTRESU": pl.col("unit"),
        "LBSTNRLO": pl.col("lower"),
        "LBSTNRHI": pl.col("upper"),
        "LBNRIND": pl.when(low)
        .then(pl.lit("LOW"))
        .when(high)
        .then(pl.lit("HIGH"))
        .when(ranged)
        .then(pl.lit("NORMAL")),
        **when("LB"),
    }
    made = _numbered(record, "labs", "LB", ("date", "number", "code"), columns)
    return graded(made, record)


def _original_limits(record: Record) -> dict[str, pl.Expr]:
    """The limits as text, where a laboratory has told its ranges; of all rows then."""
    there = record.table("labs").columns
    if not any(name in there for name in ORIGINAL_LIMITS):
        return {}
    sides = zip(ORIGINAL_LIMITS, ("lower", "upper"), strict=True)
    return {
        name: pl.coalesce(*(pl.col(one) for one in (name,) if one in there), text_of(side))
        for name, side in sides
    }


def lesions(record: Record) -> pl.DataFrame:
    """TU: one row per lesion that a reader named."""
    columns = {
        "TULNKID": pl.col("lesion"),
        "TUTESTCD": pl.lit("TUMIDENT"),
        "TUTEST": pl.lit("Tumor Identification"),
        "TUORRES": pl.col("role"),
        "TUSTRESC": pl.col("role"),
        "TULOC": pl.col("organ"),
        "TUMETHOD": pl.lit("CT SCAN"),
        **evaluator("TU"),
        **when("TU"),
    }
    return _numbered(record, "lesions", "TU", ("date", "lesion"), columns)


def measurements(record: Record) -> pl.DataFrame:
    """TR: one row per lesion and scan."""
    code = {word: code for word, (code, _) in MEASURES.items()}
    test = {word: test for word, (_, test) in MEASURES.items()}
    unit = pl.when(pl.col("size").is_not_null()).then(pl.lit("mm"))
    result = pl.coalesce(text_of("size"), "state")
    columns = {
        "TRGRPID": pl.col("lesion").str.replace(r"\d+$", ""),
        "TRLNKID": pl.col("lesion"),
        "TRTESTCD": pl.col("measure").replace_strict(code, return_dtype=pl.String),
        "TRTEST": pl.col("measure").replace_strict(test, return_dtype=pl.String),
        "TRORRES": result,
        "TRORRESU": unit,
        "TRSTRESC": result,
        "TRSTRESN": pl.col("size"),
        "TRSTRESU": unit,
        "TRMETHOD": pl.lit("CT SCAN"),
        **evaluator("TR"),
        **when("TR"),
    }
    return _numbered(record, "measurements", "TR", ("date", "lesion"), columns)


def responses(record: Record) -> pl.DataFrame:
    """RS: the overall response as the reader recorded it."""
    columns = {
        "RSTESTCD": pl.lit("OVRLRESP"),
        "RSTEST": pl.lit("Overall Response"),
        "RSCAT": pl.lit("RECIST 1.1"),
        "RSORRES": pl.col("response"),
        "RSSTRESC": pl.col("response"),
        **evaluator("RS"),
        **when("RS"),
    }
    return _numbered(record, "readings", "RS", ("date",), columns)


def therapies(record: Record) -> pl.DataFrame:
    """CM: treatment outside the protocol."""
    columns = {
        "CMTRT": pl.col("therapy"),
        "CMDECOD": pl.col("therapy"),
        "CMCAT": pl.col("category"),
        "CMSTDTC": iso("start"),
        "CMENDTC": pl.lit(None, pl.String),
        "CMSTDY": study_day("start"),
    }
    return _numbered(record, "therapies", "CM", ("start", "therapy"), columns)


def assessments(domain: str) -> Callable[[Record], pl.DataFrame]:
    """Vital signs or answers, whichever the domain holds."""

    def make(record: Record) -> pl.DataFrame:
        table = identified(record, "assessments", domain).filter(pl.col("domain") == domain)
        columns = {
            f"{domain}TESTCD": pl.col("code"),
            f"{domain}TEST": pl.col("test"),
            f"{domain}CAT": pl.when(pl.col("category") != "").then(pl.col("category")),
            f"{domain}ORRES": text_of("value"),
            f"{domain}ORRESU": pl.when(pl.col("unit") != "").then(pl.col("unit")),
            f"{domain}STRESC": text_of("value"),
            f"{domain}STRESN": pl.col("value"),
            f"{domain}STRESU": pl.when(pl.col("unit") != "").then(pl.col("unit")),
            **when(domain),
        }
        return numbered(table, domain, ("date", "number", "code"), columns)

    return make


def _numbered(
    record: Record, name: str, domain: str, order: tuple[str, ...], columns: dict[str, pl.Expr]
) -> pl.DataFrame:
    """A table of the record as its domain, with what its forms say beyond its columns."""
    table = identified(record, name, domain)
    return numbered(table, domain, order, further(table, name, columns))
