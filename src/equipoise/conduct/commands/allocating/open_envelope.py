"""A subject was randomized by an envelope while the system could not be reached."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, ClassVar

from pydantic import AwareDatetime

from equipoise.allocation.lists import Slot, spelled
from equipoise.conduct.commands.allocating.note_allocation_error import note
from equipoise.conduct.commands.allocating.randomize import (
    against_entry,
    against_list,
    stratum_of,
)
from equipoise.conduct.commands.allocating.slots import (
    SEALED_ENVELOPE,
    listed,
    told_allocation,
    write_allocation,
)
from equipoise.conduct.commands.days import day_at
from equipoise.conduct.commands.model import CommandDesk, OfSubject
from equipoise.conduct.commands.rights import OPEN_LABEL
from equipoise.conduct.commands.subjects.note_deviation import note_deviation
from equipoise.conduct.store.canonical import stamp
from equipoise.conduct.store.unit import Unit

_CATEGORY = "RANDOMIZED BY ENVELOPE"


class RandomizeByEnvelope(OfSubject):
    """Enter an allocation that has happened, with its own time; what stood against it is noted.

    batch, number : of the envelope; arm : that it told; at : when it was opened;
    reason : why the system could not be asked
    """

    name: ClassVar[str] = "randomize by envelope"
    asks_why: ClassVar[bool] = True
    shows_arm: ClassVar[bool] = True

    batch: str
    number: int
    arm: str
    at: AwareDatetime

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """A sealed envelope of the site, the arm it holds, a subject who has none."""
        if desk.subject["randomized"] is not None:
            yield f"{self.subject} is randomized"
        if desk.subject["consented"] is None:
            yield "the consent has no date"
        if stratum_of(desk) is None:
            yield "the baseline form does not tell every stratum"
        envelope = self._envelope(desk)
        if envelope is None:
            yield f"{desk.site['id']} has no envelope {self.number} of {self.batch}"
            return
        if envelope["state"] != SEALED_ENVELOPE:
            yield f"the envelope {self.number} of {self.batch} is {envelope['state']}"
        if not envelope["at"] <= stamp(self.at) <= desk.unit.at:
            yield f"it was opened at {self.at:%Y-%m-%d %H:%M %Z}; expected since it was sealed"
        reasons = [*against_list(desk)]
        yield from reasons
        if not reasons and self._slot(desk, envelope).arm != self.arm:
            yield f"the envelope {self.number} of {self.batch} does not hold the arm {self.arm}"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The allocation by the envelope's slot, and all that was out of the way, named."""
        unit, envelope = desk.unit, self._envelope(desk) or {}
        departures = [*against_entry(desk)]
        right, own = stratum_of(desk), tuple(json.loads(envelope["stratum"]))
        write_allocation(desk, own, self._slot(desk, envelope), at=stamp(self.at))
        unit.change("envelope", envelope, state="opened")
        same = {name: envelope[name] for name in ("list", "stratum", "batch")}
        skipped = [
            one["number"]
            for one in unit.rows("envelope", **same, state=SEALED_ENVELOPE)
            if one["number"] < self.number
        ]
        departures += [f"the envelope {one} of the same stratum is sealed still" for one in skipped]
        if right is not None and right != own:
            departures.append("the envelope is of another stratum")
            note(desk, "wrong stratum", self.reason, stratum=spelled(right))
        day = day_at(desk.site["zone"], stamp(self.at))
        for text in departures:
            note_deviation(desk, _CATEGORY, text, day)
        opened = f"envelope {self.number} of {self.batch}, opened {stamp(self.at)}"
        note(desk, "envelope", f"{opened}: {self.reason}")
        answer: dict[str, Any] = {"subject": self.subject, "list": desk.trial["kind"]}
        answer |= {"open": desk.protocol.trial.masking == OPEN_LABEL, "departures": departures}
        return answer

    def read_back(self, unit: Unit, answer: dict[str, Any]) -> dict[str, Any]:
        """From the row that was written."""
        told = told_allocation(unit, answer)
        return {**told, "opened": stamp(self.at), "departures": answer["departures"]}

    def _envelope(self, desk: CommandDesk) -> dict[str, Any] | None:
        given = {"site": desk.site["id"], "batch": self.batch, "number": self.number}
        return next(iter(desk.unit.rows("envelope", **given)), None)

    def _slot(self, desk: CommandDesk, envelope: dict[str, Any]) -> Slot:
        return listed(desk, tuple(json.loads(envelope["stratum"])), int(envelope["slot"]))
