"""A kit comes to a site, is kept for a subject, or is set aside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.conduct.commands.doses.of_dose import regimens
from equipoise.conduct.commands.kits.of_kit import USED_UP, OfKit, against_kit
from equipoise.conduct.commands.model import CommandDesk, OfSite, OfSubject


class ReceiveKit(OfSite):
    """Note that a kit has come to a site, whole."""

    name: ClassVar[str] = "receive kit"
    about: ClassVar[tuple[str, str]] = ("kit", "kit")
    of_data: ClassVar[bool] = False

    kit: str

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """A kit that was released, and has not expired."""
        yield from against_kit(desk, self.kit, state="released")

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The kit's state and site."""
        found = desk.unit.row("kit", self.kit) or {}
        desk.unit.change("kit", found, state="received", site=self.site)
        return {"kit": self.kit, "site": self.site, "state": "received"}


class AssignKit(OfSubject):
    """Keep a kit for a subject: it can be given to nobody else."""

    name: ClassVar[str] = "assign kit"
    about: ClassVar[tuple[str, str]] = ("kit", "kit")
    of_data: ClassVar[bool] = False
    shows_arm: ClassVar[bool] = True

    kit: str

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """At the subject's site, of a drug that the subject gets, and not expired."""
        yield from against_kit(desk, self.kit, state="received")
        found = desk.unit.row("kit", self.kit)
        if desk.subject["randomized"] is None:
            yield f"{self.subject} is not randomized"
        elif found is not None and not regimens(desk, found["drug"]):
            yield f"{self.subject} does not get what {self.kit} holds"
        if found is not None and found["site"] not in (None, desk.site["id"]):
            yield f"{self.kit} is at another site"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The kit's state and subject."""
        found = desk.unit.row("kit", self.kit) or {}
        desk.unit.change("kit", found, state="assigned", subject=self.subject)
        return {"kit": self.kit, "subject": self.subject, "state": "assigned"}


class QuarantineKit(OfKit):
    """Set a kit aside: nothing is given from it until it is released again."""

    name: ClassVar[str] = "quarantine kit"
    asks_why: ClassVar[bool] = True

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """What was not given yet."""
        state = self.found(desk)["state"]
        if state in (*USED_UP, "in quarantine"):
            yield f"{self.kit} is {state}"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The kit's state; it is kept for nobody any more."""
        because = self.reason.strip()
        desk.unit.change(
            "kit", self.found(desk), state="in quarantine", subject=None, because=because
        )
        return {"kit": self.kit, "state": "in quarantine"}
