"""A document as one HTML page that needs nothing else."""

from __future__ import annotations

from html import escape

from equipoise.reporting.documents.paper.model import (
    Block,
    Chapter,
    PaperDocument,
    PeoplesText,
    Sentence,
    address,
    box,
    paragraphs,
)
from equipoise.reporting.model import Display
from equipoise.reporting.writers.html import html_cell, html_table

_STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --soft: #595959; --line: #b5b5b5;
  --paper: #fff; --box: #fff4d6; --edge: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #eee; --soft: #b8b8b8; --line: #666;
  --paper: #161616; --box: #3a2f12; --edge: #e2b45a; } }
body { font: 16px/1.5 Georgia, serif; max-width: 60rem; margin: 0 auto; padding: 1rem;
  color: var(--ink); background: var(--paper); }
h1 { line-height: 1.2; } @media (max-width: 40rem) { h1 { font-size: 1.4rem; } }
h2 { margin-top: 2.2rem; } h2, h3, h4 { break-after: avoid; }
.under, .items, .note { color: var(--soft); font-size: .85rem; overflow-wrap: anywhere; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .85rem; }
caption { text-align: left; font-weight: bold; padding: .4rem 0; }
th, td { padding: .25rem .6rem; text-align: right; vertical-align: top;
  border-bottom: 1px solid var(--line); }
th[scope=row], th[scope=rowgroup], table.words td, table.words th { text-align: left; }
th[scope=row] { font-weight: normal; } .i1 { padding-left: 1.6rem; }
table { overflow-wrap: break-word; } main a { color: inherit; }
.unwritten { border: 2px dashed var(--edge); background: var(--box); padding: .5rem .8rem; }
.virtual { border: 2px solid var(--edge); padding: .4rem .8rem; font-weight: bold; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .8rem; }
@page { margin: 2cm; } @media print { .wide { overflow: visible; } body { font-size: 10pt; } }
"""


def document_html(document: PaperDocument) -> str:
    """Chapters under headings; a number leads to its row in the report beside."""
    title = escape(document.title)
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    under = "".join(f"<p class=under>{escape(line)}</p>" for line in document.under)
    body = "\n".join(chapter_html(chapter) for chapter in document.chapters)
    contents = "".join(
        f'<li><a href="#{chapter.key}">{escape(chapter.heading)}</a></li>'
        for chapter in document.chapters
        if chapter.level == 1
    )
    listed = f"<nav aria-label=Contents><ul>{contents}</ul></nav>" if contents else ""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n"
        f"<body><header><h1>{title}</h1>{under}</header>{listed}\n<main>\n{body}\n</main>"
        f"<footer><p class=under>{escape(document.foot)}</p></footer></body></html>\n"
    )


def chapter_html(chapter: Chapter, *, before: str = "") -> str:
    """A heading, one level below the page's, and what stands under it.

    before : what its address begins with; a chapter inside a section is one level lower
    """
    head = f"h{chapter.level + (2 if before else 1)}"
    marks = "".join(f'<span id="{address(item)}">{escape(item)}</span> ' for item in chapter.items)
    items = f"<p class=items>{marks.strip()}</p>" if marks else ""
    parts = "\n".join(_block(block) for block in paragraphs(chapter))
    title = escape(chapter.heading)
    return f'<{head} id="{before}{chapter.key}">{title}</{head}>{items}\n{parts}'


def _block(block: Block | tuple[Sentence, ...]) -> str:
    if isinstance(block, tuple):
        return "<p>" + " ".join(_sentence(one) for one in block) + "</p>"
    if isinstance(block, Display):
        return html_table(block)
    return _field(block) if isinstance(block, PeoplesText) else f"<p>{_sentence(block)}</p>"


def _sentence(sentence: Sentence) -> str:
    inside = html_cell(sentence.text)
    if not sentence.item:
        return inside
    return f'<span data-item="{escape(sentence.item)}">{inside}</span>'


def _field(block: PeoplesText) -> str:
    mark = f' id="{address(block.item)}"' if block.item else ""
    if not block.text:
        return f'<p class=unwritten data-key="{escape(block.key)}"{mark}>{escape(box(block))}</p>'
    inside = "".join(f"<p>{escape(part)}</p>" for part in block.text.split("\n") if part.strip())
    return f'<div class=written data-key="{escape(block.key)}"{mark}>{inside}</div>'
