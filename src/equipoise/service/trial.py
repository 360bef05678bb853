"""The trial that is served, and what a request knows of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from fastapi import Request

from equipoise.conduct.commands.bus import Bus
from equipoise.conduct.commands.model import TRIAL_ID
from equipoise.conduct.commands.versions import current_version
from equipoise.conduct.store.store import Store, StoreError
from equipoise.conduct.store.verify import Audited
from equipoise.design.model import Design
from equipoise.protocol import Protocol
from equipoise.reporting.documents.outline import Section
from equipoise.reporting.documents.synopsis import synopsis
from equipoise.service.access.entrance import Door
from equipoise.service.access.passwords import Passwords
from equipoise.service.access.provider import Provider
from equipoise.service.reading.kept.of_version import OfVersion
from equipoise.service.reading.kept.site_day import SiteDay, site_day, warm_site
from equipoise.service.reading.kept.sites import KeptSites, read_anew
from equipoise.service.reading.recruiting.counted import SiteRecruited, recruited_at
from equipoise.service.reading.recruiting.events import EventsTold, design_of, events_told
from equipoise.service.reading.recruiting.kept_events import KeptEvents
from equipoise.service.reading.recruiting.openings import KeptStates
from equipoise.service.reading.recruiting.standing import standing
from equipoise.service.reading.rooms.board import BoundLine, bounds_of
from equipoise.service.reading.rooms.closing import SiteLacking, lacking_at
from equipoise.service.reading.rooms.monitor import SiteToVerify, site_to_verify
from equipoise.service.web.rate import Rate


@dataclass(frozen=True)
class Served:
    """One trial behind one address.

    verify : looks the whole audit over; is_demo : the people are virtual, and no code is asked
    key : gives the trial's key, by which arms get letters in a closed report, where it is at hand
    sections, bounds : what a version of the protocol says in sentences; its looks
    provider : of OpenID Connect, by which people may log in as well
    """

    bus: Bus
    verify: Callable[[], Audited]
    is_demo: bool = False
    key: Callable[[], bytes | None] = lambda: None
    provider: Provider | None = None
    passwords: Passwords = field(default_factory=Passwords)
    rate: Rate = field(default_factory=Rate)
    days: KeptSites[SiteDay] = field(default_factory=lambda: KeptSites(site_day))
    recruited: KeptSites[SiteRecruited] = field(
        default_factory=lambda: KeptSites(read_anew(recruited_at))
    )
    events: KeptEvents = field(default_factory=KeptEvents)
    designs: OfVersion[Design | None] = field(default_factory=lambda: OfVersion(design_of))
    states: KeptStates = field(default_factory=KeptStates)
    verified: KeptSites[SiteToVerify] = field(
        default_factory=lambda: KeptSites(read_anew(site_to_verify))
    )
    lacking: KeptSites[SiteLacking] = field(
        default_factory=lambda: KeptSites(read_anew(lacking_at))
    )
    sections: OfVersion[tuple[Section, ...]] = field(default_factory=lambda: OfVersion(_sections))
    bounds: OfVersion[list[BoundLine]] = field(default_factory=lambda: OfVersion(bounds_of))

    @property
    def store(self) -> Store:
        return self.bus.store

    @property
    def protocol(self) -> Protocol:
        """The trial's version now; that of the start where the store does not answer."""
        try:
            with self.store.reading() as unit:
                return current_version(unit)
        except StoreError:
            return self.bus.protocol

    @property
    def door(self) -> Door:
        return Door(self.store, self.passwords, asks_code=not self.is_demo)

    @property
    def provider_name(self) -> str:
        """Where people may log in as well; "" where they may not."""
        return self.provider.settings.name if self.provider is not None else ""

    def warm(self) -> list[str]:
        """Read what is kept of every site, so that nobody who asks waits for it; their zones."""
        with self.store.reading() as unit:
            sites = unit.rows("site")
            self.states.of(unit)
        for one in sites:
            name = one["id"]
            with self.store.reading() as unit:
                protocol = current_version(unit)
                warm_site(unit, self.days.of(unit, protocol, [name])[name])
                self.verified.of(unit, protocol, [name])
                self.recruited.of(unit, protocol, [name])
                self.lacking.of(unit, protocol, [name])
        return [one["zone"] for one in sites]

    def events_now(self, at: str) -> EventsTold:
        """What the worker has learned, beside the plan. at : the moment as of which"""
        with self.store.reading() as unit:
            protocol = current_version(unit)
            found, ends = standing(unit, protocol, self.recruited, self.states)[1:]
        return events_told(
            protocol, self.designs.of(protocol), self.events.days(), found.days, ends, at=at,
            left=self.events.left,
        )  # fmt: skip

    @cached_property
    def kind(self) -> str:
        """Of the list that serves the trial: production, training or test."""
        with self.store.reading() as unit:
            return str((unit.row("trial", TRIAL_ID) or {"kind": ""})["kind"])


def _sections(protocol: Protocol) -> tuple[Section, ...]:
    return synopsis(protocol).sections


def served(request: Request) -> Served:
    """The trial of a request."""
    found: Any = request.app.state.served
    assert isinstance(found, Served)
    return found
