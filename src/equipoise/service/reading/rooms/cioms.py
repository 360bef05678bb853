"""A serious adverse event as one page on paper, with the boxes of the CIOMS I form.

Source   CIOMS I: reaction, suspect drugs, concomitant drugs and history, administrative data.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from equipoise.conduct.commands.findings import rows_of
from equipoise.conduct.recorded import GIVEN_STATES
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.canonical import moment
from equipoise.conduct.store.unit import Unit
from equipoise.protocol import Protocol
from equipoise.reporting.writers.typst import compiled, escaped, page_head
from equipoise.service.access.roles import Visitor
from equipoise.service.reading.calendar import desk_for

Boxes = list[tuple[str, str]]
_JUDGED: Final = {"Y": "related", "N": "not related", None: "not assessed"}
_FORESEEN: Final = {"Y": "expected", "N": "not expected", None: "not assessed"}


def cioms_page(unit: Unit, protocol: Protocol, who: Visitor, sae: Stored) -> bytes:
    """The PDF of a reported event; drugs alone for whoever may know the subject's arm."""
    title = f"{protocol.trial.id}: serious adverse event {sae['id']}"
    parts = [
        page_head(title, "Suspect adverse reaction report", flipped=False),
        f"#text(14pt)[*{escaped(title)}*]\n",
    ]
    for heading, boxes in _sections(unit, protocol, who, sae):
        cells = "".join(f"[{escaped(name)}], [{escaped(said or '-')}],\n" for name, said in boxes)
        parts.append(
            f"= {escaped(heading)}\n#table(columns: (32%, 68%), stroke: 0.4pt,\n{cells})\n"
        )
    return compiled("\n".join(parts))


def _sections(
    unit: Unit, protocol: Protocol, who: Visitor, sae: Stored
) -> Iterator[tuple[str, Boxes]]:
    person = unit.row("subject", sae["subject"]) or {}
    desk = desk_for(unit, protocol, person)
    event = next((row for form, row in rows_of(desk, "events") if form["id"] == sae["form"]), {})
    yield "I. Reaction", _reaction(person, event)
    knows = who.knows_arms(person["site"])
    yield "II. Suspect drugs", _drugs(unit, person["id"]) if knows else [("Drugs", "withheld")]
    others = [row.get("therapy") or "" for _, row in rows_of(desk, "therapies")]
    yield "III. Concomitant drugs", [("Therapies", "; ".join(filter(None, others)))]
    yield "IV. Report", _report(unit, sae)


def _reaction(person: Stored, event: dict[str, Any]) -> Boxes:
    return [
        ("Subject", person["id"]),
        ("Year of birth", str(person["year_of_birth"] or "")),
        ("Event", str(event.get("term") or "")),
        ("Grade", str(event.get("grade") or "")),
        ("From", str(event.get("start") or "")),
        ("To", str(event.get("end") or "")),
        ("Outcome", str(event.get("outcome") or "")),
        ("Died on", str(person["died"] or "")),
    ]


def _drugs(unit: Unit, subject: str) -> Boxes:
    rows = [one for one in unit.rows("dose", subject=subject) if one["state"] in GIVEN_STATES]
    return [(one["drug"], f"{one['amount']} {one['unit']} on {one['given']}") for one in rows]


def _report(unit: Unit, sae: Stored) -> Boxes:
    versions = [
        (f"Version {one['n']}, {one['kind']}", f"{_at(one['at'])} {one['text']}".strip())
        for one in unit.rows("sae_version", sae=sae["id"])
    ]
    return [
        ("Site became aware", _at(sae["aware_at"])),
        ("Report due", _at(sae["due_at"])),
        ("Investigator", _JUDGED[sae["causality_site"]]),
        ("Sponsor", f"{_JUDGED[sae['causality_sponsor']]}, {_FORESEEN[sae['expected']]}"),
        ("With authorities by", _at(sae["susar_due_at"])),
        ("State", sae["state"]),
        *versions,
    ]


def _at(said: str | None) -> str:
    return f"{moment(said):%d %b %Y, %H:%M} UTC" if said else ""
