"""What the commands about a kit share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, ClassVar, Final

from equipoise.conduct.commands.days import today
from equipoise.conduct.commands.model import Command, CommandDesk, RefusedError

USED_UP: Final = ("used",)


class OfKit(Command):
    """A command about a kit, at the site where it is."""

    about: ClassVar[tuple[str, str]] = ("kit", "kit")
    of_data: ClassVar[bool] = False

    kit: str

    def place(self, desk: CommandDesk) -> None:
        """The kit is locked, and its site known."""
        found = desk.unit.row("kit", self.kit, lock=True)
        if found is None:
            raise RefusedError(self.name, [f"there is no kit {self.kit}"])
        if found["site"] is not None:
            desk.site = desk.unit.row("site", found["site"]) or {}
            desk.unit.site = found["site"]

    def found(self, desk: CommandDesk) -> dict[str, Any]:
        """The kit as it is now."""
        return desk.unit.row("kit", self.kit) or {}


def against_kit(desk: CommandDesk, kit: str, *, state: str) -> Iterator[str]:
    """A kit that there is, locked from now on, in this state, and not expired."""
    found = desk.unit.row("kit", kit, lock=True)
    if found is None:
        yield f"there is no kit {kit}"
        return
    if found["state"] != state:
        yield f"{kit} is {found['state']}, not {state}"
    yield from against_expired(desk, found)


def against_expired(
    desk: CommandDesk, kit: dict[str, Any], on: dt.date | None = None
) -> Iterator[str]:
    """A kit is used up to the day that is written on it, that day as well."""
    if dt.date.fromisoformat(kit["expires"]) < (on or today(desk)):
        yield f"{kit['id']} has expired on {kit['expires']}"


def has_supply(desk: CommandDesk) -> bool:
    """Whether the site has a kit of every drug that comes in kits, whatever the arm will be."""
    unit, day = desk.unit, today(desk).isoformat()
    asked = {kit["drug"] for kit in unit.rows("kit")}
    here = unit.rows("kit", site=desk.site["id"], state="received")
    return asked <= {kit["drug"] for kit in here if kit["expires"] >= day}
