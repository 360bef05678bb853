"""When something was known: a day, a time, or a cut."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from equipoise.errors import InputError

if TYPE_CHECKING:
    from equipoise.conduct.store.unit import Unit


def known_when(unit: Unit, *, at: str | None = None, cut: str | None = None) -> dict[str, Any]:
    """A time, or where the chains stood at a cut, as the audit is asked for it.

    at : "2026-05-01", to the end of that day in UTC, or a time such as 2026-05-01T12:00:00Z
    Raises   InputError for a time that is none, or a cut that is not there.
    """
    heads = None
    if cut is not None:
        row = unit.row("freeze", cut)
        if row is None or row["kind"] != "cut":
            raise InputError(f"there is no cut {cut}")
        heads = json.loads(row["heads"])
    return {"at": None if at is None else end_of(at), "heads": heads}


def is_time(at: str) -> bool:
    """Whether that is a day or a time."""
    try:
        end_of(at)
    except InputError:
        return False
    return True


def end_of(at: str) -> str:
    """The stamp of a time, or of the end of a day. Raises InputError."""
    from equipoise.conduct.store.canonical import stamp

    try:
        if len(at) == len("2026-05-01"):
            return f"{dt.date.fromisoformat(at)}T23:59:59.999999Z"
        return stamp(dt.datetime.fromisoformat(at))
    except (ValueError, OverflowError):
        raise InputError(
            f"{at!r} is no time; expected 2026-05-01 or 2026-05-01T12:00:00Z"
        ) from None
