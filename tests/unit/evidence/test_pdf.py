"""PDF files of a few objects, written by hand: forms, fonts, packed objects, broken ones."""

from __future__ import annotations

import zlib

import numpy as np
import pytest

from equipoise.errors import InputError
from equipoise.evidence.figures.pdf import read_pdf
from equipoise.evidence.figures.pdf_objects import value_of

LINE = b"0 0 m 1 2 l S\n"


def page(path, content: bytes, *objects: bytes, resources: bytes = b"<<>>"):
    """A PDF of one page; `objects` are numbered from 10."""
    parts = [
        b"1 0 obj << /Type /Page % the only one\n /Contents 2 0 R /Parent 3 0 R >> endobj",
        stream(2, b"", content),
        b"3 0 obj << /Type /Pages /Kids [1 0 R] /Resources " + resources + b" >> endobj",
        *(b"%d 0 obj " % (10 + k) + each + b" endobj" for k, each in enumerate(objects)),
    ]
    path.write_bytes(b"%PDF-1.7\n" + b"\n".join(parts) + b"\n%%EOF")
    return read_pdf(path)


def stream(number: int, head: bytes, body: bytes) -> bytes:
    return b"%d 0 obj " % number + packed(head, body) + b" endobj"


def packed(head: bytes, body: bytes) -> bytes:
    return (
        b"<< /Filter /FlateDecode " + head + b">>\nstream\n" + zlib.compress(body) + b"\nendstream"
    )


def words(drawing):
    return [(w.text, round(w.x, 6), round(w.y, 6)) for w in drawing.words]


def test_a_form_is_drawn_where_the_page_puts_it(tmp_path):
    # the form doubles, then the page moves by (10, 20): (1, 2) comes to (12, 24); what follows the
    # form is where it was, in its own color
    form = packed(b"/Subtype /Form /Matrix [2 0 0 2 0 0]", b"1 0 0 RG q " + LINE)
    content = b"q 1 0 0 1 10 20 cm /x Do Q " + LINE
    found = page(tmp_path / "f.pdf", content, form, resources=b"<< /XObject << /x 10 0 R >> >>")
    inner, outer = found.lines
    assert inner.points.tolist() == [[10, 20], [12, 24]]
    assert outer.points.tolist() == [[0, 0], [1, 2]]
    assert (inner.color, outer.color) == ("#ff0000", "#000000")


def test_a_form_that_draws_itself_ends(tmp_path):
    form = packed(b"/Subtype /Form /Resources << /XObject << /x 10 0 R >> >>", LINE + b"/x Do")
    found = page(tmp_path / "f.pdf", b"/x Do", form, resources=b"<< /XObject << /x 10 0 R >> >>")
    assert 1 < len(found.lines) < 100


FONT = b"<< /Subtype /Type1 /FirstChar 49 /Widths [500 500 500] /ToUnicode 11 0 R >>"
TABLE = packed(
    b"",
    b"1 begincodespacerange <00> <ff> endcodespacerange\n"
    b"2 beginbfchar\n<31> <0041>\n<32> <00660069>\nendbfchar\n"
    b"1 beginbfrange <33> <34> <0078> endbfrange",
)
WITH_FONT = b"<< /Font << /f 10 0 R >> >>"


def test_text_by_its_table(tmp_path):
    # 1 is A, 2 the ligature fi, 3 and 4 x and y
    found = page(tmp_path / "f.pdf", LINE + b"BT /f 10 Tf 5 7 Td (123) Tj ET", FONT, TABLE,
                 resources=WITH_FONT)  # fmt: skip
    assert words(found) == [("Afix", 5, 7)]
    assert found.words[0].end == (20, 7)


def test_gaps_part_words(tmp_path):
    # 0.02 em is none, half an em a space, 1.98 begin a word, at 10 * (3 * 0.5 + 0.02 + 0.5 + 1.98)
    content = LINE + b"BT /f 10 Tf [(1) -20 (1) -500 (1) -1980 (3)] TJ ET"
    found = page(tmp_path / "f.pdf", content, FONT, TABLE, resources=WITH_FONT)
    assert words(found) == [("AA A", 0, 0), ("x", 40, 0)]


def test_pieces_that_follow_are_one_word(tmp_path):
    content = (
        LINE + b"BT /f 10 Tf (1) Tj ET BT 1 0 0 1 5 0 Tm (3) Tj ET BT 1 0 0 1 30 0 Tm (3) Tj ET"
    )
    found = page(tmp_path / "f.pdf", content, FONT, TABLE, resources=WITH_FONT)
    assert words(found) == [("Ax", 0, 0), ("x", 30, 0)]
    colored = content.replace(b"BT 1 0 0 1 5", b"1 0 0 rg BT 1 0 0 1 5")
    found = page(tmp_path / "f.pdf", colored, FONT, TABLE, resources=WITH_FONT)
    assert [(w.text, w.color) for w in found.words[:2]] == [("A", "#000000"), ("x", "#ff0000")]


def test_codes_of_two_bytes(tmp_path):
    # widths: 1 and 2 by list, 3 to 5 by range, others a whole em
    below = b"<< /W [1 [250 750] 3 5 500] >>"
    table = packed(b"", b"beginbfrange <0001> <0003> [<0061> <0062> <0063>] endbfrange")
    font = b"<< /Subtype /Type0 /DescendantFonts [12 0 R] /ToUnicode 11 0 R >>"
    content = LINE + b"BT /f 8 Tf <000100020003> Tj ET"
    found = page(tmp_path / "f.pdf", content, font, table, below, resources=WITH_FONT)
    assert words(found) == [("abc", 0, 0)]
    assert found.words[0].end == (8 * 1.5, 0)


def test_lines_of_text(tmp_path):
    content = (
        LINE + b"BT /f 10 Tf 12 TL 0 50 Td (1) Tj T* (1) Tj (3) ' 0 -20 TD (3) Tj T* (1) Tj ET"
    )
    found = page(tmp_path / "f.pdf", content, FONT, TABLE, resources=WITH_FONT)
    assert [(w.text, w.y) for w in found.words] == [
        ("A", 50), ("A", 38), ("x", 26), ("x", 6), ("A", -14)
    ]  # fmt: skip


def test_packed_objects(tmp_path):
    body = b"20 0 " + b"<< /Subtype /Type1 /FirstChar 49 /Widths [500] >>"
    objects = packed(b"/Type /ObjStm /N 1 /First 5", body)
    content = LINE + b"BT /f 10 Tf (1) Tj ET"
    found = page(tmp_path / "f.pdf", content, objects, resources=b"<< /Font << /f 20 0 R >> >>")
    assert found.words[0].text == "1"
    assert found.words[0].end == (5, 0)


@pytest.mark.parametrize(
    ("token", "value"),
    [
        (rb"(a\051\9\n)", b"a)9\n"),
        (b"(a\\\nb)", b"ab"),
        (b"<4 1 4>", b"A@"),
        (b"-.5", -0.5),
        (b"/Name", "/Name"),
        (b"Tj", None),
    ],
)
def test_values(token, value):
    assert value_of(token) == value


def test_broken_files_are_told(tmp_path):
    with pytest.raises(InputError, match="broken PDF"):
        page(tmp_path / "f.pdf", b"1 m 1 2 l S")


def test_a_file_cut_anywhere_is_told_or_read(tmp_path):
    content = LINE + b"BT /f 10 Tf [(1) -20 (1)] TJ ET"
    page(tmp_path / "f.pdf", content, FONT, TABLE, resources=WITH_FONT)
    whole = (tmp_path / "f.pdf").read_bytes()
    for end in np.linspace(5, len(whole), 60).astype(int):
        (tmp_path / "cut.pdf").write_bytes(whole[:end])
        try:
            read_pdf(tmp_path / "cut.pdf")
        except InputError:
            continue
