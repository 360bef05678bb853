"""Rules about dates and their order."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from equipoise.errors import Finding, Severity
from equipoise.sdtm.conform.requirements import demands, is_date, prefix_of
from equipoise.sdtm.dates import earliest, latest, malformed
from equipoise.sdtm.entry import died, randomized, starts
from equipoise.sdtm.places import Sheet, Words, listed
from equipoise.sdtm.study import ExaminedStudy, start_columns

_SILENT_AFTER_DEATH = frozenset({"AE", "EX"})


def iso_dates(study: ExaminedStudy) -> Iterator[Finding]:
    """S30: a date is no ISO 8601 date."""
    words = Words("S30", "error", "{found} is no date", "ISO 8601: 2014-01-31, 2014-01 or 2014")
    for sheet, name in _date_columns(study):
        yield from listed(sheet, malformed(sheet.table[name]), name, words)


_SPANS = (("RFSTDTC", "RFENDTC"), ("RFXSTDTC", "RFXENDTC"), ("RFSTDTC", "RFPENDTC"))
"""Starts and ends in DM: of reference, of exposure, and of taking part."""


def ends_after_starts(study: ExaminedStudy) -> Iterator[Finding]:
    """S31: something ends before it starts, whatever the missing parts of its dates are."""
    for sheet in study.sheets.values():
        prefix = prefix_of(sheet.domain)
        pairs = [(f"{prefix}STDTC", f"{prefix}ENDTC")]
        for start, end in _SPANS if sheet.domain == "DM" else pairs:
            if {start, end} <= set(_text_columns(sheet)):
                bad = latest(sheet.table[end]) < earliest(sheet.table[start])
                words = Words(
                    *("S31", "error", f"ends on {{found}}, before its start {start} {{start}}"),
                    expected=f"{end} on or after {start}",
                    columns={"start": start},
                )
                yield from listed(sheet, bad, end, words)


def after_reference(study: ExaminedStudy) -> Iterator[Finding]:
    """S32: an adverse event or a dose starts before the subject's reference start."""
    dm = _dm(study, "RFSTDTC")
    if dm is None:
        return
    origin = pl.DataFrame({"USUBJID": dm["USUBJID"], "day": earliest(dm["RFSTDTC"])})
    for domain in ("AE", "EX"):
        text = f"starts on {{found}}, before the subject's reference start{_MEANING[domain]}"
        words = Words("S32", "warning", text)
        yield from _earlier(study, domain, origin, words)


_MEANING = {"AE": " (not treatment-emergent)", "EX": ""}


def after_randomization(study: ExaminedStudy) -> Iterator[Finding]:
    """S33: a dose was given before the day of randomization that DS states."""
    if _dm(study) is None:
        return
    dated = randomized({name: sheet.table for name, sheet in study.sheets.items()})
    origin = pl.DataFrame({"USUBJID": dated["USUBJID"], "day": earliest(dated["date"])})
    text = "given on {found}, before randomization: a deviation, a run-in, or a wrong date"
    yield from _earlier(study, "EX", origin, Words("S33", "warning", text))


def before_death(study: ExaminedStudy) -> Iterator[Finding]:
    """S34: something starts after the subject's death (an error for adverse events and doses)."""
    dm = _dm(study, "DTHDTC")
    if dm is None:
        return
    dead = died({"DM": dm})
    for sheet in study.having("USUBJID"):
        if sheet.domain == "DM" or not _start_of(sheet):
            continue
        name = _start_of(sheet)
        last = _by_subject(sheet, dead)
        severity: Severity = "error" if sheet.domain in _SILENT_AFTER_DEATH else "warning"
        text = "{found} is after the death of the subject {subject}"
        words = Words("S34", severity, text, columns={"subject": "USUBJID"})
        late = (earliest(sheet.table[name]) > last) & ~_only_planned(sheet)
        yield from listed(sheet, late, name, words)


def _only_planned(sheet: Sheet) -> pl.Series:
    """Records of what was scheduled, which says of nobody what was done."""
    mood = f"{sheet.domain}MOOD"
    if mood not in sheet.table.columns:
        return pl.repeat(False, sheet.table.height, eager=True)
    return (sheet.table[mood] == "SCHEDULED").fill_null(False)


def death_after_entry(study: ExaminedStudy) -> Iterator[Finding]:
    """S35: a subject died before the reference start."""
    for sheet in study.having("RFSTDTC", "DTHDTC", domain="DM"):
        bad = latest(sheet.table["DTHDTC"]) < earliest(sheet.table["RFSTDTC"])
        words = Words(
            *("S35", "error", "death on {found}, before the reference start {start}"),
            expected="DTHDTC on or after RFSTDTC",
            columns={"start": "RFSTDTC"},
        )
        yield from listed(sheet, bad, "DTHDTC", words)


def dated_records(study: ExaminedStudy) -> Iterator[Finding]:
    """S36: a record has no date, so no cut-off can tell whether it was known."""
    words = Words("S36", "warning", "no date says when this was", "a date, whole or partial")
    for sheet in study.sheets.values():
        known = demands(sheet.domain)
        if known is None or not known.start or sheet.domain == "MH":
            continue
        begun = starts(sheet.table, start_columns(sheet.domain))
        if begun is not None:
            yield from listed(sheet, begun.is_null() & _was_done(sheet), known.start[0], words)


def _was_done(sheet: Sheet) -> pl.Series:
    name = f"{prefix_of(sheet.domain)}STAT"
    if name not in sheet.table.columns:
        return pl.repeat(True, sheet.table.height, eager=True)
    return (sheet.table[name] != "NOT DONE").fill_null(True)


def _earlier(
    study: ExaminedStudy, domain: str, origin: pl.DataFrame, words: Words
) -> Iterator[Finding]:
    name = f"{domain}STDTC"
    for sheet in study.having("USUBJID", name, domain=domain):
        if name in _text_columns(sheet):
            first = _by_subject(sheet, origin.unique("USUBJID"))
            yield from listed(sheet, latest(sheet.table[name]) < first, name, words)


def _by_subject(sheet: Sheet, days: pl.DataFrame) -> pl.Series:
    """The subject's own day beside each row of a sheet."""
    keyed = days.select("USUBJID", "day").drop_nulls()
    joined = sheet.table.select("USUBJID").join(
        keyed, on="USUBJID", how="left", maintain_order="left"
    )
    return joined["day"]


def _start_of(sheet: Sheet) -> str:
    have = _text_columns(sheet)
    return next((name for name in start_columns(sheet.domain) if name in have), "")


def _date_columns(study: ExaminedStudy) -> Iterator[tuple[Sheet, str]]:
    for sheet in study.sheets.values():
        for name in _text_columns(sheet):
            if is_date(name):
                yield sheet, name


def _text_columns(sheet: Sheet) -> list[str]:
    return [name for name, dtype in sheet.table.schema.items() if dtype == pl.String]


def _dm(study: ExaminedStudy, *columns: str) -> pl.DataFrame | None:
    return next((s.table for s in study.having("USUBJID", *columns, domain="DM")), None)


TIME_RULES = (
    *(iso_dates, ends_after_starts, after_reference, after_randomization, before_death),
    *(death_after_entry, dated_records),
)
