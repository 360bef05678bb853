"""Parts of somebody else's JSON that may be absent, null or of another kind."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Any, Final

_TAG: Final = re.compile(r"</?[A-Za-z][^<>]*>")
_REFERENCE: Final = re.compile(r"<usdm:(?:tag|ref)[^>]*?name=\"([^\"]+)\"[^>]*/?>")


def member(node: Any, key: str) -> dict[str, Any]:
    """The object under a key; empty where there is none."""
    found = node.get(key) if isinstance(node, dict) else None
    return found if isinstance(found, dict) else {}


def members(node: Any, key: str) -> list[dict[str, Any]]:
    """The objects of a list under a key; empty where there is none."""
    found = node.get(key) if isinstance(node, dict) else None
    return [o for o in found if isinstance(o, dict)] if isinstance(found, list) else []


def identifiers(node: Any, key: str) -> list[str]:
    """The ids of a list under a key; empty where there is none."""
    found = node.get(key) if isinstance(node, dict) else None
    return [str(i) for i in found if i] if isinstance(found, list) else []


def named_by(node: Any, key: str) -> str:
    """The id or code under a key; empty where there is no text."""
    found = node.get(key) if isinstance(node, dict) else None
    return found if isinstance(found, str) else ""


def said(node: Any, *keys: str) -> str:
    """The text under the first of these keys that holds any, without its tags; or empty."""
    for key in keys:
        found = node.get(key) if isinstance(node, dict) else None
        if isinstance(found, str | int | float) and not isinstance(found, bool):
            text = plain_text(str(found))
            if text:
                return text
    return ""


def called(node: Any) -> str:
    """What an object is called for a reader: its label, else its name, else its id."""
    return said(node, "label", "name", "id")


def keys_of(objects: Iterable[dict[str, Any]]) -> list[str]:
    """A short key for each object, in order; no two are equal, whatever their names and ids."""
    found: list[str] = []
    for position, item in enumerate(objects, start=1):
        name = re.sub(r"[^\w /-]", " ", said(item, "name", "label", "id"))
        key = again = " ".join(name.lower().split()) or f"number {position}"
        number = 1
        while again in found:
            number += 1
            again = f"{key} {number}"
        found.append(again)
    return found


def plain_text(text: str) -> str:
    """Text without HTML; a reference into the document is shown in braces."""
    bare = _TAG.sub(" ", _REFERENCE.sub(r"{\1}", text))
    return " ".join(html.unescape(bare).split())


def filled_text(text: str, parameters: dict[str, str]) -> str:
    """A text template with what its tags stand for, without HTML."""
    return plain_text(_REFERENCE.sub(lambda m: parameters.get(m[1], f"{{{m[1]}}}"), text))
