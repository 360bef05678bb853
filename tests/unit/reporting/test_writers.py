"""Every format has the same text in the same cell, whatever signs it holds."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from equipoise.errors import InputError
from equipoise.reporting.catalog import displays
from equipoise.reporting.model import Display, Line, Number, plain
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.writers import latex as latex_writer
from equipoise.reporting.writers import rtf as rtf_writer
from equipoise.reporting.writers.docx import docx
from equipoise.reporting.writers.files import WRITERS, write_tables
from equipoise.reporting.writers.html import html_table
from equipoise.reporting.writers.latex import latex
from equipoise.reporting.writers.page import Stamp, shell
from equipoise.reporting.writers.plain import csv_text, json_text
from equipoise.reporting.writers.rtf import rtf
from equipoise.reporting.writers.typst import typst
from support.formats import from_csv, from_docx, from_html, from_json, from_rtf
from support.street import pilot_results

STAMP = Stamp("T-1", "PFS final", "protocol 01234567, snapshot 89abcdef", False)
NASTY = (
    "a {b} \\c",
    "{\\rtf1 x}",
    "<script>alert(1)</script>",
    "#let x = 1",
    "a | b & c",
    "50% _x_^2",
    "$1 ~ 2$",
    "Größe µ",
    "مرحبا",
    "\N{GRINNING FACE}",
    "4.9×10⁻⁶",
    "−0.12",
    "[x] *y*",
    "12\u2009345",
)


def nasty() -> Display:
    lines = tuple(
        Line(text, ((Number(i, text, f"r-{i:010x}", 1.0),), (f"{text} (", ")")), i % 2)
        for i, text in enumerate(NASTY)
    )
    return Display("nasty", "14.9.9", "Signs {of} all # kinds", (("A",), ("B & C",)), lines)


@cache
def of_pilot() -> tuple[Display, ...]:
    made, _ = displays(pilot_results(), Numbers(pilot_results()))
    return tuple(made.values())


def told(display: Display) -> list[list[str]]:
    """Label and cells of each line that has cells."""
    return [[line.label, *map(plain, line.cells)] for line in display.lines if line.cells]


READ: dict[str, Callable[[Display], list[list[str]]]] = {
    "rtf": lambda d: from_rtf(rtf([d], STAMP)),
    "docx": lambda d: from_docx(docx([d], STAMP)),
    "html": lambda d: from_html(html_table(d)),
    "json": lambda d: from_json(json_text([d], STAMP)),
    "csv": lambda d: from_csv(csv_text([d], STAMP)),
}


@pytest.mark.parametrize("kind", READ)
def test_signs_come_back(kind: str) -> None:
    assert READ[kind](nasty()) == told(nasty())


@pytest.mark.parametrize("kind", READ)
def test_every_cell_of_the_pilot_is_the_same_in_every_format(kind: str) -> None:
    for display in of_pilot():
        assert READ[kind](display) == told(display), display.key


def test_a_writer_that_formats_a_number_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = rtf_writer.plain
    monkeypatch.setattr(rtf_writer, "plain", lambda cell: right(cell).replace("0.0", "0"))
    wrong = [d.key for d in of_pilot() if READ["rtf"](d) != told(d)]
    assert "safety" in wrong


@pytest.mark.parametrize("text", NASTY)
def test_latex_leaves_no_sign_that_would_be_a_command(text: str) -> None:
    made = latex_writer.escaped(text)
    bare = re.sub(r"\\text\w+\{[^}]*\}|\\ensuremath\{\\infty\}|\\[{}$&#%_,]", "", made)
    assert not re.search(r"[\\{}$&#%_~^<>|]", bare), made


def test_a_power_is_raised_in_latex() -> None:
    assert latex_writer.escaped("4.9×10⁻⁶") == r"4.9\texttimes{}10\textsuperscript{-6}"


@pytest.mark.parametrize("text", NASTY)
def test_typst_leaves_no_sign_that_would_be_markup(text: str) -> None:
    made = typst([Display("k", "1", text, ((text,),), (Line(text, ((text,),)),))], STAMP)
    body = made.split("#table(")[1].split("table.hline(),\n")[1]
    assert not re.search(r"(?<!\\)[#$*_<>]", re.sub(r"table\.\w+\(\)|#h\([^)]*\)", "", body))


@pytest.mark.parametrize("make", [rtf, docx, latex, typst, csv_text, json_text])
def test_the_same_displays_are_the_same_bytes(make: Callable[..., str | bytes]) -> None:
    assert make(of_pilot(), STAMP) == make(of_pilot(), STAMP)


def test_rtf_is_ascii_and_its_braces_meet() -> None:
    text = rtf([nasty(), *of_pilot()], STAMP)
    assert text.isascii()
    bare = re.sub(r"\\[\\{}]", "", text)
    depth = 0
    for sign in bare:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0
    assert text.count("\\trowd") == text.count("\\row\n") + text.count("\\row}")


def test_virtual_patients_say_so_on_every_page() -> None:
    virtual = Stamp("T-1", "PFS final", "x", True)
    for make in (rtf, typst, latex):
        assert "VIRTUAL PATIENTS" in str(make([nasty()], virtual))
    parts = zipfile.ZipFile(io.BytesIO(docx([nasty()], virtual)))
    assert b"VIRTUAL PATIENTS" in parts.read("word/header1.xml")


def test_files_and_their_index(tmp_path: Path) -> None:
    made, missing = write_tables(pilot_results(), tmp_path, to="rtf", only="14.3*")
    names = [path.name for path in made]
    assert names == [
        "t-14-3-1-0-harms-overview.rtf", "t-14-3-1-1-safety.rtf", "t-14-3-1-2-terms.rtf",
        "t-14-3-2-1-deaths.rtf", "t-14-3-2-2-serious.rtf", "all.rtf", "index.csv",
    ]  # fmt: skip
    index = list(csv.DictReader((tmp_path / "index.csv").open()))
    keys = set(pilot_results().keys)
    assert set(index[0]["row keys"].split()) <= keys
    gaps = {gap.key: gap.why for gap in missing}
    assert gaps["subgroups"] == "the protocol names no subgroups"
    assert [row["not made, because"] for row in index if not row["file"]] == list(gaps.values())


def test_shells_have_no_digit_of_a_number() -> None:
    for display in of_pilot():
        assert not [n.text for n in shell(display).numbers if re.search(r"\d", n.text)]


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match='to: found "doc", expected html, rtf'):
        write_tables(pilot_results(), tmp_path, to="doc")
    with pytest.raises(InputError, match='only: found "15", expected a pattern of one of 9'):
        write_tables(pilot_results(), tmp_path, to="csv", only="15")
    assert list(tmp_path.iterdir()) == []
    assert set(WRITERS) >= {"html", "rtf", "docx", "pdf", "tex", "csv", "json"}
