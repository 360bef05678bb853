"""What pages and commands ask of a store before data are shut: how much is not as it must be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import func, select

from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.tables import TABLES
from equipoise.conduct.store.unit import Unit


def not_in(
    unit: Unit,
    table: Literal["form", "query"],
    states: Sequence[str],
    *,
    site: str = "",
    subject: str = "",
) -> list[tuple[Stored, int]]:
    """Records in none of these states, by kind with how many: of all, of a site or of a subject.

    A form's kind is its `key`, its `version` and whether it is of a visit: `visit` is None or not.
    """
    own, people = TABLES[table], TABLES["subject"]
    kind = [own.c.key, own.c.version, own.c.visit.is_(None)] if table == "form" else []
    asked = select(func.count(), *kind).where(own.c.state.not_in(states)).group_by(*kind)
    if site:
        here = people.c.site == site
        asked = asked.join(people, people.c.id == own.c.subject).where(here)
    if subject:
        asked = asked.where(own.c.subject == subject)
    found = unit.connection.execute(asked)
    if not kind:
        return [({}, count) for (count,) in found]
    return [
        ({"key": key, "version": version, "visit": None if is_apart else ""}, count)
        for count, key, version, is_apart in found
    ]
