"""Readers of the formats that a table is written in: label and cells of each line."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from xml.etree import ElementTree


def from_rtf(text: str) -> list[list[str]]:
    """A reader of its own: rows, cells, escapes by number and by backslash."""
    found = []
    for row in re.findall(r"\\trowd.*?\\row\b", text, re.DOTALL):
        cells = re.findall(r"\\fs16 (.*?)\\cell(?!x)", row, re.DOTALL)
        found.append([_unescaped(cell) for cell in cells])
    return [row for row in found[1:] if len(row) > 1]


def _unescaped(text: str) -> str:
    units = bytearray()
    for match in re.finditer(r"\\u(-?\d+)\?|\\line |\\([\\{}])|([^\\])", text):
        number, sign, other = match[1], match[2], match[3]
        if number:
            units += (int(number) % 65536).to_bytes(2, "little")
        else:
            units += (sign or other or "\n").encode("utf-16-le")
    return units.decode("utf-16-le")


def from_docx(body: bytes) -> list[list[str]]:
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    root = ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(body)).read("word/document.xml"))
    rows = [
        ["".join(t.text or "" for t in cell.iter(f"{w}t")) for cell in row.iter(f"{w}tc")]
        for row in root.iter(f"{w}tr")
    ]
    return [row for row in rows[1:] if len(row) > 1]


def from_html(text: str) -> list[list[str]]:
    from html import unescape

    body = text.split("<tbody>")[1]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    cells = (re.split(r"<t[hd][^>]*>", row)[1:] for row in rows)
    return [[unescape(re.sub(r"<[^>]*>", "", cell)) for cell in row] for row in cells]


def from_json(text: str) -> list[list[str]]:
    (one,) = json.loads(text)["displays"]
    return [
        [
            line["label"],
            *("".join(p if isinstance(p, str) else p["text"] for p in c) for c in line["cells"]),
        ]
        for line in one["lines"]
        if line["cells"]
    ]


def from_csv(text: str) -> list[list[str]]:
    rows = list(csv.reader(io.StringIO(text)))[2:]
    return [[row[0].lstrip(), *row[1:]] for row in rows if len(row) > 1]
