"""Long lists page by page: an answer says where the next page begins."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import Query

from equipoise.errors import InputError

MOST_ON_PAGE: Final = 500
PageLimit = Annotated[int, Query(ge=1, le=MOST_ON_PAGE, description="The most that a page holds.")]
Cursor = Annotated[
    str | None, Query(max_length=400, description="Of the next page, as the page before told it.")
]


def cursor_of(last: str | int) -> str:
    """Where the page after this one begins."""
    return base64.urlsafe_b64encode(json.dumps(last).encode()).decode().rstrip("=")


def after(cursor: str | None, kind: type[Any]) -> Any:
    """What the page before ended with; None for the first page. Raises InputError."""
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        found = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        found = None
    if type(found) is not kind or (kind is int and not 0 < found < 2**53):
        raise InputError("the cursor is none that a page has told")
    return found


def cut_page(rows: Sequence[Any], most: int, names: Sequence[str | int]) -> tuple[Any, str | None]:
    """One page of rows, of which one more than a page was asked for; where the next begins."""
    more = len(rows) > most
    return rows[:most], cursor_of(names[most - 1]) if more else None
