"""A kit is released: it may be sent to a site, or used again after its quarantine."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator
from typing import Any, ClassVar, Final

from equipoise.conduct.commands.model import Command, CommandDesk
from equipoise.conduct.commands.rights import EACH_ARM, OPEN_LABEL, arms_known
from equipoise.protocol import Protocol

_NONCE: Final = 16


class ReleaseKit(Command):
    """Release a kit, by its number; one that is in quarantine goes back to where it was.

    drug, lot, expires : of a kit that is not known yet. In a masked trial the audit proves the
    drug and does not tell it.
    """

    name: ClassVar[str] = "release kit"
    of_data: ClassVar[bool] = False
    about: ClassVar[tuple[str, str]] = ("kit", "kit")

    kit: str
    drug: str = ""
    lot: str = ""
    expires: dt.date | None = None

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """A drug of the trial that has not expired; a quarantine ends with a reason."""
        masking = desk.protocol.trial.masking
        if masking != OPEN_LABEL and arms_known(desk.role, masking=masking) != EACH_ARM:
            yield f"the {desk.role} does not know what a kit of a masked trial holds"
        known = desk.unit.row("kit", self.kit, lock=True)
        if known is not None:
            if known["state"] != "in quarantine":
                yield f"{self.kit} is {known['state']}, not in quarantine"
            if not self.reason.strip():
                yield "a reason must be given"
            return
        if self.drug not in (drugs := drugs_of(desk.protocol)):
            yield f"no arm gets {self.drug or 'a drug without a name'}; expected {', '.join(drugs)}"
        if not self.kit.strip() or not self.lot.strip():
            yield "a kit has a number and a lot"
        if self.expires is None:
            yield "when the kit expires is not said"
        elif self.expires < desk.unit.now.date():
            yield f"{self.kit} has expired on {self.expires}"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `kit`, or its state."""
        unit, known = desk.unit, desk.unit.row("kit", self.kit)
        if known is not None:
            state = "released" if known["site"] is None else "received"
            unit.change("kit", known, state=state, because=None)
            return {"kit": self.kit, "state": state}
        assert self.expires is not None
        is_open = desk.protocol.trial.masking == OPEN_LABEL
        unit.insert(
            "kit", id=self.kit, drug=self.drug, lot=self.lot, expires=self.expires.isoformat(),
            nonce=None if is_open else secrets.token_hex(_NONCE), state="released", by=desk.by,
            at=unit.at, revision=1,
        )  # fmt: skip
        return {"kit": self.kit, "state": "released"}


def drugs_of(protocol: Protocol) -> list[str]:
    """Every drug that an arm gets, once."""
    return list(dict.fromkeys(one.drug for arm in protocol.arms.values() for one in arm.give))
