"""Elements of XML as text, a line for each thing that is told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from equipoise.errors import InputError

NAMESPACE: Final = "http://www.cdisc.org/ns/odm/v1.3"
_UNTOLD: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_KEPT: Final = {"\r": "&#13;", "\t": "&#9;"}


def element(tag: str, attributes: Mapping[str, str | None], *inside: str) -> str:
    """An element; attributes without a value are left out.

    Raises   InputError for a character that no XML can hold.
    """
    said = "".join(
        f" {name}={_attribute(value)}" for name, value in attributes.items() if value is not None
    )
    content = "".join(inside)
    return f"<{tag}{said}>{content}</{tag}>" if content else f"<{tag}{said}/>"


def words(tag: str, text: str, attributes: Mapping[str, str | None] | None = None) -> str:
    """An element that holds text, to the letter."""
    return element(tag, attributes or {}, escape(_held(text), _KEPT))


def translated(tag: str, text: str) -> str:
    """An element that holds text in English."""
    return element(tag, {}, words("TranslatedText", text, {"xml:lang": "en"}))


def opened(tag: str, attributes: Mapping[str, str | None]) -> str:
    """The beginning of an element that is closed later."""
    return element(tag, attributes, "\n")[: -len(f"\n</{tag}>")]


def alias(context: str, name: str) -> str:
    """What something is called elsewhere."""
    return element("Alias", {"Context": context, "Name": name})


def lines(parts: Iterator[str]) -> Iterator[str]:
    """Each on a line of its own."""
    return (f"{part}\n" for part in parts)


def _attribute(value: str) -> str:
    return quoteattr(_held(value))


def _held(text: str) -> str:
    if found := _UNTOLD.search(text):
        raise InputError(
            f"{text[:40]!r} holds U+{ord(found[0]):04X}, which no XML can hold; correct it first"
        )
    return text
