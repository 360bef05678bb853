"""What was conducted as tables for a spreadsheet: each form wide, every answer long, a codebook."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from equipoise.conduct.exchange.odm.entries import OdmEntry, columns_of, is_whole_number
from equipoise.errors import InputError
from equipoise.meaning.forms.model import CaseForm, Item
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol import Protocol

CODEBOOK, LONG_FILE = "codebook.csv", "long.csv"
_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "'")
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?")
_BOOK: Final = ("file", "variable", "label", "kind", "unit", "codes", "form", "SDTM")
_OF_FORM: Final = (
    "subject",
    "site",
    "form",
    "state",
    "version",
    "visit",
    "visit_name",
    "held",
    "row",
)
_OF_ANSWER: Final = ("subject", "form", "key", "item", "kind", "answer", "unit", "missing")
_LABELS: Final = {
    "subject": "Subject", "site": "Site", "form": "Name of the form", "state": "State",
    "version": "Version of the protocol", "visit": "Name of the visit's record",
    "visit_name": "Visit", "held": "Day of the visit", "row": "Row of the form",
    "key": "Form of the protocol", "item": "Item", "kind": "Kind of answer", "answer": "Answer",
    "unit": "Unit", "missing": "Why there is no answer",
}  # fmt: skip
SheetRows = list[list[str | None]]
"""A line for each row, the first with the names of the columns."""


def sheets_of(protocol: Protocol, entries: Iterable[OdmEntry]) -> dict[str, SheetRows]:
    """Every table by the name of its file: forms, records, `long.csv` and `codebook.csv`.

    Checked  tests/unit/conduct/exchange/test_spreadsheet.py.
    """
    every = [*entries]
    made = _Sheets(protocol, every)
    found = {f"form-{_name(key)}.csv": made.wide(key) for key in made.forms_answered()}
    found |= {f"record-{table}.csv": made.record(table) for table in made.tables()}
    return {**found, LONG_FILE: made.long(), CODEBOOK: made.codebook()}


def spelled_sheet(sheet: Sequence[Sequence[str | None]]) -> str:
    """A table as comma-separated lines; what a spreadsheet would run begins with an apostrophe.

    So does what begins with one, and a text of no character is one, so that it comes back.
    Source   OWASP, CSV Injection: =, +, -, @, tab and carriage return begin a formula.
    """
    made = io.StringIO()
    csv.writer(made, lineterminator="\r\n").writerows([*map(_harmless, row)] for row in sheet)
    return made.getvalue()


def read_sheet(text: str) -> SheetRows:
    """A table as it was before it was spelled."""
    return [[_as_it_was(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]


def sheet_differences(
    found: Mapping[str, SheetRows], expected: Mapping[str, SheetRows]
) -> Iterator[str]:
    """Each cell that differs, with its file and line."""
    for name, sheet in expected.items():
        if name not in found:
            yield f"{name}: is not there"
            continue
        told = found[name]
        if len(told) != len(sheet):
            yield f"{name}: {len(told)} lines; expected {len(sheet)}"
        for line, (row, wanted) in enumerate(zip(told, sheet, strict=False), 1):
            if row != wanted:
                yield f"{name}:{line}: is {row}; expected {wanted}"


class _Sheets:
    """The tables in the making."""

    def __init__(self, protocol: Protocol, entries: Sequence[OdmEntry]) -> None:
        self.forms, self.entries = forms_of(protocol), entries
        self.site = {one.subject: one.columns["site"] for one in entries if one.table == "subject"}
        self.visits = {one.key[0]: one.columns for one in entries if one.table == "visit"}
        self.of: dict[str, list[OdmEntry]] = {}
        for one in sorted((one for one in entries if one.table == "form"), key=_by_seq):
            self.of.setdefault(str(one.columns["key"]), []).append(one)

    def forms_answered(self) -> list[str]:
        return sorted(self.of)

    def tables(self) -> list[str]:
        return sorted({one.table for one in self.entries if one.subject or one.table == "site"})

    def wide(self, key: str) -> SheetRows:
        items = self._items(key)
        return [[*_OF_FORM, *items], *(self._wide_row(one, items) for one in self.of[key])]

    def _items(self, key: str) -> list[str]:
        form = self.forms.get(key)
        asked = [item.key for item in form.asked] if form else []
        answered = [item for one in self.of[key] for item in one.values]
        return [*dict.fromkeys((*asked, *answered))]

    def _wide_row(self, one: OdmEntry, items: Sequence[str]) -> list[str | None]:
        row = one.columns
        visit = self.visits.get(str(row.get("visit")), {})
        said = [one.values[item][1] if item in one.values else None for item in items]
        head = [one.subject, self.site.get(one.subject), one.key[0], row["state"], row["version"],
                row.get("visit"), visit.get("name"), visit.get("held"), row["row"]]  # fmt: skip
        return [*map(_text, head), *said]

    def record(self, table: str) -> SheetRows:
        names, head = columns_of(table), list[str | None](columns_of(table))
        rows = sorted((one for one in self.entries if one.table == table), key=_by_key)
        return [head, *([_told(one, name) for name in names] for one in rows)]

    def long(self) -> SheetRows:
        rows: SheetRows = [
            [one.subject, str(one.key[0]), key, item, kind, value, unit, missing]
            for key in self.forms_answered()
            for one in self.of[key]
            for item, (kind, value, unit, missing) in one.values.items()
        ]
        head: SheetRows = [[*_OF_ANSWER]]
        return head + rows

    def codebook(self) -> SheetRows:
        rows: SheetRows = [[*_BOOK]]
        for key in self.forms_answered():
            file, form = f"form-{_name(key)}.csv", self.forms.get(key)
            rows += [[file, name, _LABELS[name], "text", "", "", key, ""] for name in _OF_FORM]
            rows += [_described(file, form, key, item) for item in self._items(key)]
        for table in self.tables():
            rows += [
                [f"record-{table}.csv", name, f"{name.replace('_', ' ')} of the {table}",
                 "whole" if is_whole_number(table, name) else "text", "", "", "", ""]
                for name in columns_of(table)
            ]  # fmt: skip
        return rows + [
            [LONG_FILE, name, _LABELS[name], "text", "", "", "", ""] for name in _OF_ANSWER
        ]


def _described(file: str, form: CaseForm | None, key: str, name: str) -> list[str | None]:
    item = form.item(name) if form else None
    if item is None:
        return [file, name, name, "text", "", "", key, ""]
    return [file, name, item.label, item.kind, " | ".join(item.units), _codes(item), key,
            str(item.home)]  # fmt: skip


def _codes(item: Item) -> str:
    return " | ".join(f"{code}={label}" if label else code for code, label in item.choices)


def _told(one: OdmEntry, name: str) -> str | None:
    if (one.table, name) == ("allocation", "arm") and one.arm is not None:
        return one.arm
    value = one.columns.get(name)
    if isinstance(value, dict):
        ((how, text),) = value.items()
        return f"{how} {text}"
    return _text(value)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _name(key: str) -> str:
    """A form's key as a part of a file's name."""
    found = re.sub(r"[^A-Za-z0-9]+", "-", key).strip("-")
    if not found:
        raise InputError(f"the form {key!r} has no letter or digit that a file can be named by")
    return found


def _by_seq(one: OdmEntry) -> tuple[str, int]:
    return one.subject, int(one.columns["seq"])


def _by_key(one: OdmEntry) -> tuple[str, ...]:
    return (one.subject, *map(str, one.key))


def _harmless(value: str | None) -> str:
    if value is None:
        return ""
    if not value or (value.lstrip(" ").startswith(_STARTS) and not _NUMBER.fullmatch(value)):
        return f"'{value}"
    return value


def _as_it_was(cell: str) -> str | None:
    if not cell:
        return None
    return cell.removeprefix("'")
