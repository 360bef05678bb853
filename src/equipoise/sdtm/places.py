"""Rows that break a rule, told as findings with file, row and column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from equipoise.errors import Finding, Severity
from equipoise.sdtm.model import Part

LISTED = 20  # rows of one rule and column that are told one by one; the rest are counted


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
    """
    rows = bad.fill_null(False).arg_true()
    if rows.is_empty():
        return []
    shown = sheet.table[rows.head(LISTED)]
    found = [_fill(words, record, column) for record in shown.iter_rows(named=True)]
    findings = [
        Finding(sheet.place(column, row=row), message, words.expected, words.rule, words.severity)
        for row, message in zip(rows.head(LISTED).to_list(), found, strict=True)
    ]
    more = len(rows) - LISTED
    if more > 0:
        rest = f"and {more:,} more rows like the {LISTED} above"
        findings.append(Finding(sheet.place(column), rest, "", words.rule, words.severity))
    return findings


def _fill(words: Words, record: dict[str, object], column: str) -> str:
    values = {name: record.get(source) for name, source in words.columns.items()}
    return words.message.format(found=_shown(record.get(column)), **values)


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, float):
        return f"{value:g}"
    return f'"{value}"'
