"""The trial that is served, and what a request knows of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from fastapi import Request

from equipoise.conduct.commands.bus import Bus
from equipoise.conduct.commands.model import TRIAL_ID
from equipoise.conduct.store.store import Store
from equipoise.conduct.store.verify import Audited
from equipoise.protocol import Protocol
from equipoise.reporting.documents.outline import Section
from equipoise.reporting.documents.synopsis import synopsis
from equipoise.service.access.entrance import Door
from equipoise.service.access.passwords import Passwords
from equipoise.service.reading.kept import KeptLines
from equipoise.service.reading.rooms.board import BoundLine, bounds_of
from equipoise.service.reading.rooms.pharmacy import ToOrder, orders_of
from equipoise.service.reading.today import Waiting, lines_of
from equipoise.service.web.rate import Rate


@dataclass(frozen=True)
class Served:
    """One trial behind one address.

    verify : looks the whole audit over; is_demo : the people are virtual, and no code is asked
    key : gives the trial's key, by which arms get letters in a closed report, where it is at hand
    """

    bus: Bus
    verify: Callable[[], Audited]
    is_demo: bool = False
    key: Callable[[], bytes | None] = lambda: None
    passwords: Passwords = field(default_factory=Passwords)
    rate: Rate = field(default_factory=Rate)
    today: KeptLines[Waiting] = field(default_factory=lambda: KeptLines(lines_of))
    orders: KeptLines[ToOrder] = field(default_factory=lambda: KeptLines(orders_of))

    @property
    def store(self) -> Store:
        return self.bus.store

    @property
    def protocol(self) -> Protocol:
        return self.bus.protocol

    @property
    def door(self) -> Door:
        return Door(self.store, self.passwords, asks_code=not self.is_demo)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """What the protocol says, in sentences."""
        return synopsis(self.protocol).sections

    @cached_property
    def bounds(self) -> list[BoundLine]:
        """Those of the design, which do not change while it is served."""
        return bounds_of(self.protocol)

    @cached_property
    def kind(self) -> str:
        """Of the list that serves the trial: production, training or test."""
        with self.store.reading() as unit:
            return str((unit.row("trial", TRIAL_ID) or {"kind": ""})["kind"])


def served(request: Request) -> Served:
    """The trial of a request."""
    found: Any = request.app.state.served
    assert isinstance(found, Served)
    return found
