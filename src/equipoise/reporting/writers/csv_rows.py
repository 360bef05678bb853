"""Rows as CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

_NUMBER: Final = re.compile(r"[-+]?[0-9.][^=@|!]*")
_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_of(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV, a line each; a text that a spreadsheet would run begins with an apostrophe.

    A number, or a text that goes on from one ("-1.5 (95% CI ...)"), is left as it is.
    Source   OWASP, CSV Injection: =, +, -, @, tab and carriage return begin a formula.
    Checked  tests/unit/reporting/test_csv_rows.py
    """
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows([*map(_harmless, row)] for row in rows)
    return made.getvalue()


def _harmless(value: Any) -> Any:
    if not isinstance(value, str) or not value.lstrip(" ").startswith(_STARTS):
        return value
    return value if _NUMBER.fullmatch(value.strip()) else f"'{value}"
