"""A dose is given: as the rules say, or against them with the reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from equipoise.conduct.commands.days import against_day, randomized_on
from equipoise.conduct.commands.doses.of_dose import (
    advice_on,
    against_stopped,
    doses_given,
    falls_due,
    half_life,
    note_departure,
    plan_of,
    regimen_now,
    regimens,
    under_way,
    write_dose,
)
from equipoise.conduct.commands.doses.order_dose import NO_ZONE, activity_at
from equipoise.conduct.commands.kits.of_kit import against_expired
from equipoise.conduct.commands.model import CommandDesk, OfSubject
from equipoise.conduct.next_dose import Advice
from equipoise.conduct.store.canonical import moment, stamp
from equipoise.units import parse_quantity

_NEVER: Final = ("ended", "complete")
ACTIVITY_WITHIN: Final = 0.10  # of what was aimed at: a prescribed activity is a measured one


class GiveDose(OfSubject):
    """Note a dose that was given.

    amount, unit : as it was given; of a dose that decays it is left out and worked out: the
    activity at the minute of infusion, less what was left in the vial
    at : the moment of infusion, with its time zone; residual : what was left, in the same unit
    planned : the day the plan has, where no rule counts it; kit : what it was given from
    adjusted : why it is another dose than planned, as the rule says; reason : against the rules
    """

    name: ClassVar[str] = "give dose"
    shows_arm: ClassVar[bool] = True

    drug: str
    amount: float | None = None
    unit: str = ""
    on: dt.date
    last: dt.date | None = None
    planned: dt.date | None = None
    adjusted: str = ""
    at: dt.datetime | None = None
    residual: float = 0.0
    kit: str | None = None

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """After randomization, a drug of the arm, not stopped, at hand, and as the rules say."""
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
        yield from against_stopped(desk, self.drug)
        yield from self._against_amount(desk)
        yield from self._against_kit(desk)
        yield from self._against_rules(desk)

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `dose`, and a deviation where it is against the rules."""
        unit, subject = desk.unit, desk.subject["id"]
        said, (amount, of) = advice_on(desk, self.drug, self.on), self._given(desk)
        number, full = doses_given(desk, self.drug) + 1, regimen_now(desk, self.drug)[0].dose
        level = self._level(desk, said, amount)
        is_reduced = of == full.unit and level < float(full.value)
        because = self._unlike(desk, said)
        day = self.planned or falls_due(desk, self.drug)
        write_dose(
            desk, self.drug, "reduced" if is_reduced else "given",
            planned=day.isoformat(), amount=repr(amount), unit=of, level=repr(level),
            given=self.on.isoformat(), last=(self.last or self.on).isoformat(),
            given_at=None if self.at is None else stamp(self.at),
            residual=repr(self.residual) if self.residual else None, kit=self.kit,
            reason=self.adjusted, decision=None if said is None else said.state,
            rule=None if said is None else said.in_words(),
        )  # fmt: skip
        if because:
            text = f"{self.drug} {amount:g} {of} given, {because}"
            note_departure(desk, text, "given against the rules", self.reason, self.on)
        if self.kit is not None:
            unit.change("kit", unit.row("kit", self.kit) or {}, state="used")
        if desk.subject["state"] == "randomized":
            unit.change("subject", desk.subject, state="on treatment")
        told = {"subject": subject, "drug": self.drug, "dose": number}
        return told | {"amount": f"{amount:g} {of}"}

    def _given(self, desk: CommandDesk) -> tuple[float, str]:
        """What was given, and its unit."""
        found = under_way(desk, self.drug)
        at = self.at if self.at is None or self.at.tzinfo else None
        if found is not None and found["activity"] is not None and at is not None:
            left = activity_at(desk, found, at) or 0.0
            return round(left - self.residual, 4), found["unit"]
        return float(self.amount or 0.0), self.unit

    def _level(self, desk: CommandDesk, said: Advice | None, amount: float) -> float:
        """The dose that was aimed at: what an activity is near enough to, else what it is."""
        aim = None if said is None or said.dose is None else float(said.dose.value)
        return aim if aim is not None and self._is_near(desk, amount, aim) else amount

    def _is_near(self, desk: CommandDesk, amount: float, aim: float) -> bool:
        if self.at is None or half_life(desk, self.drug) is None:
            return amount == aim
        plan = plan_of(desk.protocol, self.drug)
        accepted = plan.accept if plan is not None else None
        within = ACTIVITY_WITHIN if accepted is None else float(accepted.within)
        return abs(amount - aim) <= within * aim

    def _against_amount(self, desk: CommandDesk) -> Iterator[str]:
        found = under_way(desk, self.drug)
        is_measured = found is not None and found["activity"] is not None
        if found is not None and found["state"] in ("ordered", "calibrated"):
            yield f"{found['id']} is {found['state']}, not received"
        if is_measured and self.amount is not None:
            yield "the amount follows from the activity; it is not given beside it"
        if is_measured and self.at is None:
            yield "the activity decays; the time of infusion is not given"
        if not is_measured and (self.amount is None or not self.unit):
            yield "the amount and its unit are not given"
        if self.at is not None and self.at.tzinfo is None:
            yield NO_ZONE
        elif self.at is not None:
            yield from self._against_time(desk, self.at)

    def _against_time(self, desk: CommandDesk, at: dt.datetime) -> Iterator[str]:
        here = at.astimezone(ZoneInfo(desk.site.get("zone") or "UTC"))
        if here.date() != self.on:
            yield f"given on {self.on}, and at {here:%Y-%m-%d %H:%M} by the site's clock"
        if at > desk.unit.now:
            yield f"given at {here:%Y-%m-%d %H:%M}, which is still to come"
        if self._given(desk)[0] <= 0 and self.amount is None:
            yield "no activity was left"

    def _against_kit(self, desk: CommandDesk) -> Iterator[str]:
        if self.kit is None:
            if desk.unit.count("kit", drug=self.drug):
                yield f"{self.drug} comes in kits; the kit is not named"
            return
        found = desk.unit.row("kit", self.kit, lock=True)
        if found is None or found["subject"] != self.subject or found["state"] != "assigned":
            yield f"{self.kit} is not assigned to {self.subject}"
            return
        if found["drug"] != self.drug:
            yield f"{self.kit} does not hold {self.drug}"
        yield from against_expired(desk, found, self.on)

    def _against_rules(self, desk: CommandDesk) -> Iterator[str]:
        said = advice_on(desk, self.drug, self.on)
        if said is not None and said.state in _NEVER:
            yield said.in_words()
        elif (because := self._unlike(desk, said)) and not self.reason.strip():
            yield f"{because}; against the rule only with a reason"

    def _unlike(self, desk: CommandDesk, said: Advice | None) -> str:
        """How a dose departs from what the rules and the protocol say; empty where it does not."""
        advised = "" if said is None else self._unadvised(desk, said)
        return "; ".join(filter(None, (advised, self._outlasted(desk))))

    def _outlasted(self, desk: CommandDesk) -> str:
        """How long after its calibration an activity was given, where that is too long."""
        found, plan = under_way(desk, self.drug), plan_of(desk.protocol, self.drug)
        if found is None or found["calibrated"] is None or plan is None or plan.usable_for is None:
            return ""
        over = moment(found["calibrated"]) + plan.usable_for.delta
        is_over = self.at is not None and self.at.tzinfo is not None and self.at > over
        return f"it could be used for {plan.usable_for} after its calibration" if is_over else ""

    def _unadvised(self, desk: CommandDesk, said: Advice) -> str:
        if said.state != "give" or said.dose is None:
            return said.in_words()
        amount, unit = self._given(desk)
        if amount <= 0 or not unit:
            return ""
        given, aim = parse_quantity(f"{amount} {unit}"), said.dose
        same_kind = given.unit == aim.unit
        if same_kind and self._is_near(desk, float(given.value), float(aim.value)):
            return ""
        off = f", {float(given.value) / float(aim.value) - 1:+.0%} off" if self.at else ""
        return f"the rule gives {aim}{off if same_kind else ''}"
