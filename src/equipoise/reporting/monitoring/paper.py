"""A committee's report as typst, which makes the PDF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.figures.still import PAGE, standalone
from equipoise.reporting.model import Display, plain
from equipoise.reporting.monitoring.sections import CommitteePart, CommitteeSection
from equipoise.reporting.writers.typst import escaped, page_head, string_markup, table_markup


class PaperHead(Protocol):
    """What a document of sections needs of its head."""

    @property
    def title(self) -> str: ...
    @property
    def banner(self) -> str: ...
    @property
    def meta(self) -> tuple[str, ...]: ...
    @property
    def virtual(self) -> bool: ...


def committee_typst(head: PaperHead, sections: Sequence[CommitteeSection], *, arms: bool) -> str:
    """One document: the head, then each section with its facts, tables and figures.

    arms : False for a document that has no color of an arm
    """
    virtual = "Virtual patients. Nobody was treated. " if head.virtual else ""
    start = page_head(head.title, f"{virtual}{head.banner}", flipped=False)
    lines = "\n\n".join(escaped(line) for line in (virtual + head.banner, *head.meta))
    body = "\n".join(part for section in sections for part in _section(section, arms=arms))
    return f"{start}#text(14pt)[*{escaped(head.title)}*]\n\n{lines}\n\n{body}\n"


def _section(section: CommitteeSection, *, arms: bool) -> Iterator[str]:
    yield f"= {escaped(section.title)} <s{section.key}>\n"
    for name, said in section.facts:
        yield f"*{escaped(name)}:* {escaped(plain(said))}\n"
    for part in section.parts:
        yield from _part(part, arms=arms)


def _part(part: CommitteePart, *, arms: bool) -> Iterator[str]:
    if isinstance(part, Display):
        yield table_markup(part, 2)
    elif isinstance(part, ReportFigure):
        drawn = string_markup(standalone(part.svg, width=PAGE, arms=arms).replace("\n", " "))
        yield (
            f"== {escaped(part.title)}\n"
            f'#image(bytes({drawn}), format: "svg", width: 100%, alt: {string_markup(part.says)})\n'
            f"{escaped(plain(part.caption))}\n"
        )
    else:
        yield f"{escaped(plain(part))}\n"
