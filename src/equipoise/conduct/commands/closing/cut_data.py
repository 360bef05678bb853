"""A cut: what is known now, for an analysis, and what was not signed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, ClassVar, Final

from equipoise.conduct.commands.closing.lacking import asked_before, lacking
from equipoise.conduct.commands.model import Command, CommandDesk
from equipoise.conduct.store.canonical import canonical, fingerprint_of

BEFORE_LOOK: Final = "before look"
_USUAL: Final = ("casebook signed", "queries closed")


class CutData(Command):
    """Note where every chain of the audit stands: the same cut is the same data for ever.

    cutoff : the data cut-off of the analysis; reason : why forms that are not signed and queries
    that are open do not stand in the way; they are counted then
    """

    name: ClassVar[str] = "cut"
    of_data: ClassVar[bool] = False
    anchors: ClassVar[bool] = True

    cutoff: dt.date

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """All is signed and no query is open, or the gap is listed with a reason."""
        if self.cutoff > desk.unit.now.date():
            yield f"the cut-off {self.cutoff} is still to come"
        if not self.reason.strip():
            yield from (f"{text}; a reason must be given" for text in gaps(desk))

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `freeze`, with the heads of all chains."""
        unit = desk.unit
        heads = canonical(unit.heads(lock=True))
        made = unit.insert(
            "freeze", id=desk.next_id("freeze"), scope="trial", kind="cut", by=desk.by, at=unit.at,
            cutoff=self.cutoff.isoformat(), heads=heads, digest=fingerprint_of(heads),
            gaps="; ".join(gaps(desk)) or None, reason=self.reason.strip() or None,
        )  # fmt: skip
        told = {"cut": made["id"], "cutoff": made["cutoff"], "digest": made["digest"]}
        return told | {"gaps": list(gaps(desk))}


def gaps(desk: CommandDesk) -> Iterator[str]:
    """What is not as it must be before a look, by the protocol or else by what is usual."""
    yield from lacking(desk, asked_before_cut(desk))


def asked_before_cut(desk: CommandDesk) -> tuple[str, ...]:
    """What the protocol, or else usage, asks for before a look."""
    return asked_before(desk, BEFORE_LOOK, _USUAL)
