"""What the commands about a reported event share: it is found, and has versions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.conduct.commands.entering.sign import form_digest
from equipoise.conduct.commands.model import CommandDesk, OfSubject, RefusedError


class OfEvent(OfSubject):
    """A command about a serious adverse event that was reported."""

    about: ClassVar[tuple[str, str]] = ("sae", "sae")
    of_data: ClassVar[bool] = False

    sae: str
    subject: str = ""

    def place(self, desk: CommandDesk) -> None:
        """The event's subject is locked."""
        found = desk.unit.row("sae", self.sae)
        if found is None:
            raise RefusedError(self.name, [f"there is no serious adverse event {self.sae}"])
        OfSubject.model_construct(subject=found["subject"]).place(desk)

    def event(self, desk: CommandDesk) -> dict[str, Any]:
        """The event as it is now."""
        return desk.unit.row("sae", self.sae) or {}

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """What is closed is followed up before anything else is done about it."""
        if self.event(desk)["state"] == "closed":
            yield f"{self.sae} is closed; a follow-up opens it"


def write_version(desk: CommandDesk, event: dict[str, Any], kind: str, text: str) -> int:
    """The next version of an event, with the digest of what its form says now; its number."""
    unit = desk.unit
    number = unit.count("sae_version", sae=event["id"]) + 1
    unit.insert(
        "sae_version", sae=event["id"], n=number, kind=kind, text=text.strip(), by=desk.by,
        at=unit.at, form_digest=form_digest(desk, event["form"]),
    )  # fmt: skip
    return number


def last_version(desk: CommandDesk, sae: str) -> dict[str, Any]:
    """The version that stands."""
    return desk.unit.rows("sae_version", sae=sae)[-1]
