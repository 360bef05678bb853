"""What pages ask of a store: many records at once, and the audit page by page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, FromClause, bindparam, func, select

from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.canonical import canonical
from equipoise.conduct.store.tables import TABLES
from equipoise.conduct.store.unit import Unit
from equipoise.errors import InputError

_OF_SUBJECTS: Final = (
    "visit", "form", "dose", "query", "sae", "deviation", "disposition", "allocation",
)  # fmt: skip


class Whose(NamedTuple):
    """Of whom something is asked: the subjects of a site, or some of them. only : their names"""

    site: str
    only: tuple[str, ...] | None = None

    def are(self, people: FromClause) -> ColumnElement[bool]:
        """What holds of their rows in the table of subjects."""
        here = people.c.site == self.site
        return here if self.only is None else here & people.c.id.in_(self.only)


def of_site(
    unit: Unit, table: str, site: str | Whose, *, most: int | None = None, **equal: Any
) -> list[Stored]:
    """The records of all subjects of a site, or of some, in the order of their subjects.

    table : one of those that name a subject; most : no more than so many
    equal : the value of a column, or several that it may have
    """
    assert table in _OF_SUBJECTS
    own, people = TABLES[table], TABLES["subject"]
    whose = Whose(site) if isinstance(site, str) else site
    asked = select(own).join(people, people.c.id == own.c.subject).where(whose.are(people))
    asked = asked.where(*(_among(own.c[name], value) for name, value in equal.items()))
    order = [own.c[name] for name in ("seq", "id") if name in own.c]
    asked = asked.order_by(own.c.subject, *order).limit(most)
    found = unit.connection.execute(asked)
    return [dict(one._mapping) for one in found]


def _among(column: ColumnElement[Any], value: Any) -> ColumnElement[bool]:
    return column.in_(value) if isinstance(value, tuple) else column == value


def people_at(unit: Unit, whose: Whose) -> list[Stored]:
    """Subjects of a site, or some of them, by name."""
    people = TABLES["subject"]
    asked = select(people).where(whose.are(people)).order_by(people.c.id)
    return [dict(one._mapping) for one in unit.connection.execute(asked)]


def forms_in(unit: Unit, whose: Whose, *states: str) -> list[tuple[str, str, str | None]]:
    """Subject, key and visit of each form that is in one of these states."""
    form, people = TABLES["form"], TABLES["subject"]
    asked = select(form.c.subject, form.c.key, form.c.visit)
    asked = asked.join(people, people.c.id == form.c.subject)
    asked = asked.where(whose.are(people), form.c.state.in_(states))
    return [(one[0], one[1], one[2]) for one in unit.connection.execute(asked)]


def reported_at(unit: Unit, whose: Whose) -> dict[str, str]:
    """Serious adverse event -> when its first report came in."""
    version, sae, people = TABLES["sae_version"], TABLES["sae"], TABLES["subject"]
    asked = select(version.c.sae, version.c.at).join(sae, sae.c.id == version.c.sae)
    asked = asked.join(people, people.c.id == sae.c.subject)
    found = unit.connection.execute(asked.where(whose.are(people), version.c.n == 1))
    return {one[0]: one[1] for one in found}


def people_of(
    unit: Unit, sites: Sequence[str], *, find: str = "", after: str = "", most: int
) -> tuple[list[Stored], int]:
    """Subjects of sites in order after one of them, no more than so many; and how many in all.

    find : part of their number
    """
    people = TABLES["subject"]
    said: list[ColumnElement[bool]] = [people.c.site.in_(sites)]
    said += [people.c.id.icontains(find, autoescape=True)] if find else []
    total = select(func.count()).select_from(people).where(*said)
    asked = select(people).where(*said, people.c.id > after).order_by(people.c.id).limit(most)
    rows = [dict(one._mapping) for one in unit.connection.execute(asked)]
    return rows, int(unit.connection.execute(total).scalar_one())


def recruited(unit: Unit, site: str) -> list[tuple[str, str, str | None]]:
    """Name, state and moment of randomization of each subject of a site."""
    people = TABLES["subject"]
    asked = select(people.c.id, people.c.state, people.c.randomized).where(people.c.site == site)
    return [tuple(one) for one in unit.connection.execute(asked)]


def asked_at(
    unit: Unit,
    sites: Sequence[str],
    *,
    closed: bool,
    after: str = "",
    most: int,
    without: Sequence[str] = (),
) -> tuple[list[Stored], int]:
    """Queries of sites in order after one of them, no more than so many; and how many in all.

    Each has its `site` and `form_key` beside it. without : kinds of form that are left out
    """
    query, people, form = TABLES["query"], TABLES["subject"], TABLES["form"]
    state = query.c.state == "closed" if closed else query.c.state != "closed"
    joined = query.join(people, people.c.id == query.c.subject)
    joined = joined.join(form, form.c.id == query.c.form)
    said = (people.c.site.in_(sites), state, form.c.key.not_in(without))
    total = select(func.count()).select_from(joined).where(*said)
    asked = (
        select(query, people.c.site, form.c.key.label("form_key"))
        .select_from(joined)
        .where(*said, query.c.id > after)
        .order_by(query.c.id)
        .limit(most)
    )
    rows = [dict(one._mapping) for one in unit.connection.execute(asked)]
    return rows, int(unit.connection.execute(total).scalar_one())


def waits_since(unit: Unit, query: Stored) -> str:
    """The moment since which a query waits for its answer: asked again, or asked at first."""
    turns = unit.rows("query_turn", query=query["id"])
    if turns:
        return str(turns[-1]["at"])
    audit, name = TABLES["audit"].c, canonical([query["id"]])
    asked = select(audit.at).where(audit.subject == query["subject"])
    for part in (f'"key":{name}', '"table":"query"'):
        asked = asked.where(audit.body.contains(part, autoescape=True))
    return str(unit.connection.execute(asked.order_by(audit.n).limit(1)).scalar_one())


def turns_of(unit: Unit, queries: Sequence[str]) -> dict[str, list[Stored]]:
    """Query -> what was said of it, in order, of several queries."""
    table = TABLES["query_turn"]
    found: dict[str, list[Stored]] = {one: [] for one in queries}
    asked = select(table).where(table.c.query.in_(queries)).order_by(table.c.query, table.c.n)
    for one in unit.connection.execute(asked).mappings():
        found[one["query"]].append(dict(one))
    return found


def kits_at(unit: Unit, sites: Sequence[str], *, most: int, skip: int) -> tuple[list[Stored], int]:
    """Kits of sites, and those on their way to one, by site and expiry; and how many in all."""
    kit = TABLES["kit"]
    said = kit.c.site.is_(None) | kit.c.site.in_(sites)
    total = select(func.count()).select_from(kit).where(said)
    asked = select(kit).where(said).order_by(func.coalesce(kit.c.site, ""), kit.c.expires, kit.c.id)
    rows = unit.connection.execute(asked.limit(most).offset(skip))
    return [dict(one._mapping) for one in rows], int(unit.connection.execute(total).scalar_one())


def tally_of_site(unit: Unit, table: str, site: str, *names: str) -> dict[tuple[str, ...], int]:
    """How many records of a site's subjects have each combination of values."""
    assert table in _OF_SUBJECTS
    own, people = TABLES[table], TABLES["subject"]
    columns = [own.c[name] for name in names]
    asked = select(*columns, func.count()).join(people, people.c.id == own.c.subject)
    found = unit.connection.execute(asked.where(people.c.site == site).group_by(*columns))
    return {tuple(one[:-1]): one[-1] for one in found}


def queries_of_site(unit: Unit, site: str) -> dict[tuple[str, str, str], int]:
    """How many queries of a site are about each form's key and version, by the query's state."""
    own, people, form = TABLES["query"], TABLES["subject"], TABLES["form"]
    columns = form.c.key, form.c.version, own.c.state
    asked = (
        select(*columns, func.count())
        .join(people, people.c.id == own.c.subject)
        .join(form, form.c.id == own.c.form)
        .where(people.c.site == site)
    )
    found = unit.connection.execute(asked.group_by(*columns))
    return {(key, version, state): n for key, version, state, n in found}


def void_of_site(unit: Unit, site: str) -> list[Stored]:
    """The void signatures of a site, last first, with its form's `form_state`, `key`, `version`."""
    signed, people, form = TABLES["signature"], TABLES["subject"], TABLES["form"]
    asked = (
        select(signed, people.c.site, form.c.state.label("form_state"), form.c.key, form.c.version)
        .join(people, people.c.id == signed.c.subject)
        .join(form, form.c.id == signed.c.object)
        .where(people.c.site == site, signed.c.void_at.is_not(None))
    )
    found = unit.connection.execute(asked.order_by(signed.c.void_at.desc()))
    return [dict(one._mapping) for one in found]


def subjects_after(
    unit: Unit, sites: Sequence[str], *, after: str = "", state: str = "", most: int = 100
) -> list[Stored]:
    """The first subjects of sites, in the order of their names, after a name."""
    people = TABLES["subject"]
    asked = select(people).where(people.c.site.in_(sites), people.c.id > after)
    if state:
        asked = asked.where(people.c.state == state)
    found = unit.connection.execute(asked.order_by(people.c.id).limit(most))
    return [dict(one._mapping) for one in found]


def version_digest(unit: Unit, name: str) -> str:
    """The digest of a version of the protocol."""

    def read() -> str:
        table = TABLES["protocol_version"]
        asked = select(table.c.digest).where(table.c.id == name)
        return str(unit.connection.execute(asked).scalar_one())

    return str(unit.once(("digest", name), read))


def trial_version(unit: Unit) -> tuple[str, str]:
    """Name and digest of the version that the trial is under. Raises InputError without a trial."""
    trial, version = TABLES["trial"], TABLES["protocol_version"]
    joined = trial.join(version, version.c.id == trial.c.version)
    asked = select(version.c.id, version.c.digest).select_from(joined)
    found = unit.connection.execute(asked).first()
    if found is None:
        raise InputError("the store holds no trial; `equipoise conduct init` makes one")
    return str(found.id), str(found.digest)


def versions_in_order(unit: Unit) -> list[str]:
    """The names of the versions of the protocol, in the order in which they were activated."""
    table = TABLES["protocol_version"]
    found = unit.connection.execute(select(table.c.id).order_by(table.c.at, table.c.id))
    return [str(one) for one in found.scalars()]


def subjects_since(unit: Unit, chain: str, n: int, *, site: str) -> list[str]:
    """The subjects of a site that a chain tells of after its n-th row."""
    audit, people = TABLES["audit"], TABLES["subject"]
    asked = select(audit.c.subject).join(people, people.c.id == audit.c.subject)
    asked = asked.where(audit.c.chain == chain, audit.c.n > n, people.c.site == site).distinct()
    return list(unit.connection.execute(asked).scalars())


def _first_at(unit: Unit, chain: str, at: str) -> int:
    """The number of the first row of a chain at a moment or after it; beyond the last if none."""
    audit = TABLES["audit"]
    asked = select(audit.c.at).where(audit.c.chain == chain, audit.c.n == bindparam("row"))
    low, high = 1, int((unit.row("chain", chain) or {"n": 0})["n"]) + 1
    while low < high:
        middle = (low + high) // 2
        if unit.connection.execute(asked, {"row": middle}).scalar_one() < at:
            low = middle + 1
        else:
            high = middle
    return low


def audit_page(
    unit: Unit,
    chain: str,
    *,
    before: int | None = None,
    subject: str = "",
    by: str = "",
    period: tuple[str, str] = ("", ""),
    record: str = "",
    most: int = 50,
) -> list[Stored]:
    """The newest rows of a chain, newest first, and before a number.

    period : stamps, the first inclusive and the second exclusive; empty for no bound
    record : the key of a record, of which alone is told
    """
    audit = TABLES["audit"]
    said: list[ColumnElement[bool]] = [audit.c.chain == chain]
    said += [audit.c.n < before] if before is not None else []
    said += [audit.c.subject == subject] if subject else []
    said += [audit.c.by == by] if by else []
    since, until = period
    if not subject:  # a chain is long, and its times never go back
        said += [audit.c.n >= _first_at(unit, chain, since)] if since else []
        said += [audit.c.n < _first_at(unit, chain, until)] if until else []
    else:
        said += [audit.c.at >= since] if since else []
        said += [audit.c.at < until] if until else []
    if record:
        said.append(audit.c.body.contains(f'"key":{canonical([record])},', autoescape=True))
    asked = select(audit.c.chain, audit.c.n, audit.c.body, audit.c.hash).where(*said)
    return [
        dict(one._mapping)
        for one in unit.connection.execute(asked.order_by(audit.c.n.desc()).limit(most))
    ]
