"""Whether a subject may enter: every criterion answered by a person, none against a rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from equipoise.conduct.commands.days import today
from equipoise.conduct.commands.findings import known_today
from equipoise.conduct.commands.model import CommandDesk, OfSubject
from equipoise.conduct.eligibility import judge_criteria
from equipoise.conduct.form_kinds import CRITERIA_FORM, DATE_ITEM

SCREENED = ("screened", "eligible", "screen failure")


class JudgeEligibility(OfSubject):
    """Judge every criterion: true where it lets the subject in.

    met : by the criterion's id. Where a rule and the data answer for themselves, no other answer
    stands; where they cannot, the investigator's does.
    """

    name: ClassVar[str] = "judge eligibility"

    met: dict[str, bool]

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """Before randomization, all criteria, and none against what was measured."""
        if desk.subject["state"] not in SCREENED:
            yield f"{self.subject} is {desk.subject['state']}"
        asked = desk.protocol.population.eligibility
        known = {one.id: one for one in (*asked.include, *asked.exclude)}
        yield from (f"{one} is no criterion" for one in self.met if one not in known)
        yield from (f"{one} is not answered" for one in known if one not in self.met)
        if (
            desk.unit.rows("form", subject=self.subject, key=CRITERIA_FORM)
            and not self.reason.strip()
        ):
            yield "was judged before; a change needs a reason"
        yield from against_criteria(desk, self.met)

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The form of criteria, and the subject's state."""
        unit = desk.unit
        known = unit.rows("form", subject=self.subject, key=CRITERIA_FORM)
        form = known[0] if known else _new(desk)
        said = {one: ("truth", "true" if met else "false") for one, met in self.met.items()}
        for item, (kind, value) in {DATE_ITEM: ("date", str(today(desk))), **said}.items():
            new = {"kind": kind, "value": value, "unit": None, "missing": None}
            unit.value(form["id"], item, new)
        if known:
            unit.change("form", form, revision=form["revision"])
        state = "eligible" if all(self.met.values()) else "screen failure"
        unit.change("subject", desk.subject, state=state)
        return {"subject": self.subject, "state": state}


def against_criteria(desk: CommandDesk, met: Mapping[str, bool]) -> Iterator[str]:
    """Each answer that what was measured speaks against, as far as it was measured."""
    for judged in judge_criteria(desk.protocol, known_today(desk), size=1):
        said, one = met.get(judged.criterion.id), judged.criterion
        if (said and judged.met.no[0]) or (said is False and judged.met.yes[0]):
            found = "met" if judged.met.yes[0] else "not met"
            yield f"{one.id} is {found} by what was measured: {one.rule}"


def _new(desk: CommandDesk) -> dict[str, Any]:
    subject = desk.subject["id"]
    seq = desk.unit.count("form", subject=subject) + 1
    return desk.unit.insert(
        "form", id=desk.next_id("form", subject=subject), subject=subject, key=CRITERIA_FORM,
        row=1, seq=seq, state="entered", version=desk.subject["version"], revision=1,
    )  # fmt: skip
