"""Displays as HTML. Every number is a link to the row it is drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from equipoise.reporting.model import Cell, Display, Line, Number
from equipoise.reporting.writers.letters import html_text, seen
from equipoise.reporting.writers.page import Stamp


def html_cell(cell: Cell) -> str:
    """A cell: text escaped, numbers linked."""
    return "".join(_part(part) for part in cell).replace("\n", "<br>")


def _part(part: str | Number) -> str:
    if isinstance(part, str):
        return html_text(part)
    return f"<a data-row={part.row} href=#{part.key}>{html_text(part.text)}</a>"


def html_table(display: Display) -> str:
    """A table with its caption, heads of columns and rows, and footnotes."""
    key = f"table-{display.key}"
    kind = ' class="words"' if display.words else ""
    heads = "".join(f'<th scope="col">{html_cell(head)}</th>' for head in display.heads)
    told = html_cell((display.corner,))
    corner = f'<th scope="col">{told}</th>' if told else "<td></td>"
    body = "\n".join(_line(line, len(display.heads)) for line in display.lines)
    notes = "".join(f"<p class=note>{html_text(note)}</p>" for note in display.footnotes)
    among = (
        f" <span class=among>{html_text(display.population)}</span>" if display.population else ""
    )
    return (
        f'<div class="wide" role="region" tabindex="0" aria-labelledby="{key}-title">\n'
        f'<table id="{key}"{kind}>\n'
        f'<caption id="{key}-title">{html_text(display.titled)}.{among}</caption>\n'
        f"<thead><tr>{corner}{heads}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody>\n</table></div>\n{notes}"
    )


def _line(line: Line, columns: int) -> str:
    label = html_text(line.label)
    if not line.cells:
        kind = "among-all" if line.indent else "group"
        return f"<tr class={kind}><th scope=rowgroup colspan={columns + 1}>{label}</th></tr>"
    indent = f" class=i{line.indent}" if line.indent else ""
    cells = "".join(f"<td>{html_cell(cell)}" for cell in line.cells)  # a page has thousands
    return f"<tr><th scope=row{indent}>{label}</th>{cells}</tr>"


def html_page(displays: Sequence[Display], stamp: Stamp) -> str:
    """Displays as a page of their own; numbers lead to the rows by their keys."""
    body = "\n".join(html_table(display) for display in displays)
    style = "body{font:14px Helvetica,Arial,sans-serif}table{border-collapse:collapse}"
    style += "td,th{padding:.2em .6em;text-align:right}th[scope=row]{text-align:left}"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(seen(stamp.head))}</title><style>{style}</style></head>\n"
        f"<body><main><h1>{html_text(stamp.head)}</h1>\n{body}\n"
        f"<p>Equipoise: {html_text(stamp.digests)}</p></main></body></html>\n"
    )
