"""The trial goes live, is paused, goes on, is closed to entry, is closed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final, Literal

from equipoise.conduct.commands.model import TRIAL_ID, Command, CommandDesk

_FROM: Final = {
    "live": ("built",),
    "closed to entry": ("live", "paused"),
    "closed": ("live", "paused", "closed to entry"),
    "archived": ("closed",),
}


class SetTrial(Command):
    """Move the trial to another state; going live needs its list."""

    name: ClassVar[str] = "set trial"
    of_data: ClassVar[bool] = False

    to: Literal["live", "closed to entry", "closed", "archived"]

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """Only along built, live, closed to entry, closed, archived."""
        found = desk.trial["state"]
        if found not in _FROM[self.to]:
            yield f"the trial is {found}; it cannot become {self.to}"
        if self.to == "live" and not desk.unit.rows("list", kind=desk.trial["kind"]):
            yield f"no {desk.trial['kind']} list was activated"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The trial's state."""
        desk.unit.change("trial", desk.trial, state=self.to)
        return {"trial": desk.trial["name"], "state": self.to}


class Pause(Command):
    """Stop randomization at every site at once."""

    name: ClassVar[str] = "pause"
    of_data: ClassVar[bool] = False
    asks_why: ClassVar[bool] = True

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """A live trial is paused."""
        if desk.trial["state"] != "live":
            yield f"the trial is {desk.trial['state']}, not live"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The trial's state."""
        desk.unit.change("trial", desk.trial, state="paused", because=self.reason.strip())
        return {"trial": desk.trial["name"], "state": "paused"}


class Resume(Command):
    """Go on after a pause."""

    name: ClassVar[str] = "resume"
    of_data: ClassVar[bool] = False
    asks_why: ClassVar[bool] = True

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """A paused trial goes on."""
        if desk.trial["state"] != "paused":
            yield f"the trial is {desk.trial['state']}, not paused"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The trial's state."""
        desk.unit.change("trial", desk.trial, state="live", because=None)
        return {"trial": TRIAL_ID, "state": "live"}
