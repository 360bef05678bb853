"""Serious adverse events, and the clocks of their reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from equipoise.conduct.commands.findings import rows_of
from equipoise.conduct.commands.model import CommandDesk
from equipoise.conduct.commands.safety.clocks import is_after_treatment
from equipoise.conduct.store.bodies import Stored
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol import Protocol

_EVENTS = "events"
TO_REPORT = "to report"
AFTER_TREATMENT = "after treatment"
"""Serious, but begun when such events are asked for no more; a drug may have caused it yet."""


class SeriousLine(NamedTuple):
    """A serious adverse event that was reported, or is still to be.

    report, row : its name and record, if it was
    """

    subject: str
    site: str
    form: str
    term: str
    grade: str
    aware: str
    due: str
    state: str
    late: bool
    report: str
    row: Stored | None


def event_keys(versions: Sequence[Protocol]) -> set[str]:
    """The forms that tell of adverse events, in any of these versions."""
    found = (one for protocol in versions for one in forms_of(protocol).items())
    return {key for key, one in found if _EVENTS in one.tables()}


def serious_of(desk: CommandDesk, reported: Mapping[str, str]) -> Iterator[SeriousLine]:
    """Each event of a subject that says it is serious, with its report.

    reported : when the first report of each came in
    """
    told = {one["form"]: one for one in desk.unit.rows("sae", subject=desk.subject["id"])}
    for form, said in rows_of(desk, _EVENTS):
        if said.get("serious"):
            row = told.get(form["id"])
            waits = AFTER_TREATMENT if is_after_treatment(desk, said.get("start")) else TO_REPORT
            if row is None:
                late = waits == TO_REPORT
            else:
                late = reported.get(row["id"], "") > row["due_at"]
            yield SeriousLine(
                form["subject"], desk.subject["site"], form["id"], said.get("term") or "",
                str(said.get("grade") or ""), row["aware_at"] if row else "",
                row["due_at"] if row else "", row["state"] if row else waits, late,
                row["id"] if row else "", row,
            )  # fmt: skip
