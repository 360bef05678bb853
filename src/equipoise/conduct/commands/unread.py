"""What a command cannot read, said to people."""

from __future__ import annotations

from typing import Final

from pydantic_core import ErrorDetails

# By the beginning of the kind that the library gives a fault.
_EXPECTED: Final = (
    ("int_", "expected a whole number"),
    ("float_", "expected a number"),
    ("decimal_", "expected a number"),
    ("finite_", "expected a number"),
    ("datetime_", "expected a day and a time"),
    ("date_", "expected a day such as 2026-05-01"),
    ("bool_", "expected yes or no"),
    ("list_", "expected a list, in JSON as [{...}]"),
    ("dict_", "expected names with their values, in JSON as {...}"),
)


def unread(fault: ErrorDetails) -> str:
    """One fault of a command, by the name of its field.

    Checked  tests/unit/service/test_first_steps.py, tests/unit/cli/test_conduct.py.
    """
    field = ".".join(map(str, fault["loc"])).replace("_", " ") or "this"
    kind = fault["type"]
    if kind == "missing":
        return f"{field}: nothing was given"
    if kind == "extra_forbidden":
        return f"{field}: is not asked for"
    for start, expected in _EXPECTED:
        if kind.startswith(start):
            return f"{field}: {expected}"
    if kind == "literal_error":
        return f"{field}: expected {fault['ctx']['expected'].replace(chr(39), '')}"
    return f"{field}: {fault['msg']}"
