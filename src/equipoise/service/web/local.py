"""Times as somebody at a site types them: by the site's clock."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from equipoise.conduct.commands.model import RefusedError


def typed_time(text: str, zone: str, *, name: str, what: str) -> dt.datetime:
    """A moment with its zone.

    name, what : of the command, and of what is told when
    Raises   RefusedError where it is not told, or cannot be read.
    """
    try:
        said = dt.datetime.fromisoformat(text)
    except ValueError:
        raise RefusedError(name, [f"when {what} is not told"]) from None
    return said if said.tzinfo is not None else said.replace(tzinfo=ZoneInfo(zone))
