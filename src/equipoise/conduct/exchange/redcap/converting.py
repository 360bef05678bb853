"""A cell of an export as the answer that it is."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from equipoise.conduct.exchange.redcap.mapping import ItemTarget
from equipoise.conduct.form_kinds import Answer_

_YES: Final = {"1": True, "0": False}


def coded(to: ItemTarget, text: str) -> Any:
    """What a code is by the map. Raises ValueError where it has none."""
    if not to.values:
        return text
    if text not in to.values:
        raise ValueError(f"is {text!r}; expected one of {', '.join(to.values)}")
    return to.values[text]


def typed(kind: str, value: Any) -> Answer_:
    """An answer of its kind. Raises ValueError where it is none."""
    text = str(value)
    try:
        match kind:
            case "number":
                return float(text)
            case "whole":
                return int(text)
            case "truth":
                return value if isinstance(value, bool) else _YES[text]
            case "date":
                return dt.date.fromisoformat(text).isoformat()
            case "date time":
                return dt.datetime.fromisoformat(text).isoformat(timespec="minutes")
    except (ValueError, KeyError):
        raise ValueError(f"is {text!r}; expected a {kind}") from None
    return text


def day_of(text: str) -> dt.date:
    """A day, or that of a time. Raises ValueError."""
    try:
        return dt.date.fromisoformat(text[: len("2026-05-01")])
    except ValueError:
        raise ValueError(f"is {text!r}; expected a day such as 2026-05-01") from None
