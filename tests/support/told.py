"""A check of many rows in one test: every row is looked at, and all that fail are told at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


def of_each(check: Callable[[Any], None], rows: Iterable[Any], *, at_least: int = 1) -> None:
    """Run a check on each row.

    at_least : rows there must be, so that none at all is no success
    """
    failed, done = [], 0
    for row in rows:
        done += 1
        try:
            check(row)
        except AssertionError as fault:
            failed.append(f"{row}: {fault}")
    assert done >= at_least, f"{done} rows of {at_least}"
    assert not failed, f"{len(failed)} of {done}:\n" + "\n".join(failed)
