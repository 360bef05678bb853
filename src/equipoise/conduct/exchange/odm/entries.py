"""What an ODM file tells of one record: as it stands, or what one row of the audit did to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from equipoise.conduct.store.canonical import canonical
from equipoise.conduct.store.state import ANCHORED, ChainRow, Recalled
from equipoise.conduct.store.tables import TABLES

EnteredAnswer = tuple[str, str | None, str | None, str | None]
"""An answer: its kind, the value, its unit, and why it is missing."""
_OF_ANCHOR: Final = ("heads", "rows", "root")
_SAID: Final = ("by", "role", "command", "reason", "at", "clock", "through")


@dataclass(frozen=True, slots=True)
class Act:
    """By whom, as what, by which command, why and when; and where the audit says so.

    clock : what the machine's clock said, where the audit's time is another
    through : the token of a program that asked for it
    place : chain, number and hash; nothing where a file may not tell how many rows it leaves out
    """

    by: str
    role: str
    command: str
    at: str
    reason: str = ""
    clock: str = ""
    through: str = ""
    place: tuple[str, int, str] | None = None


@dataclass(frozen=True, slots=True)
class OdmEntry:
    """One record, or what was done to it.

    columns : of its table; values : of a form, by item; act : of the audit, None in a snapshot
    arm : of an allocation, where it may be told; the audit itself has it sealed
    """

    table: str
    key: tuple[Any, ...]
    columns: Mapping[str, Any]
    values: Mapping[str, EnteredAnswer] = field(default_factory=dict)
    subject: str = ""
    site: str = ""
    is_new: bool = True
    act: Act | None = None
    arm: str | None = None


def acted(rows: Iterable[ChainRow], known: Recalled, *, placed: bool = True) -> Iterator[OdmEntry]:
    """An entry for each row of the audit, in the order in which it was written.

    placed : whether each says where in its chain it stands
    """
    allocated, seen = known.tables["allocation"], set[Any]()
    for row in sorted(rows, key=lambda one: (one.body["at"], one.chain != "trial")):
        body = row.body
        act = Act(**{name: body[name] for name in _SAID if name in body})
        place = (row.chain, row.n, row.hash)
        act = act if not placed else Act(*_said(act), place)
        if body["table"] == ANCHORED:
            yield _of_anchor(body, act)
            continue
        key = tuple(body["key"])
        pairs = body["change"]
        values = {item: tuple(after) for item, _, after in body.get("values", ())}
        arm = allocated.get(key, {}).get("arm") if "arm" in pairs else None
        arm = arm if isinstance(arm, str) else None  # else it is sealed, and may not be told
        columns = {name: after for name, (_, after) in pairs.items()}
        is_new = (body["table"], key, row.chain) not in seen
        seen.add((body["table"], key, row.chain))
        yield OdmEntry(body["table"], key, columns, values, body.get("subject", ""),
                    row.chain, is_new, act, arm)  # fmt: skip


def standing(known: Recalled) -> Iterator[OdmEntry]:
    """An entry for each record as it stands, those of one subject together."""
    answers: dict[tuple[Any, ...], dict[str, EnteredAnswer]] = {}
    for (form, item), one in known.tables["value"].items():
        answers.setdefault((form,), {})[item] = (
            one["kind"], one["value"], one["unit"], one["missing"],
        )  # fmt: skip
    for table, rows in known.tables.items():
        if table == "value":
            continue
        for key, row in rows.items():
            subject = key[0] if table == "subject" else row.get("subject")
            arm = row.get("arm") if table == "allocation" else None
            arm = arm if isinstance(arm, str) else None
            columns = {k: v for k, v in row.items() if arm is None or k != "arm"}
            values = answers.get(key, {}) if table == "form" else {}
            yield OdmEntry(table, key, columns, values, str(subject or ""), arm=arm)


def body_of(entry: OdmEntry, before: Recalled) -> dict[str, Any]:
    """The row of the audit that an entry tells of, as it was hashed.

    before : the records as they stood before it
    """
    act = entry.act
    assert act is not None
    body: dict[str, Any] = {"by": act.by, "role": act.role, "command": act.command, "at": act.at}
    body |= {name: value for name, value in _optional(act).items() if value}
    body |= {"table": entry.table, "v": 1}
    if entry.table == ANCHORED:
        return body | dict(entry.columns)
    row = before.tables[entry.table].get(entry.key, {})
    known = before.tables["value"]
    body["key"] = list(entry.key)
    body["change"] = {name: [row.get(name), value] for name, value in entry.columns.items()}
    if entry.values:
        body["values"] = [
            [item, _parts(known.get((*entry.key, item))), list(told)]
            for item, told in entry.values.items()
        ]
    return body | ({"subject": entry.subject} if entry.subject else {})


def key_spelled(key: tuple[Any, ...]) -> str:
    """The key of a record as one text: its only part, or canonical JSON of several."""
    return str(key[0]) if len(key) == 1 else canonical(list(key))


def is_whole_number(table: str, column: str) -> bool:
    """Whether a column of a table holds whole numbers."""
    if table == ANCHORED:
        return column == "rows"
    return str(TABLES[table].c[column].type) == "INTEGER"


def columns_of(table: str) -> tuple[str, ...]:
    """The columns of a table that a file may tell of."""
    return _OF_ANCHOR if table == ANCHORED else tuple(one.name for one in TABLES[table].columns)


def _of_anchor(body: Mapping[str, Any], act: Act) -> OdmEntry:
    columns = {name: body[name] for name in _OF_ANCHOR if name in body}
    return OdmEntry(ANCHORED, (), columns, act=act, site="trial")


def _said(act: Act) -> tuple[str, str, str, str, str, str, str]:
    return act.by, act.role, act.command, act.at, act.reason, act.clock, act.through


def _optional(act: Act) -> dict[str, str]:
    return {"reason": act.reason, "clock": act.clock, "through": act.through}


def _parts(told: Mapping[str, Any] | None) -> list[Any] | None:
    return None if told is None else [told[part] for part in ("kind", "value", "unit", "missing")]
