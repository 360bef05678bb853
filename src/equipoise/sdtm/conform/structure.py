"""Rules about tables, columns, identifiers and keys."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from equipoise.errors import Finding, Severity, did_you_mean
from equipoise.sdtm.conform.requirements import EVERY_STUDY_HAS, USUAL, demands, prefix_of
from equipoise.sdtm.places import Sheet, Words, listed
from equipoise.sdtm.study import ExaminedStudy


def required_domains(study: ExaminedStudy) -> Iterator[Finding]:
    """S10: a domain is missing that the protocol, or any trial, cannot do without."""
    for domain in sorted(study.domains.union(EVERY_STUDY_HAS) - set(study.sheets)):
        yield Finding(domain, "there is no such domain", f"a file {domain.lower()}.xpt", "S10")


def usual_domains(study: ExaminedStudy) -> Iterator[Finding]:
    """S11: a domain is missing that nearly every trial has, or one of the two of tumors."""
    for domain in sorted(set(USUAL) - set(study.sheets) - study.domains):
        message = "there is no such domain; what rests on it stays empty"
        yield Finding(domain, message, f"a file {domain.lower()}.xpt", "S11", "warning")
    lacking = [name for name in ("TU", "TR") if name not in study.sheets]
    if len(lacking) == 1 and study.tumors:
        message = f"there is no such domain, and {', '.join(study.tumors)} rests on tumors"
        expected = f"a file {lacking[0].lower()}.xpt: TU says where a tumor is, TR what it measures"
        yield Finding(lacking[0], message, expected, "S11", "warning")


def required_columns(study: ExaminedStudy) -> Iterator[Finding]:
    """S12: a column is missing without which the table cannot be used."""
    for sheet in study.sheets.values():
        known = demands(sheet.domain)
        have = sheet.table.columns
        for name in known.required if known else ():
            if name not in have and not (name == "USUBJID" and "POOLID" in have):
                unknown = [n for n in have if n not in known.required] if known else []
                message = f"the column {name} is missing{did_you_mean(name, unknown)}"
                expected = f"a column {name} in {sheet.domain}"
                yield Finding(sheet.place(name), message, expected, "S12")


def expected_columns(study: ExaminedStudy) -> Iterator[Finding]:
    """S13: columns are missing from which something is usually derived."""
    for sheet in study.sheets.values():
        known = demands(sheet.domain)
        missing = [n for n in known.expected if n not in sheet.table.columns] if known else []
        if missing:
            message = f"expected columns are missing: {', '.join(missing)}"
            yield Finding(sheet.place(), message, "", "S13", "warning")


def empty_tables(study: ExaminedStudy) -> Iterator[Finding]:
    """S14: a table has no rows (DM: an error)."""
    for sheet in study.sheets.values():
        if sheet.table.is_empty():
            severity: Severity = "error" if sheet.domain in EVERY_STUDY_HAS else "warning"
            yield Finding(sheet.place(), "the table has no rows", "", "S14", severity)


def domain_codes(study: ExaminedStudy) -> Iterator[Finding]:
    """S15: DOMAIN, or a supplement's RDOMAIN, is not the table's."""
    for sheet in study.sheets.values():
        is_supplement = sheet.domain.startswith("SUPP")
        column = "RDOMAIN" if is_supplement else "DOMAIN"
        if column not in sheet.table.columns:
            continue
        code = sheet.domain.removeprefix("SUPP")
        values = sheet.table[column].cast(pl.String)
        words = Words("S15", "error", "{found} in a table of " + code, f'"{code}"')
        yield from listed(sheet, values != code, column, words)


def subject_identifiers(study: ExaminedStudy) -> Iterator[Finding]:
    """S16: a record does not say whose it is."""
    words = Words("S16", "error", "the subject is missing", "a USUBJID")
    for sheet in study.having("USUBJID"):
        if sheet.domain not in ("RELREC", "CO"):
            missing = sheet.table["USUBJID"].is_null()
            if "POOLID" in sheet.table.columns:
                missing = missing & sheet.table["POOLID"].is_null()
            yield from listed(sheet, missing, "USUBJID", words)


def sequences(study: ExaminedStudy) -> Iterator[Finding]:
    """S17: a sequence number is missing or no whole number."""
    words = Words("S17", "error", "{found} is no sequence number", "a whole number from 1")
    for sheet in study.sheets.values():
        name = f"{prefix_of(sheet.domain)}SEQ"
        if name in sheet.table.columns and not sheet.domain.startswith("SUPP"):
            numbers = sheet.table[name].cast(pl.Float64, strict=False)
            is_good = (numbers >= 1) & (numbers.floor() == numbers)
            yield from listed(sheet, ~is_good.fill_null(False), name, words)


def unique_keys(study: ExaminedStudy) -> Iterator[Finding]:
    """S18: two records have one key."""
    for sheet in study.sheets.values():
        known = demands(sheet.domain)
        prefix = prefix_of(sheet.domain)
        key = list(known.key) if known else ["USUBJID", f"{prefix}SEQ"]
        if "POOLID" in sheet.table.columns and sheet.domain != "DM":
            key = ["POOLID", *(k for k in key if k != "POOLID" and k in sheet.table.columns)]
        if set(key) <= set(sheet.table.columns):
            yield from _repeated(sheet, key)


def _repeated(sheet: Sheet, key: list[str]) -> list[Finding]:
    # Missing identifiers have a rule of their own; a supplement's IDVAR may well be empty.
    optional = ("IDVAR", "IDVARVAL", "POOLID", *(["USUBJID"] if "POOLID" in key else []))
    needed = [name for name in key if name not in optional]
    is_whole = sheet.table.select(pl.all_horizontal(pl.col(needed).is_not_null())).to_series()
    again = ~sheet.table.select(pl.struct(key).is_first_distinct()).to_series() & is_whole
    column = next((name for name in key if name.endswith("SEQ")), key[-1])
    named = [name for name in key if name not in ("STUDYID", "RDOMAIN")]
    what = ", ".join(f"{name} {{{name}}}" for name in named)
    words = Words(
        *("S18", "error", f"{what} stands in an earlier row already"),
        expected=f"one record for each {', '.join(named)}",
        columns={name: name for name in named},
    )
    return listed(sheet, again, column, words)


def one_study(study: ExaminedStudy) -> Iterator[Finding]:
    """S19: a table holds more than one study."""
    for sheet in study.having("STUDYID"):
        names = sheet.table["STUDYID"].drop_nulls().unique().sort().to_list()
        if len(names) > 1:
            message = f"{len(names)} studies in one table: {', '.join(map(str, names[:5]))}"
            yield Finding(sheet.place("STUDYID"), message, "one study", "S19", "warning")


STRUCTURE_RULES = (
    *(required_domains, usual_domains, required_columns, expected_columns, empty_tables),
    *(domain_codes, subject_identifiers, sequences, unique_keys, one_study),
)
