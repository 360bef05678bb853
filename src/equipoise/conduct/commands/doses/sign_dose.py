"""A dose is signed by who is answerable for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.conduct.commands.doses.of_dose import UNDER_WAY, OfDose
from equipoise.conduct.commands.entering.sign import endorse
from equipoise.conduct.commands.model import CommandDesk
from equipoise.conduct.store.canonical import canonical, fingerprint_of

_NOT_SIGNED = ("revision",)


class SignDose(OfDose):
    """Endorse a dose as it was given, held, left out or stopped."""

    name: ClassVar[str] = "sign dose"

    meaning: str = "this is what was done"

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """What is over, once by each."""
        found = self.of(desk)
        if found["state"] in UNDER_WAY:
            yield f"{self.dose} is {found['state']}; it is signed once it is over"
        signed = desk.unit.rows("signature", object=self.dose, by=desk.by)
        if any(one["void_at"] is None for one in signed):
            yield f"{desk.by} has signed {self.dose}"
        if not self.meaning.strip():
            yield "a signature has a meaning"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """A signature of the row as it is."""
        found = self.of(desk)
        said = {name: part for name, part in found.items() if name not in _NOT_SIGNED}
        made = endorse(
            desk, self.dose, fingerprint_of(canonical(said)), self.meaning,
            subject=found["subject"],
        )  # fmt: skip
        return {"dose": self.dose, "digest": made["digest"], "name": made["name"]}
