"""A form is cleared: all that it says is taken away, and stays in the audit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.conduct.commands.entering.sign import void_signatures
from equipoise.conduct.commands.findings import baseline_forms
from equipoise.conduct.commands.model import CommandDesk, OfForm
from equipoise.conduct.form_kinds import CRITERIA_FORM


class ClearForm(OfForm):
    """Take away every answer of a form that was entered by mistake; it is then empty."""

    name: ClassVar[str] = "clear form"
    asks_why: ClassVar[bool] = True

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """A form that says something, and that nobody was randomized by, or reported."""
        form = self.of(desk)
        if form["state"] == "empty":
            yield f"{self.form} is empty"
        if form["key"] == CRITERIA_FORM:
            yield f"{self.form} is the form {form['key']}, which is judged anew"
        if form["key"] in baseline_forms(desk) and desk.subject["randomized"] is not None:
            yield f"{desk.subject['id']} was randomized by it; correct it"
        if desk.unit.rows("sae", form=self.form):
            yield f"{self.form} was reported as serious; correct it, and follow the report up"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """Its values, its state, and the end of its signatures."""
        unit, form = desk.unit, self.of(desk)
        for one in unit.rows("value", form=self.form):
            if one["value"] is not None:
                blank = {"value": None, "missing": self.reason.strip()}
                unit.value(self.form, one["item"], {**one, **blank})
        unit.change("form", form, state="empty")
        void_signatures(desk, self.form)
        return {"form": self.form, "state": "empty"}
