"""Days of a command that nobody means, said to people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from pydantic import BaseModel

from equipoise.service.reading.typed import EARLIEST_YEAR


def long_ago(command: BaseModel) -> Iterator[str]:
    """Days of a year that nobody means: a browser takes the year 26 for what it is."""
    for name, one in command:
        if isinstance(one, dt.date) and one.year < EARLIEST_YEAR:
            field = name.replace("_", " ")
            yield f"{field}: expected a day such as 2026-05-01, found one of the year {one.year}"
