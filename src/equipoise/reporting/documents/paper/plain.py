"""A document as JSON."""

from __future__ import annotations

import json
from typing import Any

from equipoise.reporting.documents.paper.model import (
    Block,
    Chapter,
    PaperDocument,
    PeoplesText,
    Sentence,
)
from equipoise.reporting.model import Cell, Number


def document_json(document: PaperDocument) -> str:
    """Chapters with their blocks; a number with the key of its row."""
    body = {
        "document": document.key,
        "title": document.title,
        "under": list(document.under),
        "head": document.head,
        "foot": document.foot,
        "chapters": [_chapter(chapter) for chapter in document.chapters],
    }
    return json.dumps(body, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _chapter(chapter: Chapter) -> dict[str, Any]:
    return {
        "id": chapter.key,
        "number": chapter.number,
        "title": chapter.title,
        "level": chapter.level,
        "items": list(chapter.items),
        "blocks": [_block(block) for block in chapter.blocks],
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Sentence):
        return {"sentence": cell_parts(block.text), "item": block.item}
    if isinstance(block, PeoplesText):
        return {"key": block.key, "asks": block.asks, "text": block.text, "item": block.item}
    return {
        "table": block.key,
        "heads": [cell_parts(head) for head in block.heads],
        "lines": [
            {"label": line.label, "indent": line.indent, "cells": [*map(cell_parts, line.cells)]}
            for line in block.lines
        ],
        "footnotes": list(block.footnotes),
    }


def cell_parts(cell: Cell) -> list[Any]:
    """A cell as JSON has it: text, or a number with row key and value."""
    return [
        {"text": part.text, "row": part.key, "value": part.value}
        if isinstance(part, Number)
        else part
        for part in cell
    ]
