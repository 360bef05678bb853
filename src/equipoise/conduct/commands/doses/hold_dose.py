"""A dose waits, or a drug is stopped for good."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.conduct.commands.days import against_day
from equipoise.conduct.commands.doses.give_dose import regimens
from equipoise.conduct.commands.findings import chart
from equipoise.conduct.commands.model import CommandDesk, OfSubject
from equipoise.conduct.next_dose import advise


class HoldDose(OfSubject):
    """Note that a dose that fell due was not given, with what the rules said and why."""

    name: ClassVar[str] = "hold dose"
    asks_why: ClassVar[bool] = True

    drug: str
    on: dt.date

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """Of a drug that the subject gets."""
        yield from _against(desk, self.drug, self.on)

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `dose`, held."""
        return _write(desk, self.drug, self.on, "held", self.reason)


class StopDrug(OfSubject):
    """Stop a drug for good; nothing more of it can be given."""

    name: ClassVar[str] = "stop drug"
    asks_why: ClassVar[bool] = True

    drug: str
    on: dt.date

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """Of a drug that the subject gets, and that was not stopped."""
        yield from _against(desk, self.drug, self.on)

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `dose`, stopped."""
        return _write(desk, self.drug, self.on, "stopped", self.reason)


def _against(desk: CommandDesk, drug: str, on: dt.date) -> Iterator[str]:
    subject = desk.subject["id"]
    yield from against_day(desk, on, "held")
    if desk.subject["randomized"] is None:
        yield f"{subject} is not randomized"
    elif not regimens(desk, drug):
        yield f"{subject} does not get {drug}"
    elif any(
        one["state"] == "stopped" for one in desk.unit.rows("dose", subject=subject, drug=drug)
    ):
        yield f"{drug} was stopped before"


def _write(desk: CommandDesk, drug: str, on: dt.date, state: str, reason: str) -> dict[str, Any]:
    unit, subject = desk.unit, desk.subject["id"]
    first = regimens(desk, drug)[0]
    said = advise(first, chart(desk, first), asked=on) if first.modify else None
    unit.insert(
        "dose", id=desk.next_id("dose", subject=subject), subject=subject, drug=drug,
        n=unit.count("dose", subject=subject, drug=drug) + 1, state=state,
        seq=unit.count("dose", subject=subject) + 1, planned=on.isoformat(), reason=reason.strip(),
        decision=None if said is None else said.state,
        rule=None if said is None else said.in_words(), by=desk.by, revision=1,
    )  # fmt: skip
    return {"subject": subject, "drug": drug, "state": state}
