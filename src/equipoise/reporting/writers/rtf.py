"""Displays as RTF: heads, page x of y, title and stamp on each page, braces and all.

The heads of the columns stand in the section's header, which every reader of RTF prints on each
page: what asks to repeat a row (trhdr) is not acted on by LibreOffice 7.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from equipoise.reporting.model import Display, Line, plain
from equipoise.reporting.writers.page import Stamp, leads, row_keys, spans, title_lines, widths

_WIDTH, _HEIGHT, _MARGIN = 15840, 12240, 1080  # twips: letter, landscape
_TOTAL = _WIDTH - 2 * _MARGIN
_FONT = r"\f0\fs16"
_INDENT = 180
_SPECIAL = re.compile(r"[^ -~]|[\\\\{}]")
_LAST = r"\pard\fs2\sl-20\slmult0\par"  # after a table: too low to begin a page of its own
_FIELDS = ("PAGE", "NUMPAGES")


def escaped(text: str) -> str:
    """Text in RTF's ASCII: control signs escaped, others by number, line ends as such.

    >>> escaped("{a} \\\\ é"), escaped("\N{GRINNING FACE}")
    ('\\\\{a\\\\} \\\\\\\\ \\\\u233?', '\\\\u-10179?\\\\u-8704?')
    """
    if text.isascii() and not _SPECIAL.search(text):
        return text
    found = []
    for sign in text:
        if sign in "\\{}":
            found.append(f"\\{sign}")
        elif sign == "\n":
            found.append("\\line ")
        elif " " <= sign <= "~":
            found.append(sign)
        else:
            found += [f"\\u{unit}?" for unit in _units(sign)]
    return "".join(found)


def _units(sign: str) -> list[int]:
    """UTF-16 code units, as the signed numbers that RTF has."""
    raw = sign.encode("utf-16-le")
    units = [int.from_bytes(raw[i : i + 2], "little") for i in range(0, len(raw), 2)]
    return [unit - 65536 if unit > 32767 else unit for unit in units]


def rtf(displays: Sequence[Display], stamp: Stamp) -> str:
    """One file, a section and a bookmark for each display."""
    head = (
        r"{\rtf1\ansi\ansicpg1252\deff0\uc1{\fonttbl{\f0\fmodern Courier New;}}"
        rf"\paperw{_WIDTH}\paperh{_HEIGHT}\margl{_MARGIN}\margr{_MARGIN}"
        rf"\margt1440\margb1440\landscape{_FONT}"
    )
    parts = [_section(display, stamp) for display in displays]
    return head + "\n" + "\\sect\n".join(parts) + "}\n"


def _section(display: Display, stamp: Stamp) -> str:
    return "\n".join(
        [
            r"\sectd\sbkpage\lndscpsxn\headery567\footery567",
            rf"\pgwsxn{_WIDTH}\pghsxn{_HEIGHT}\marglsxn{_MARGIN}\margrsxn{_MARGIN}",
            _header(display, stamp),
            _footer(display, stamp),
            rf"{{\*\bkmkstart t{display.key}}}{{\*\bkmkend t{display.key}}}",
            *_rows(display),
            _LAST,
        ]
    )


def _header(display: Display, stamp: Stamp) -> str:
    page, pages = (rf"{{\field{{\*\fldinst {name}}}{{\fldrslt 1}}}}" for name in _FIELDS)
    counted = f"Page {page} of {pages}"
    lines = [
        rf"\pard\tqr\tx{_TOTAL}{_FONT} {escaped(stamp.head)}\tab {counted}\par",
        *(rf"\pard\qc{_FONT}\b {escaped(text)}\b0\par" for text in title_lines(display)),
        r"\pard\par",
        _heads(display),
        _LAST,
    ]
    return "{\\header\n" + "\n".join(lines) + "}"


def _footer(display: Display, stamp: Stamp) -> str:
    keys = row_keys(display)
    rows = f"; {len(keys)} rows, {keys[0]} to {keys[-1]}" if keys else ""
    notes = [*display.footnotes, f"Equipoise: {stamp.digests}{rows}"]
    lines = [rf"\pard{_FONT} {escaped(note)}\par" for note in notes]
    return "{\\footer\n" + "\n".join(lines) + "}"


def _heads(display: Display) -> str:
    side = _side(display)
    texts = [escaped(display.corner), *(escaped(plain(head)) for head in display.heads)]
    border = r"\clbrdrt\brdrs\brdrw10\clbrdrb\brdrs\brdrw10"
    aligned = ["\\ql", *[side] * len(display.heads)]
    return _row(texts, widths(display, _TOTAL), aligned, border)


def _side(display: Display) -> str:
    return "\\ql" if display.words else "\\qr"


def _rows(display: Display) -> Iterator[str]:
    across, side = widths(display, _TOTAL), _side(display)
    for i, line in enumerate(display.lines):
        last = r"\clbrdrb\brdrs\brdrw10" if i + 1 == len(display.lines) else ""
        yield _line(line, across, side, last, keep=r"\keepn" if leads(display, i) else "")


def _line(line: Line, across: list[int], side: str, border: str, *, keep: str) -> str:
    indent = rf"\ql\li{_INDENT * line.indent}{keep}"
    if spans(line):
        text = escaped(line.label)
        if line.indent:
            return _row([text], [sum(across)], [indent], border)
        bold = rf"\b {text}\b0"
        return _row([bold], [sum(across)], [indent], border)
    cells = [escaped(line.label), *(escaped(plain(cell)) for cell in line.cells)]
    return _row(cells, across, [indent, *[side] * len(line.cells)], border)


def _row(cells: list[str], across: list[int], aligned: list[str], border: str) -> str:
    ends, end = [], 0
    for width in across:
        end += width
        ends.append(rf"{border}\cellx{end}")
    texts = [
        rf"\pard\intbl{how}{_FONT} {text}\cell" for how, text in zip(aligned, cells, strict=True)
    ]
    return rf"\trowd\trgaph60\trkeep{''.join(ends)}" + "\n" + "\n".join(texts) + r"\row"
