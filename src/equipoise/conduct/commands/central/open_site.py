"""A site, with a chain of the audit of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from equipoise.conduct.commands.model import Command, CommandDesk
from equipoise.conduct.store.canonical import GENESIS, SITE

_COUNTRY: Final = re.compile("[A-Z]{3}")  # as SDTM has it, by ISO 3166-1


class OpenSite(Command):
    """Plan a site; it takes part once it has approved a version and is activated.

    zone : its time zone, "Europe/Berlin"; country : its three letters, "DEU";
    cap : the most subjects that it randomizes
    """

    name: ClassVar[str] = "open site"
    of_data: ClassVar[bool] = False

    site: str
    title: str = ""
    zone: str = "UTC"
    country: str | None = None
    cap: int | None = None

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """A site is opened once, and its zone is one."""
        if desk.unit.row("site", self.site) is not None:
            yield f"there is a site {self.site}"
        if not self.site.replace("-", "").isalnum():
            yield f"{self.site!r} is no name of a site; expected letters, digits and hyphens"
        if self.country and not _COUNTRY.fullmatch(self.country):
            yield f"{self.country!r} is no country; expected its three letters, such as DEU"
        plan = desk.protocol.conduct
        if plan is not None and not plan.sites.is_named_so(self.site):
            yield f"{self.site!r} is no name of a site; expected {plan.sites.identifier}"
        most = None if plan is None else plan.sites.at_most
        if most is not None and desk.unit.count("site") >= most:
            yield f"the trial has {most} sites, the most it may"
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError):
            yield f"there is no time zone {self.zone}; expected one such as Europe/Berlin"
        if plan is not None and plan.local_time == "UTC" and self.zone != "UTC":
            yield f"the protocol has every time in UTC, and the zone is {self.zone}"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `site`, and its chain, empty."""
        desk.unit.begin_chain(f"{SITE}{self.site}", GENESIS)
        desk.unit.insert(
            "site", id=self.site, name=self.title or self.site, zone=self.zone,
            country=self.country, cap=self.cap, state="planned", revision=1,
        )  # fmt: skip
        return {"site": self.site, "state": "planned"}
