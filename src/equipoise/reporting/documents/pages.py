"""A synopsis, and how it is written as Markdown or as one HTML page."""

from __future__ import annotations

from html import escape
from typing import Final, NamedTuple

from equipoise.reporting.documents.outline import SPIRIT, Section, SynopsisTable, checklist

_STYLE: Final = (
    "body{font:16px/1.5 Georgia,serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;font-size:.85rem;display:block;overflow-x:auto}"
    "th,td{border:1px solid #bbb;padding:.25rem .5rem;text-align:left;vertical-align:top}"
    "h2{margin-top:2rem}.items{color:#666;font-size:.85rem}"
)


class Synopsis(NamedTuple):
    """A protocol in sentences, section by section, with its digest."""

    title: str
    digest: str
    sections: tuple[Section, ...]

    @property
    def items(self) -> tuple[str, ...]:
        """The SPIRIT 2025 items covered, in the order of the checklist."""
        found = {item for section in self.sections for item in section.items}
        return tuple(item for item in sorted(SPIRIT, key=checklist) if item in found)

    def to_markdown(self) -> str:
        """The synopsis as Markdown."""
        return _markdown(self)

    def to_html(self) -> str:
        """The synopsis as one HTML page that needs nothing else."""
        return _html(self)


def _markdown(synopsis: Synopsis) -> str:
    parts = [f"# {synopsis.title}", f"Protocol digest: `{synopsis.digest}`"]
    for section in synopsis.sections:
        parts.append(f"## {section.heading}")
        parts.append(_items(section))
        if section.sentences:
            parts.append("\n".join(f"- {_cell(s)}" for s in section.sentences))
        if section.table is not None and section.table.rows:
            parts.append(_markdown_table(section.table))
    parts.append("## SPIRIT 2025 items covered")
    parts.append("\n".join(f"- {item} {SPIRIT[item]}" for item in synopsis.items))
    return "\n\n".join(parts) + "\n"


def _items(section: Section) -> str:
    return f"*SPIRIT 2025: {', '.join(section.items)}*" if section.items else "*no SPIRIT item*"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _markdown_table(table: SynopsisTable) -> str:
    lines = [table.head, tuple("---" for _ in table.head), *table.rows]
    return "\n".join("| " + " | ".join(_cell(c) for c in line) + " |" for line in lines)


def _html(synopsis: Synopsis) -> str:
    body = [f"<h1>{escape(synopsis.title)}</h1>"]
    body.append(f"<p>Protocol digest: <code>{synopsis.digest}</code></p>")
    for section in synopsis.sections:
        body.append(f"<h2>{escape(section.heading)}</h2>")
        body.append(f'<p class="items">{escape(_items(section).strip("*"))}</p>')
        if section.sentences:
            listed = "".join(f"<li>{escape(s)}</li>" for s in section.sentences)
            body.append(f"<ul>{listed}</ul>")
        if section.table is not None and section.table.rows:
            body.append(_html_table(section.table))
    covered = "".join(f"<li>{item} {escape(SPIRIT[item])}</li>" for item in synopsis.items)
    body.append(f"<h2>SPIRIT 2025 items covered</h2><ul>{covered}</ul>")
    head = f'<meta charset="utf-8"><title>{escape(synopsis.title)}</title><style>{_STYLE}</style>'
    whole = "".join(body)
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>{whole}</body></html>\n'


def _html_table(table: SynopsisTable) -> str:
    head = "".join(f'<th scope="col">{escape(c)}</th>' for c in table.head)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>" for row in table.rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
