"""Displays as CSV and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from equipoise.reporting.model import Cell, Display, Number, plain
from equipoise.reporting.writers.csv_rows import csv_of
from equipoise.reporting.writers.page import Stamp, title_lines


def csv_text(displays: Sequence[Display], stamp: Stamp) -> str:
    """Each display's title, heads and lines, and an empty line between displays."""
    return "\n".join(csv_of(_rows(display)) for display in displays)


def _rows(display: Display) -> Iterator[list[str]]:
    yield [". ".join(title_lines(display))]
    yield [_one_line(head) for head in (display.corner, *map(plain, display.heads))]
    for line in display.lines:
        yield ["  " * line.indent + line.label, *map(plain, line.cells)]
    yield from ([note] for note in display.footnotes)


def _one_line(text: str) -> str:
    return text.replace("\n", " ")


def json_text(displays: Sequence[Display], stamp: Stamp) -> str:
    """Each display with its cells in parts: text, or a number with row key and value."""
    body = {
        "trial": stamp.trial,
        "look": stamp.look,
        "virtual": stamp.virtual,
        "digests": stamp.digests,
        "displays": [_display(display) for display in displays],
    }
    return json.dumps(body, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _display(display: Display) -> dict[str, Any]:
    return {
        "id": display.key,
        "number": display.number,
        "title": display.title,
        "population": display.population,
        "heads": [_cell(head) for head in display.heads],
        "lines": [
            {"label": line.label, "indent": line.indent, "cells": [_cell(c) for c in line.cells]}
            for line in display.lines
        ],
        "footnotes": list(display.footnotes),
    }


def _cell(cell: Cell) -> list[Any]:
    return [
        {"text": part.text, "row": part.key, "value": part.value}
        if isinstance(part, Number)
        else part
        for part in cell
    ]
