"""A role is granted to an account, at one site or at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.conduct.commands.model import SITE_ROLES, Command, CommandDesk, Role


class Grant(Command):
    """Let somebody do what a role may; roles of a site only there."""

    name: ClassVar[str] = "grant"
    of_data: ClassVar[bool] = False

    account: str
    role: Role
    site: str | None = None

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """Nobody grants a role to himself, and roles of a site name theirs."""
        if desk.unit.row("account", self.account) is None:
            yield f"there is no account {self.account}"
        if self.account == desk.by and self.role != "admin":
            yield f"{desk.by} cannot grant himself the role {self.role}; a second person must"
        if self.role in SITE_ROLES and self.site is None:
            yield f"the role {self.role} is of a site; none is named"
        if self.role not in SITE_ROLES and self.site is not None:
            yield f"the role {self.role} is of the whole trial"
        if self.site is not None and desk.unit.row("site", self.site) is None:
            yield f"there is no site {self.site}"
        yield from self._held(desk)

    def _held(self, desk: CommandDesk) -> Iterator[str]:
        """Granted twice, a role would outlive its end."""
        own = desk.unit.rows("grant", account=self.account, role=self.role)
        if any(one["site"] == self.site and one["until_at"] is None for one in own):
            yield f"{self.account} is {self.role} already"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `grant`."""
        unit = desk.unit
        made = unit.insert(
            "grant", id=desk.next_id("grant"), account=self.account, role=self.role,
            site=self.site, from_at=unit.at, by=desk.by, revision=1,
        )  # fmt: skip
        return {"grant": made["id"]}
