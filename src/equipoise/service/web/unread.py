"""What a command cannot read, said to people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from equipoise.service.reading.typed import EARLIEST_YEAR

# By the beginning of the kind that the library gives a fault.
_EXPECTED: Final = (
    ("int_", "expected a whole number"),
    ("float_", "expected a number"),
    ("decimal_", "expected a number"),
    ("finite_", "expected a number"),
    ("datetime_", "expected a day and a time"),
    ("date_", "expected a day such as 2026-05-01"),
    ("bool_", "expected yes or no"),
)


def unread(fault: ErrorDetails) -> str:
    """One fault of a command, by the name of its field.

    Checked  tests/unit/service/test_first_steps.py.
    """
    field = ".".join(map(str, fault["loc"])).replace("_", " ") or "this"
    kind = fault["type"]
    if kind == "missing":
        return f"{field}: nothing was given"
    for start, expected in _EXPECTED:
        if kind.startswith(start):
            return f"{field}: {expected}"
    if kind == "literal_error":
        return f"{field}: expected {fault['ctx']['expected'].replace(chr(39), '')}"
    return f"{field}: {fault['msg']}"


def long_ago(command: BaseModel) -> Iterator[str]:
    """Days of a year that nobody means: a browser takes the year 26 for what it is."""
    for name, one in command:
        if isinstance(one, dt.date) and one.year < EARLIEST_YEAR:
            field = name.replace("_", " ")
            yield f"{field}: expected a day such as 2026-05-01, found one of the year {one.year}"
