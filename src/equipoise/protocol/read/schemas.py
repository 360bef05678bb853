"""JSON Schema of both forms, generated from the model and shipped beside it."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Final, Literal

from pydantic.json_schema import GenerateJsonSchema

from equipoise.protocol.language.completion import Completion
from equipoise.protocol.model import Protocol

SchemaForm = Literal["human", "resolved"]
SCHEMA_FILES: Final[dict[SchemaForm, str]] = {
    "human": "protocol-1.json",
    "resolved": "resolved-1.json",
}
ABSENT_IF_EMPTY: Final = (
    ("LookPlan", "later of"),
    ("Truth", "recurring"),
    ("Visit", "for"),
    ("Visit", "with"),
    ("Visit", "laboratory within"),
)
"""Keys that the resolved form leaves out where they say nothing: younger than its first digests."""
ABSENT_SECTIONS: Final = ("truth", "scenarios", "forms", "checks", "conduct")
"""Sections that it may do without: those of virtual patients, and those that are as young."""
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_MARKED: Final = {"type": "string", "pattern": r"\S\s*\[[a-z][\w-]*(,\s*[a-z][\w-]*)*\]$"}
_NOTE: Final = {
    "type": "object",
    "properties": {
        "kind": {"enum": ["yours", "default", "derived"]},
        "sources": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["kind"],
    "additionalProperties": False,
}


class _InWords(GenerateJsonSchema):
    """A default that is a sentence is shown as one."""

    def encode_default(self, dft: Any) -> Any:
        return str(dft) if isinstance(dft, Completion) else super().encode_default(dft)


def schema(form: SchemaForm) -> dict[str, Any]:
    """The JSON Schema of one form, as shipped."""
    text = (
        files("equipoise.protocol")
        .joinpath("schema", SCHEMA_FILES[form])
        .read_text(encoding="utf-8")
    )
    shipped: dict[str, Any] = json.loads(text)
    return shipped


def generate(form: SchemaForm) -> dict[str, Any]:
    """The JSON Schema of one form, out of the model."""
    human = form == "human"
    made = Protocol.model_json_schema(
        by_alias=True,
        mode="validation" if human else "serialization",
        schema_generator=_InWords,
    )
    parts = {name: _without_titles(part) for name, part in made.pop("$defs").items()}
    whole = _without_titles(made)
    if human:
        whole, parts = _marked(whole), {name: _marked(part) for name, part in parts.items()}
    else:
        parts = {name: _all_required(part) for name, part in parts.items()}
        for name, key in ABSENT_IF_EMPTY:
            parts[name]["required"].remove(key)
        whole = _all_required(whole)
        whole["required"] = [k for k in whole["required"] if k not in ABSENT_SECTIONS]
        whole["properties"]["provenance"] = {"type": "object", "additionalProperties": _NOTE}
    title = "Equipoise protocol, human form" if human else "Equipoise protocol, resolved form"
    name = "protocol" if human else "resolved"
    head = {"$schema": _DIALECT, "$id": f"urn:equipoise:{name}:1", "title": title}
    return {**head, **whole, "$defs": parts}


def _without_titles(node: Any) -> Any:
    """Without the titles that repeat a key; `title` is also the name of a property."""
    if isinstance(node, list):
        return [_without_titles(v) for v in node]
    if not isinstance(node, dict):
        return node
    return {
        k: _without_titles(v) for k, v in node.items() if k != "title" or not isinstance(v, str)
    }


def _marked(node: Any) -> Any:
    """Closed lists of words and dates may carry a source mark in the human form."""
    if isinstance(node, list):
        return [_marked(v) for v in node]
    if not isinstance(node, dict):
        return node
    inner = {k: v if k in ("enum", "const", "default") else _marked(v) for k, v in node.items()}
    if not {"enum", "const", "format"} & set(inner):
        return inner
    kept = {k: inner.pop(k) for k in ("default", "description") if k in inner}
    return {**kept, "anyOf": [inner, _MARKED]}


def _all_required(node: Any) -> Any:
    """Nothing is implied in the resolved form: every property is written."""
    if isinstance(node, list):
        return [_all_required(v) for v in node]
    if not isinstance(node, dict):
        return node
    inner = {k: _all_required(v) for k, v in node.items()}
    if isinstance(inner.get("properties"), dict) and inner.get("type") == "object":
        inner["required"] = list(inner["properties"])
    return inner
