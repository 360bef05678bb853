"""A site's own approval of a version of the protocol."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.conduct.commands.days import today
from equipoise.conduct.commands.model import CommandDesk, OfSite


class ApproveVersion(OfSite):
    """Note that a site may work under a version: when its committee said so, in which document."""

    name: ClassVar[str] = "approve version"
    of_data: ClassVar[bool] = False

    version: str
    approved_on: dt.date
    document_hash: str = ""

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """There is such a version, and it was not approved before."""
        if desk.unit.row("protocol_version", self.version) is None:
            yield f"there is no version {self.version} of the protocol"
        if desk.unit.row("site_version", self.site, self.version) is not None:
            yield f"{self.site} has approved version {self.version} already"
        if self.approved_on > today(desk):
            yield f"approved on {self.approved_on}, which is still to come"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `site_version`, and the site's state."""
        unit = desk.unit
        unit.insert(
            "site_version", site=self.site, version=self.version, by=desk.by, from_at=unit.at,
            approved_on=self.approved_on.isoformat(), document_hash=self.document_hash,
        )  # fmt: skip
        state = "approved" if desk.site["state"] == "planned" else desk.site["state"]
        unit.change("site", desk.site, version=self.version, state=state)
        return {"site": self.site, "version": self.version}
