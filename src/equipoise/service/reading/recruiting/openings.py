"""On how many days each site could randomize: those on which it was active and the trial live.

A site that had randomized before it was activated here, as one that was imported, counts as open
from its first subject on, and the trial with it. Days are whole, those of each site's zone.
Checked  tests/unit/service/test_accrual.py.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from equipoise.conduct.commands.days import day_at
from equipoise.conduct.commands.model import TRIAL_ID
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.canonical import TRIAL
from equipoise.conduct.store.served.recruiting import StateChange, states_since
from equipoise.conduct.store.unit import Unit

StatesHeld = Mapping[tuple[str, str], Sequence[StateChange]]
"""Table and key of the trial or a site -> its changes of state, in order."""


class KeptStates:
    """The changes of state so far: of the trial's chain, of which only what is new is read."""

    def __init__(self) -> None:
        self._guard, self._n = threading.Lock(), 0
        self._told: dict[tuple[str, str], list[StateChange]] = defaultdict(list)

    def of(self, unit: Unit) -> StatesHeld:
        """As they are in this transaction, or as a later one has found them."""
        with self._guard:
            head = unit.heads()[TRIAL][0]
            if head > self._n:
                for one in states_since(unit, self._n):
                    self._told[one.table, one.key].append(one)
                self._n = head
            return {name: tuple(changes) for name, changes in self._told.items()}


class OpenSpan(NamedTuple):
    """Days from one on, until before another; until None where it goes on."""

    since: dt.date
    until: dt.date | None

    def days_in(self, since: dt.date, until: dt.date) -> int:
        """How many of its days lie from one day on and before another."""
        end = until if self.until is None else min(self.until, until)
        return max((end - max(self.since, since)).days, 0)


def open_spans(
    states: StatesHeld, site: Stored, *, first: dt.date | None, full: dt.date | None = None
) -> list[OpenSpan]:
    """When a site could randomize.

    first : the day of its first subject, if it has one; full : of its last, if it may take no more
    """
    zone = site["zone"]
    own = _held(states.get(("site", site["id"]), ()), zone, "active", first)
    live = _held(states.get(("trial", TRIAL_ID), ()), zone, "live", first)
    spans = [one for mine in own for other in live if (one := _both(mine, other)) is not None]
    if full is None:
        return spans
    end = OpenSpan(dt.date.min, full + dt.timedelta(days=1))
    return [one for span in spans if (one := _both(span, end)) is not None]


def _held(
    changes: Iterable[StateChange], zone: str, state: str, first: dt.date | None
) -> list[OpenSpan]:
    """The spans in a state; the earliest begins no later than the first subject."""
    spans: list[OpenSpan] = []
    since: dt.date | None = None
    for one in changes:
        day = day_at(zone, one.at)
        if one.state == state:
            since = day if since is None else since
        elif since is not None:
            spans.append(OpenSpan(since, day))
            since = None
    if since is not None:
        spans.append(OpenSpan(since, None))
    if first is not None and spans and first < spans[0].since:
        spans[0] = OpenSpan(first, spans[0].until)
    return spans


def _both(one: OpenSpan, other: OpenSpan) -> OpenSpan | None:
    ends = [span.until for span in (one, other) if span.until is not None]
    found = OpenSpan(max(one.since, other.since), min(ends, default=None))
    return found if found.until is None or found.since < found.until else None
