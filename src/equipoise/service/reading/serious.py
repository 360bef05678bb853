"""Serious adverse events, and the clocks of their reports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from equipoise.conduct.commands.findings import rows_of
from equipoise.conduct.store.canonical import SITE
from equipoise.conduct.store.served.look import audit_page, of_site
from equipoise.conduct.store.unit import Stored, Unit
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol import Protocol
from equipoise.service.reading.calendar import desk_for

_EVENTS = "events"


def serious_events(
    unit: Unit, protocol: Protocol, site: str
) -> Iterator[tuple[Stored, dict[str, Any]]]:
    """Each event of a site that says it is serious: its form, and its row of the record."""
    keys = event_keys(protocol)
    people = {one["subject"] for key in keys for one in of_site(unit, "form", site, key=key)}
    yield from serious_among(unit, protocol, people)


def event_keys(protocol: Protocol) -> list[str]:
    """The forms that tell of adverse events."""
    return [key for key, one in forms_of(protocol).items() if _EVENTS in one.tables()]


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
    """A serious adverse event that was reported, or is still to be. report : its name, if it was"""

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


def serious(unit: Unit, protocol: Protocol, sites: tuple[str, ...]) -> list[SeriousLine]:
    """Serious adverse events of sites: those not reported first, then by their clock."""
    found = []
    for site in sites:
        reports = {one["form"]: one for one in of_site(unit, "sae", site)}
        for form, said in serious_events(unit, protocol, site):
            row = reports.get(form["id"])
            late = row is None or _reported_at(unit, row) > row["due_at"]
            found.append(SeriousLine(
                form["subject"], site, form["id"], said.get("term") or "",
                str(said.get("grade") or ""), row["aware_at"] if row else "",
                row["due_at"] if row else "", row["state"] if row else "to report", late,
                row["id"] if row else "",
            ))  # fmt: skip
    return sorted(found, key=lambda one: (one.state != "to report", one.due, one.subject))


def _reported_at(unit: Unit, row: Stored) -> str:
    """When a report came in, by the audit."""
    site = unit.row("subject", row["subject"]) or {"site": ""}
    for one in audit_page(unit, f"{SITE}{site['site']}", subject=row["subject"], most=1_000):
        body = json.loads(one["body"])
        if body["table"] == "sae" and body["key"] == [row["id"]] and "form" in body["change"]:
            return str(body["at"])
    return ""
