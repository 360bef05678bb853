"""Serious adverse events, and the clocks of their reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from equipoise.conduct.commands.findings import rows_of
from equipoise.conduct.commands.versions import every_version
from equipoise.conduct.store.served.look import of_site
from equipoise.conduct.store.unit import Stored, Unit
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol import Protocol
from equipoise.service.reading.calendar import desk_for

_EVENTS = "events"


def serious_events(
    unit: Unit, protocol: Protocol, site: str
) -> Iterator[tuple[Stored, dict[str, Any]]]:
    """Each event of a site that says it is serious: its form, and its row of the record."""
    keys = event_keys(every_version(unit))
    people = {one["subject"] for key in keys for one in of_site(unit, "form", site, key=key)}
    yield from serious_among(unit, protocol, people)


def event_keys(versions: Sequence[Protocol]) -> set[str]:
    """The forms that tell of adverse events, in any of these versions."""
    found = (one for protocol in versions for one in forms_of(protocol).items())
    return {key for key, one in found if _EVENTS in one.tables()}


def serious_among(
    unit: Unit, protocol: Protocol, people: set[str]
) -> Iterator[tuple[Stored, dict[str, Any]]]:
    """The same, of some subjects."""
    for name in sorted(people):
        desk = desk_for(unit, protocol, unit.row("subject", name) or {})
        for form, row in rows_of(desk, _EVENTS):
            if row.get("serious"):
                yield form, row


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


def serious(unit: Unit, protocol: Protocol, sites: tuple[str, ...]) -> list[SeriousLine]:
    """Serious adverse events of sites: those not reported first, then by their clock."""
    found = []
    for site in sites:
        reports = {one["form"]: one for one in of_site(unit, "sae", site)}
        for form, said in serious_events(unit, protocol, site):
            row = reports.get(form["id"])
            late = row is None or unit.rows("sae_version", sae=row["id"])[0]["at"] > row["due_at"]
            found.append(SeriousLine(
                form["subject"], site, form["id"], said.get("term") or "",
                str(said.get("grade") or ""), row["aware_at"] if row else "",
                row["due_at"] if row else "", row["state"] if row else "to report", late,
                row["id"] if row else "", row,
            ))  # fmt: skip
    return sorted(found, key=lambda one: (one.state != "to report", one.due, one.subject))
