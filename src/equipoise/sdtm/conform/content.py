"""Rules about what records say, alone and against each other."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from equipoise.errors import Finding, Severity
from equipoise.sdtm.conform.requirements import RESPONSE_TERMS, TERMS
from equipoise.sdtm.places import Words, listed
from equipoise.sdtm.study import ExaminedStudy
from equipoise.sdtm.supp import orphans

_VARIABLE = r"^[A-Za-z_][A-Za-z0-9_]{0,7}$"
_BECOME_VARIABLES = ("SUPPDM", "SC")
_READINGS = ("TR", "RS")
"""Where the readings of tumors stand: what was measured, or what was made of it."""


def death_flag(study: ExaminedStudy) -> Iterator[Finding]:
    """S40: the death flag and the date of death disagree."""
    for sheet in study.having("DTHFL", "DTHDTC", domain="DM"):
        is_flagged = (sheet.table["DTHFL"] == "Y").fill_null(False)
        is_dated = sheet.table["DTHDTC"].is_not_null()
        undated = Words("S40", "warning", "DTHFL is Y, and there is no date of death", "a DTHDTC")
        unflagged = Words("S40", "warning", "a date of death, and DTHFL is {found}", '"Y"')
        yield from listed(sheet, is_flagged & ~is_dated, "DTHDTC", undated)
        yield from listed(sheet, ~is_flagged & is_dated, "DTHFL", unflagged)


def death_elsewhere(study: ExaminedStudy) -> Iterator[Finding]:
    """S41: AE or DS speaks of a death that DM does not know."""
    dm = next((s.table for s in study.having("USUBJID", "DTHFL", domain="DM")), None)
    if dm is None:
        return
    dead = dm.filter(pl.col("DTHFL") == "Y")["USUBJID"]
    for domain, column, term in (("AE", "AEOUT", "FATAL"), ("DS", "DSDECOD", "DEATH")):
        for sheet in study.having("USUBJID", column, domain=domain):
            is_alive = ~sheet.table["USUBJID"].is_in(dead.implode())
            words = Words("S41", "warning", "{found}, and DM has no death of this subject")
            yield from listed(sheet, (sheet.table[column] == term) & is_alive, column, words)


def controlled_terms(study: ExaminedStudy) -> Iterator[Finding]:
    """S42: a value outside CDISC's controlled terms."""
    for sheet in study.sheets.values():
        for name in sorted(TERMS.keys() & set(sheet.table.columns)):
            values = sheet.table[name].cast(pl.String)
            bad = ~values.is_in(TERMS[name]) & values.is_not_null()
            words = Words("S42", "warning", "{found} is no controlled term", ", ".join(TERMS[name]))
            yield from listed(sheet, bad, name, words)


def outcome_and_end(study: ExaminedStudy) -> Iterator[Finding]:
    """S43: an adverse event has an end and yet is not recovered."""
    for sheet in study.having("AEOUT", "AEENDTC", domain="AE"):
        is_open = sheet.table["AEOUT"] == "NOT RECOVERED/NOT RESOLVED"
        words = Words(
            *("S43", "warning", "{found}, and yet the event ended on {end}"),
            columns={"end": "AEENDTC"},
        )
        yield from listed(sheet, is_open & sheet.table["AEENDTC"].is_not_null(), "AEOUT", words)


def supplements(study: ExaminedStudy) -> Iterator[Finding]:
    """S44: a supplemental value refers to no record."""
    for sheet in study.having("USUBJID", "IDVAR", "IDVARVAL", "QNAM"):
        parent = study.sheets.get(sheet.domain.removeprefix("SUPP"))
        if parent is None:
            message = f"there is no table {sheet.domain.removeprefix('SUPP')} to supplement"
            yield Finding(sheet.place(), message, "", "S44", "warning")
            continue
        words = Words(
            *("S44", "warning", "no record of {subject} has {idvar} {found}"),
            columns={"subject": "USUBJID", "idvar": "IDVAR"},
        )
        yield from listed(sheet, orphans(parent.table, sheet.table), "IDVARVAL", words)


def names_of_qualifiers(study: ExaminedStudy) -> Iterator[Finding]:
    """S45: a qualifier's name that no variable can have; of a subject's it is an error.

    Those of SUPPDM and SC become variables of ADSL.
    Source   SDTMIG 3.4, section 8.4: QNAM is a valid name of a SAS variable.
    """
    for sheet in study.sheets.values():
        name = "SCTESTCD" if sheet.domain == "SC" else "QNAM"
        if name not in sheet.table.columns:
            continue
        said = sheet.table[name].cast(pl.String)
        severity: Severity = "error" if sheet.domain in _BECOME_VARIABLES else "warning"
        words = Words(
            *("S45", severity, "{found} is no name of a variable"),
            expected="at most 8 letters, digits and _, a letter or _ first",
        )
        yield from listed(sheet, said.is_not_null() & ~said.str.contains(_VARIABLE), name, words)


def tumors_assessed(study: ExaminedStudy) -> Iterator[Finding]:
    """S46: an endpoint rests on tumor assessments, and none was collected."""
    held = {name for name in _READINGS if name in study.sheets and study.sheets[name].table.height}
    if held:
        return
    for endpoint in study.tumors:
        message = f"{endpoint} rests on tumor assessments, and TU, TR and RS are missing"
        yield Finding("TU, TR, RS", message, "tu.xpt and tr.xpt, or rs.xpt", "S46")


def judged_responses(study: ExaminedStudy) -> Iterator[Finding]:
    """S47: an overall response that RECIST does not know; the reading is not evaluable."""
    for sheet in study.having("RSTESTCD", "RSSTRESC", "USUBJID", domain="RS"):
        word = sheet.table["RSSTRESC"].cast(pl.String).str.to_uppercase()
        word = word.str.replace_all(r"\s*/\s*", "/")
        odd = ~word.is_in(sorted(RESPONSE_TERMS)) & word.is_not_null()
        words = Words(
            *("S47", "warning", "{found} of {subject} is no response of RECIST: not evaluable"),
            expected="CR, PR, SD, NON-CR/NON-PD, PD, NE or NED",
            columns={"subject": "USUBJID"},
        )
        yield from listed(sheet, odd & (sheet.table["RSTESTCD"] == "OVRLRESP"), "RSSTRESC", words)


CONTENT_RULES = (
    *(death_flag, death_elsewhere, controlled_terms, outcome_and_end, supplements),
    names_of_qualifiers,
    *(tumors_assessed, judged_responses),
)
