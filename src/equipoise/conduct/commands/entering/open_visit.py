"""A visit is held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, ClassVar, Final

from equipoise.conduct.commands.days import against_day, randomized_on
from equipoise.conduct.commands.model import CommandDesk, OfSubject
from equipoise.conduct.visits import Encounters, dosed_in, dosing_visits, planned

_HORIZON: Final = 36_525  # days: a hundred years, beyond any schedule


class OpenVisit(OfSubject):
    """Open a visit of the schedule, or one that is not planned.

    key : of the protocol's visits; encounter : which one of a visit that comes again, from 1;
    title, number : of a visit that the schedule does not number; planned : the day that was told to
    the subject, where it is not that of the schedule
    """

    name: ClassVar[str] = "open visit"

    key: str
    on: dt.date
    encounter: int = 1
    title: str | None = None
    number: str | None = None
    planned: dt.date | None = None

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """A visit of the protocol, after consent, once."""
        yield from against_day(desk, self.on, "held")
        if self.key not in desk.protocol.visits:
            yield f"there is no visit {self.key}; expected {', '.join(desk.protocol.visits)}"
            return
        consented = desk.subject["consented"]
        if consented is None or consented > self.on.isoformat():
            yield f"held on {self.on}, before consent"
        visit = desk.protocol.visits[self.key]
        arm = arm_of(desk)
        if arm is not None and not visit.is_for(arm):
            yield f"{self.key} is not for {desk.protocol.arms[arm].label}"
        if visit.at_any_time:
            pass
        elif visit.day is None and randomized_on(desk) is None:
            yield f"{self.key} is held after randomization"
        elif self.title is None and not visit.at_cutoff and self._planned(desk) is None:
            yield f"{self.key} has no encounter {self.encounter}"
        name = self._told(desk)[0]
        if any(one["name"] == name for one in desk.unit.rows("visit", subject=self.subject)):
            yield f"{name} was opened before"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `visit`; from now on the subject is under the version of its site."""
        unit, found = desk.unit, self._planned(desk)
        name, number = self._told(desk)
        is_told = found is None or self.planned is not None
        day = None if found is None or is_told else int(found.day[self.encounter - 1])
        window = None if found is None else found.window
        seq = unit.count("visit", subject=self.subject) + 1
        made = unit.insert(
            "visit", id=desk.next_id("visit", subject=self.subject), subject=self.subject,
            key=self.key, n=self.encounter, name=name, number=number, seq=seq, state="held",
            held=self.on.isoformat(), day=day, revision=1,
            low=None if day is None or window is None else day - window,
            high=None if day is None or window is None else day + window,
            epoch=desk.protocol.visits[self.key].epoch or "",
            planned=(self.planned or self.on).isoformat() if is_told else None,
        )  # fmt: skip
        moved = desk.site.get("version") or desk.subject["version"]
        unit.change("subject", desk.subject, version=moved)
        return {"visit": made["id"], "name": name}

    def _told(self, desk: CommandDesk) -> tuple[str, str]:
        """The visit's name and number."""
        found, visits = self._planned(desk), desk.protocol.visits
        if found is None:
            order, start = list(visits).index(self.key) + 1, randomized_on(desk) or self.on
            week = (self.on - start).days // 7
            label = (visits[self.key].label or self.key).capitalize()
            day = f"{label}, {self.on}" if visits[self.key].at_any_time else f"{label}, week {week}"
            title = self.title or day
            return title, self.number or repr(round(week + 1 + order / 100, 2))
        return found.name[self.encounter - 1], repr(float(found.number[self.encounter - 1]))

    def _planned(self, desk: CommandDesk) -> Encounters | None:
        """The encounters of the schedule, if this one is among them."""
        visit, found = desk.protocol.visits[self.key], None
        if visit.at_cutoff or visit.at_any_time or self.title is not None:
            return None
        doses = {key: dosed_in(desk.protocol, visit, key) for key in desk.protocol.arms}
        if not any(doses.values()):
            found = planned(desk.protocol, self.key, horizon=_HORIZON)
        elif (arm := arm_of(desk)) is not None:
            drugs = {one.drug for one in doses[arm]}
            found = dosing_visits(
                desk.protocol, self.key, arm=arm, given=_days_given(desk, drugs), horizon=_HORIZON
            )
        is_there = found is not None and 1 <= self.encounter <= len(found.day)
        return found if is_there else None


def arm_of(desk: CommandDesk) -> str | None:
    """The arm, for what follows from it at the site; it is told to nobody."""
    row = desk.unit.row("allocation", desk.trial["kind"], desk.subject["id"])
    return None if row is None else str(row["arm"])


def _days_given(desk: CommandDesk, drugs: set[str]) -> list[int]:
    start = randomized_on(desk)
    assert start is not None
    rows = desk.unit.rows("dose", subject=desk.subject["id"], state="given")
    days = [dt.date.fromisoformat(one["given"]) for one in rows if one["drug"] in drugs]
    return sorted((day - start).days + 1 for day in days)
