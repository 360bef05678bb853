"""A site is activated, paused, or closed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final, Literal

from equipoise.conduct.commands.model import CommandDesk, OfSite

_FROM: Final = {
    "active": ("approved", "paused"),
    "paused": ("active",),
    "closed": ("planned", "approved", "active", "paused"),
}


class SetSite(OfSite):
    """Move a site to another state: it recruits only while it is active."""

    name: ClassVar[str] = "set site"
    of_data: ClassVar[bool] = False

    to: Literal["active", "paused", "closed"]

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """Only along planned, approved, active, paused, closed."""
        found = desk.site["state"]
        if found not in _FROM[self.to]:
            yield f"{self.site} is {found}; it cannot become {self.to}"
        if self.to != "active" and not self.reason.strip():
            yield "a reason must be given"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The site's state."""
        desk.unit.change("site", desk.site, state=self.to, because=self.reason.strip() or None)
        return {"site": self.site, "state": self.to}
