"""What stands last on a page is no heading, and heads stand on each: read from pages as printed."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from equipoise.reporting.catalog import displays
from equipoise.reporting.model import Display, Line, plain
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.writers import rtf as rtf_writer
from equipoise.reporting.writers import typst as typst_writer
from equipoise.reporting.writers.listing import write_listing
from equipoise.reporting.writers.page import Stamp, leads, widths
from equipoise.reporting.writers.rtf import rtf
from equipoise.reporting.writers.templates import resource
from equipoise.reporting.writers.typst import pdf
from support.printed import last_lines, pages_of, printed_by_browser, printed_by_office
from support.street import built_pilot, pilot_adam, pilot_results

STAMP = Stamp("T-1", "look", "protocol 01234567", False)
HEADING, CLASS = "HEADING OF LINES", "CLASS WITH ITS SUM"

needs_text = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="skipped: there is no pdftotext on this machine"
)
needs_office = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="skipped: there is no LibreOffice on this machine"
)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
needs_browser = pytest.mark.skipif(
    not CHROMIUM, reason="skipped: there is no chromium on this machine"
)


def _table(before: int) -> Display:
    """A heading, and a class with numbers, after so many lines."""
    lines = [
        *(Line(f"line {i}", (("1",),)) for i in range(before)),
        Line(HEADING),
        *(Line(f"under {i}", (("1",),), 1) for i in range(3)),
        Line(CLASS, (("9",),)),
        *(Line(f"term {i}", (("3",),), 1) for i in range(3)),
    ]
    return Display(f"d{before}", "1", "A table", (("HEAD OF COLUMN",),), tuple(lines))


def tables() -> list[Display]:
    """The heading comes to every place of a page, the last among them."""
    return [_table(before) for before in range(28, 62)]


@cache
def catalog() -> tuple[Display, ...]:
    made, _ = displays(pilot_results(), Numbers(pilot_results()))
    return tuple(made.values())


def test_what_leads_is_told_by_its_followers() -> None:
    table = _table(2)
    assert [i for i in range(len(table.lines)) if leads(table, i)] == [2, 6]


@needs_text
def test_no_heading_is_last_on_a_page_of_a_pdf(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf(tables(), STAMP))
    assert HEADING not in last_lines(tmp_path / "a.pdf")
    monkeypatch.setattr(
        typst_writer, "_spanning",
        lambda line, label, columns: f"table.cell(colspan: {columns})[*{label}*],",
    )  # fmt: skip
    (tmp_path / "wrong.pdf").write_bytes(pdf(tables(), STAMP))
    assert HEADING in last_lines(tmp_path / "wrong.pdf")


@needs_text
def test_no_title_or_heading_of_the_pilot_is_last_on_a_page(tmp_path: Path) -> None:
    (tmp_path / "tlf.pdf").write_bytes(pdf(catalog(), STAMP))
    headings = {one.title for one in catalog()}
    headings |= {ln.label for d in catalog() for ln in d.lines if not ln.cells and not ln.indent}
    last = last_lines(tmp_path / "tlf.pdf")
    assert len(last) > len(catalog())
    assert not [text for text in last if any(text.endswith(one) for one in headings)]


@needs_text
def test_every_line_of_a_long_table_is_found_in_its_pdf(tmp_path: Path) -> None:
    (tmp_path / "tlf.pdf").write_bytes(pdf(catalog(), STAMP))
    text = re.sub(r"\s+", " ", " ".join(pages_of(tmp_path / "tlf.pdf", layout=False)))
    terms = next(one for one in catalog() if one.key == "terms")
    assert f"Table {terms.number}. {terms.title}" in text
    assert len(terms.lines) > 200
    assert [ln.label for ln in terms.lines if " ".join(ln.label.split()) not in text] == []


@needs_text
def test_every_page_of_a_listing_begins_with_its_heads(tmp_path: Path) -> None:
    made = write_listing(pilot_adam(), "AE", tmp_path / "ae.pdf", to="pdf")
    pages = pages_of(tmp_path / "ae.pdf")
    assert len(pages) > len(made.panels)
    assert all("USUBJID" in page for page in pages)
    last = last_lines(tmp_path / "ae.pdf")
    assert not [text for text in last if "USUBJID" in text or "Listing" in text]


@needs_office
@needs_text
def test_an_office_prints_the_heads_on_each_page_and_no_heading_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`wrong` has heads in the body, as rows to repeat, and nothing that is kept together."""
    (tmp_path / "right.rtf").write_text(rtf(tables(), STAMP))
    monkeypatch.setattr(rtf_writer, "leads", lambda display, i: False)
    heads = rtf_writer._heads
    monkeypatch.setattr(rtf_writer, "_heads", lambda display: "")
    rows = rtf_writer._rows
    monkeypatch.setattr(rtf_writer, "_rows", lambda display: [heads(display), *rows(display)])
    (tmp_path / "wrong.rtf").write_text(rtf(tables(), STAMP))
    right, wrong = printed_by_office(tmp_path / "right.rtf", tmp_path / "wrong.rtf")
    assert len(pages_of(right)) > len(tables())
    assert all("HEAD OF COLUMN" in page for page in pages_of(right))
    assert not {HEADING, CLASS} & {text.split("  ")[0] for text in last_lines(right)}
    assert not all("HEAD OF COLUMN" in page for page in pages_of(wrong))
    assert HEADING in last_lines(wrong)


@needs_office
@needs_text
def test_an_office_repeats_the_heads_of_the_pilots_longest_table(tmp_path: Path) -> None:
    terms = next(one for one in catalog() if one.key == "terms")
    (tmp_path / "terms.rtf").write_text(rtf([terms], Stamp.of(pilot_results())))
    (printed,) = printed_by_office(tmp_path / "terms.rtf")
    pages = pages_of(printed)
    assert len(pages) > 3
    assert all("Xanomeline" in page and "(N=84)" in page for page in pages)


def _broken(one: Display) -> list[str]:
    """Words that are wider than their column: a sign is 96 twips, a cell has 150 of its own."""
    rows = [[one.corner, *map(plain, one.heads)]]
    rows += [[line.label, *map(plain, line.cells)] for line in one.lines]
    columns = zip(zip(*rows, strict=True), widths(one, 13680), strict=True)
    words = ((re.split(r"[\s/-]", " ".join(cells)), wide) for cells, wide in columns)
    return [word for some, wide in words for word in some if len(word) * 96 > wide - 150]


@pytest.mark.parametrize("key", ["serious", "deaths"])
def test_no_word_of_a_listing_of_patients_is_broken_for_want_of_room(key: str) -> None:
    one = next(d for d in catalog() if d.key == key)
    assert _broken(one) == []
    if key == "serious":  # planted: columns all as wide
        assert "generalisation" in _broken(replace(one, shares=()))


def _stands(label: str, text: str) -> bool:
    """Whether the words follow one another, with the cells beside a label of two lines between."""
    return bool(re.search(".{0,400}?".join(map(re.escape, label.split())), text))


def _page(style: str) -> str:
    """A heading, and a class with its terms, at every place of a page."""
    parts = []
    for room in range(700, 1000, 8):
        above = f"<p>above</p><div style='height:{room}px'></div>"
        below = f"<h2>{HEADING}</h2><p>after</p>"
        parts.append(f"<section style='break-before:page'>{above}{below}</section>")
    for k in range(24, 50):
        rows = "".join(f"<tr><th scope=row>line {i}</th><td>1</tr>" for i in range(k))
        terms = "".join(f"<tr><th scope=row class=i1>term {i}</th><td>3</tr>" for i in range(5))
        body = f"{rows}<tr><th scope=row>{CLASS}</th><td>9</tr>{terms}"
        parts.append(f"<table style='break-before:page'><tbody>{body}</tbody></table>")
    return f"<!doctype html><html><style>{style}</style><body><main>{''.join(parts)}</main>"


@needs_browser
@needs_text
def test_no_heading_is_last_on_a_printed_page_of_a_report(tmp_path: Path) -> None:
    style = resource("report.css")
    (tmp_path / "right.html").write_text(_page(style), "utf-8")
    (tmp_path / "wrong.html").write_text(
        _page(style.replace("break-after: avoid", "break-after: auto")), "utf-8"
    )
    right = last_lines(printed_by_browser(tmp_path / "right.html", CHROMIUM))
    wrong = last_lines(printed_by_browser(tmp_path / "wrong.html", CHROMIUM))
    assert not [text for text in right if text.startswith((HEADING, CLASS))]
    assert [text for text in wrong if text.startswith(HEADING)]
    assert [text for text in wrong if text.startswith(CLASS)]


@needs_browser
@needs_text
def test_the_pilots_printed_report_has_its_longest_table_whole(tmp_path: Path) -> None:
    (page,) = Path(built_pilot()).rglob("report.html")
    text = page.read_text("utf-8")
    (tmp_path / "report.html").write_text(text, "utf-8")
    printed = printed_by_browser(tmp_path / "report.html", CHROMIUM)
    found = re.sub(r"\s+", " ", " ".join(pages_of(printed, layout=False)))
    terms = next(one for one in catalog() if one.key == "terms")
    assert f"Table 4. {terms.title}" in found
    assert [ln.label for ln in terms.lines if not _stands(ln.label, found)] == []
    headings = re.findall(r"<h[23][^>]*>([^<]+)<", text)
    last = last_lines(printed)
    assert len(headings) > 12
    assert not [one for one in last if one.strip(" #") in {h.strip() for h in headings}]
