"""One build, one text: a row has the same text in every format it is written in.

Numbers of figures and documents are among them. Where a format keeps no keys, a cell of it is read
back and taken apart at the words between its numbers.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from html import unescape
from typing import Any

import pytest

from equipoise.reporting.catalog import displays
from equipoise.reporting.documents.abstract import WITHOUT_LIMIT, abstract
from equipoise.reporting.documents.paper.formats import document_as
from equipoise.reporting.documents.paper.model import Sentence
from equipoise.reporting.exports.ars import ars
from equipoise.reporting.exports.ctgov import ctgov_results
from equipoise.reporting.figures.files import data_csv
from equipoise.reporting.html import render
from equipoise.reporting.model import Cell, Display, Number, numbers_in, plain
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.plots.trial import OF_TRIAL, of_trial
from equipoise.reporting.writers import docx as docx_module
from equipoise.reporting.writers import html as html_module
from equipoise.reporting.writers import plain as plain_module
from equipoise.reporting.writers import rtf as rtf_module
from equipoise.reporting.writers.docx import docx
from equipoise.reporting.writers.html import html_table
from equipoise.reporting.writers.page import Stamp
from equipoise.reporting.writers.plain import csv_text, json_text
from equipoise.reporting.writers.rtf import rtf
from support.formats import from_csv, from_docx, from_html, from_rtf
from support.golden import shown_in
from support.looks import netter_results
from support.read_exports import CtgovReader, from_ars

Pairs = Iterator[tuple[str, str]]
"""Row key and the text that stands for it."""


@cache
def tables() -> tuple[Display, ...]:
    results = netter_results()
    return tuple(displays(results, Numbers(results))[0].values())


@cache
def stamp() -> Stamp:
    return Stamp.of(netter_results())


def taken_apart(cell: Cell, text: str) -> Pairs:
    """The numbers of a cell as a format shows them, by the words that stand between them."""
    pattern = "".join(
        "(.+?)" if isinstance(part, Number) else re.escape(part).replace("\\\n", "\\s*")
        for part in cell
    )
    found = re.fullmatch(pattern, text, re.DOTALL)
    assert found is not None, (plain(cell), text)
    keys = [part.key for part in cell if isinstance(part, Number)]
    yield from zip(keys, found.groups(), strict=True)


def of_rows(read: Callable[[Display], list[list[str]]]) -> Callable[[], Pairs]:
    """Numbers of every cell of every table as a reader finds them."""

    def made() -> Pairs:
        for display in tables():
            rows = read(display)
            lines = [line for line in display.lines if line.cells]
            assert len(rows) == len(lines)
            for line, row in zip(lines, rows, strict=True):
                for cell, text in zip(line.cells, row[1:], strict=True):
                    yield from taken_apart(cell, text)

    return made


def of_page() -> Pairs:
    """The report: sentences, tables, and numbers inside of figures."""
    yield from ((one.key, one.text) for one in shown_in(render(netter_results())))


def of_json() -> Pairs:
    yield from _parts(json.loads(json_text(tables(), stamp())))


def _parts(body: Any) -> Pairs:
    if isinstance(body, dict) and {"row", "text"} <= set(body):
        yield body["row"], body["text"]
    else:
        for one in body.values() if isinstance(body, dict) else body:
            if isinstance(one, (dict, list)):
                yield from _parts(one)


def of_abstract() -> Pairs:
    made = abstract(netter_results(), words=WITHOUT_LIMIT)
    yield from ((n.key, n.text) for n in made.numbers)
    text = document_as(made, "text").decode()
    for block in made.blocks:
        if isinstance(block, Sentence):
            assert plain(block.text) in text


def of_ars() -> Pairs:
    results = netter_results()
    text = json.dumps(ars(results, Numbers(results)))
    yield from from_ars(json.loads(text), results)


def of_ctgov() -> Pairs:
    results = netter_results()
    text = json.dumps(ctgov_results(results, Numbers(results)))
    yield from CtgovReader(json.loads(text)["resultsSection"], results).told()


FORMATS: dict[str, Callable[[], Pairs]] = {
    "report.html": of_page,
    "ars": of_ars,
    "ctgov": of_ctgov,
    "html": of_rows(lambda d: from_html(html_table(d))),
    "rtf": of_rows(lambda d: from_rtf(rtf([d], stamp()))),
    "docx": of_rows(lambda d: from_docx(docx([d], stamp()))),
    "csv": of_rows(lambda d: from_csv(csv_text([d], stamp()))),
    "json": of_json,
    "abstract": of_abstract,
}


def texts(pairs: Pairs) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for key, text in pairs:
        found[key].add(text)
    return found


@cache
def expected() -> dict[str, str]:
    """What `words` makes of each row of the results."""
    results = netter_results()
    numbers = Numbers(results)
    return {key: numbers[i].text for i, key in enumerate(results.keys)}


def differing(pairs: Pairs) -> dict[str, set[str]]:
    """Rows whose text is another than the one that was made of them."""
    wanted = expected()
    return {k: said for k, said in texts(pairs).items() if said != {wanted[k]} and not _said(k)}


def _said(key: str) -> bool:
    """A decision is a word, and not a number: what a last look says of it is another."""
    results = netter_results()
    row = results.rows.row(results.keys.index(key), named=True)
    return row["statistic"] == "decision"


@pytest.mark.parametrize("name", FORMATS)
def test_every_number_has_the_text_that_was_made_of_its_row(name: str) -> None:
    found = texts(FORMATS[name]())
    assert len(found) > {"abstract": 40, "ctgov": 60}.get(name, 300)
    assert differing(FORMATS[name]()) == {}


def test_a_change_planted_in_one_writer_is_seen() -> None:
    """A digit of one cell of the RTF, and of one number of a drawing."""
    efficacy = next(d for d in tables() if d.key == "efficacy")
    number = next(n for n in efficacy.numbers if "." in n.text)
    wrong = number.text[:-1] + str((int(number.text[-1]) + 1) % 10)

    def planted() -> Pairs:
        text = rtf([efficacy], stamp()).replace(number.text, wrong)
        lines = [line for line in efficacy.lines if line.cells]
        for line, row in zip(lines, from_rtf(text), strict=True):
            for cell, shown in zip(line.cells, row[1:], strict=True):
                yield from taken_apart(cell, shown)

    assert number.key in differing(planted())
    page = render(netter_results())
    drawing = re.search(r"<svg.*?</svg>", page, re.DOTALL)
    assert drawing is not None
    links = re.findall(r">(\d\d)</a>", drawing[0])
    changed = page.replace(drawing[0], drawing[0].replace(f">{links[0]}</a>", ">00</a>"))
    assert differing((one.key, one.text) for one in shown_in(changed)) != {}


def test_ars_has_every_row() -> None:
    assert {key for key, _ in of_ars()} == set(netter_results().keys)


WRITERS = {
    "html": (html_module, "html_text"),
    "rtf": (rtf_module, "plain"),
    "docx": (docx_module, "plain"),
    "csv": (plain_module, "plain"),
    "ars": (Numbers, "__getitem__"),
    "ctgov": (Numbers, "__getitem__"),
}
"""What in a writer makes the text of a cell, or of a number."""


@pytest.mark.parametrize("name", WRITERS)
def test_a_change_planted_in_any_writer_is_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hazard ratio's last digit is another where one writer writes it."""
    row = next(
        i for i, r in enumerate(netter_results().rows.iter_rows(named=True))
        if r["statistic"] == "hazard ratio" and r["analysis"] == "PFS" and not r["subgroup"]
    )  # fmt: skip
    key = netter_results().keys[row]
    text = expected()[key]
    tables()  # made before anything is changed
    owner, part = WRITERS[name]
    honest = getattr(owner, part)

    def planted(*args: Any) -> Any:
        made = honest(*args)
        if isinstance(made, Number):
            return replace(made, text="9.99") if made.key == key else made
        return made.replace(text, "9.99")

    monkeypatch.setattr(owner, part, planted)
    assert key in differing(FORMATS[name]())


@pytest.mark.parametrize("name", sorted(set(OF_TRIAL) - {"edish"}))
def test_a_figure_of_patients_says_the_same_everywhere(name: str) -> None:
    """In its table, in what each mark says, in the CSV beside it and in a terminal."""
    figure = of_trial(netter_results(), name)
    wanted = {number.key: number.text for number in numbers_in(figure.cells)}
    table = texts((one.key, one.text) for one in shown_in(html_table(figure.data)))
    assert all(said == {wanted[key]} for key, said in table.items())
    marks = re.findall(r'<a href="#(r-\w+)" data-row="\d+">(?:<title>)?([^<]*)<', figure.svg)
    assert [key for key, said in marks if wanted[key] not in unescape(said)] == []
    lines = list(csv.reader(io.StringIO(data_csv(figure.data))))[1:]
    for line, cells in zip(figure.data.lines, lines, strict=True):
        assert cells == [line.label, *map(plain, line.cells)]


def squeezed(text: str) -> str:
    """Without white space and the marks where a long word may be broken."""
    return re.sub(r"[\s\u200b]+", "", text)


def pdf_text(displays_: Sequence[Display]) -> str:
    pypdf = pytest.importorskip("pypdf")
    pytest.importorskip("typst")
    from equipoise.reporting.writers.typst import pdf

    pages = pypdf.PdfReader(io.BytesIO(pdf(displays_, stamp()))).pages
    return squeezed("".join(page.extract_text() for page in pages))


def test_the_pdf_has_every_cell_of_every_line() -> None:
    """Text of a PDF has no cells: each line stands in it as its cells one after the other."""
    for display in tables():
        if display.words:
            continue
        text = pdf_text([display])
        lines = [line for line in display.lines if line.cells]
        wanted = [squeezed(line.label + "".join(map(plain, line.cells))) for line in lines]
        assert [line for line in wanted if line not in text] == [], display.key
        assert squeezed("9999.9") not in text
