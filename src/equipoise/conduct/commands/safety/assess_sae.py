"""A reported event is assessed: by the investigator, and by the sponsor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.conduct.commands.findings import rows_of
from equipoise.conduct.commands.model import CommandDesk
from equipoise.conduct.commands.safety.clocks import due_to_authorities, is_unexpected_reaction
from equipoise.conduct.commands.safety.of_sae import OfEvent


class AssessSAE(OfEvent):
    """Say whether a drug of the trial has caused an event and, as sponsor, if it was expected.

    The event is assessed once both have said so. Not expected and held to be caused by either, it
    must be with the authorities within days.

    related : a reasonable possibility; expected : by the reference safety information
    is_grave : the event is fatal or threatens life
    Source   ICH E2A; a sponsor does not take back what an investigator has said.
    """

    name: ClassVar[str] = "assess SAE"

    related: bool
    expected: bool | None = None
    is_grave: bool = False

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """Expectedness is the sponsor's alone; an assessment is changed with a reason."""
        yield from super().against(desk)
        if desk.role == "sponsor" and self.expected is None:
            yield "whether the event was expected is not said"
        if desk.role != "sponsor" and self.expected is not None:
            yield "whether the event was expected is for the sponsor to say"
        known = self.event(desk)[self._column(desk)]
        if known is not None and not self.reason.strip():
            told = "related" if known == "Y" else "not related"
            yield f"was assessed as {told}; a change needs a reason"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The event's causality, and its clock."""
        event = self.event(desk)
        cells: dict[str, Any] = {self._column(desk): _letter(self.related)}
        if self.expected is not None:
            cells["expected"] = _letter(self.expected)
        event |= cells
        is_whole = None not in (event["causality_site"], event["causality_sponsor"])
        cells["state"] = "assessed" if is_whole else "reported"
        cells["susar_due_at"] = self._clock(desk, event) if is_whole else event["susar_due_at"]
        made = desk.unit.change("sae", self.event(desk), **cells)
        return {"sae": self.sae, "state": made["state"], "authorities by": made["susar_due_at"]}

    def _clock(self, desk: CommandDesk, event: dict[str, Any]) -> str | None:
        if not is_unexpected_reaction(event):
            return None
        first = desk.unit.row("sae_version", self.sae, 1) or {}
        told = rows_of(desk, "events")
        outcomes = [row.get("outcome") for form, row in told if form["id"] == event["form"]]
        is_grave = self.is_grave or "FATAL" in outcomes
        return due_to_authorities(desk.protocol, first["at"], is_grave=is_grave)

    def _column(self, desk: CommandDesk) -> str:
        return "causality_sponsor" if desk.role == "sponsor" else "causality_site"


def _letter(truth: bool) -> str:
    return "Y" if truth else "N"
