"""A person gets an account; one account is one person, and is never removed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.conduct.commands.model import Command, CommandDesk


class OpenAccount(Command):
    """Give a person an account, which may do nothing before a role is granted."""

    name: ClassVar[str] = "open account"
    of_data: ClassVar[bool] = False

    account: str
    person: str
    email: str = ""

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """An account is opened once."""
        if not self.account.strip() or not self.person.strip():
            yield "an account has a name, and so has its person"
        if desk.unit.row("account", self.account) is not None:
            yield f"there is an account {self.account}; it is not given to another person"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `account`."""
        desk.unit.insert(
            "account", id=self.account, name=self.person, email=self.email, state="active",
            revision=1,
        )  # fmt: skip
        return {"account": self.account}
