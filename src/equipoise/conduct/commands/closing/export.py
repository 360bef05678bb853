"""Data leave the store: who took what, and with which arms, is written down first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from equipoise.conduct.commands.model import Command, CommandDesk, place_at
from equipoise.conduct.commands.rights import NOT_AT_ALL, arms_known, scope_of
from equipoise.conduct.exchange.moment import is_time

_REPORTS_ALONE = "R"


class Export(Command):
    """Take data, the audit or a report out of the store.

    site : whose data; a role of a site names its own
    cut : as known at a cut; known_at : at a date or time; neither: as known now
    digest : of what was taken, where it is known
    """

    name: ClassVar[str] = "export"
    of_data: ClassVar[bool] = False

    of: Literal["data", "audit", "report"] = "data"
    site: str | None = None
    cut: str | None = None
    known_at: str | None = None
    digest: str | None = None

    def place(self, desk: CommandDesk) -> None:
        """The site, where one is named."""
        if self.site is None:
            super().place(desk)
        else:
            place_at(desk, self.site, command=self.name)

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """What the role may see, from a cut that is there."""
        if scope_of(desk.role, self.name) == _REPORTS_ALONE and self.of != "report":
            yield f"the {desk.role} gets reports, not {self.of}"
        if self.of == "audit" and scope_of(desk.role, "view audit") == NOT_AT_ALL:
            yield f"the {desk.role} does not see the audit"
        if self.cut is not None:
            found = desk.unit.row("freeze", self.cut)
            if found is None or found["kind"] != "cut":
                yield f"there is no cut {self.cut}"
        if self.known_at is not None and not is_time(self.known_at):
            yield f"{self.known_at!r} is no time; expected 2026-05-01 or 2026-05-01T12:00:00Z"
        if self.cut is not None and self.known_at is not None:
            yield "a cut and a time are asked for at once"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `export`."""
        arms = arms_known(desk.role, masking=desk.protocol.trial.masking)
        made = desk.unit.insert(
            "export", id=desk.next_id("export"), of=self.of, role=desk.role, by=desk.by,
            at=desk.unit.at, site=self.site, arms=arms, cut=self.cut, known_at=self.known_at,
            digest=self.digest,
        )  # fmt: skip
        return {"export": made["id"], "of": self.of, "arms": arms, "site": self.site}
