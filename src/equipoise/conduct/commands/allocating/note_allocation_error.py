"""An allocation was a mistake: that is noted, and its slot stays used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from equipoise.conduct.commands.model import CommandDesk, OfSubject


class NoteAllocationError(OfSubject):
    """Note that a subject was randomized by mistake, or got the wrong drug."""

    name: ClassVar[str] = "note allocation error"
    asks_why: ClassVar[bool] = True

    kind: Literal["error", "wrong drug"] = "error"

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """Of a randomized subject."""
        if desk.subject["randomized"] is None:
            yield f"{self.subject} is not randomized"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `allocation_note`."""
        note(desk, self.kind, self.reason)
        return {"subject": self.subject, "noted": self.kind}


def note(desk: CommandDesk, kind: str, text: str, *, stratum: str | None = None) -> None:
    """Write a note beside an allocation."""
    subject = desk.subject["id"]
    desk.unit.insert(
        "allocation_note", id=desk.next_id("allocation_note", subject=subject), subject=subject,
        kind=kind, text=text.strip(), stratum=stratum, by=desk.by, at=desk.unit.at,
    )  # fmt: skip
