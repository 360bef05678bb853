"""An answer that was entered is corrected, with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.conduct.commands.entering.checking import (
    against_checks,
    corrected,
    follow_checks,
)
from equipoise.conduct.commands.entering.sign import void_signatures
from equipoise.conduct.commands.entering.submit_form import against_dates
from equipoise.conduct.commands.findings import answers_of
from equipoise.conduct.commands.model import CommandDesk, OfForm
from equipoise.conduct.form_kinds import Answer_, kind_of, spelled_answer, wrong_with_answers


class Correct(OfForm):
    """Change one answer, or take it away and say why it is missing.

    What was signed or verified is so no more, visibly.
    """

    name: ClassVar[str] = "correct"
    asks_why: ClassVar[bool] = True

    item: str
    answer: Answer_
    missing: str | None = None

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """A form that was entered, an item of it, and an answer of its kind."""
        form = self.of(desk)
        if form["state"] in ("empty", "draft"):
            yield f"{self.form} is {form['state']}; nothing was entered"
        if form["key"] not in desk.forms:
            yield f"{self.form} is the form {form['key']}, which is judged anew"
            return
        said = {self.item: self.answer}
        yield from wrong_with_answers(desk.forms[form["key"]], said, desk.strata)
        yield from against_dates(desk, desk.forms[form["key"]], said)
        new = corrected(desk, form, self.item, self.answer)
        yield from against_checks(desk, form["key"], [new], visit=form["visit"])
        if self.answer is None and not (self.missing or "").strip():
            yield f"{self.item} is taken away; why is it missing?"
        if self.answer is not None and self.missing is not None:
            yield f"{self.item} is answered and missing at once"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The value, the form's state, and the end of its signatures."""
        form, unit = self.of(desk), desk.unit
        kind = kind_of(desk.forms[form["key"]], self.item, self.answer)
        before = unit.row("value", self.form, self.item)
        if self.answer is None and before is not None:
            kind = before["kind"]
        new = {"kind": kind, "value": spelled_answer(kind, self.answer), "unit": None}
        if not unit.value(self.form, self.item, {**new, "missing": self.missing}):
            return {"form": self.form, "revision": form["revision"]}
        unit.change("form", form, state="entered", revision=form["revision"] + 1)
        void_signatures(desk, self.form)
        told = follow_checks(
            desk, desk.unit.row("form", self.form) or {}, answers_of(desk, self.form)
        )
        return {"form": self.form, "revision": form["revision"] + 1, **told}
