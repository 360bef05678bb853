"""A subject's death."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.conduct.commands.days import against_day
from equipoise.conduct.commands.model import CommandDesk, OfSubject
from equipoise.conduct.commands.subjects.end_part import end
from equipoise.conduct.recorded import GIVEN_STATES


class RecordDeath(OfSubject):
    """Note a death; it ends participation, and a treatment that began and has not ended."""

    name: ClassVar[str] = "record death"

    on: dt.date

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """Once, and not before what was seen of the living."""
        if desk.subject["died"] is not None:
            yield f"died on {desk.subject['died']}"
            return
        yield from against_day(desk, self.on, "died")
        seen = [one["held"] for one in desk.unit.rows("visit", subject=self.subject) if one["held"]]
        seen += [
            one["given"] for one in desk.unit.rows("dose", subject=self.subject) if one["given"]
        ]
        if seen and max(seen) > self.on.isoformat():
            yield f"died on {self.on}, and was seen on {max(seen)}"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The subject's death, and the ends that it brings."""
        day = self.on.isoformat()
        desk.subject = desk.unit.change("subject", desk.subject, died=day, state="died")
        doses = desk.unit.rows("dose", subject=self.subject)
        began = any(one["state"] in GIVEN_STATES for one in doses)
        if began and desk.subject["treatment_ended"] is None:
            end(desk, "treatment", "DEATH", self.on)
        if desk.subject["ended"] is None:
            end(desk, "participation", "DEATH", self.on)
        return {"subject": self.subject, "died": day}
