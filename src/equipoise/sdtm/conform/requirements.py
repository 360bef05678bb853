"""What each SDTM domain must hold: columns, types, keys and terms, as data.

Source   SDTM 2.0 and SDTMIG 3.4 (core Required and Expected, as far as later rooms read them).
"""

from __future__ import annotations

from typing import NamedTuple


class Domain(NamedTuple):
    """One domain's demands.

    required : a table without one of these cannot be used (error)
    expected : without one of these something cannot be derived (warning)
    key : columns that together name one record
    start : the date that says when a record began, by preference
    """

    required: tuple[str, ...]
    expected: tuple[str, ...]
    key: tuple[str, ...]
    start: tuple[str, ...] = ()


def _finding(prefix: str, *more: str) -> Domain:
    """A findings domain: one test result per record, dated --DTC."""
    core = ("USUBJID", f"{prefix}SEQ", f"{prefix}TESTCD", f"{prefix}DTC")
    expected = (f"{prefix}TEST", f"{prefix}ORRES", f"{prefix}STRESC", "VISITNUM", *more)
    return Domain(core, expected, ("USUBJID", f"{prefix}SEQ"), (f"{prefix}DTC",))


def _event(prefix: str, name: str, *more: str, required: tuple[str, ...] = ()) -> Domain:
    """An event or intervention domain: something with a start, dated --STDTC."""
    core = ("USUBJID", f"{prefix}SEQ", f"{prefix}{name}", *required)
    key = ("USUBJID", f"{prefix}SEQ")
    return Domain(core, more, key, (f"{prefix}STDTC", f"{prefix}DTC"))


DOMAINS: dict[str, Domain] = {
    "DM": Domain(
        required=("STUDYID", "USUBJID", "RFSTDTC", "ARMCD", "ARM"),
        expected=(
            *("SUBJID", "SITEID", "RFENDTC", "RFXSTDTC", "RFXENDTC", "DTHDTC", "DTHFL"),
            *("ACTARMCD", "ACTARM", "AGE", "SEX"),
        ),
        key=("USUBJID",),
    ),
    "AE": _event(
        *("AE", "TERM", "AEBODSYS", "AEENDTC", "AESER", "AEREL", "AEOUT"),
        required=("AEDECOD", "AESTDTC"),
    ),
    "EX": _event("EX", "TRT", "EXENDTC", "EXDOSU", required=("EXDOSE", "EXSTDTC")),
    "EC": _event("EC", "TRT", "ECENDTC", "ECDOSU", "ECMOOD", required=("ECSTDTC",)),
    "DS": _event("DS", "DECOD", "DSTERM", "DSCAT", required=("DSSTDTC",)),
    "CM": _event("CM", "TRT", "CMDECOD", "CMSTDTC", "CMENDTC"),
    "MH": _event("MH", "TERM", "MHDECOD", "MHBODSYS"),
    "LB": _finding("LB", "LBSTRESN", "LBSTRESU", "LBSTNRLO", "LBSTNRHI"),
    "VS": _finding("VS", "VSSTRESN", "VSSTRESU"),
    "EG": _finding("EG", "EGSTRESN", "EGSTRESU"),
    "QS": _finding("QS", "QSSTRESN", "QSCAT"),
    "TU": _finding("TU", "TULNKID", "TULOC", "TUEVAL"),
    "TR": _finding("TR", "TRLNKID", "TRSTRESN", "TRSTRESU", "TREVAL"),
    "RS": _finding("RS", "RSEVAL"),
    "SV": Domain(
        required=("USUBJID", "VISITNUM", "SVSTDTC"),
        expected=("VISIT", "SVENDTC"),
        key=("USUBJID", "VISITNUM", "SVSTDTC"),
        start=("SVSTDTC",),
    ),
    "SUPP": Domain(
        required=("RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QVAL"),
        expected=("QLABEL",),
        key=("RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM"),
    ),
}

EVERY_STUDY_HAS = ("DM",)
USUAL = ("AE", "EX", "DS")

NUMERIC_NAMES = frozenset({"AGE", "VISITNUM", "VISITDY", "TAETORD"})
NUMERIC_SUFFIXES = frozenset(
    {"SEQ", "DY", "STDY", "ENDY", "STRESN", "STNRLO", "STNRHI", "LLOQ", "ULOQ", "TPTNUM"}
    | {"DOSE", "DOSTOT", "VAMT", "LLTCD", "PTCD", "HLTCD", "HLGTCD", "BDSYCD", "SOCCD"}
)
TEXT_NAMES = frozenset(
    {"STUDYID", "DOMAIN", "RDOMAIN", "USUBJID", "SUBJID", "SITEID", "INVID", "INVNAM"}
    | {"ARM", "ARMCD", "ACTARM", "ACTARMCD", "ARMNRS", "SEX", "RACE", "ETHNIC", "COUNTRY"}
    | {"AGEU", "DTHFL", "VISIT", "EPOCH", "ETCD", "ELEMENT", "IDVAR", "IDVARVAL", "RELID"}
    | {"QNAM", "QLABEL", "QVAL", "QORIG", "QEVAL", "RELTYPE", "POOLID", "TSVAL", "TSPARMCD"}
)
TEXT_SUFFIXES = frozenset(
    {"TERM", "DECOD", "TRT", "TESTCD", "TEST", "CAT", "SCAT", "ORRES", "ORRESU", "STRESC"}
    | {"STRESU", "ORNRLO", "ORNRHI", "NRIND", "SPID", "GRPID", "REFID", "LNKID", "LNKGRP"}
    | {"TOXGR", "SEV", "SER", "REL", "OUT", "ACN", "EVAL", "EVALID", "LOC", "METHOD", "STAT"}
    | {"REASND", "BLFL", "LOBXFL", "DRVFL", "ACPTFL", "BODSYS", "SOC", "DOSU", "DOSTXT"}
    | {"SDTH", "SHOSP", "SLIFE", "SDISAB", "SCONG", "SMIE", "SCAN", "SOD", "DUR", "ELTM"}
)

TERMS: dict[str, tuple[str, ...]] = {
    "AESEV": ("MILD", "MODERATE", "SEVERE"),
    "AESER": ("Y", "N"),
    "AESDTH": ("Y", "N"),
    "AETOXGR": ("1", "2", "3", "4", "5"),
    "AEOUT": (
        *("FATAL", "NOT RECOVERED/NOT RESOLVED", "RECOVERED/RESOLVED"),
        *("RECOVERED/RESOLVED WITH SEQUELAE", "RECOVERING/RESOLVING", "UNKNOWN"),
    ),
    "DTHFL": ("Y",),
    "SEX": ("F", "M", "U", "UNDIFFERENTIATED", "INTERSEX"),
}

RESPONSE_TERMS = frozenset(
    {"CR", "PR", "SD", "NON-CR/NON-PD", "NON CR/NON PD", "NONCR/NONPD", "PD", "NE", "NED"}
    | {"ICR", "IPR", "ISD", "NON-ICR/NON-IUPD", "IUPD", "ICPD"}
    | {"NA", "N/A", "NOT APPLICABLE", "NOT DONE", "NOT ASSESSED"}
)
"""Overall responses of RECIST 1.1 and iRECIST, and words for none."""

UNASSIGNED_ARMS = frozenset(
    {"SCREEN FAILURE", "NOT ASSIGNED", "NOT TREATED", "UNPLANNED TREATMENT"}
    | {"SCRNFAIL", "NOTASSGN", "NOTTRT", "UNPLAN"}
)


def demands(domain: str) -> Domain | None:
    """What is demanded of a domain; SUPPAE and its like share one entry; None if nothing is."""
    return DOMAINS["SUPP"] if domain.startswith("SUPP") else DOMAINS.get(domain)


def prefix_of(domain: str) -> str:
    """The two letters that open a domain's variable names (a split QSCO writes QSTESTCD)."""
    return domain[:2]


def is_date(column: str) -> bool:
    """Whether a column holds ISO 8601 dates."""
    return column.endswith("DTC")


def is_numeric(domain: str, column: str) -> bool:
    """Whether the standard makes a column a number."""
    return column in NUMERIC_NAMES or _suffix(domain, column) in NUMERIC_SUFFIXES


def is_text(domain: str, column: str) -> bool:
    """Whether the standard makes a column text."""
    known = column in TEXT_NAMES or _suffix(domain, column) in TEXT_SUFFIXES
    return known or is_date(column)


def _suffix(domain: str, column: str) -> str:
    prefix = prefix_of(domain)
    return column.removeprefix(prefix) if column != prefix else column
