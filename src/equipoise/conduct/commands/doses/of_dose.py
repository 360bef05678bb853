"""What the commands about doses share: the regimen, the dose under way, what the rules say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, ClassVar, Final

from equipoise.conduct.chart import Chart
from equipoise.conduct.commands.days import against_day
from equipoise.conduct.commands.entering.open_visit import arm_of
from equipoise.conduct.commands.findings import chart, doses_told
from equipoise.conduct.commands.model import CommandDesk, OfSubject, RefusedError
from equipoise.conduct.commands.rights import OPEN_LABEL
from equipoise.conduct.commands.subjects.note_deviation import note_deviation
from equipoise.conduct.next_dose import Advice, advise, complete, due
from equipoise.conduct.recorded import GIVEN_STATES
from equipoise.protocol import Protocol
from equipoise.protocol.model import Regimen
from equipoise.protocol.model.conduct import RadiopharmacyPlan

UNDER_WAY: Final = ("planned", "checked", "ordered", "calibrated", "received")


class OfDrug(OfSubject):
    """A command about a drug that a subject gets."""

    shows_arm: ClassVar[bool] = True
    done: ClassVar[str] = "held"

    drug: str
    on: dt.date

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """Of a drug that the subject gets, and that was not stopped."""
        yield from against_day(desk, self.on, self.done)
        if desk.subject["randomized"] is None:
            yield f"{self.subject} is not randomized"
        elif not regimens(desk, self.drug):
            yield f"{self.subject} does not get {self.drug}"
        else:
            yield from against_stopped(desk, self.drug)


class OfDose(OfSubject):
    """A command about a dose that is under way."""

    about: ClassVar[tuple[str, str]] = ("dose", "dose")
    shows_arm: ClassVar[bool] = True

    dose: str
    subject: str = ""

    def place(self, desk: CommandDesk) -> None:
        """The dose's subject is locked."""
        found = desk.unit.row("dose", self.dose)
        if found is None:
            raise RefusedError(self.name, [f"there is no dose {self.dose}"])
        OfSubject.model_construct(subject=found["subject"]).place(desk)

    def of(self, desk: CommandDesk) -> dict[str, Any]:
        """The dose as it is now."""
        return desk.unit.row("dose", self.dose) or {}

    def against_state(self, desk: CommandDesk, *expected: str) -> Iterator[str]:
        """A dose goes through its states in order."""
        found = self.of(desk)
        if found["state"] not in expected:
            yield f"{self.dose} is {found['state']}, not {' or '.join(expected)}"
        yield from against_stopped(desk, found["drug"])


def regimens(desk: CommandDesk, drug: str) -> list[Regimen]:
    """How a subject's arm gets a drug; those with rules first."""
    arm = arm_of(desk)
    if arm is None:
        return []
    found = [one for one in desk.protocol.arms[arm].give if one.drug == drug]
    return sorted(found, key=lambda one: not one.modify)


def half_life(desk: CommandDesk, drug: str) -> float | None:
    """Of a radiopharmaceutical, in days."""
    spans = [one.half_life for one in regimens(desk, drug) if one.half_life is not None]
    return spans[0].days if spans else None


def plan_of(protocol: Protocol, drug: str) -> RadiopharmacyPlan | None:
    """What the protocol says of the pharmacy of a drug that decays."""
    plans = protocol.conduct.radiopharmacy if protocol.conduct is not None else ()
    return next((one for one in plans if one.drug == drug), None)


def against_stopped(desk: CommandDesk, drug: str) -> Iterator[str]:
    """What ends a drug for good."""
    for one in desk.unit.rows("dose", subject=desk.subject["id"], drug=drug, state="stopped"):
        yield f"{drug} was stopped: {one['reason']}"
    if desk.subject["treatment_ended"] is not None:
        yield f"treatment ended on {desk.subject['treatment_ended']}"


def under_way(desk: CommandDesk, drug: str) -> dict[str, Any] | None:
    """The dose of a drug that was checked or ordered, and was not given yet."""
    rows = desk.unit.rows("dose", subject=desk.subject["id"], drug=drug)
    return next((one for one in rows if one["state"] in UNDER_WAY), None)


def advice_on(desk: CommandDesk, drug: str, on: dt.date) -> Advice | None:
    """What the rules say on a day, of a drug that has some."""
    for one in regimens(desk, drug):
        if one.modify:
            return advise(one, chart(desk, one), asked=on)
    return None


def falls_due(desk: CommandDesk, drug: str) -> dt.date:
    """The day on which the next dose falls due."""
    return due(*regimen_now(desk, drug)).day


def regimen_now(desk: CommandDesk, drug: str) -> tuple[Regimen, Chart]:
    """By which regimen the next dose of a drug is given, and the doses by it so far.

    Of several without rules the later one begins when the earlier is complete, by its number of
    doses or the end of its time.
    """
    found, before = regimens(desk, drug), 0
    if len(found) == 1 or found[0].modify:
        return found[0], doses_told(desk, found[0])
    found.sort(key=lambda one: one.start.days if one.start else 0)
    for one in found:
        told = doses_told(desk, one, before=before)
        day = due(one, told).day
        is_over = one.times is not None and len(told.given) >= one.times
        if one is found[-1] or not (is_over or complete(one, told, day)):
            break
        before += len(told.given) if one.times is None else one.times
    return one, told


def doses_given(desk: CommandDesk, drug: str) -> int:
    """How many doses of a drug a subject has got."""
    unit, whose = desk.unit, {"subject": desk.subject["id"], "drug": drug}
    return sum(unit.count("dose", **whose, state=state) for state in GIVEN_STATES)


def note_departure(desk: CommandDesk, open_: str, masked: str, why: str, on: dt.date) -> None:
    """A deviation about a dose: told in full, or in a masked trial without its drug and amount.

    open_, masked : what was done, in either
    """
    is_open = desk.protocol.trial.masking == OPEN_LABEL
    note_deviation(desk, "TREATMENT", f"{open_ if is_open else f'a dose {masked}'}: {why}", on)


def write_dose(desk: CommandDesk, drug: str, state: str, **cells: Any) -> dict[str, Any]:
    """The dose that is under way, changed, or a new one."""
    unit, subject = desk.unit, desk.subject["id"]
    found = under_way(desk, drug)
    if found is not None:
        return unit.change("dose", found, state=state, by=desk.by, **cells)
    return unit.insert(
        "dose", id=desk.next_id("dose", subject=subject), subject=subject, drug=drug,
        n=doses_given(desk, drug) + 1, seq=unit.count("dose", subject=subject) + 1, state=state,
        route=regimens(desk, drug)[0].route or "", by=desk.by, revision=1, **cells,
    )  # fmt: skip
