"""What was recorded, in the regulator's words: a Record becomes SDTM."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from equipoise.conduct.record import COLUMNS, Record
from equipoise.protocol import Protocol
from equipoise.sdtm.model import SDTM
from equipoise.sdtm.terms import (
    EVALUATORS,
    MEASURES,
    ROUTES,
    labels_of,
    variable_labels,
)

SCREEN_FAILURE = ("SCRNFAIL", "Screen Failure")
NOT_TREATED = ("NOTTRT", "Not Treated")
_IN_DM = ("AGE", "SEX", "RACE", "ETHNIC")
_READER_ID = "READER 1"


def tabulate(record: Record) -> SDTM:
    """The record as SDTM tables, one row per record, sorted and numbered within each subject.

    Dates are ISO 8601 text; study days count from randomization (RFSTDTC), without a day 0. Strata
    and baseline variables that DM has no room for stand in SUPPDM, QNAM being the variable's name.
    A domain without records is left out.
    Source   SDTM 2.0, SDTMIG 3.4.
    Checked  tests/unit/sdtm/test_tabulate.py (conform has no error; every row is there).
    """
    tables = {name: make(record) for name, make in _DOMAINS.items()}
    kept = {name: table for name, table in tables.items() if table.height}
    return SDTM(
        kept,
        dict.fromkeys(kept, ""),
        virtual=record.virtual,
        seed=record.seed,
        labels=labels_of(kept),
        protocol=record.protocol,
    )


def _identified(record: Record, name: str, domain: str) -> pl.DataFrame:
    """One of the record's tables with STUDYID, DOMAIN, USUBJID and the subject's reference day."""
    study = record.protocol.trial.id
    origin = record.table("subjects").select("subject", origin="randomized")
    table = record.table(name).join(origin, on="subject", how="left", maintain_order="left")
    return table.with_columns(
        STUDYID=pl.lit(study),
        DOMAIN=pl.lit(domain),
        USUBJID=pl.lit(f"{study}-") + pl.col("subject"),
    )


def _numbered(
    table: pl.DataFrame, domain: str, order: tuple[str, ...], columns: dict[str, pl.Expr]
) -> pl.DataFrame:
    """Sorted by subject and `order`, numbered 1, 2, ... within a subject."""
    made = table.sort("USUBJID", *order, maintain_order=True).with_columns(**columns)
    number = pl.int_range(1, pl.len() + 1).over("USUBJID").cast(pl.Float64)
    return made.with_columns(number.alias(f"{domain}SEQ")).select(
        "STUDYID", "DOMAIN", "USUBJID", f"{domain}SEQ", *columns
    )


def _iso(name: str) -> pl.Expr:
    return pl.col(name).dt.strftime("%Y-%m-%d")


def _study_day(name: str) -> pl.Expr:
    """The origin is day 1, the day before it day -1 (SDTMIG 3.4, section 4.4.4)."""
    gap = (pl.col(name) - pl.col("origin")).dt.total_days()
    return pl.when(gap >= 0).then(gap + 1).otherwise(gap).cast(pl.Float64)


def _text(name: str) -> pl.Expr:
    """A number as a person writes it: 39, not 39.0."""
    value = pl.col(name)
    whole = value.round(0) == value
    return (
        pl.when(whole).then(value.cast(pl.Int64).cast(pl.String)).otherwise(value.cast(pl.String))
    )


def _yes(name: str) -> pl.Expr:
    return pl.when(pl.col(name)).then(pl.lit("Y")).when(~pl.col(name)).then(pl.lit("N"))


def _demographics(record: Record) -> pl.DataFrame:
    doses = (
        record.table("doses")
        .group_by("subject")
        .agg(first_dose=pl.col("date").min(), last_dose=pl.col("date").max())
    )
    table = _identified(record, "subjects", "DM").join(doses, on="subject", how="left")
    code, label = _arm_words(record.protocol)
    planned = {"ARMCD": _arm(code, SCREEN_FAILURE[0]), "ARM": _arm(label, SCREEN_FAILURE[1])}
    treated = pl.col("arm").is_null() | pl.col("first_dose").is_not_null()
    actual = {
        f"ACT{name}": pl.when(treated).then(expr).otherwise(pl.lit(NOT_TREATED[k]))
        for k, (name, expr) in enumerate(planned.items())
    }
    own = {name: pl.col(name) for name in _IN_DM if name in table.columns}
    dates = {
        "RFSTDTC": "randomized",
        "RFENDTC": "ended",
        "RFXSTDTC": "first_dose",
        "RFXENDTC": "last_dose",
        "RFICDTC": "consented",
        "RFPENDTC": "ended",
        "DTHDTC": "died",
    }
    columns = {
        "SUBJID": pl.col("subject"),
        **{name: _iso(source) for name, source in dates.items()},
        "DTHFL": pl.when(pl.col("died").is_not_null()).then(pl.lit("Y")),
        "SITEID": pl.col("site"),
        **own,
        **({"AGEU": pl.lit("YEARS")} if "AGE" in own else {}),
        **planned,
        **actual,
        "COUNTRY": pl.when(pl.col("country") != "").then(pl.col("country")),
        "DMDTC": _iso("consented"),
    }
    return (
        table.sort("USUBJID")
        .with_columns(**columns)
        .select("STUDYID", "DOMAIN", "USUBJID", *columns)
    )


def _arm_words(protocol: Protocol) -> tuple[dict[str, str], dict[str, str]]:
    codes = {key: arm.code or key.upper()[:20] for key, arm in protocol.arms.items()}
    return codes, {key: arm.label for key, arm in protocol.arms.items()}


def _arm(words: dict[str, str], none: str) -> pl.Expr:
    return pl.col("arm").replace_strict(words, default=None, return_dtype=pl.String).fill_null(none)


def _qualifiers(record: Record) -> pl.DataFrame:
    """SUPPDM: every baseline variable of the record that DM has no column for."""
    subjects = _identified(record, "subjects", "DM")
    known = {*COLUMNS["subjects"], *_IN_DM, "origin", "STUDYID", "DOMAIN", "USUBJID"}
    names = [name for name in subjects.columns if name not in known]
    said = variable_labels(record.protocol)
    parts = [
        subjects.filter(pl.col(name).is_not_null()).select(
            "STUDYID",
            "USUBJID",
            RDOMAIN=pl.lit("DM"),
            IDVAR=pl.lit(None, pl.String),
            IDVARVAL=pl.lit(None, pl.String),
            QNAM=pl.lit(name),
            QLABEL=pl.lit(said.get(name, name)[:40]),
            QVAL=_text(name) if subjects.schema[name].is_numeric() else pl.col(name),
            QORIG=pl.lit("CRF"),
        )
        for name in names
    ]
    return pl.concat(parts).sort("USUBJID", maintain_order=True) if parts else pl.DataFrame()


def _exposure(record: Record) -> pl.DataFrame:
    columns = {
        "EXTRT": pl.col("drug"),
        "EXDOSE": pl.col("dose"),
        "EXDOSU": pl.col("unit"),
        "EXROUTE": pl.col("route").replace(ROUTES),
        "EXADJ": pl.when(pl.col("reason") != "").then(pl.col("reason")),
        "EPOCH": pl.lit("TREATMENT"),
        "EXSTDTC": _iso("date"),
        "EXENDTC": _iso("date"),
        "EXSTDY": _study_day("date"),
        "EXENDY": _study_day("date"),
    }
    return _numbered(_identified(record, "doses", "EX"), "EX", ("date", "drug"), columns)


def _adverse_events(record: Record) -> pl.DataFrame:
    columns = {
        "AETERM": pl.col("term"),
        "AEDECOD": pl.col("term"),
        "AEBODSYS": pl.col("system"),
        "AESOC": pl.col("system"),
        "AESER": _yes("serious"),
        "AEREL": _yes("related"),
        "AEOUT": pl.col("outcome"),
        "AETOXGR": pl.col("grade").cast(pl.String),
        "AESTDTC": _iso("start"),
        "AEENDTC": _iso("end"),
        "AESTDY": _study_day("start"),
        "AEENDY": _study_day("end"),
    }
    return _numbered(_identified(record, "events", "AE"), "AE", ("start", "term"), columns)


def _laboratory(record: Record) -> pl.DataFrame:
    low, high = pl.col("value") < pl.col("lower"), pl.col("value") > pl.col("upper")
    columns = {
        "LBTESTCD": pl.col("code"),
        "LBTEST": pl.col("test"),
        "LBORRES": _text("value"),
        "LBORRESU": pl.col("unit"),
        "LBSTRESC": _text("value"),
        "LBSTRESN": pl.col("value"),
        "LBSTRESU": pl.col("unit"),
        "LBSTNRLO": pl.col("lower"),
        "LBSTNRHI": pl.col("upper"),
        "LBNRIND": pl.when(low)
        .then(pl.lit("LOW"))
        .when(high)
        .then(pl.lit("HIGH"))
        .otherwise(pl.lit("NORMAL")),
        **_when("LB"),
    }
    return _numbered(_identified(record, "labs", "LB"), "LB", ("date", "number", "code"), columns)


def _when(domain: str) -> dict[str, pl.Expr]:
    return {
        "VISITNUM": pl.col("number"),
        "VISIT": pl.col("visit"),
        f"{domain}DTC": _iso("date"),
        f"{domain}DY": _study_day("date"),
    }


def _evaluator(domain: str) -> dict[str, pl.Expr]:
    """Who read it; a reader outside the site is numbered too."""
    reader = pl.col("reader").str.to_lowercase()
    word = reader.replace_strict(EVALUATORS, default=EVALUATORS["central"], return_dtype=pl.String)
    outside = word == EVALUATORS["central"]
    return {f"{domain}EVAL": word, f"{domain}EVALID": pl.when(outside).then(pl.lit(_READER_ID))}


def _lesions(record: Record) -> pl.DataFrame:
    columns = {
        "TULNKID": pl.col("lesion"),
        "TUTESTCD": pl.lit("TUMIDENT"),
        "TUTEST": pl.lit("Tumor Identification"),
        "TUORRES": pl.col("role"),
        "TUSTRESC": pl.col("role"),
        "TULOC": pl.col("organ"),
        "TUMETHOD": pl.lit("CT SCAN"),
        **_evaluator("TU"),
        **_when("TU"),
    }
    return _numbered(_identified(record, "lesions", "TU"), "TU", ("date", "lesion"), columns)


def _measurements(record: Record) -> pl.DataFrame:
    code = {word: code for word, (code, _) in MEASURES.items()}
    test = {word: test for word, (_, test) in MEASURES.items()}
    unit = pl.when(pl.col("size").is_not_null()).then(pl.lit("mm"))
    result = pl.coalesce(_text("size"), "state")
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
        **_evaluator("TR"),
        **_when("TR"),
    }
    return _numbered(_identified(record, "measurements", "TR"), "TR", ("date", "lesion"), columns)


def _responses(record: Record) -> pl.DataFrame:
    columns = {
        "RSTESTCD": pl.lit("OVRLRESP"),
        "RSTEST": pl.lit("Overall Response"),
        "RSCAT": pl.lit("RECIST 1.1"),
        "RSORRES": pl.col("response"),
        "RSSTRESC": pl.col("response"),
        **_evaluator("RS"),
        **_when("RS"),
    }
    return _numbered(_identified(record, "readings", "RS"), "RS", ("date",), columns)


def _therapies(record: Record) -> pl.DataFrame:
    columns = {
        "CMTRT": pl.col("therapy"),
        "CMDECOD": pl.col("therapy"),
        "CMCAT": pl.col("category"),
        "CMSTDTC": _iso("start"),
        "CMENDTC": pl.lit(None, pl.String),
        "CMSTDY": _study_day("start"),
    }
    return _numbered(_identified(record, "therapies", "CM"), "CM", ("start", "therapy"), columns)


def _disposition(record: Record) -> pl.DataFrame:
    columns = {
        "DSTERM": pl.col("term"),
        "DSDECOD": pl.col("what"),
        "DSCAT": pl.col("category"),
        "DSSCAT": pl.when(pl.col("scope") != "").then(pl.col("scope")),
        "EPOCH": pl.col("epoch"),
        "DSSTDTC": _iso("date"),
        "DSSTDY": _study_day("date"),
    }
    return _numbered(_identified(record, "milestones", "DS"), "DS", ("date",), columns)


def _visits(record: Record) -> pl.DataFrame:
    table = _identified(record, "visits", "SV").sort("USUBJID", "date", "number")
    return table.select(
        "STUDYID",
        "DOMAIN",
        "USUBJID",
        VISITNUM="number",
        VISIT="visit",
        EPOCH=pl.col("epoch").str.to_uppercase(),
        SVSTDTC=_iso("date"),
        SVENDTC=_iso("date"),
        SVSTDY=_study_day("date"),
    )


def _exceptions(record: Record) -> pl.DataFrame:
    met = pl.when(pl.col("category") == "INCLUSION").then(pl.lit("N")).otherwise(pl.lit("Y"))
    columns = {
        "IETESTCD": pl.col("criterion"),
        "IETEST": pl.col("text").str.slice(0, 200),
        "IECAT": pl.col("category"),
        "IEORRES": met,
        "IESTRESC": met,
        "IEDTC": _iso("date"),
    }
    return _numbered(_identified(record, "exceptions", "IE"), "IE", ("date", "criterion"), columns)


_DOMAINS: dict[str, Callable[[Record], pl.DataFrame]] = {
    "DM": _demographics,
    "SUPPDM": _qualifiers,
    "DS": _disposition,
    "SV": _visits,
    "IE": _exceptions,
    "EX": _exposure,
    "AE": _adverse_events,
    "CM": _therapies,
    "LB": _laboratory,
    "TU": _lesions,
    "TR": _measurements,
    "RS": _responses,
}
