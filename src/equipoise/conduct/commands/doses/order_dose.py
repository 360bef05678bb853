"""A dose that was checked is ordered, calibrated where it decays, and received."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from equipoise.conduct.commands.days import today
from equipoise.conduct.commands.doses.decay import decayed
from equipoise.conduct.commands.doses.of_dose import OfDose, half_life, plan_of
from equipoise.conduct.commands.model import CommandDesk
from equipoise.conduct.store.canonical import moment, stamp
from equipoise.units import UnitError, parse_quantity

NO_ZONE: Final = "the time has no time zone"


class OrderDose(OfDose):
    """Order a dose that the rules let be given; nothing is ordered that was not checked."""

    name: ClassVar[str] = "order dose"

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """What was checked."""
        yield from self.against_state(desk, "checked")

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The dose's state, and when it was ordered."""
        made = desk.unit.change("dose", self.of(desk), state="ordered", ordered=desk.unit.at)
        told = {"dose": self.dose, "state": "ordered", "planned": made["planned"]}
        told |= _late(desk, made)
        return told | {"amount": f"{float(made['level']):g} {made['unit']}"}


def _late(desk: CommandDesk, dose: dict[str, Any]) -> dict[str, str]:
    """A note where there is less time left than the protocol orders a dose before."""
    plan = plan_of(desk.protocol, dose["drug"])
    left = (dt.date.fromisoformat(dose["planned"]) - today(desk)).days
    if plan is None or plan.order_before is None or left >= plan.order_before.whole_days:
        return {}
    return {"note": f"ordered {left} days before; the protocol orders {plan.order_before} before"}


class CalibrateDose(OfDose):
    """Note the activity of a radiopharmaceutical, and the moment for which it was measured.

    at : with its time zone; it may be to come, as a calibration for the time of infusion is
    """

    name: ClassVar[str] = "calibrate dose"

    activity: float
    unit: str
    at: dt.datetime

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """Of an ordered dose of a drug that decays, in the unit in which it is given."""
        yield from self.against_state(desk, "ordered")
        found = self.of(desk)
        if half_life(desk, found["drug"]) is None:
            yield f"{found['drug']} has no half life; nothing decays in it"
        if self.at.tzinfo is None:
            yield NO_ZONE
        if self.activity <= 0:
            yield f"the activity is {self.activity:g}"
        if _in_unit(self.activity, self.unit, found["unit"]) is None:
            yield f"the activity is in {self.unit}; expected {found['unit']}"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The dose's state, activity and calibration."""
        found = self.of(desk)
        activity = _in_unit(self.activity, self.unit, found["unit"])
        desk.unit.change(
            "dose", found, state="calibrated", activity=repr(activity), calibrated=stamp(self.at)
        )
        return {"dose": self.dose, "state": "calibrated"} | self._elsewhen(desk, found)

    def _elsewhen(self, desk: CommandDesk, dose: dict[str, Any]) -> dict[str, str]:
        """A note where the moment is not the one that the protocol has a dose calibrated at."""
        plan = plan_of(desk.protocol, dose["drug"])
        if plan is None:
            return {}
        day = self.at.astimezone(ZoneInfo(desk.site["zone"])).date()
        planned = dt.date.fromisoformat(dose["planned"])
        fits = {
            "infusion": day == planned,
            "arrival": today(desk) <= day <= planned,
            "dispatch": self.at <= desk.unit.now,
        }[plan.calibrated_at]
        said = f"calibrated for {day}; the protocol has it calibrated at {plan.calibrated_at}"
        return {} if fits else {"note": f"{said}, and the dose is planned for {planned}"}


class ReceiveDose(OfDose):
    """Note that a dose has come to the site; of one that decays, what there is at that minute."""

    name: ClassVar[str] = "receive dose"

    at: dt.datetime

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """What was ordered, and calibrated where it decays; not in the future."""
        is_active = half_life(desk, self.of(desk)["drug"]) is not None
        yield from self.against_state(desk, "calibrated" if is_active else "ordered")
        if self.at.tzinfo is None:
            yield NO_ZONE
        elif self.at > desk.unit.now:
            yield f"received at {self.at:%Y-%m-%d %H:%M}, which is still to come"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The dose's state."""
        found = self.of(desk)
        desk.unit.change("dose", found, state="received", received=stamp(self.at))
        told = {"dose": self.dose, "state": "received"}
        left = activity_at(desk, found, self.at)
        return told if left is None else told | {"activity": f"{left:g} {found['unit']}"}


def activity_at(desk: CommandDesk, dose: dict[str, Any], at: dt.datetime) -> float | None:
    """What is left of a calibrated dose at a moment, in its unit; None of one that has none."""
    days = half_life(desk, dose["drug"])
    if dose["activity"] is None or days is None:
        return None
    calibrated = moment(dose["calibrated"])
    return decayed(float(dose["activity"]), calibrated=calibrated, at=at, half_life_days=days)


def _in_unit(activity: float, unit: str, wanted: str) -> float | None:
    try:
        return float(parse_quantity(f"{activity} {unit}").to(wanted))
    except UnitError:
        return None
