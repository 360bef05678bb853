"""Eligibility criteria of a USDM document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from equipoise.protocol.exchange.usdm import codes
from equipoise.protocol.exchange.usdm.parts import filled_text, member, members, named_by, said

_TARGET: Final = re.compile(r'<usdm:ref [^>]*?id="([^"]+)" attribute="([^"]+)"')


def eligibility(
    version: dict[str, Any], design: dict[str, Any]
) -> tuple[dict[str, list[dict[str, str]]], list[str]]:
    """Criteria of inclusion and exclusion, each with its text; and those that cannot be placed."""
    parameters = _parameters(version)
    texts = {
        named_by(i, "id"): filled_text(
            str(i["text"]), parameters.get(named_by(i, "dictionaryId"), {})
        )
        for i in members(version, "eligibilityCriterionItems")
        if i.get("text")
    }
    sides = {codes.INCLUSION[0]: "include", codes.EXCLUSION[0]: "exclude"}
    found: dict[str, list[dict[str, str]]] = {"include": [], "exclude": []}
    lost = []
    for criterion in members(design, "eligibilityCriteria"):
        name = said(criterion, "name", "identifier", "id") or "a criterion without a name"
        text = texts.get(named_by(criterion, "criterionItemId")) or said(criterion, "text")
        side = sides.get(named_by(member(criterion, "category"), "code"))
        if text and side:
            found[side].append({"id": name, "text": text})
        else:
            lack = "no text" if side else "neither an inclusion nor an exclusion by its category"
            lost.append(f"population: eligibility: {name}: {lack}")
    return found, lost


def _parameters(version: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Per dictionary of text templates, what each tag stands for."""
    objects = {o["id"]: o for o in _objects(version) if isinstance(o["id"], str)}
    found: dict[str, dict[str, str]] = {}
    for dictionary in members(version, "dictionaries"):
        tags = found.setdefault(named_by(dictionary, "id"), {})
        for entry in members(dictionary, "parameterMaps"):
            target = _TARGET.search(str(entry.get("reference")))
            value = objects.get(target[1], {}).get(target[2]) if target else None
            if value is not None:
                spoken = f"{value:g}" if isinstance(value, float) else str(value)
                tags[str(entry.get("tag"))] = spoken
    return found


def _objects(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of a document that has an id."""
    if isinstance(node, dict):
        if node.get("id"):
            yield node
        node = list(node.values())
    for inner in node if isinstance(node, list) else ():
        yield from _objects(inner)
