"""A grant ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.conduct.commands.model import Command, CommandDesk


class Revoke(Command):
    """End a grant from now on; that it was is kept."""

    name: ClassVar[str] = "revoke"
    of_data: ClassVar[bool] = False
    asks_why: ClassVar[bool] = True
    about: ClassVar[tuple[str, str]] = ("grant", "grant")

    grant: str

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """There is such a grant, and it has not ended."""
        row = desk.unit.row("grant", self.grant)
        if row is None:
            yield f"there is no grant {self.grant}"
        elif row["until_at"] is not None:
            yield f"{self.grant} ended at {row['until_at']}"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The end of the grant."""
        row = desk.unit.row("grant", self.grant) or {}
        desk.unit.change("grant", row, until_at=desk.unit.at)
        return {"grant": self.grant, "until": desk.unit.at}
