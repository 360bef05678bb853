"""The case report form: every question once, blank or with its SDTM name."""

import re

import pytest

from equipoise.meaning.check import read
from equipoise.meaning.forms.resolve import forms_of
from equipoise.reporting.documents.crf.case_report_form import case_report_form
from equipoise.reporting.documents.crf.typst import crf_typst
from equipoise.reporting.documents.synopsis import synopsis
from support.command import command
from support.conducted import small
from support.spec import SPEC

CASE = SPEC / "valid" / "forms.yaml"


@pytest.fixture(scope="module")
def protocol():
    return read(CASE)


def drawn(text):
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_every_question_is_drawn(protocol):
    page = drawn(case_report_form(protocol).to_html())
    for form in forms_of(protocol).values():
        assert form.label in page
        for item in form.items:
            assert item.of or item.label in page, item


def test_blank_forms_name_no_variable_and_annotated_ones_every_one(protocol):
    blank, annotated = (case_report_form(protocol, annotated=a) for a in (False, True))
    bare, full = drawn(blank.to_html()), drawn(annotated.to_html())
    for form in forms_of(protocol).values():
        for item in form.items:
            assert item.home.variable in full, item
            assert item.home.variable in ("SEX", "AGE", "RACE") or item.home.variable not in bare
            code = item.home.code.replace("|", " or ")
            assert not code or f"= {code}" in full, item
    assert "Refused if AEENDTC &lt; AESTDTC" in full.replace("  ", " ")
    assert "Refused" not in bare


def test_results_are_a_table_with_units_to_tick(protocol):
    form = next(one for one in case_report_form(protocol).forms if one.key == "laboratory")
    (block,) = form.blocks
    units = {field.label: field.units for field in block.fields}
    assert units["Hemoglobin"] == ("g/L", "g/dL")
    assert units["Platelets"] == ("10⁹/L", "10³/uL")


def test_the_first_page_says_what_is_filled_in_when(protocol):
    made = case_report_form(protocol)
    marks = {one.key: one.marks for one in made.forms}
    assert made.visits == ("Baseline", "Infusion", "Injection", "Unscheduled", "Scan")
    assert marks["laboratory"] == (True, True, False, True, False, False)
    assert marks["adverse event"] == (False, False, False, False, False, True)


def test_a_protocol_without_forms_has_its_plain_ones():
    made = case_report_form(small(10))
    assert [one.title for one in made.forms][-2:] == ["Adverse event", "Therapy"]


def test_the_pdf_has_a_page_for_each_form(protocol, tmp_path):
    file = tmp_path / "crf.pdf"
    assert command("crf", CASE, "--annotated", "-o", file).code == 0
    data = file.read_bytes()
    assert data.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", data)) >= len(case_report_form(protocol).forms) + 1
    assert crf_typst(case_report_form(protocol)).count("#pagebreak()") == 8


def test_only_pages_and_pdf_can_be_written(tmp_path):
    done = command("crf", CASE, "-o", tmp_path / "crf.docx")
    assert done.code == 1
    assert "expected a file that ends in .pdf or .html" in done.err


def test_the_synopsis_has_the_case_report_form(protocol):
    section = next(s for s in synopsis(protocol).sections if s.heading == "Case report form")
    rows = {row[0]: row[1:] for row in section.table.rows}
    assert rows["Dosing"][:2] == ("Infusion", "arm Hot")
    assert "Hemoglobin" in rows["Laboratory"][2]
    assert "Adverse event: refused if AEENDTC < AESTDTC." in section.sentences
