"""What a notebook shows of a noun: a line and a table, as HTML without style of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

MOST_LINES = 60
"""Rows that are shown; of more, how many there are."""


def card(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]], note: str = "") -> str:
    """A title, a table whose first column names each row, and a remark; all text escaped."""
    listed = list(rows)
    body = "".join(_row(one) for one in listed[:MOST_LINES])
    more = len(listed) - MOST_LINES
    said = [note, f"and {more:,} more rows" if more > 0 else ""]
    top = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    notes = "".join(f"<p>{escape(one)}</p>" for one in said if one)
    table = f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>" if listed else ""
    return f'<div class="equipoise"><p><strong>{escape(title)}</strong></p>{table}{notes}</div>'


def shown(value: object) -> str:
    """A cell: numbers to six digits, nothing as nothing."""
    if isinstance(value, float):
        return f"{value:.6g}"
    return "" if value is None else str(value)


def _row(cells: Sequence[object]) -> str:
    first, *others = (escape(shown(cell)) for cell in cells)
    rest = "".join(f"<td>{cell}</td>" for cell in others)
    return f'<tr><th scope="row">{first}</th>{rest}</tr>'
