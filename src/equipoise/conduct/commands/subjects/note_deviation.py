"""A departure from the protocol, told by a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.conduct.commands.days import against_day
from equipoise.conduct.commands.model import CommandDesk, OfSubject


class NoteDeviation(OfSubject):
    """Note a departure that no rule finds; those in visits and doses are found by themselves."""

    name: ClassVar[str] = "note deviation"

    category: str
    text: str
    on: dt.date

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """It says something."""
        yield from against_day(desk, self.on, "departed")
        if not self.text.strip() or not self.category.strip():
            yield "a deviation has a category and a text"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `deviation`."""
        note_deviation(desk, self.category.strip().upper(), self.text.strip(), self.on)
        return {"subject": self.subject, "category": self.category}


def note_deviation(desk: CommandDesk, category: str, text: str, on: dt.date) -> None:
    """Write a deviation."""
    subject = desk.subject["id"]
    desk.unit.insert(
        "deviation", id=desk.next_id("deviation", subject=subject), subject=subject,
        category=category, text=text, day=on.isoformat(), by=desk.by, at=desk.unit.at,
    )  # fmt: skip
