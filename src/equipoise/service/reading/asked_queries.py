"""Queries, page by page."""

from __future__ import annotations

from typing import NamedTuple

from equipoise.conduct.commands.versions import every_version
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.served.look import asked_at, turns_of
from equipoise.conduct.store.unit import Unit
from equipoise.service.access.roles import Visitor
from equipoise.service.reading.kinds import keys_of_arms


class QueryLine(NamedTuple):
    """A query with its talk, about a form of a kind."""

    row: Stored
    site: str
    form_key: str
    turns: list[Stored]


def queries(
    unit: Unit,
    who: Visitor,
    sites: tuple[str, ...],
    *,
    closed: bool = False,
    after: str = "",
    most: int,
) -> tuple[list[QueryLine], int]:
    """Queries of sites in order after one of them, and how many there are in all.

    Those about a form of some arms alone are for whoever may know arms.
    """
    without = [] if all(map(who.knows_arms, sites)) else keys_of_arms(every_version(unit))
    rows, total = asked_at(unit, sites, closed=closed, after=after, most=most, without=without)
    turns = turns_of(unit, [row["id"] for row in rows])
    return [QueryLine(row, row["site"], row["form_key"], turns[row["id"]]) for row in rows], total
