"""From the answers of a form to rows of the record: each to the table and column it belongs to.

A row of a plain form is a row of one table. A row of a protocol's own form may be several: one for
each laboratory test, or a lesion and its measurement. What has no column of its own stands in a
further column of its domain, or among what was `collected`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from equipoise.conduct.record import COLUMNS
from equipoise.meaning.forms.derived import derive_answers
from equipoise.meaning.forms.model import CaseForm, Item, RecordCell
from equipoise.protocol import Protocol

RecordRow = dict[str, Any]
_DOMAIN_OF: Final = {
    "labs": "LB", "events": "AE", "therapies": "CM", "lesions": "TU", "measurements": "TR",
    "readings": "RS",
}  # fmt: skip
_MAKES: Final = {
    "labs": ("value",),
    "assessments": ("value",),
    "lesions": ("role", "organ"),
    "measurements": ("size", "state"),
    "readings": ("response",),
    "events": ("term",),
    "therapies": ("therapy",),
}
"""The columns of which one must be answered for a row of a table to be there."""
_SITE: Final = "investigator"  # who reads where nobody else is named
_NODE: Final = "LYMPH NODE"
_IN_EX: Final = ("EX", "SUPPEX")  # what was given is a dose, which has a command of its own


@dataclass(frozen=True)
class FormRows:
    """Turns the answers of one subject's forms into rows, in the order they were entered."""

    protocol: Protocol
    organs: dict[str, str]  # of lesions that were named so far

    def rows(
        self, form: CaseForm, said: Mapping[str, Any], at: RecordRow
    ) -> Iterator[tuple[str, RecordRow]]:
        """(table, row) for each row of the record; `at` has subject, visit, number and date."""
        if form.table:
            yield form.table, {**at, **said}
            return
        said = {**said, **derive_answers(self.protocol, form, said)}
        answered = [item for item in form.items if said.get(item.key) is not None]
        for table in dict.fromkeys(cell.table for item in answered for cell in item.cells):
            yield from ((table, row) for row in self._of_table(table, answered, said, at))
        yield from (("collected", row) for row in _collected(form, answered, said, at))

    def _of_table(
        self, table: str, answered: list[Item], said: Mapping[str, Any], at: RecordRow
    ) -> Iterator[RecordRow]:
        more = _further(table, answered, said)
        if table in ("labs", "assessments"):
            for item in answered:
                if RecordCell(table, "value") in item.cells:
                    yield {**at, **_result(item, answered, said), **more}
            return
        row: RecordRow = {}
        for item in answered:
            for column in (cell.column for cell in item.cells if cell.table == table):
                row[column] = _merged(table, column, row.get(column), said[item.key])
                row |= item.fixed
        if any(row.get(column) is not None for column in _MAKES.get(table, tuple(row))):
            yield {**at, **self._completed(table, row), **more}

    def _completed(self, table: str, row: RecordRow) -> RecordRow:
        """What follows from the rest: who read, and along which axis a lesion was measured."""
        if table in ("lesions", "measurements", "readings"):
            row = {**row, "reader": row.get("reader") or _SITE}
        if table == "lesions":
            self.organs[row["lesion"]] = row.get("organ") or ""
        if table == "measurements":
            is_node = self.organs.get(row["lesion"]) == _NODE
            size = "short axis" if is_node else "diameter"
            row["measure"] = "state" if row.get("size") is None else size
        return row


def _merged(table: str, column: str, before: Any, answer: Any) -> Any:
    """An answer as the column has it; of several, such as one for each drug, any yes."""
    kind = str(COLUMNS[table].get(column, ""))
    if kind == "Boolean" and isinstance(answer, str):
        return bool(before) or answer == "Y"
    if kind == "Date" and isinstance(answer, str):
        return dt.date.fromisoformat(answer[:10]) if len(answer) >= len("2026-05-01") else None
    return answer


def _result(item: Item, answered: list[Item], said: Mapping[str, Any]) -> RecordRow:
    """A result of a test: what it is, its unit and its limits of normal."""
    row = {
        "unit": item.units[0] if item.units else "",
        **item.fixed,
        "value": float(said[item.key]),
    }
    for other in answered:
        if other.of == item.key:
            row |= {cell.column: said[other.key] for cell in other.cells}
    return row


def _further(table: str, answered: list[Item], said: Mapping[str, Any]) -> RecordRow:
    """Variables of a table's domain that the record has no column for, and partial dates."""
    domain, found = _DOMAIN_OF.get(table, ""), {}
    for item in answered:
        is_partial = any(c.table == table for c in item.cells) and _is_partial(item, said[item.key])
        if item.home.domain == domain and (not item.cells or is_partial) and not item.of:
            found[item.home.variable] = _text(said[item.key])
        elif item.home.domain == f"SUPP{domain}":
            found[f"SUPP{domain}.{item.home.code}"] = _text(said[item.key])
    return found


def _is_partial(item: Item, answer: Any) -> bool:
    return item.kind == "partial date" and len(str(answer)) < len("2026-05-01")


def _collected(
    form: CaseForm, answered: list[Item], said: Mapping[str, Any], at: RecordRow
) -> Iterator[RecordRow]:
    """Answers of domains that the record has no table for, one row each."""
    reached = {_DOMAIN_OF.get(table) for table in form.tables()}
    for item in answered:
        domain = item.home.domain.removeprefix("SUPP")
        if item.cells or domain in reached or item.home.domain in _IN_EX:
            continue
        yield {
            **at, "domain": item.home.domain, "variable": item.home.variable,
            "code": item.home.code, "text": item.label, "answer": _text(said[item.key]),
            "unit": item.units[0] if item.units else "",
        }  # fmt: skip


def _text(answer: Any) -> str:
    if isinstance(answer, float):
        return f"{answer:.15g}"
    return str(answer)
