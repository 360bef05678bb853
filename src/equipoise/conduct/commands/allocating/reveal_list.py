"""The list is revealed, and serves nobody any more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.conduct.commands.allocating.randomize import against_list
from equipoise.conduct.commands.model import Command, CommandDesk


class RevealList(Command):
    """End the list: from now on it can be shown, and replayed by anybody who has it."""

    name: ClassVar[str] = "reveal list"
    of_data: ClassVar[bool] = False
    asks_why: ClassVar[bool] = True

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """A list that serves, of a trial that does not recruit."""
        if desk.trial["state"] in ("built", "live"):
            yield f"the trial is {desk.trial['state']}; a list that still serves is not revealed"
        yield from against_list(desk)

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `list_event`."""
        kind = desk.trial["kind"]
        desk.unit.insert(
            "list_event", id=f"{kind} revealed", list=kind, kind="revealed", by=desk.by,
            at=desk.unit.at,
        )  # fmt: skip
        found = desk.unit.row("list", kind) or {}
        return {"list": kind, "commitment": found["commitment"]}
