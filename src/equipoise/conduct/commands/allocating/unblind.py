"""One subject's arm is told in an emergency, at any hour, by one person alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.conduct.commands.allocating.note_allocation_error import note
from equipoise.conduct.commands.model import CommandDesk, OfSubject
from equipoise.conduct.store.unit import Unit


class Unblind(OfSubject):
    """Tell the arm of one subject; a pause or a freeze does not stand in the way.

    reason : why the arm must be known, and who is told
    """

    name: ClassVar[str] = "unblind"
    of_data: ClassVar[bool] = False
    asks_why: ClassVar[bool] = True

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """Of a randomized subject."""
        if desk.subject["randomized"] is None:
            yield f"{self.subject} is not randomized"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `allocation_note`; the arm is read back from the allocation."""
        note(desk, "unblinded", self.reason)
        return {"subject": self.subject, "list": desk.trial["kind"]}

    def read_back(self, unit: Unit, answer: dict[str, Any]) -> dict[str, Any]:
        """The arm."""
        row = unit.row("allocation", answer["list"], answer["subject"]) or {}
        return {"subject": answer["subject"], "arm": row["arm"]}
