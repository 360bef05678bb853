"""The list of a trial: its commitment, who made and who reviewed it, and what it gives away."""

from __future__ import annotations

from typing import NamedTuple

from equipoise.allocation.golive import against_going_live
from equipoise.allocation.guessing import guessing
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.unit import Unit
from equipoise.protocol import Protocol
from equipoise.service.access.roles import UNBLINDED


class GivenAway(NamedTuple):
    """What an observer of every allocation so far can tell, as shares; None where not known."""

    method: str
    guess: float | None
    forced: float | None
    against: list[str]


class ListSeen(NamedTuple):
    """A list. state : none, drafted, activated or revealed; reviews : who has read which"""

    state: str
    row: Stored | None
    events: list[Stored]
    reviews: list[Stored]
    reviewers: list[str]


def list_seen(unit: Unit, kind: str) -> ListSeen:
    """The list that serves a trial, as far as the store tells of it."""
    row = unit.row("list", kind)
    events = unit.rows("list_event", list=kind)
    reviews = unit.rows("list_review", kind=kind)
    state = str(events[-1]["kind"]) if events else "drafted" if reviews else "none"
    if any(one["kind"] == "revealed" for one in events):
        state = "revealed"
    grants = unit.rows("grant", role=UNBLINDED)
    people = sorted({one["account"] for one in grants if one["until_at"] is None})
    return ListSeen(state, row, events, reviews, people)


def given_away(protocol: Protocol) -> GivenAway:
    """Exact shares of the protocol's own method, and what speaks against going live with it."""
    plan = protocol.allocation
    found = guessing(plan)
    against = list(against_going_live(plan))
    if found is None:
        return GivenAway(plan.method, None, None, against)
    return GivenAway(plan.method, float(found.guess), float(found.forced), against)
