"""The records of an ODM file, from the file alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from equipoise.conduct.exchange.odm.clinical import CLOCK_NOTE
from equipoise.conduct.exchange.odm.entries import Act, EnteredAnswer, OdmEntry, columns_of
from equipoise.conduct.exchange.odm.items import (
    FORM_CONTEXT,
    ITEM_CONTEXT,
    KIND_CONTEXT,
    RECORD_CONTEXT,
)
from equipoise.conduct.exchange.odm.parsing import OdmElement, parsed
from equipoise.conduct.store.state import ANCHORED
from equipoise.conduct.store.tables import AUDITED, TABLES
from equipoise.errors import InputError

_KINDS: Final = ("Transactional", "Snapshot")
_LOCATION, _USER, _UNIT = "LO.", "US.", "MU."


class _Defined(NamedTuple):
    """An item: the column of a record and how it is told, or an answer and its kind."""

    table: str
    name: str
    how: str
    is_number: bool


@dataclass
class OdmFile:
    """What an ODM file holds.

    entries : a record each, or what one row of the audit did, in the order of the file
    records : how many AuditRecords it has
    """

    study: str = ""
    version: str = ""
    file_type: str = ""
    entries: list[OdmEntry] = field(default_factory=list)
    records: int = 0
    items: dict[str, _Defined] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)
    events: set[str] = field(default_factory=set)


def read_odm(path: str | Path, *, study: str) -> OdmFile:
    """Read a file that `equipoise odm` wrote.

    study : the OID that its study must have
    Raises   InputError with the line, for a file that is broken, of another study, or holds what
    it does not define.
    Checked  tests/unit/conduct/exchange/test_odm.py.
    """
    found = OdmFile()
    for where, one in parsed(Path(path)):
        match where, one.tag:
            case (), "ODM":
                found.file_type = _one_of(one, "FileType", _KINDS)
            case ("ODM",), "Study":
                _define(found, one, study)
            case ("ODM",), ("ClinicalData" | "ReferenceData"):
                _of_study(one, "StudyOID", found.study or study)
            case ("ODM", "ClinicalData"), "SubjectData":
                found.entries.extend(_of_subject(found, one))
            case ("ODM", "ReferenceData"), "ItemGroupData":
                found.entries.append(_of_reference(found, one))
    if not found.study:
        raise InputError(f"{path}: defines no study")
    found.records = sum(one.act is not None for one in found.entries)
    return found


def _define(found: OdmFile, one: OdmElement, study: str) -> None:
    """What the file says of items and forms."""
    _of_study(one, "OID", study)
    found.study = one.asked("OID")
    for version in one.every("MetaDataVersion"):
        found.version = version.asked("OID")
        for item in version.every("ItemDef"):
            found.items[item.asked("OID")] = _defined(item)
        for form in version.every("FormDef"):
            called = _called(form)
            found.forms[form.asked("OID")] = called.get(RECORD_CONTEXT, "form")
            if not {RECORD_CONTEXT, FORM_CONTEXT} & set(called):
                raise form.fault("is a form of another program")
        found.events |= {event.asked("OID") for event in version.every("StudyEventDef")}


def _defined(item: OdmElement) -> _Defined:
    called, is_number = _called(item), item.asked("DataType") == "integer"
    if ITEM_CONTEXT in called and KIND_CONTEXT in called:
        return _Defined("", called[ITEM_CONTEXT], called[KIND_CONTEXT], False)
    table, _, column = called.get(RECORD_CONTEXT, "").partition(".")
    if table in (*AUDITED, ANCHORED) and column in columns_of(table):
        return _Defined(table, column, called.get(KIND_CONTEXT, ""), is_number)
    raise item.fault(f"{item.asked('OID')} is an item of another program")


def _of_subject(found: OdmFile, one: OdmElement) -> Iterator[OdmEntry]:
    subject = one.asked("SubjectKey")
    for event in one.every("StudyEventData"):
        _known(event, "StudyEventOID", found.events)
        for form in event.every("FormData"):
            table = _known(form, "FormOID", found.forms)
            key = _key(form, form.asked("FormRepeatKey"), table)
            groups = form.every("ItemGroupData")
            cells = [item for group in groups for item in group.every("ItemData")]
            yield _entry(found, form, table, key, cells, subject)


def _of_reference(found: OdmFile, one: OdmElement) -> OdmEntry:
    table = one.asked("ItemGroupOID").removeprefix("IG.record.")
    if table != ANCHORED and table not in TABLES:
        raise one.fault(f"{one.attributes['ItemGroupOID']} is not defined")
    key = () if table == ANCHORED else _key(one, one.asked("ItemGroupRepeatKey"), table)
    return _entry(found, one, table, key, [*one.every("ItemData")], "")


def _entry(
    found: OdmFile, one: OdmElement, table: str, key: tuple[Any, ...], cells: list[OdmElement],
    subject: str,
) -> OdmEntry:  # fmt: skip
    columns: dict[str, Any] = {}
    values: dict[str, EnteredAnswer] = {}
    arm = None
    for cell in cells:
        known = _known(cell, "ItemOID", found.items)
        if not known.table:
            values[known.name] = _answer(cell, known)
        elif (table, known.name, known.how) == ("allocation", "arm", "") and _value(cell):
            arm = _value(cell)
        else:
            columns[known.name] = _cell(cell, known)
    act, chain = _act(one)
    is_new = one.attributes.get("TransactionType", "Insert") == "Insert"
    return OdmEntry(table, key, columns, values, subject, chain, is_new, act, arm)


def _cell(cell: OdmElement, known: _Defined) -> Any:
    text = _value(cell)
    if text is None:
        return None
    if known.how == "json":
        return json.loads(text)
    if known.how:
        return {known.how: text}
    if not known.is_number:
        return text
    try:
        return int(text)
    except ValueError:
        wanted = f"{known.table}.{known.name} is {text!r}; expected a whole number"
        raise cell.fault(wanted) from None


def _answer(cell: OdmElement, known: _Defined) -> EnteredAnswer:
    unit, note = cell.first("MeasurementUnitRef"), cell.first("Annotation")
    told = None if unit is None else unit.asked("MeasurementUnitOID").removeprefix(_UNIT)
    missing = None if note is None else note.said("Comment")
    return known.how, _value(cell), told, missing


def _value(cell: OdmElement) -> str | None:
    if cell.attributes.get("IsNull") == "Yes":
        return None
    return cell.asked("Value")


def _act(one: OdmElement) -> tuple[Act | None, str]:
    """Who did it, and on which chain the audit says so."""
    record = one.first("AuditRecord")
    if record is None:
        return None, ""
    who, where = record.first("UserRef"), record.first("LocationRef")
    if who is None or where is None:
        raise record.fault("AuditRecord does not say by whom and where")
    note = one.first("Annotation")
    every = () if note is None else note.every("Flag")
    flags = {one.said("FlagType"): one.said("FlagValue") for one in every}
    chain = where.asked("LocationOID").removeprefix(_LOCATION)
    return Act(
        who.asked("UserOID").removeprefix(_USER), flags.get("role", ""), flags.get("command", ""),
        record.said("DateTimeStamp"), record.said("ReasonForChange"),
        "" if note is None else note.said("Comment").removeprefix(CLOCK_NOTE),
        flags.get("through", ""), _place(record, chain),
    ), chain  # fmt: skip


def _place(record: OdmElement, chain: str) -> tuple[str, int, str] | None:
    text = record.said("SourceID")
    if not text:
        return None
    n, _, rest = text.partition(" ")
    hash_, _, told = rest.partition(" ")
    if not n.isdecimal() or told != chain:
        raise record.fault(f"SourceID is {text!r}; expected a number, a hash and {chain}")
    return chain, int(n), hash_


def _key(one: OdmElement, text: str, table: str) -> tuple[Any, ...]:
    keys = TABLES[table].primary_key.columns
    if len(keys) == 1:
        return (text,)
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, list) or len(found) != len(keys):
        raise one.fault(f"{text!r} is no key of {table}")
    return tuple(found)


def _called(one: OdmElement) -> dict[str, str]:
    return {each.asked("Context"): each.asked("Name") for each in one.every("Alias")}


def _known(one: OdmElement, name: str, defined: Any) -> Any:
    """What an OID stands for; the OID itself where nothing more is known."""
    oid = one.asked(name)
    if oid not in defined:
        raise one.fault(f"{oid} is not defined")
    return defined[oid] if isinstance(defined, Mapping) else oid


def _of_study(one: OdmElement, name: str, study: str) -> None:
    if one.asked(name) != study:
        raise one.fault(f"is of the study {one.asked(name)}; expected {study}")


def _one_of(one: OdmElement, name: str, values: tuple[str, ...]) -> str:
    if one.asked(name) not in values:
        raise one.fault(f"{name} is {one.asked(name)!r}; expected {' or '.join(values)}")
    return one.asked(name)
