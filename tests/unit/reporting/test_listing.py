"""Listings: every record and value, in every format, and no page that runs over."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest

from equipoise.adam.model import ADaM
from equipoise.errors import InputError
from equipoise.reporting.model import plain
from equipoise.reporting.tables import listing as module
from equipoise.reporting.tables.listing import listing
from equipoise.reporting.writers.listing import write_listing
from support.command import command
from support.formats import from_rtf
from support.street import built_pilot, pilot_adam

NASTY = (
    "Nausea", "{brace}", "back\\slash", "\\par", "Größe µ", "a|b & c", "#1", "50% <b>",
    "long " * 9 + "end", "x" * 50, "hyphen-ated-term-that-goes-on/and/on", "",
)  # fmt: skip


@cache
def with_nasty(n: int = 400) -> ADaM:
    """The pilot with a domain of its own, of eight columns and every kind of sign."""
    table = pl.DataFrame(
        {
            "STUDYID": ["S"] * n,
            "DOMAIN": ["XX"] * n,
            "USUBJID": [f"S-{i // 5:05d}" for i in range(n)],
            "XXSEQ": [float(i % 5 + 1) for i in range(n)],
            "XXTERM": [NASTY[i % len(NASTY)] for i in range(n)],
            "XXDECOD": [NASTY[(7 * i + i // 12) % len(NASTY)] for i in range(n)],
            "XXSEV": [("MILD", "SEVERE")[i % 2] for i in range(n)],
            "XXSTDTC": [f"2020-01-{i % 28 + 1:02d}" for i in range(n)],
            "XXDY": [float(i % 300 - 5) for i in range(n)],
            "XXNONE": [None] * n,
        },
        schema_overrides={"XXNONE": pl.String},
    )
    data = pilot_adam()
    tables = {**data.snapshot.tables, "XX": table}
    return replace(data, snapshot=replace(data.snapshot, tables=tables))


def expected() -> list[tuple[str, ...]]:
    return list(listing(with_nasty(), "XX").rows)


def written(tmp_path: Path, to: str) -> bytes:
    write_listing(with_nasty(), "XX", tmp_path / f"xx.{to}", to=to)
    return (tmp_path / f"xx.{to}").read_bytes()


def test_the_records_as_they_are() -> None:
    made = listing(with_nasty(), "xx")
    assert [c.name for c in made.columns] == [
        "USUBJID", "XXSEQ", "XXTERM", "XXDECOD", "XXSEV", "XXSTDTC", "XXDY",
    ]  # fmt: skip
    assert made.rows[1] == ("S-00000", "2", "{brace}", "50% <b>", "SEVERE", "2020-01-02", "-4")
    assert made.notes == (
        "Records: 400.",
        "In every record: STUDYID S, DOMAIN XX.",
        "Without any value: XXNONE.",
    )


def test_a_condition_chooses_and_is_told() -> None:
    made = listing(with_nasty(), "XX", where='XXSEV = "SEVERE" and XXSEQ <= 2')
    assert len(made.rows) == 80
    assert made.notes[0] == 'Records: 80 where XXSEV = "SEVERE" and XXSEQ <= 2.'
    none = listing(with_nasty(), "XX", where='XXSEV = "DEADLY"')
    assert (len(none.rows), none.pages) == (0, 1)


def test_rtf_has_every_value(tmp_path: Path) -> None:
    text = written(tmp_path, "rtf").decode()
    assert text.isascii()
    rows = [tuple(row) for row in from_rtf(text) if not row[0].startswith("USUBJID")]
    assert rows == expected()
    made = listing(with_nasty(), "XX")
    assert len(re.findall(r"\\sectd", text)) == made.pages


def test_the_other_formats_have_every_value(tmp_path: Path) -> None:
    found = list(csv.reader(io.StringIO(written(tmp_path, "csv").decode())))
    assert [tuple(row) for row in found if len(row) == 7][1:] == expected()
    (one,) = json.loads(written(tmp_path, "json"))["displays"]
    rows = [(ln["label"], *("".join(c) for c in ln["cells"])) for ln in one["lines"]]
    assert rows == expected()
    html = written(tmp_path, "html").decode()
    assert "<b>" not in html
    assert html.count("&lt;b&gt;") == sum("<b>" in cell for row in expected() for cell in row)
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    body = zipfile.ZipFile(io.BytesIO(written(tmp_path, "docx"))).read("word/document.xml")
    cells = [
        tuple("".join(t.text or "" for t in c.iter(f"{w}t")) for c in row.iter(f"{w}tc"))
        for row in ElementTree.fromstring(body).iter(f"{w}tr")
    ]
    assert cells[1:] == expected()


def test_no_page_has_more_lines_than_fit() -> None:
    """Wrapped by textwrap, that counts otherwise than ours."""
    import textwrap

    made = listing(with_nasty(), "XX")
    widths = [column.width for column in made.columns]
    for page in made.displays():
        used = 0
        for line in page.lines:
            texts = [line.label, *map(plain, line.cells)]
            used += max(
                len(textwrap.wrap(text, width, drop_whitespace=True)) or 1
                for text, width in zip(texts, widths, strict=True)
            )
        assert 0 < used <= module._PAGE_LINES


def test_columns_that_do_not_fit_stand_on_pages_of_their_own() -> None:
    made = listing(pilot_adam(), "AE")
    assert len(made.panels) > 1
    assert {i for panel in made.panels for i in panel} == set(range(len(made.columns)))
    for panel in made.panels:
        assert [made.columns[i].name for i in panel[:2]] == ["USUBJID", "AESEQ"]
        assert sum(module._twips(made.columns[i]) for i in panel) <= module._ACROSS
    titles = {page.title for page in made.displays()}
    assert f"Listing of AE, columns 1 of {len(made.panels)}" in titles


@pytest.mark.parametrize("name", ["ADSL", "ADTTE", "DM", "VS"])
def test_any_dataset(name: str) -> None:
    made = listing(pilot_adam(), name)
    assert len(made.rows) == pilot_adam().table(name).height
    assert made.number.startswith("16.2.")
    assert sum(len(page.lines) for page in made.displays()) == len(made.rows) * len(made.panels)


def test_what_cannot_be_listed_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match='domain: found "AES", expected one of ADSL'):
        listing(pilot_adam(), "AES")
    with pytest.raises(InputError, match="AE does not have"):
        listing(pilot_adam(), "AE", where='AESEVV = "MILD"')
    with pytest.raises(InputError, match='to: found "xls"'):
        write_listing(pilot_adam(), "AE", tmp_path / "a", to="xls")
    assert list(tmp_path.iterdir()) == []


def test_the_command(tmp_path: Path) -> None:
    out = tmp_path / "ae.rtf"
    where = 'AESER = "Y"'
    done = command("listing", built_pilot(), "AE", "--where", where, "--to", "rtf", "-o", out)
    assert done.code == 0, done.err
    assert re.match(rf"{re.escape(str(out))}: 3 records, \d+ pages\n", done.out)
    assert "Without any value: " in done.out
    wrong = command("listing", built_pilot(), "AX", "--to", "rtf", "-o", tmp_path / "b.rtf")
    assert (wrong.code, wrong.err[:18]) == (1, 'domain: found "AX"')


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_an_office_opens_as_many_pages_as_were_predicted(tmp_path: Path) -> None:
    made = write_listing(with_nasty(), "XX", tmp_path / "xx.rtf")
    call = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", tmp_path]
    subprocess.run([*call, tmp_path / "xx.rtf"], capture_output=True, check=True, timeout=300)
    pages = re.findall(rb"/Type\s*/Page[^s]", (tmp_path / "xx.pdf").read_bytes())
    assert len(pages) == made.pages
