"""Eligibility criteria of a USDM document, and its texts without their tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from equipoise.protocol.exchange.usdm import codes

_TAG: Final = re.compile(r"<[^>]+>")
_REFERENCE: Final = re.compile(r"<usdm:(?:tag|ref)[^>]*?name=\"([^\"]+)\"[^>]*/?>")
_TARGET: Final = re.compile(r'<usdm:ref [^>]*?id="([^"]+)" attribute="([^"]+)"')


def plain_text(text: str) -> str:
    """Text without HTML; a reference into the document is shown in braces."""
    return " ".join(_TAG.sub(" ", _REFERENCE.sub(r"{\1}", text)).split())


def eligibility(version: dict[str, Any], design: dict[str, Any]) -> dict[str, Any]:
    """Criteria of inclusion and exclusion, each with its text."""
    parameters = _parameters(version)
    texts = {
        i["id"]: _filled(i["text"], parameters.get(str(i.get("dictionaryId")), {}))
        for i in version["eligibilityCriterionItems"]
    }
    found: dict[str, list[dict[str, str]]] = {"include": [], "exclude": []}
    for criterion in design["eligibilityCriteria"]:
        inside = criterion["category"]["code"] == codes.INCLUSION[0]
        text = plain_text(texts[criterion["criterionItemId"]])
        entry = {"id": criterion["name"], "text": text}
        found["include" if inside else "exclude"].append(entry)
    return found


def _filled(text: str, parameters: dict[str, str]) -> str:
    """A text template with what its tags stand for."""
    return _REFERENCE.sub(lambda m: parameters.get(m[1], f"{{{m[1]}}}"), text)


def _parameters(version: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Per dictionary of text templates, what each tag stands for."""
    objects = {o["id"]: o for o in _objects(version)}
    found: dict[str, dict[str, str]] = {}
    for dictionary in version.get("dictionaries") or []:
        tags = found.setdefault(dictionary["id"], {})
        for entry in dictionary["parameterMaps"]:
            target = _TARGET.search(entry["reference"])
            value = objects.get(target[1], {}).get(target[2]) if target else None
            if value is not None:
                tags[entry["tag"]] = f"{value:g}" if isinstance(value, float) else str(value)
    return found


def _objects(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of a document that has an id."""
    if isinstance(node, dict):
        if node.get("id"):
            yield node
        node = list(node.values())
    for inner in node if isinstance(node, list) else ():
        yield from _objects(inner)
