"""Slots set aside for a site that may be cut off, and given back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Final

from pydantic import Field

from equipoise.conduct.commands.allocating.randomize import against_list
from equipoise.conduct.commands.allocating.slots import RETURNED_ENVELOPE, SEALED_ENVELOPE
from equipoise.conduct.commands.model import CommandDesk, OfSite

MOST_SLOTS: Final = 50


class SealEnvelopes(OfSite):
    """Set the next slots of every stratum aside for one site; nobody else is given them.

    slots : of each stratum
    """

    name: ClassVar[str] = "seal envelopes"
    of_data: ClassVar[bool] = False

    slots: Annotated[int, Field(ge=1, le=MOST_SLOTS)] = 4

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """A list that has so many slots left, and a site that randomizes."""
        yield from against_list(desk)
        if desk.site["state"] != "active":
            yield f"the site is {desk.site['state']}"
        if desk.protocol.allocation.method == "minimization":
            yield "arms are minimized over all who came before: there is no slot to set aside"
            return
        found = desk.unit.row("list", desk.trial["kind"])
        for row in _strata(desk) if found else ():
            left = int(found["entries"]) - int(row["next"]) + 1 if found else 0
            if left < self.slots:
                yield f"the list of {row['id']} has {max(left, 0)} slots left"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """A row of `envelope` for each slot; the strata's counters go past them."""
        unit, kind = desk.unit, desk.trial["kind"]
        batches = {one["batch"] for one in unit.rows("envelope", site=self.site)}
        batch, number = f"{self.site}-E{len(batches) + 1}", 0
        for known in _strata(desk):
            row = unit.row("stratum", kind, known["id"], lock=True) or {}
            for slot in range(row["next"], row["next"] + self.slots):
                number += 1
                unit.insert(
                    "envelope", list=kind, stratum=row["id"], slot=slot, batch=batch,
                    number=number, site=self.site, state=SEALED_ENVELOPE, by=desk.by, at=unit.at,
                    revision=1,
                )  # fmt: skip
            unit.change("stratum", row, next=row["next"] + self.slots)
        return {"site": self.site, "batch": batch, "envelopes": number}


class ReturnEnvelopes(OfSite):
    """Take the envelopes of a batch back that were not opened; their slots are served first."""

    name: ClassVar[str] = "return envelopes"
    of_data: ClassVar[bool] = False
    asks_why: ClassVar[bool] = True

    batch: str

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """Some are sealed still."""
        if not _sealed(desk, self.site, self.batch):
            yield f"{self.site} has no sealed envelope of {self.batch}"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The envelopes' state."""
        rows = _sealed(desk, self.site, self.batch)
        for row in rows:
            desk.unit.change("envelope", row, state=RETURNED_ENVELOPE)
        return {"site": self.site, "batch": self.batch, "returned": len(rows)}


def _strata(desk: CommandDesk) -> list[dict[str, Any]]:
    return desk.unit.rows("stratum", list=desk.trial["kind"])


def _sealed(desk: CommandDesk, site: str, batch: str) -> list[dict[str, Any]]:
    return desk.unit.rows("envelope", site=site, batch=batch, state=SEALED_ENVELOPE)
