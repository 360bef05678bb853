"""A subject's consent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.conduct.commands.days import against_day
from equipoise.conduct.commands.model import CommandDesk, OfSubject


class Consent(OfSubject):
    """Note the day of informed consent."""

    name: ClassVar[str] = "consent"

    on: dt.date

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """Once, before randomization; a change needs a reason."""
        yield from against_day(desk, self.on, "consented")
        known = desk.subject["consented"]
        if known is not None and not self.reason.strip():
            yield f"consented on {known}; a change needs a reason"
        if desk.subject["randomized"] is not None and known is not None:
            yield "the consent of a randomized subject is not moved"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The subject's consent."""
        desk.unit.change("subject", desk.subject, consented=self.on.isoformat())
        return {"subject": self.subject, "consented": self.on.isoformat()}
