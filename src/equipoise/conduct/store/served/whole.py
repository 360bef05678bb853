"""All that is known now of some subjects, read from the tables and not from the whole audit."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from sqlalchemy import Select, select

from equipoise.conduct.store.canonical import SITE
from equipoise.conduct.store.state import Recalled
from equipoise.conduct.store.tables import TABLES
from equipoise.conduct.store.unit import Head, Unit

_OF_SUBJECT: Final = (
    "visit", "form", "dose", "disposition", "deviation", "allocation", "allocation_note",
)  # fmt: skip


def known_now(unit: Unit, subjects: Collection[str]) -> Recalled:
    """The records of these subjects, and the sites and versions, as `known_at` has them.

    Checked  tests/unit/adam/test_asked.py (the record is that of the whole audit).
    """
    found = Recalled()
    asked: dict[str, Select[Any]] = {"site": select(TABLES["site"])}
    asked["subject"] = select(TABLES["subject"]).where(TABLES["subject"].c.id.in_(subjects))
    for name in _OF_SUBJECT:
        asked[name] = select(TABLES[name]).where(TABLES[name].c.subject.in_(subjects))
    value, form = TABLES["value"], TABLES["form"]
    asked["value"] = select(value).join(form, form.c.id == value.c.form)
    asked["value"] = asked["value"].where(form.c.subject.in_(subjects))
    for name, statement in asked.items():
        key = [column.name for column in TABLES[name].primary_key.columns]
        for row in unit.connection.execute(statement).mappings():
            found.tables[name][tuple(row[k] for k in key)] = dict(row)
    rows = unit.connection.execute(select(TABLES["protocol_version"])).mappings()
    found.versions = {row["id"]: dict(row) for row in rows}
    return found


def touched_since(unit: Unit, heads: dict[str, Head], *, but_by: str) -> Iterator[str]:
    """The subjects about whom the chains of sites grew after these heads.

    but_by : a command whose rows do not count
    """
    audit = TABLES["audit"]
    for chain, (n, _) in unit.heads().items():
        before = heads.get(chain, (0, ""))[0]
        if not chain.startswith(SITE) or n == before:
            continue
        told = audit.c.body.contains(f'"command":"{but_by}"', autoescape=True)
        rows = select(audit.c.subject).where(audit.c.chain == chain, audit.c.n > before, ~told)
        yield from unit.connection.execute(rows.distinct()).scalars()
