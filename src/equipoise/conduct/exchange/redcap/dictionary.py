"""REDCap's data dictionary and its export, as they are."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from equipoise.errors import InputError

EVENT, INSTRUMENT, INSTANCE = (
    "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance",
)  # fmt: skip
GROUP: Final = "redcap_data_access_group"
STRUCTURE: Final = (EVENT, INSTRUMENT, INSTANCE, GROUP, "redcap_survey_identifier")
_COLUMNS: Final = {
    "name": "Variable / Field Name",
    "instrument": "Form Name",
    "kind": "Field Type",
    "label": "Field Label",
    "choices": "Choices, Calculations, OR Slider Labels",
}
_IDENTIFIER: Final = "Identifier?"
_CHOSEN: Final = ("radio", "dropdown", "checkbox")
_SPOKEN: Final = {"yesno": {"1": "Yes", "0": "No"}, "truefalse": {"1": "True", "0": "False"}}


@dataclass(frozen=True, slots=True)
class RedcapField:
    """A field: its instrument, type and label, its codes with their labels."""

    name: str
    instrument: str
    kind: str
    label: str
    codes: Mapping[str, str]
    identifies: bool
    line: int


@dataclass(frozen=True, slots=True)
class RedcapExport:
    """An export: its columns, and the rows with the line on which each begins.

    fields : of the dictionary, by the column that has their data; a checkbox has one for each code
    """

    file: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]
    fields: Mapping[str, RedcapField]

    @property
    def key(self) -> str:
        """The column that names the record: the first of the dictionary."""
        return next(iter(self.fields))

    @property
    def instruments(self) -> list[str]:
        """In the order of the dictionary."""
        return [*dict.fromkeys(one.instrument for one in self.fields.values())]


def read_redcap(
    data: bytes, dictionary: bytes, *, named: tuple[str, str] = ("data.csv", "dictionary.csv")
) -> RedcapExport:
    """An export (raw, as CSV) and its dictionary.

    Raises   InputError with every fault of both, by line and column.
    Checked  tests/unit/conduct/exchange/test_redcap.py.
    """
    faults: list[str] = []
    fields = _fields(_table(dictionary, named[1], faults), named[1], faults)
    columns, rows = _table(data, named[0], faults)
    strange = [one for one in columns if one not in fields and not is_structure(one)]
    faults += [f"{named[0]}:1: the dictionary has no field {one}" for one in strange]
    if columns and fields and next(iter(fields)) not in columns:
        faults.append(f"{named[0]}:1: has no column {next(iter(fields))}, which names the record")
    if faults:
        raise InputError("\n".join(faults))
    return RedcapExport(named[0], columns, rows, fields)


_Table = tuple[tuple[str, ...], tuple[tuple[int, Mapping[str, str]], ...]]


def _table(content: bytes, name: str, faults: list[str]) -> _Table:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        faults.append(f"{name}: is not UTF-8 at byte {problem.start + 1}")
        return (), ()
    reader = csv.reader(io.StringIO(text, newline=""))
    head, rows, line = next(reader, []), [], reader.line_num + 1
    if not head:
        faults.append(f"{name}: is empty")
    faults += [f"{name}:1: the column {one} stands twice" for one in _twice(head)]
    for cells in reader:
        if cells and len(cells) != len(head):
            faults.append(f"{name}:{line}: has {len(cells)} cells; expected {len(head)}")
        elif cells:
            rows.append((line, dict(zip(head, cells, strict=True))))
        line = reader.line_num + 1
    return tuple(head), tuple(rows)


def _twice(head: Sequence[str]) -> list[str]:
    return [one for n, one in enumerate(head) if one in head[:n]]


def _fields(table: _Table, name: str, faults: list[str]) -> dict[str, RedcapField]:
    columns, rows = table
    missing = [one for one in _COLUMNS.values() if columns and one not in columns]
    if missing or not columns:
        faults += [f"{name}:1: has no column {one}" for one in missing]
        return {}
    found: dict[str, RedcapField] = {}
    for line, row in rows:
        said = {part: row[column].strip() for part, column in _COLUMNS.items()}
        if said["kind"] == "descriptive":
            continue
        choices = said.pop("choices")
        codes = _SPOKEN.get(said["kind"]) or _codes(choices if said["kind"] in _CHOSEN else "")
        identifies = row.get(_IDENTIFIER, "").strip().lower() == "y"
        made = RedcapField(**said, codes=codes, identifies=identifies, line=line)
        if said["kind"] == "checkbox":
            boxes = {"1": "Checked", "0": "Unchecked"}
            for code, label in codes.items():
                column = f"{made.name}___{code.lower()}"
                found[column] = RedcapField(
                    column, made.instrument, "checkbox", label, boxes, identifies, line
                )
            continue
        found[made.name] = made
    return found


def _codes(text: str) -> dict[str, str]:
    """`1, Female | 2, Male` by its codes."""
    pairs = (one.partition(",") for one in text.split("|") if one.strip())
    return {code.strip(): label.strip() for code, _, label in pairs}


def is_structure(column: str) -> bool:
    """Whether a column is REDCap's own: of events, instances, groups, states of instruments."""
    return column in STRUCTURE or column.endswith(("_complete", "_timestamp"))
