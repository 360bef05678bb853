"""What the audit says of one record's change, on the chain of its site and on the trial's."""

from __future__ import annotations

from typing import Any, NamedTuple

from equipoise.conduct.store.canonical import SITE, TRIAL, fingerprint_of, sealed
from equipoise.conduct.store.tables import (
    DIGESTED,
    ON_TRIAL_CHAIN,
    SEALED,
    TRIAL_CHAIN_PART,
    UNTOLD,
)

Stored = dict[str, Any]
RecordKey = tuple[str | int, ...]


class Who(NamedTuple):
    """By whom, as what, by which command and why; through : the token that asked for him."""

    by: str
    role: str
    command: str
    reason: str = ""
    through: str = ""


class ChangedRecord(NamedTuple):
    """What happened to one record: the values before and after, by column or item."""

    who: Who
    site: str
    subject: str
    columns: dict[str, list[Any]]
    values: dict[str, list[Any]]


def told_of(table: str, key: RecordKey, done: ChangedRecord) -> list[tuple[str, Stored]]:
    """What one record's change says to each chain."""
    columns = {name: pair for name, pair in done.columns.items() if name not in UNTOLD}
    nonce = done.columns.get("nonce", [None, None])[1]
    for name in SEALED[table] if nonce else ():
        columns[name] = [None, sealed(columns[name][1], nonce)]
    for name in DIGESTED:
        if name in columns:
            columns[name] = [p and {"sha256": fingerprint_of(p)} for p in columns[name]]
    site = f"{SITE}{done.site}" if done.site else TRIAL
    if table != "allocation":
        return [(TRIAL if table in ON_TRIAL_CHAIN else site, _body(table, key, done, columns))]
    central = {name: pair for name, pair in columns.items() if name in TRIAL_CHAIN_PART}
    own = {name: pair for name, pair in columns.items() if name not in TRIAL_CHAIN_PART}
    return [
        (site, _body(table, key, done, own)),
        (TRIAL, _body(table, key, done, central)),
    ]


def _body(table: str, key: RecordKey, done: ChangedRecord, columns: dict[str, list[Any]]) -> Stored:
    who = done.who
    body: Stored = {"table": table, "key": list(key), "change": columns}
    body |= {"by": who.by, "role": who.role, "command": who.command}
    if done.values:
        body["values"] = [[item, *pair] for item, pair in done.values.items()]
    if who.reason:
        body["reason"] = who.reason
    if who.through:
        body["through"] = who.through
    return body | ({"subject": done.subject} if done.subject else {})
