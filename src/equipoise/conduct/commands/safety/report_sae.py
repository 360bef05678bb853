"""An adverse event is serious: the clock runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.conduct.commands.findings import UNENTERED, rows_of
from equipoise.conduct.commands.model import CommandDesk, OfForm
from equipoise.conduct.commands.safety.clocks import due_to_report
from equipoise.conduct.commands.safety.of_sae import write_version
from equipoise.conduct.store.canonical import stamp


class ReportSAE(OfForm):
    """Report a serious adverse event whose form was entered.

    aware_at : when the site learned of it, with its time zone
    """

    name: ClassVar[str] = "report SAE"
    of_data: ClassVar[bool] = False

    aware_at: dt.datetime

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """Of an adverse event that says it is serious, once."""
        form = self.of(desk)
        kind = desk.forms.get(form["key"])
        if kind is None or "events" not in kind.tables() or form["state"] in UNENTERED:
            yield f"{self.form} is no adverse event that was entered"
            return
        if not any(
            of["id"] == self.form and row.get("serious") for of, row in rows_of(desk, "events")
        ):
            yield f"{self.form} does not say that the event is serious"
        if desk.unit.rows("sae", form=self.form):
            yield f"{self.form} was reported before; a follow-up tells what is new"
        if self.aware_at.tzinfo is None:
            yield "the time of awareness has no time zone"
        elif self.aware_at > desk.unit.now:
            yield "the time of awareness is still to come"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `sae`, and its first version."""
        due, subject = due_to_report(desk.protocol, self.aware_at), desk.subject["id"]
        made = desk.unit.insert(
            "sae", id=desk.next_id("sae", subject=subject), subject=subject, form=self.form,
            aware_at=stamp(self.aware_at), due_at=due, state="reported", by=desk.by, revision=1,
        )  # fmt: skip
        write_version(desk, made, "report", self.reason)
        return {"sae": made["id"], "due": due, "late": desk.unit.at > due}
