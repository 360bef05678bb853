"""The end of treatment or of participation, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, ClassVar, Final, Literal

from equipoise.conduct.commands.days import against_day, randomized_on
from equipoise.conduct.commands.model import CommandDesk, OfSubject
from equipoise.conduct.recorded import PARTICIPATION, SCREEN_FAILED

TREATMENT_PART: Final = "STUDY TREATMENT"
_SCREENING: Final = ("screened", "eligible")
_EPOCH: Final = {TREATMENT_PART: "TREATMENT", PARTICIPATION: "FOLLOW-UP"}
WITHDRAWN: Final = "WITHDRAWAL BY SUBJECT"
Why = Literal[
    "COMPLETED",
    "PROGRESSIVE DISEASE",
    "ADVERSE EVENT",
    "DEATH",
    "LOST TO FOLLOW-UP",
    "PHYSICIAN DECISION",
    "PROTOCOL DEVIATION",
    "PREGNANCY",
    "STUDY TERMINATED BY SPONSOR",
    "WITHDRAWAL BY SUBJECT",
    "OTHER",
]
_STATE: Final = {"COMPLETED": "completed", "LOST TO FOLLOW-UP": "lost", WITHDRAWN: "withdrawn"}


class EndPart(OfSubject):
    """End a subject's treatment, or participation, for one reason of the codelist."""

    name: ClassVar[str] = "end part"

    part: Literal["treatment", "participation"]
    because: Why
    on: dt.date

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """Once; who was not randomized has taken part in screening alone."""
        yield from against_end(desk, self.part, self.on)
        if self.because == "DEATH" and desk.subject["died"] is None:
            yield "no death was recorded; `record death` does, and ends both"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `disposition`, and the subject's state."""
        end(desk, self.part, self.because, self.on)
        return {"subject": self.subject, "ended": self.part, "because": self.because}


class Withdraw(OfSubject):
    """A subject withdraws: from treatment, from follow-up, or also the data from use.

    What was collected stays; data that are withdrawn are marked so.
    """

    name: ClassVar[str] = "withdraw"

    of: Literal["treatment", "follow-up", "data"]
    on: dt.date

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """Only what has not ended yet can be withdrawn from."""
        if self.of == "data":
            yield from against_day(desk, self.on, "withdrew")
            if self.of in _parts_of(desk.subject):
                yield f"{self.subject} withdrew the data before"
            return
        part = "treatment" if self.of == "treatment" else "participation"
        yield from against_end(desk, part, self.on)

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """What was withdrawn, and the end of that part."""
        if self.of != "data":
            part = "treatment" if self.of == "treatment" else "participation"
            end(desk, part, WITHDRAWN, self.on)
        row = desk.unit.row("subject", self.subject) or {}
        before = _parts_of(row)
        told = ", ".join([*before, *([self.of] if self.of not in before else [])])
        desk.unit.change("subject", row, withdrawn_of=told)
        return {"subject": self.subject, "withdrew": self.of}


def _parts_of(subject: dict[str, Any]) -> list[str]:
    """What a subject has withdrawn from."""
    return [one for one in (subject["withdrawn_of"] or "").split(", ") if one]


def against_end(desk: CommandDesk, part: str, on: dt.date) -> Iterator[str]:
    """What stands against the end of a part."""
    yield from against_day(desk, on, "ended")
    start, subject = randomized_on(desk), desk.subject
    if start is None and (part == "treatment" or subject["state"] not in _SCREENING):
        yield f"{subject['id']} is {subject['state']}, not randomized"
    elif start is not None and on < start:
        yield f"ended on {on}, before randomization on {start}"
    known = subject["treatment_ended"] if part == "treatment" else subject["ended"]
    if known is not None:
        yield f"{part} ended on {known}"


def end(desk: CommandDesk, part: str, because: str, on: dt.date) -> None:
    """Write the end of a part."""
    unit, subject = desk.unit, desk.subject
    scope = TREATMENT_PART if part == "treatment" else PARTICIPATION
    was_randomized = subject["randomized"] is not None
    epoch = _EPOCH[scope] if was_randomized else "SCREENING"
    seq = unit.count("disposition", subject=subject["id"]) + 1
    unit.insert(
        "disposition", id=desk.next_id("disposition", subject=subject["id"]), seq=seq,
        subject=subject["id"], scope=scope, what=because, term=because, epoch=epoch,
        day=on.isoformat(), by=desk.by, at=unit.at,
    )  # fmt: skip
    column = "treatment_ended" if part == "treatment" else "ended"
    state = _STATE.get(because, "off treatment") if part != "treatment" else "off treatment"
    if not was_randomized:
        state = SCREEN_FAILED
    if subject["died"] is not None:
        state = "died"
    desk.subject = unit.change("subject", subject, **{column: on.isoformat()}, state=state)
