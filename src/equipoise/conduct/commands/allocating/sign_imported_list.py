"""New allocations beside imported ones: a statistician answers for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final

from equipoise.conduct.commands.allocating.slots import IMPORTED
from equipoise.conduct.commands.model import Command, CommandDesk

_OBJECT: Final = f"list {IMPORTED}"


class SignImportedList(Command):
    """Answer for new allocations beside those that were imported: their blocks begin afresh.

    reason : why the trial is allocated well so
    """

    name: ClassVar[str] = "sign imported list"
    of_data: ClassVar[bool] = False
    asks_why: ClassVar[bool] = True

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """A list that was imported and is not signed."""
        if desk.unit.row("list", IMPORTED) is None:
            yield "no list was imported"
        elif not [*against_unsigned(desk)]:
            yield "the imported list is signed"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `signature`, over the digest of what was imported."""
        unit = desk.unit
        found = unit.row("list", IMPORTED) or {}
        account = unit.row("account", desk.by) or {}
        unit.insert(
            "signature", id=desk.next_id("signature", object=_OBJECT), object=_OBJECT,
            digest=found["commitment"], meaning="new blocks begin beside the imported allocations",
            name=account["name"], by=desk.by, at=unit.at, revision=1,
        )  # fmt: skip
        return {"list": IMPORTED, "sha256": found["commitment"]}


def against_unsigned(desk: CommandDesk) -> Iterator[str]:
    """Whether new allocations would follow imported ones that no statistician has signed."""
    found = desk.unit.row("list", IMPORTED)
    if found is not None and not desk.unit.rows("signature", object=_OBJECT):
        yield (
            f"{found['entries']} allocations were imported, and new blocks would begin beside "
            "them; a statistician must sign: `sign imported list`"
        )
