"""The committee has looked at a cut, and says what to do; its words are signed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from equipoise.conduct.commands.entering.sign import endorse
from equipoise.conduct.commands.model import Command, CommandDesk


class Recommend(Command):
    """Recommend, from a cut of the data, how the trial goes on; a pause is a command of its own.

    cut : whose digest is signed
    """

    name: ClassVar[str] = "recommend"
    of_data: ClassVar[bool] = False

    cut: str
    to: Literal["continue", "modify", "pause", "stop"]

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """There is such a cut; what is more than to go on has a reason."""
        found = desk.unit.row("freeze", self.cut)
        if found is None or found["kind"] != "cut":
            yield f"there is no cut {self.cut}"
        if self.to != "continue" and not self.reason.strip():
            yield "a reason must be given"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """A signature of the cut's digest."""
        found = desk.unit.row("freeze", self.cut) or {}
        meaning = f"recommendation: {self.to}"
        made = endorse(desk, self.cut, str(found["digest"]), meaning, subject=None)
        return {"cut": self.cut, "recommended": self.to, "name": made["name"]}
