"""A token ends before its day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final

from equipoise.conduct.commands.model import Command, CommandDesk, RefusedError, place_at

_ENDS_ALL: Final = "admin"


class RevokeToken(Command):
    """End a token from now on: one's own, or, as an admin, anybody's."""

    name: ClassVar[str] = "revoke token"
    of_data: ClassVar[bool] = False
    asks_why: ClassVar[bool] = True
    about: ClassVar[tuple[str, str]] = ("api_token", "token")

    token: str

    def place(self, desk: CommandDesk) -> None:
        """The token is locked, and its site known; another's is answered like none."""
        found = desk.unit.row("api_token", self.token, lock=True)
        if found is None or not (found["account"] == desk.by or desk.asks_as(_ENDS_ALL)):
            raise RefusedError(self.name, [f"there is no token {self.token}"])
        if found["site"] is not None:
            place_at(desk, found["site"], command=self.name)

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """It serves still."""
        row = desk.unit.row("api_token", self.token) or {}
        if row["ended_at"] is not None:
            yield f"{self.token} ended at {row['ended_at']}"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The end of the token."""
        row = desk.unit.row("api_token", self.token) or {}
        desk.unit.change("api_token", row, ended_at=desk.unit.at)
        return {"token": self.token, "ended": desk.unit.at}
