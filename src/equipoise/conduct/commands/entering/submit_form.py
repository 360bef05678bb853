"""A form is drafted, or submitted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, ClassVar, Final

from equipoise.conduct.commands.days import today, told_day
from equipoise.conduct.commands.entering.checking import against_checks, follow_checks, merged
from equipoise.conduct.commands.entering.open_visit import arm_of
from equipoise.conduct.commands.findings import answers_of
from equipoise.conduct.commands.model import CommandDesk, OfForm, OfSubject
from equipoise.conduct.commands.rights import EACH_ARM, arms_known
from equipoise.conduct.form_kinds import (
    Answer_,
    kind_of,
    lacking_answers,
    spelled_answer,
    wrong_with_answers,
)
from equipoise.meaning.forms.model import CaseForm

_DATES: Final = ("date", "date time", "partial date")  # a partial one is no day, and told nothing


class SaveDraft(OfSubject):
    """Keep a form that is not complete yet; nothing is asked of it but that its items exist.

    form : of a draft that is there, to go on with it; visit : where it belongs
    """

    name: ClassVar[str] = "save draft"

    key: str
    answers: dict[str, Answer_]
    visit: str | None = None
    form: str | None = None

    def place(self, desk: CommandDesk) -> None:
        """The subject is locked; a draft stays under the version that it was begun under."""
        super().place(desk)
        desk.form = (desk.unit.row("form", self.form) if self.form else None) or {}

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """A form of a visit, and a draft still."""
        yield from against_form(desk, self.key, self.visit, [self.answers])
        if self.form is not None:
            found = desk.unit.row("form", self.form)
            if found is None or found["subject"] != self.subject:
                yield f"there is no form {self.form}"
            elif found["state"] != "draft":
                yield f"{self.form} is {found['state']}, no draft"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The form and its values."""
        found = desk.unit.row("form", self.form) if self.form else None
        kind = desk.forms[self.key]
        if found is None:
            form = new_form(desk, self.key, self.visit, row=1, state="draft")
            desk.unit.values(form["id"], _first_answers(kind, self.answers))
        else:
            form = found
            write_answers(desk, form["id"], kind, self.answers)
            desk.unit.change("form", form, state="draft")
        return {"form": form["id"], "state": "draft"}


class SubmitForm(OfSubject):
    """Enter a form, one row or several: laboratory values of a visit, events, lesions.

    rows : the answers of each
    """

    name: ClassVar[str] = "submit form"

    key: str
    rows: list[dict[str, Answer_]]
    visit: str | None = None

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """A form of a visit, whose answers are of their kinds, complete, and possible."""
        yield from against_form(desk, self.key, self.visit, self.rows)
        if self.key not in desk.forms:
            return
        if not self.rows:
            yield f"{self.key}: no row is given"
        for row in self.rows:
            yield from lacking_answers(desk.forms[self.key], row)
        yield from against_checks(desk, self.key, self.rows, visit=self.visit)
        is_once = "subjects" in desk.forms[self.key].tables()
        if is_once and (len(self.rows) > 1 or standing(desk, self.key)):
            yield f"the {self.key} form is entered once; correct it"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """A form for each row, its values, and the queries that checks raise."""
        made, told = [], []
        for number, row in enumerate(self.rows, start=1):
            form = new_form(desk, self.key, self.visit, row=number, state="entered")
            desk.unit.values(form["id"], _first_answers(desk.forms[self.key], row))
            told.append(follow_checks(desk, form, row))
            made.append(form["id"])
        return {"forms": made, "state": "entered", **merged(told)}


class SubmitDraft(OfForm):
    """Enter a form that was drafted."""

    name: ClassVar[str] = "submit draft"

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """A draft that is complete."""
        form = self.of(desk)
        if form["state"] != "draft":
            yield f"{self.form} is {form['state']}, no draft"
        said = {one["item"]: one["value"] for one in desk.unit.rows("value", form=self.form)}
        yield from lacking_answers(desk.forms[form["key"]], said)
        own = [answers_of(desk, self.form)]
        yield from against_checks(desk, form["key"], own, visit=form["visit"])

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The form's state, and the queries that checks raise."""
        form = self.of(desk)
        desk.unit.change("form", form, state="entered")
        told = follow_checks(desk, {**form, "state": "entered"}, answers_of(desk, self.form))
        return {"form": self.form, "state": "entered", **told}


def standing(desk: CommandDesk, key: str) -> list[dict[str, Any]]:
    """The forms of a kind that were not cleared."""
    rows = desk.unit.rows("form", subject=desk.subject["id"], key=key)
    return [one for one in rows if one["state"] != "empty"]


def against_form(
    desk: CommandDesk, key: str, visit: str | None, rows: list[dict[str, Answer_]]
) -> Iterator[str]:
    """What stands against answers in a form, whatever its state."""
    if key not in desk.forms:
        yield f"there is no form {key}; expected {', '.join(desk.forms)}"
        return
    form = desk.forms[key]
    if desk.subject["consented"] is None:
        yield "the consent has no date"
    if form.at_visit != (visit is not None):
        yield f"{key}: {'its visit is not named' if form.at_visit else 'is of no visit'}"
    elif visit is not None:
        found = desk.unit.row("visit", visit)
        if found is None or found["subject"] != desk.subject["id"]:
            yield f"there is no visit {visit}"
    yield from _against_arm(desk, form)
    for row in rows:
        yield from wrong_with_answers(form, row, desk.strata)
        yield from against_dates(desk, form, row)


def _against_arm(desk: CommandDesk, form: CaseForm) -> Iterator[str]:
    """A form of some arms is for their subjects; who may not know an arm learns none by it."""
    if not form.arms:
        return
    knows = arms_known(desk.role, masking=desk.protocol.trial.masking) == EACH_ARM
    if desk.subject["randomized"] is None:
        yield f"{form.key} is of some arms, and {desk.subject['id']} is not randomized"
    elif knows and arm_of(desk) not in form.arms:
        labels = [desk.protocol.arms[one].label or one for one in form.arms]
        yield f"{form.key} is for {' and '.join(labels)}, which is not the arm of this subject"


def against_dates(desk: CommandDesk, form: CaseForm, row: dict[str, Answer_]) -> Iterator[str]:
    """Nothing began in the future or after death, and nothing ended before it began."""
    days = {}
    for item, answer in row.items():
        found = form.item(item)
        if found is not None and found.kind in _DATES and isinstance(answer, str):
            try:
                days[item] = dt.date.fromisoformat(answer[:10])
            except ValueError:
                continue
    died = told_day(desk.subject["died"])
    for item, day in days.items():
        if day > today(desk):
            yield f"{form.key}: {item} is {day}, which is still to come"
        if died is not None and day > died:
            yield f"{form.key}: {item} is {day}, after death on {died}"
    if "start" in days and "end" in days and days["end"] < days["start"]:
        yield f"{form.key}: it ended on {days['end']}, before it began on {days['start']}"


def new_form(
    desk: CommandDesk, key: str, visit: str | None, *, row: int, state: str
) -> dict[str, Any]:
    """A form with nothing in it."""
    subject = desk.subject["id"]
    seq = desk.unit.count("form", subject=subject) + 1
    return desk.unit.insert(
        "form", id=f"{subject}/F{seq:05}", subject=subject, visit=visit, key=key, row=row, seq=seq,
        state=state, version=desk.subject["version"], revision=1,
    )  # fmt: skip


def write_answers(desk: CommandDesk, form: str, kind: CaseForm, said: dict[str, Answer_]) -> None:
    """The answers of a draft that is there; one that is taken out is written as no answer."""
    for item, answer in said.items():
        before = desk.unit.row("value", form, item) if answer is None else None
        if answer is not None or before is not None:
            how = before["kind"] if before else kind_of(kind, item, answer)
            desk.unit.value(form, item, _told(how, answer))


def _first_answers(kind: CaseForm, said: dict[str, Answer_]) -> dict[str, dict[str, Any]]:
    """The answers of a new form."""
    return {
        item: _told(kind_of(kind, item, answer), answer)
        for item, answer in said.items()
        if answer is not None
    }


def _told(how: str, answer: Answer_) -> dict[str, Any]:
    return {"kind": how, "value": spelled_answer(how, answer), "unit": None, "missing": None}
