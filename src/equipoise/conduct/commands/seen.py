"""What has changed since the sender of a command looked: nothing is written over unseen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final
from zoneinfo import ZoneInfo

from equipoise.conduct.commands.model import Command, CommandDesk
from equipoise.conduct.store.canonical import SITE, TRIAL, moment
from equipoise.conduct.store.tables import ON_TRIAL_CHAIN

_VALUE: Final = 1  # of an answer as the audit has it: kind, value, unit, why it is missing


def against_older(desk: CommandDesk, command: Command) -> Iterator[str]:
    """Each change that the sender has not seen, with both values side by side."""
    if command.revision is None:
        return
    name, found = command.record(desk.unit)
    if found is None or "revision" not in found or found["revision"] == command.revision:
        return
    said = f"{name} is at revision {found['revision']}; you saw {command.revision}"
    changes = list(_changes(desk, command.about[0], name, since=command.revision))
    yield said + "".join(f"; {one}" for one in changes)


def _changes(desk: CommandDesk, table: str, name: str, *, since: int) -> Iterator[str]:
    unit = desk.unit
    chain = TRIAL if table in ON_TRIAL_CHAIN else f"{SITE}{unit.site}"
    whose = {"subject": unit.subject} if unit.subject and chain != TRIAL else {}
    for row in unit.rows("audit", chain=chain, **whose):
        body = json.loads(row["body"])
        if body["table"] != table or body["key"] != [name]:
            continue
        if body["change"].get("revision", [0, 0])[1] > since:
            yield from _in_words(desk, body)


def _in_words(desk: CommandDesk, body: dict[str, Any]) -> Iterator[str]:
    """`NAME changed AGE from 60 to 61 at 10:14 on 2026-01-05`, by the clock of the site."""
    person = (desk.unit.row("account", body["by"]) or {}).get("name") or body["by"]
    at = moment(body["at"]).astimezone(ZoneInfo(desk.site.get("zone") or "UTC"))
    pairs = [(item, old and old[_VALUE], new[_VALUE]) for item, old, new in body.get("values", ())]
    pairs += [(k, *pair) for k, pair in body["change"].items() if k != "revision"]
    for item, old, new in pairs:
        told = " to ".join("nothing" if one is None else str(one) for one in (old, new))
        yield f"{person} changed {item} from {told} at {at:%H:%M} on {at:%Y-%m-%d}"
