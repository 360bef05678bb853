"""A checklist filled: each item with an address that is there, or "not found"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Final, NamedTuple

from equipoise.errors import InputError, did_you_mean
from equipoise.protocol import Protocol
from equipoise.reporting.checklists.items import LISTS, TITLES
from equipoise.reporting.documents.outline import SPIRIT
from equipoise.reporting.documents.paper.model import (
    Chapter,
    PaperDocument,
    PeoplesText,
    Sentence,
    address,
)
from equipoise.reporting.documents.protocol.document import protocol_document
from equipoise.reporting.model import Display, Line

NOT_FOUND: Final = "not found"
_ID = re.compile(r"""\sid=["']?([\w.-]+)""")


class Filled(NamedTuple):
    """An item with the address that answers it, "" if there is none.

    said : what people say of where it is
    """

    number: str
    topic: str
    anchor: str
    said: str = ""

    @property
    def met(self) -> bool:
        """Whether it is answered."""
        return bool(self.anchor or self.said)

    @property
    def place(self) -> str:
        """The address, what people said, or that it was not found."""
        return self.said or (f"#{self.anchor}" if self.anchor else NOT_FOUND)


def filled_from(html: str, of: str, text: Mapping[str, str] | None = None) -> tuple[Filled, ...]:
    """The items of consort or harms, by the addresses that a page has.

    html : a report; text : people's texts, as checklist.consort.8: page 3
    Raises   InputError for another list.
    """
    if of not in LISTS:
        known, hint = ", ".join(TITLES), did_you_mean(of, TITLES)
        raise InputError(f'of: found "{of}", expected {known}{hint}')
    there = set(_ID.findall(html))
    said = text or {}
    return tuple(
        Filled(
            item.number,
            item.topic,
            next((one for one in item.where if one in there), ""),
            said.get(f"checklist.{of}.{item.number}", ""),
        )
        for item in LISTS[of]
    )


def spirit_filled(protocol: Protocol, text: Mapping[str, str] | None = None) -> tuple[Filled, ...]:
    """SPIRIT 2025's items by the protocol's document; one whose texts nobody wrote is not found."""
    document = protocol_document(protocol, form="spirit", text=text)
    answered = {chapter.number for chapter in document.chapters if _answers(chapter)}
    return tuple(
        Filled(item, topic, address(f"SPIRIT {item}") if item in answered else "")
        for item, topic in SPIRIT.items()
    )


def _answers(chapter: Chapter) -> bool:
    """Whether something stands under a heading, and none of it has still to be written."""
    open_ = [b for b in chapter.blocks if isinstance(b, PeoplesText) and not b.text]
    return bool(chapter.blocks) and not open_


def checklist_document(
    items: tuple[Filled, ...], of: str, *, about: str, where: str
) -> PaperDocument:
    """A filled checklist as a document.

    about : the trial; where : the file that addresses are of
    """
    met = sum(item.met for item in items)
    counted = Sentence((f"{met} of {len(items)} items are answered in {where}.",))
    gaps = [item.number for item in items if not item.met]
    rest = (Sentence((f"Not found: {', '.join(gaps)}.",)),) if gaps else ()
    chapter = Chapter("items", "Items", (counted, *rest, checklist_table(items, of)))
    title = f"{TITLES[of]} checklist: {about}"
    return PaperDocument(f"checklist-{of}", title, (chapter,), (), title, "Equipoise")


def checklist_table(items: tuple[Filled, ...], of: str) -> Display:
    """The items in lines: topic, and where it is."""
    lines = tuple(Line(item.number, ((item.topic,), (item.place,))) for item in items)
    heads = (("Topic",), ("Where",))
    return Display(
        f"checklist-{of}", "1", TITLES[of], heads, lines, words=True, shares=(1, 6, 5),
        corner="Item",
    )  # fmt: skip


def checklist_links(items: tuple[Filled, ...], of: str) -> str:
    """The items as a table of a page, each with a link to its address."""
    rows = "\n".join(map(_row, items))
    heads = "".join(f"<th scope=col>{head}</th>" for head in ("Item", "Topic", "Where"))
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{TITLES[of]}">'
        f'<table id="table-checklist-{of}" class="words list"><thead><tr>{heads}</tr></thead>'
        f"<tbody>\n{rows}\n</tbody></table></div>"
    )


def _row(item: Filled) -> str:
    place = escape(item.place)
    if item.anchor and not item.said:
        place = f"<a href=#{item.anchor}>{place}</a>"
    return f"<tr><th scope=row>{item.number}<td>{escape(item.topic)}<td>{place}"
