"""All that is known now of some subjects, read from the tables and not from the whole audit."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from sqlalchemy import Select, select

from equipoise.conduct.store.canonical import SITE
from equipoise.conduct.store.served.look import Whose, people_at
from equipoise.conduct.store.state import Recalled
from equipoise.conduct.store.tables import TABLES
from equipoise.conduct.store.unit import Head, Unit

_OF_SUBJECT: Final = (
    "visit", "form", "dose", "disposition", "deviation", "allocation", "allocation_note",
)  # fmt: skip


def known_now(unit: Unit, subjects: Collection[str]) -> Recalled:
    """The records of these subjects, the sites, their ranges and versions, as `known_at` has them.

    Checked  tests/unit/adam/test_asked.py (the record is that of the whole audit).
    """
    found = Recalled()
    asked: dict[str, Select[Any]] = {"site": select(TABLES["site"])}
    asked["range"] = select(TABLES["range"])
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


def is_about_all(unit: Unit, site: str, n: int) -> bool:
    """Whether a site's chain has got a row after its n-th that is about no subject of its own.

    Such a row tells a range of the site's laboratory, which may be that of everybody's samples.
    """
    audit = TABLES["audit"]
    since = (audit.c.chain == f"{SITE}{site}", audit.c.n > n, audit.c.subject.is_(None))
    return unit.connection.execute(select(audit.c.n).where(*since).limit(1)).first() is not None


def touched_since(unit: Unit, heads: dict[str, Head], *, but_by: str) -> Iterator[str]:
    """The subjects about whom the chains of sites grew after these heads.

    After a row about no subject, those are all of the site.
    but_by : a command whose rows do not count
    """
    audit = TABLES["audit"]
    for chain, (n, _) in unit.heads().items():
        before, site = heads.get(chain, (0, ""))[0], chain.removeprefix(SITE)
        if not chain.startswith(SITE) or n == before:
            continue
        told = audit.c.body.contains(f'"command":"{but_by}"', autoescape=True)
        rows = select(audit.c.subject).where(audit.c.chain == chain, audit.c.n > before, ~told)
        if is_about_all(unit, site, before):
            yield from (one["id"] for one in people_at(unit, Whose(site)))
        else:
            yield from unit.connection.execute(rows.distinct()).scalars()
