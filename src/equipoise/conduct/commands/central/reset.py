"""A person comes back: an account that was closed is let in again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.conduct.commands.model import Command, CommandDesk


class Reset(Command):
    """Open a closed account again, for the same person; whoever serves it asks for a new secret."""

    name: ClassVar[str] = "reset"
    of_data: ClassVar[bool] = False
    asks_why: ClassVar[bool] = True
    about: ClassVar[tuple[str, str]] = ("account", "account")

    account: str

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """There is such an account, and it was closed, by somebody else."""
        found = desk.unit.row("account", self.account)
        if found is None:
            yield f"there is no account {self.account}"
        elif found["state"] != "closed":
            yield f"{self.account} is {found['state']}, not closed"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The account's state."""
        row = desk.unit.row("account", self.account) or {}
        desk.unit.change("account", row, state="active")
        return {"account": self.account, "state": "active"}
