"""A dose is given: as the rules say, or against them with the reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, ClassVar, Final

from equipoise.conduct.commands.days import against_day, randomized_on
from equipoise.conduct.commands.entering.open_visit import arm_of
from equipoise.conduct.commands.findings import chart
from equipoise.conduct.commands.model import CommandDesk, OfSubject
from equipoise.conduct.commands.subjects.note_deviation import note_deviation
from equipoise.conduct.next_dose import Advice, advise, due
from equipoise.protocol.model import Regimen
from equipoise.units import parse_quantity

_NEVER: Final = ("ended", "complete")


class GiveDose(OfSubject):
    """Note a dose that was given.

    amount, unit : as it was given; planned : the day the plan has, where no rule counts it
    adjusted : why it is another dose than planned, as the rule says; reason : against the rules
    """

    name: ClassVar[str] = "give dose"

    drug: str
    amount: float
    unit: str
    on: dt.date
    last: dt.date | None = None
    planned: dt.date | None = None
    adjusted: str = ""

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """After randomization, a drug of the arm, not stopped, and as the rules say."""
        yield from against_day(desk, self.on, "given")
        start = randomized_on(desk)
        if start is None:
            yield f"{self.subject} is not randomized"
            return
        if self.on < start:
            yield f"given on {self.on}, before randomization on {start}"
        if not regimens(desk, self.drug):
            yield f"{self.subject} does not get {self.drug}"
            return
        yield from _against_stopped(desk, self.drug)
        yield from self._against_rules(desk)

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `dose`, and a deviation where it is against the rules."""
        unit, subject = desk.unit, desk.subject["id"]
        said = self._advice(desk)
        number = unit.count("dose", subject=subject, drug=self.drug, state="given") + 1
        first = regimens(desk, self.drug)[0]
        day = self.planned or due(first, chart(desk, first)).day
        unit.insert(
            "dose", id=desk.next_id("dose", subject=subject), subject=subject, drug=self.drug,
            n=number, seq=unit.count("dose", subject=subject) + 1, state="given",
            planned=day.isoformat(), amount=repr(self.amount), unit=self.unit,
            route=first.route or "", given=self.on.isoformat(),
            last=(self.last or self.on).isoformat(), reason=self.adjusted, by=desk.by, revision=1,
            decision=None if said is None else said.state,
            rule=None if said is None else said.in_words(),
        )  # fmt: skip
        if said is not None and (because := _unlike(said, self.amount, self.unit)):
            text = f"{self.drug} {self.amount:g} {self.unit} given, {because}: {self.reason}"
            note_deviation(desk, "TREATMENT", text, self.on)
        if desk.subject["state"] == "randomized":
            unit.change("subject", desk.subject, state="on treatment")
        return {"subject": subject, "drug": self.drug, "dose": number}

    def _advice(self, desk: CommandDesk) -> Advice | None:
        """What the rules say, of a drug that has some."""
        for one in regimens(desk, self.drug):
            if one.modify:
                return advise(one, chart(desk, one), asked=self.on)
        return None

    def _against_rules(self, desk: CommandDesk) -> Iterator[str]:
        said = self._advice(desk)
        if said is None:
            return
        if said.state in _NEVER:
            yield said.in_words()
        elif (because := _unlike(said, self.amount, self.unit)) and not self.reason.strip():
            yield f"{because}; against the rule only with a reason"


def regimens(desk: CommandDesk, drug: str) -> list[Regimen]:
    """How a subject's arm gets a drug; those with rules first."""
    arm = arm_of(desk)
    if arm is None:
        return []
    found = [one for one in desk.protocol.arms[arm].give if one.drug == drug]
    return sorted(found, key=lambda one: not one.modify)


def _against_stopped(desk: CommandDesk, drug: str) -> Iterator[str]:
    for one in desk.unit.rows("dose", subject=desk.subject["id"], drug=drug):
        if one["state"] == "stopped":
            yield f"{drug} was stopped: {one['reason']}"
    if desk.subject["treatment_ended"] is not None:
        yield f"treatment ended on {desk.subject['treatment_ended']}"


def _unlike(said: Advice, amount: float, unit: str) -> str:
    """How a dose departs from what the rules say; empty where it does not."""
    if said.state != "give":
        return said.in_words()
    given = parse_quantity(f"{amount} {unit}")
    same = said.dose is not None and (given.value, given.unit) == (said.dose.value, said.dose.unit)
    return "" if same else f"the rule gives {said.dose}"
