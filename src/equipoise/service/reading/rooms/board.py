"""The committee's room: cuts, what was recommended of each, and the bounds of the design."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.unit import Unit
from equipoise.design.plan.plan import plan
from equipoise.errors import EquipoiseError
from equipoise.protocol import Protocol


class CutLine(NamedTuple):
    """A cut of the data. said : the signatures of recommendations"""

    row: Stored
    said: list[Stored]


class BoundLine(NamedTuple):
    """A look of a hypothesis. upper, lower : Z, empty where the look has no such bound"""

    hypothesis: str
    look: str
    amount: str
    upper: str
    lower: str


def cuts(unit: Unit) -> list[CutLine]:
    """Every cut, the newest first."""
    rows = unit.rows("freeze", kind="cut")
    return [CutLine(one, unit.rows("signature", object=one["id"])) for one in reversed(rows)]


def bounds_of(protocol: Protocol) -> list[BoundLine]:
    """The bounds as planned; none where nothing is planned."""
    try:
        return list(_bounds(protocol))
    except EquipoiseError:
        return []


def _bounds(protocol: Protocol) -> Iterator[BoundLine]:
    for one in plan(protocol).hypotheses:
        for n, look in enumerate(one.looks):
            amount = f"{look.amount:.0f} {one.unit}" if look.fixed else f"about {look.amount:.0f}"
            upper, lower = one.bounds.upper[n], one.bounds.lower[n]
            yield BoundLine(one.name, look.name, amount, _z(upper), _z(lower))


def _z(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
