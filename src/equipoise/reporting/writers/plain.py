"""Displays as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from equipoise.reporting.model import Cell, Display, Number, plain
from equipoise.reporting.writers.page import Stamp, title_lines


def csv_text(displays: Sequence[Display], stamp: Stamp) -> str:
    """Each display's title, heads and lines, and an empty line between displays."""
    made = io.StringIO()
    rows = csv.writer(made, lineterminator="\n")
    for i, display in enumerate(displays):
        if i:
            made.write("\n")
        rows.writerow([". ".join(title_lines(display))])
        rows.writerow(
            [
                display.corner.replace("\n", " "),
                *(plain(head).replace("\n", " ") for head in display.heads),
            ]
        )
        for line in display.lines:
            rows.writerow(["  " * line.indent + line.label, *map(plain, line.cells)])
        for note in display.footnotes:
            rows.writerow([note])
    return made.getvalue()


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
