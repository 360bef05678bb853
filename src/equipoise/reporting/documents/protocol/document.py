"""The protocol as a document for people: ICH M11's sections or SPIRIT 2025's items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from equipoise.errors import InputError, did_you_mean, expect
from equipoise.protocol import Protocol
from equipoise.reporting.documents.outline import SPIRIT
from equipoise.reporting.documents.paper.model import (
    Block,
    Chapter,
    PaperDocument,
    PeoplesText,
    Sentence,
    address,
)
from equipoise.reporting.documents.people import to_write
from equipoise.reporting.documents.protocol.asked import ASKED
from equipoise.reporting.documents.protocol.m11 import M11
from equipoise.reporting.documents.protocol.parts import INSTEAD, PARTS
from equipoise.reporting.documents.protocol.spirit import SPIRIT_PARTS, SPIRIT_SECTIONS
from equipoise.reporting.model import Display
from equipoise.reporting.words import capital

PROTOCOL_FORMS: Final = {"m11": "ICH M11", "spirit": "SPIRIT 2025"}


def protocol_document(
    protocol: Protocol, *, form: str = "m11", text: Mapping[str, str] | None = None
) -> PaperDocument:
    """The protocol in the sections of ICH M11, or by the items of SPIRIT 2025.

    form : m11 or spirit
    text : people's texts by key; what nobody has written is a visible box with its item
    Raises   InputError for another form.
    """
    expect(protocol, Protocol)
    if form not in PROTOCOL_FORMS:
        hint = did_you_mean(form, PROTOCOL_FORMS)
        raise InputError(f'as: found "{form}", expected {" or ".join(PROTOCOL_FORMS)}{hint}')
    maker = _Maker(protocol, text or {})
    chapters = tuple(maker.m11() if form == "m11" else maker.spirit())
    trial = protocol.trial
    since = f", in force from {trial.in_force}" if trial.in_force else ""
    order = f"in the form of {PROTOCOL_FORMS[form]}"
    under = (
        f"{trial.id}, protocol version {trial.version}{since}, {order}",
        f"Digest {protocol.digest}",
    )
    head = f"{trial.id}, protocol version {trial.version}"
    foot = f"Equipoise: protocol {protocol.digest[:8]}"
    return PaperDocument(f"protocol-{form}", trial.title, chapters, under, head, foot)


class _Maker:
    """Fills headings; a text that is asked for twice and an item stand once."""

    def __init__(self, protocol: Protocol, text: Mapping[str, str]) -> None:
        self.protocol, self.text = protocol, text
        self.asked: set[str] = set()
        self.items: set[str] = set()
        self.tables = 0

    def m11(self) -> Iterator[Chapter]:
        for head in M11:
            key = f"m11-{address(head.number)}"
            blocks, items = self._filled(head.parts, head.number)
            if head.parts and not blocks:
                blocks = [Sentence(("The protocol says nothing here.",))]
            level = head.number.count(".") + 1
            yield Chapter(key, head.title, tuple(blocks), head.number, level, items, listed=True)

    def spirit(self) -> Iterator[Chapter]:
        for i, (title, items) in enumerate(SPIRIT_SECTIONS, 1):
            yield Chapter(f"section-{i}", title)
            for item in items:
                self.items.add(item)  # the heading is its address
                blocks, _ = self._filled(SPIRIT_PARTS[item], item)
                key = address(f"SPIRIT {item}")
                plain = [replace(b, item="") if isinstance(b, PeoplesText) else b for b in blocks]
                shown = [self._boxed(b, item) for b in plain]
                yield Chapter(key, capital(SPIRIT[item]), tuple(shown), item, 2, listed=True)

    @staticmethod
    def _boxed(block: Block, item: str) -> Block:
        """A box names the item of its heading; the address is that of the heading."""
        if isinstance(block, PeoplesText) and not block.text:
            return replace(block, asks=f"SPIRIT {item}: {block.asks}")
        return block

    def _filled(self, parts: Sequence[str], number: str) -> tuple[list[Block], tuple[str, ...]]:
        """The blocks of a heading, and the items that its parts answer for the first time."""
        blocks: list[Block] = []
        items: list[str] = []
        for name in parts:
            if name.startswith("?"):
                blocks += self._ask(name[1:])
                continue
            make, answered = PARTS[name]
            made = [self._placed(block, number) for block in make(self.protocol)]
            if not made and name in INSTEAD:
                blocks += self._ask(INSTEAD[name])
            elif made:
                blocks += made
                items += [item for item in answered if item not in self.items]
                self.items |= set(answered)
        return blocks, tuple(f"SPIRIT {item}" for item in items)

    def _ask(self, key: str) -> Iterator[Block]:
        if key in self.asked:
            return
        self.asked.add(key)
        what, item = ASKED[key]
        mark = f"SPIRIT {item}" if item and item not in self.items else ""
        self.items |= {item} if item else set()
        yield to_write(self.text, f"protocol.{key}".replace(" ", "."), what, mark)

    def _placed(self, block: Block, number: str) -> Block:
        """A table with a number of its own, so that no two have one address."""
        if not isinstance(block, Display):
            return block
        self.tables += 1
        key = f"{block.key}-{address(number)}"
        return replace(block, key=key, number=str(self.tables), name=f"Table {self.tables}")
