"""Days as a site knows them, and what cannot be dated so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from equipoise.conduct.commands.model import CommandDesk
from equipoise.conduct.store.canonical import moment


def today(desk: CommandDesk) -> dt.date:
    """The day it is at the site."""
    return desk.unit.now.astimezone(ZoneInfo(desk.site.get("zone") or "UTC")).date()


def day_at(zone: str | None, at: str) -> dt.date:
    """The day that a moment of the audit was, in a zone."""
    return moment(at).astimezone(ZoneInfo(zone or "UTC")).date()


def told_day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def randomized_on(desk: CommandDesk) -> dt.date | None:
    """The day of randomization."""
    at = desk.subject.get("randomized")
    return None if at is None else day_at(desk.site["zone"], at)


def against_day(desk: CommandDesk, day: dt.date, what: str) -> Iterator[str]:
    """Nothing is dated in the future, or after a subject's death."""
    if day > today(desk):
        yield f"{what} on {day}, which is still to come"
    died = told_day(desk.subject.get("died"))
    if died is not None and day > died:
        yield f"{what} on {day}, after death on {died}"
