"""Something new is known of a serious adverse event, or nothing more is awaited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.conduct.commands.entering.sign import form_digest
from equipoise.conduct.commands.findings import rows_of
from equipoise.conduct.commands.model import CommandDesk
from equipoise.conduct.commands.safety.of_sae import OfEvent, last_version, write_version


class FollowUpSAE(OfEvent):
    """Add a version to an event; it has to be assessed again.

    text : what is new
    """

    name: ClassVar[str] = "follow up SAE"

    text: str

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """It says something; a closed event is opened by it."""
        if not self.text.strip():
            yield "a follow-up says what is new"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `sae_version`, and the event's state."""
        event = self.event(desk)
        number = write_version(desk, event, "follow-up", self.text)
        blank = {"causality_site": None, "causality_sponsor": None, "expected": None}
        desk.unit.change("sae", event, state="reported", **blank)
        return {"sae": self.sae, "version": number, "state": "reported"}


class CloseSAE(OfEvent):
    """Close an assessed event of which nothing more is awaited."""

    name: ClassVar[str] = "close SAE"

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """Assessed, with an outcome, and as its form says now."""
        yield from super().against(desk)
        event = self.event(desk)
        if event["state"] == "reported":
            yield f"{self.sae} is not assessed by investigator and sponsor"
        told = [row for form, row in rows_of(desk, "events") if form["id"] == event["form"]]
        if not any(row.get("outcome") for row in told):
            yield "the outcome is not known"
        version = last_version(desk, self.sae)
        if version["form_digest"] != form_digest(desk, event["form"]):
            yield f"its form was changed after version {version['n']}; a follow-up tells it"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The event's state."""
        desk.unit.change("sae", self.event(desk), state="closed")
        return {"sae": self.sae, "state": "closed"}
