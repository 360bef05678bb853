"""A person leaves; the account stays, and can do nothing any more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.conduct.commands.model import Command, CommandDesk


class CloseAccount(Command):
    """Shut an account for good or for a time."""

    name: ClassVar[str] = "close account"
    of_data: ClassVar[bool] = False
    asks_why: ClassVar[bool] = True
    about: ClassVar[tuple[str, str]] = ("account", "account")

    account: str

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """There is such an account."""
        if desk.unit.row("account", self.account) is None:
            yield f"there is no account {self.account}"
        if self.account == desk.by:
            yield "nobody closes his own account"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The account's state."""
        row = desk.unit.row("account", self.account) or {}
        desk.unit.change("account", row, state="closed")
        return {"account": self.account, "state": "closed"}
