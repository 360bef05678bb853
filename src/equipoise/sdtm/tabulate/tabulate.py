"""What was recorded, in the regulator's words: a Record becomes SDTM."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from equipoise.conduct.deviations import deviations
from equipoise.conduct.record import COLUMNS, FORM_OF_ROW, Record
from equipoise.errors import expect
from equipoise.protocol import Protocol
from equipoise.sdtm.model import SDTM
from equipoise.sdtm.tabulate.collected import (
    other_domains,
    qualifier_labels,
    split_qualifiers,
)
from equipoise.sdtm.tabulate.doses import collected_exposure
from equipoise.sdtm.tabulate.epochs import subject_elements
from equipoise.sdtm.tabulate.observations import (
    adverse_events,
    assessments,
    exposure,
    laboratory,
    lesions,
    measurements,
    responses,
    therapies,
)
from equipoise.sdtm.tabulate.rows import (
    identified,
    iso,
    numbered,
    study_day,
    text_of,
    with_identity,
)
from equipoise.sdtm.tabulate.terms import labels_of, variable_labels
from equipoise.sdtm.tabulate.trial_design import relations, trial_design

SCREEN_FAILURE, NOT_ASSIGNED = "SCREEN FAILURE", "NOT ASSIGNED"
NOT_TREATED = "ASSIGNED, NOT TREATED"
_IN_DM = ("AGE", "SEX", "RACE", "ETHNIC")
_DATES_IN_DM = {
    "RFSTDTC": "randomized", "RFENDTC": "ended", "RFXSTDTC": "first_dose",
    "RFXENDTC": "last_dose", "RFICDTC": "consented", "RFPENDTC": "ended", "DTHDTC": "died",
}  # fmt: skip


def tabulate(record: Record) -> SDTM:
    """The record as SDTM tables, one row per record, sorted and numbered within each subject.

    Dates are ISO 8601 text; study days count from randomization (RFSTDTC), without a day 0. Strata
    and baseline variables that DM has no room for stand in SUPPDM, QNAM being the variable's name.
    What the protocol plans stands in TA, TE, TV, TI and TS, and RELREC says which datasets belong
    together. A domain without records is left out.
    Source   SDTM 2.0, SDTMIG 3.4.
    Checked  tests/unit/sdtm/test_tabulate.py (conform has no error; every row is there).
    """
    return tabulated(record)[0]


def tabulated(record: Record) -> tuple[SDTM, dict[str, pl.Series]]:
    """The same, and of each domain the form that every row came from, where the record says it."""
    expect(record, Record)
    tables = {name: make(record) for name, make in _DOMAINS.items()}
    for name, asked in other_domains(record).items():
        tables[name] = _beside(tables[name], asked, name) if name in tables else asked
    tables = split_qualifiers(record.protocol, tables)
    forms = {n: table[FORM_OF_ROW] for n, table in tables.items() if FORM_OF_ROW in table.columns}
    tables = {name: table.drop(FORM_OF_ROW, strict=False) for name, table in tables.items()}
    kept = {name: table for name, table in tables.items() if table.height}
    related = relations(kept, record.protocol.trial.id)
    kept |= {"RELREC": related} if related.height else {}
    kept |= trial_design(record.protocol)
    data = SDTM(
        kept,
        dict.fromkeys(kept, ""),
        virtual=record.virtual,
        seed=record.seed,
        labels=labels_of(kept),
        protocol=record.protocol,
    )
    return data, forms


def _beside(own: pl.DataFrame, asked: pl.DataFrame, domain: str) -> pl.DataFrame:
    """A domain that the record makes, and after it what forms ask of the same domain."""
    whole = pl.concat([own, asked], how="diagonal_relaxed").sort("USUBJID", maintain_order=True)
    number = pl.int_range(1, pl.len() + 1).over("USUBJID").cast(pl.Float64)
    return whole.with_columns(number.alias(f"{domain}SEQ"))


def _demographics(record: Record) -> pl.DataFrame:
    doses = (
        record.table("doses")
        .group_by("subject")
        .agg(first_dose=pl.col("date").min(), last_dose=pl.col("last").max())
    )
    table = identified(record, "subjects", "DM").join(doses, on="subject", how="left")
    own = {name: pl.col(name) for name in _IN_DM if name in table.columns}
    columns = {
        "SUBJID": pl.col("subject"),
        **{name: iso(source) for name, source in _DATES_IN_DM.items()},
        "DTHFL": pl.when(pl.col("died").is_not_null()).then(pl.lit("Y")),
        "SITEID": pl.col("site"),
        **own,
        **({"AGEU": pl.lit("YEARS")} if "AGE" in own else {}),
        **_arms_of_subjects(record.protocol),
        "COUNTRY": pl.when(pl.col("country") != "").then(pl.col("country")),
        "DMDTC": iso("consented"),
    }
    return (
        table.sort("USUBJID")
        .with_columns(**columns)
        .select("STUDYID", "DOMAIN", "USUBJID", *columns)
    )


def _arms_of_subjects(protocol: Protocol) -> dict[str, pl.Expr]:
    """Planned arm; the actual one of whoever was treated; why either is missing."""
    code, label = _arm_words(protocol)
    planned = {"ARMCD": _arm(code), "ARM": _arm(label)}
    is_assigned, is_treated = pl.col("arm").is_not_null(), pl.col("first_dose").is_not_null()
    actual = {f"ACT{name}": pl.when(is_treated).then(expr) for name, expr in planned.items()}
    reason = (
        pl.when(is_assigned & ~is_treated)
        .then(pl.lit(NOT_TREATED))
        .when(~is_assigned & pl.col("ended").is_not_null())
        .then(pl.lit(SCREEN_FAILURE))
        .when(~is_assigned)
        .then(pl.lit(NOT_ASSIGNED))
    )
    return {**planned, **actual, "ARMNRS": reason}


def _arm_words(protocol: Protocol) -> tuple[dict[str, str], dict[str, str]]:
    codes = {key: arm.code or key.upper()[:20] for key, arm in protocol.arms.items()}
    return codes, {key: arm.label for key, arm in protocol.arms.items()}


def _arm(words: dict[str, str]) -> pl.Expr:
    return pl.col("arm").replace_strict(words, default=None, return_dtype=pl.String)


def _qualifiers(record: Record) -> pl.DataFrame:
    """SUPPDM: every baseline variable of the record that DM has no column for."""
    subjects = identified(record, "subjects", "DM")
    known = {*COLUMNS["subjects"], *_IN_DM, "origin", "STUDYID", "DOMAIN", "USUBJID"}
    names = [name for name in subjects.columns if name not in known]
    asked = qualifier_labels(record.protocol)
    said = {code: label for (domain, code), label in asked.items() if domain == "SUPPDM"}
    said |= variable_labels(record.protocol)
    parts = [
        subjects.filter(pl.col(name).is_not_null()).select(
            "STUDYID",
            "USUBJID",
            RDOMAIN=pl.lit("DM"),
            IDVAR=pl.lit(None, pl.String),
            IDVARVAL=pl.lit(None, pl.String),
            QNAM=pl.lit(name),
            QLABEL=pl.lit(said.get(name, name)[:40]),
            QVAL=text_of(name)
            if subjects.schema[name].is_numeric()
            else pl.col(name).cast(pl.String),
            QORIG=pl.lit("CRF"),
        )
        for name in names
    ]
    return pl.concat(parts).sort("USUBJID", maintain_order=True) if parts else pl.DataFrame()


def _text(table: pl.DataFrame, name: str) -> pl.Expr:
    return text_of(name) if table.schema[name].is_numeric() else pl.col(name).cast(pl.String)


def _disposition(record: Record) -> pl.DataFrame:
    columns = {
        "DSTERM": pl.col("term"),
        "DSDECOD": pl.col("what"),
        "DSCAT": pl.col("category"),
        "DSSCAT": pl.when(pl.col("scope") != "").then(pl.col("scope")),
        "EPOCH": pl.col("epoch"),
        "DSSTDTC": iso("date"),
        "DSSTDY": study_day("date"),
    }
    return numbered(identified(record, "milestones", "DS"), "DS", ("date",), columns)


def _deviations(record: Record) -> pl.DataFrame:
    found = deviations(record)
    origin = record.table("subjects").select("subject", origin="randomized")
    table = with_identity(found.join(origin, on="subject", how="left"), record, "DV")
    columns = {
        "DVTERM": pl.col("text"),
        "DVDECOD": pl.col("category"),
        "DVSTDTC": iso("date"),
        "DVSTDY": study_day("date"),
    }
    return numbered(table, "DV", ("date", "text"), columns)


def _visits(record: Record) -> pl.DataFrame:
    table = identified(record, "visits", "SV").sort("USUBJID", "date", "number")
    return table.select(
        "STUDYID",
        "DOMAIN",
        "USUBJID",
        VISITNUM="number",
        VISIT="visit",
        EPOCH=pl.when(pl.col("epoch") != "").then(pl.col("epoch").str.to_uppercase()),
        SVSTDTC=iso("date"),
        SVENDTC=iso("date"),
        SVSTDY=study_day("date"),
    )


def _exceptions(record: Record) -> pl.DataFrame:
    met = pl.when(pl.col("category") == "INCLUSION").then(pl.lit("N")).otherwise(pl.lit("Y"))
    columns = {
        "IETESTCD": pl.col("criterion"),
        "IETEST": pl.col("text").str.slice(0, 200),
        "IECAT": pl.col("category"),
        "IEORRES": met,
        "IESTRESC": met,
        "IEDTC": iso("date"),
    }
    return numbered(identified(record, "exceptions", "IE"), "IE", ("date", "criterion"), columns)


_DOMAINS: dict[str, Callable[[Record], pl.DataFrame]] = {
    "DM": _demographics,
    "SUPPDM": _qualifiers,
    "DS": _disposition,
    "SE": subject_elements,
    "SV": _visits,
    "IE": _exceptions,
    "EC": collected_exposure,
    "EX": exposure,
    "AE": adverse_events,
    "CM": therapies,
    "LB": laboratory,
    "VS": assessments("VS"),
    "QS": assessments("QS"),
    "DV": _deviations,
    "TU": lesions,
    "TR": measurements,
    "RS": responses,
}
