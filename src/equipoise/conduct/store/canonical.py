"""The one spelling of an audit row, and the hash that links it to the row before.

A body is JSON with sorted keys, no blanks, ASCII alone and no floating-point number; it is stored
as it was hashed and never written again from what was read.
Checked  tests/unit/conduct/store/test_canonical.py.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from typing import Any, Final

GENESIS: Final = "0" * 64  # what stands before the first row of a chain
TRIAL: Final = "trial"  # the chain of central acts
_STAMP: Final = len("2026-01-05T09:14:00.000000Z")
SITE: Final = "site:"  # and one chain for each site


def canonical(value: Any) -> str:
    """A value in its one spelling.

    Raises   TypeError for a floating-point number or anything else that has no such spelling.
    """
    _exact(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def link(prev: str, chain: str, n: int, body: str) -> str:
    """SHA-256 of the hash before, the chain, the number and the body, a line each."""
    return hashlib.sha256(f"{prev}\n{chain}\n{n}\n{body}".encode()).hexdigest()


def fingerprint_of(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def sealed(value: str, nonce: str) -> dict[str, str]:
    """A value that its row proves and does not tell: HMAC-SHA-256 under its nonce."""
    return {"sealed": hmac.new(bytes.fromhex(nonce), value.encode(), hashlib.sha256).hexdigest()}


def stamp(moment: dt.datetime) -> str:
    """A moment in UTC with microseconds; in this spelling, earlier is smaller.

    Raises   ValueError for a moment without a time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone is no moment")
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(text: str) -> dt.datetime:
    """The moment that a stamp tells. Raises ValueError for a text that is none."""
    if len(text) != _STAMP or not text.endswith("Z"):
        raise ValueError(f"{text!r} is no stamp")
    return dt.datetime.fromisoformat(text)


def _exact(value: Any) -> None:
    match value:
        case None | bool() | int() | str():
            return
        case dict():
            for name, part in value.items():
                if not isinstance(name, str):
                    raise TypeError(f"a name in an audit row is text; found {name!r}")
                _exact(part)
        case list() | tuple():
            for part in value:
                _exact(part)
        case _:
            raise TypeError(f"an audit row holds no {type(value).__name__}")
