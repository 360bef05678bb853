"""Rows that break a rule, told as findings with file, row and column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from equipoise.errors import Finding, Severity
from equipoise.sdtm.model import Part

LISTED = 20  # rows of one rule and column that are told one by one; the rest are counted
_ALIKE = 3  # rows of which the same is to be said; more are told as one


_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Sheet:
    """One domain's table, with the files its rows came from."""

    domain: str
    table: pl.DataFrame
    parts: tuple[Part, ...] = ()
    file: str = ""

    def place(self, column: str = "", *, row: int | None = None) -> str:
        """Where a finding is, as ae.xpt row 17 AESTDTC; `row` counts from 0, the text from 1."""
        if row is None:
            return " ".join(filter(None, [self._name, column]))
        name = self._name
        for part in self.parts:
            if row < part.rows:
                name = part.file
                break
            row -= part.rows
        return " ".join(filter(None, [name, f"row {row + 1}", column]))

    @property
    def _name(self) -> str:
        return self.file or self.domain


@dataclass(frozen=True)
class Words:
    """How a broken rule is told; `{found}` and other columns of the bad rows fill the message."""

    rule: str
    severity: Severity
    message: str
    expected: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


def listed(sheet: Sheet, bad: pl.Series, column: str, words: Words) -> list[Finding]:
    """Findings for the rows where `bad` is true, the first few one by one and the rest counted.

    bad : (n,) bool, one per row of the sheet
    column : the column to point at; its value fills `{found}`

    Many rows of which the same is to be said are one finding, at the first of them.
    """
    rows = bad.fill_null(False).arg_true()
    if rows.is_empty():
        return []
    told: dict[str, list[int]] = {}
    for row, record in zip(rows, sheet.table[rows].iter_rows(named=True), strict=True):
        told.setdefault(_fill(words, record, column), []).append(row)
    findings: list[Finding] = []
    more = 0
    for message, alike in told.items():
        room = LISTED - len(findings)
        if len(alike) > _ALIKE and room:
            findings.append(_one(sheet, alike, column, words, message))
        else:
            findings += [_at(sheet, row, column, words, message) for row in alike[:room]]
            more += max(len(alike) - room, 0)
    if more:
        rest = f"and {more:,} more rows like the {LISTED} above"
        findings.append(Finding(sheet.place(column), rest, "", words.rule, words.severity))
    return findings


def _at(sheet: Sheet, row: int, column: str, words: Words, message: str) -> Finding:
    place = sheet.place(column, row=row)
    return Finding(place, message, words.expected, words.rule, words.severity)


def _one(sheet: Sheet, rows: list[int], column: str, words: Words, message: str) -> Finding:
    """One finding for many rows of which the same is to be said."""
    others = ", ".join(sheet.place(row=row).rpartition(" ")[2] for row in rows[1 : _ALIKE + 1])
    dots = ", ..." if len(rows) > _ALIKE + 1 else ""
    text = f"{message} ({len(rows):,} rows; also {others}{dots})"
    return _at(sheet, rows[0], column, words, text)


def _fill(words: Words, record: dict[str, object], column: str) -> str:
    values = {name: record.get(source) for name, source in words.columns.items()}
    values["found"] = _shown(record.get(column))
    # Names of files and values may have braces of their own: only known places are filled.
    return _PLACE.sub(lambda m: str(values.get(m[1], m[0])), words.message)


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, float):
        return f"{value:g}"
    return f'"{value}"'
