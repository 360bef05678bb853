"""What a document is before it is written: chapters of sentences, tables and people's texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from equipoise.reporting.columns import columns
from equipoise.reporting.model import Cell, Display, Number, numbers_in, plain

UNWRITTEN = "[to be written]"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, and the item of a guideline that it answers."""

    text: Cell
    item: str = ""


@dataclass(frozen=True, slots=True)
class PeoplesText:
    """What a person has to write: kept by its key, a visible box until it is written.

    asks : what belongs here, in a few words; item : of a guideline, as "SPIRIT 9a"
    """

    key: str
    asks: str
    text: str = ""
    item: str = ""


Block = Sentence | PeoplesText | Display
"""What a chapter is made of."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading and what stands under it.

    key : its address; number : as it is printed, or ""; level : 1, 2 or 3
    items : of guidelines that it answers, each an address of its own
    listed : whether each sentence is a paragraph of its own
    """

    key: str
    title: str
    blocks: tuple[Block, ...] = ()
    number: str = ""
    level: int = 1
    items: tuple[str, ...] = ()
    listed: bool = False

    @property
    def heading(self) -> str:
        """`10.4 Analyses of the primary objective`."""
        return f"{self.number} {self.title}".strip()


@dataclass(frozen=True, slots=True, repr=False)
class PaperDocument:
    """A document: the same one is written as text, html, docx, pdf or json.

    key : its name in files; under : lines below the title; head, foot : on every page
    """

    key: str
    title: str
    chapters: tuple[Chapter, ...]
    under: tuple[str, ...] = ()
    head: str = ""
    foot: str = ""

    @property
    def blocks(self) -> Iterator[Block]:
        """Every block of every chapter."""
        for chapter in self.chapters:
            yield from chapter.blocks

    @property
    def numbers(self) -> Iterator[Number]:
        """Every result in it."""
        for block in self.blocks:
            if isinstance(block, Sentence):
                yield from numbers_in([block.text])
            elif isinstance(block, Display):
                yield from block.numbers

    @property
    def unwritten(self) -> tuple[PeoplesText, ...]:
        """What people have still to write."""
        found = (block for block in self.blocks if isinstance(block, PeoplesText))
        return tuple(block for block in found if not block.text)

    @property
    def words(self) -> int:
        """Words of its sentences and of people's texts, headings and boxes not counted."""
        return sum(len(re.findall(r"\S+", said(block))) for block in self.blocks)

    def __str__(self) -> str:
        return document_text(self)

    def __repr__(self) -> str:
        open_ = len(self.unwritten)
        rest = f", {open_} texts to be written" if open_ else ""
        return f"PaperDocument  {self.title}: {len(self.chapters)} chapters{rest}"


def said(block: Block) -> str:
    """The words of a block; none of a table."""
    if isinstance(block, Sentence):
        return plain(block.text)
    return block.text if isinstance(block, PeoplesText) else ""


def box(block: PeoplesText) -> str:
    """What stands in place of a text that nobody has written."""
    item = f" {block.item}:" if block.item else ""
    return f"{UNWRITTEN}{item} {block.asks}"


def paragraphs(chapter: Chapter) -> Iterator[Block | tuple[Sentence, ...]]:
    """Blocks in order, sentences that follow one another as one paragraph."""
    run: list[Sentence] = []
    for block in chapter.blocks:
        if isinstance(block, Sentence):
            if chapter.listed:
                yield (block,)
            else:
                run.append(block)
            continue
        if run:
            yield tuple(run)
            run = []
        yield block
    if run:
        yield tuple(run)


def address(text: str) -> str:
    """A name that an address can hold: `SPIRIT 27a` is `spirit-27a`."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def document_text(document: PaperDocument) -> str:
    """Headings, paragraphs and tables for a terminal."""
    parts = [document.title, *document.under]
    for chapter in document.chapters:
        parts.append("\n" + chapter.heading)
        parts += _paragraphs(chapter)
    return "\n".join(parts) + "\n"


def _paragraphs(chapter: Chapter) -> Iterator[str]:
    for block in paragraphs(chapter):
        if isinstance(block, tuple):
            yield " ".join(said(sentence) for sentence in block)
        elif isinstance(block, PeoplesText):
            yield block.text or box(block)
        elif isinstance(block, Display):
            yield from _table(block)


def _table(display: Display) -> list[str]:
    heads = ["", *(plain(head).replace("\n", " ") for head in display.heads)]
    rows = [heads]
    for line in display.lines:
        label = "  " * line.indent + line.label
        cells = [plain(cell) for cell in line.cells]
        rows.append([label, *cells, *[""] * (len(display.heads) - len(cells))])
    return [f"{display.titled}.", *columns(rows), *display.footnotes]
