"""Define-XML beside the data: what it says of tables and variables, compared with what is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import polars as pl

from equipoise.errors import Finding
from equipoise.sdtm.model import SDTM
from equipoise.sdtm.places import Sheet, Words, listed

DEFINE = "define.xml"
_NUMBERS = frozenset({"integer", "float", "double", "decimal"})


class _Described(NamedTuple):
    """What an ItemDef says: its type, its length, whether it must be there, the terms it may have.

    terms : None where any will do
    """

    kind: str
    length: int | None
    mandatory: bool
    terms: frozenset[str] | None


_Defined = Mapping[str, Mapping[str, _Described]]


def beside(folder: Path, data: SDTM) -> list[Finding]:
    """S08: where the data of a folder are not what its define.xml says; S01 if it cannot be read.

    Returns  warnings; nothing where there is no define.xml
    Source   CDISC Define-XML 2.0 and 2.1: ItemGroupDef, ItemRef, ItemDef, CodeList. It counts no
             rows, so that a file cut off between two rows agrees with it.
    Checked  tests/unit/sdtm/test_define_beside.py
    """
    path = folder / DEFINE
    if not path.is_file():
        return []
    try:
        root = ElementTree.parse(path).getroot()
    except ElementTree.ParseError as error:
        return [Finding(DEFINE, f"cannot be read: {error}", "Define-XML 2", "S01")]
    return list(_compared(_defined(root), data))


def _compared(defined: _Defined, data: SDTM) -> Iterator[Finding]:
    if not defined:
        yield Finding(DEFINE, "describes no table", "Define-XML 2", "S08", "warning")
    for name, variables in defined.items():
        table = data.tables.get(name)
        if table is None:
            said = f"{DEFINE} describes {name}, and there is no such file"
            yield Finding(DEFINE, said, f"a file {name.lower()}.xpt", "S08", "warning")
            continue
        sheet = Sheet(name, table, data.parts.get(name, ()), data.files.get(name, ""))
        yield from _columns(sheet, variables)
        for column in table.columns:
            if column in variables:
                yield from _values(sheet, column, variables[column])
    for name in sorted(set(data.tables) - set(defined)) if defined else ():
        yield Finding(data.files.get(name, name), f"{DEFINE} has no {name}", "", "S08", "warning")


def _columns(sheet: Sheet, variables: Mapping[str, _Described]) -> Iterator[Finding]:
    have = set(sheet.table.columns)
    absent = [name for name, one in variables.items() if one.mandatory and name not in have]
    if absent:
        said = f"{DEFINE} calls for columns that are missing: {', '.join(absent)}"
        yield Finding(sheet.place(), said, "", "S08", "warning")
    strange = [name for name in sheet.table.columns if name not in variables]
    if strange:
        said = f"columns that {DEFINE} does not have: {', '.join(strange)}"
        yield Finding(sheet.place(), said, "", "S08", "warning")


def _values(sheet: Sheet, name: str, one: _Described) -> Iterator[Finding]:
    column = sheet.table[name]
    text = column.cast(pl.String)
    if one.kind in _NUMBERS and column.dtype == pl.String:
        odd = text.cast(pl.Float64, strict=False).is_null() & text.is_not_null()
        words = Words("S08", "warning", f"{{found}} is no number, and {DEFINE} says {one.kind}")
        yield from listed(sheet, odd, name, words)
    if one.kind not in _NUMBERS and one.length is not None and column.dtype == pl.String:
        said = f"{{found}} is longer than the {one.length} that {DEFINE} says"
        is_long = text.str.len_bytes() > one.length
        yield from listed(sheet, is_long, name, Words("S08", "warning", said))
    if one.terms is not None and column.dtype == pl.String:
        odd = ~text.is_in(sorted(one.terms)) & text.is_not_null()
        words = Words("S08", "warning", f"{{found}} is not in the codelist of {DEFINE}")
        yield from listed(sheet, odd, name, words)


def _defined(root: ElementTree.Element) -> _Defined:
    """Every table of the file by its name, with its variables; whatever the namespace."""
    terms = {e.get("OID", ""): _terms(e) for e in _all(root, "CodeList")}
    items = {e.get("OID", ""): e for e in _all(root, "ItemDef")}
    found: dict[str, dict[str, _Described]] = {}
    for group in _all(root, "ItemGroupDef"):
        variables = found.setdefault(str(group.get("Name", "")).upper(), {})
        for reference in _all(group, "ItemRef"):
            item = items.get(reference.get("ItemOID", ""))
            if item is not None:
                is_needed = reference.get("Mandatory") == "Yes"
                variables[str(item.get("Name", "")).upper()] = _variable(item, is_needed, terms)
    return {name: variables for name, variables in found.items() if name and variables}


def _variable(
    item: ElementTree.Element, mandatory: bool, terms: Mapping[str, frozenset[str] | None]
) -> _Described:
    length = item.get("Length", "")
    cited = next((e.get("CodeListOID", "") for e in _all(item, "CodeListRef")), "")
    size = int(length) if length.isdigit() else None
    return _Described(item.get("DataType", "text"), size, mandatory, terms.get(cited))


def _terms(codelist: ElementTree.Element) -> frozenset[str] | None:
    """The terms of a codelist; None for one that lies elsewhere, as a dictionary does."""
    coded = [*_all(codelist, "CodeListItem"), *_all(codelist, "EnumeratedItem")]
    return frozenset(e.get("CodedValue", "") for e in coded) if coded else None


def _all(root: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (e for e in root.iter() if e.tag.rpartition("}")[2] == name)
