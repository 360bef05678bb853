"""A subject was randomized in the wrong stratum: what is right is written beside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.allocation.lists import spelled
from equipoise.conduct.commands.allocating.note_allocation_error import note
from equipoise.conduct.commands.model import CommandDesk, OfSubject


class CorrectStratum(OfSubject):
    """Say which stratum is the right one; nobody is allocated anew.

    levels : of every factor
    """

    name: ClassVar[str] = "correct stratum"
    asks_why: ClassVar[bool] = True

    levels: dict[str, str]

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """Of a randomized subject, every factor with a level it has."""
        if desk.subject["randomized"] is None:
            yield f"{self.subject} is not randomized; correct the baseline form"
        for factor, levels in desk.strata.items():
            if self.levels.get(factor) not in levels:
                yield f"{factor} is {self.levels.get(factor)!r}; expected {', '.join(levels)}"
        yield from (f"{one} is no factor" for one in self.levels if one not in desk.strata)

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `allocation_note`."""
        stratum = tuple(self.levels[factor] for factor in desk.strata)
        note(desk, "wrong stratum", self.reason, stratum=spelled(stratum))
        return {"subject": self.subject, "stratum": list(stratum)}
