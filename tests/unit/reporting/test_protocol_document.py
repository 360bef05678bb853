"""The protocol as a document: every section, every item, and people's texts that stay."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import pytest

from equipoise.errors import InputError
from equipoise.meaning.check import read
from equipoise.protocol.model import altered
from equipoise.reporting.documents.outline import SPIRIT
from equipoise.reporting.documents.paper.docx import typed_in
from equipoise.reporting.documents.paper.formats import document_as, write_document
from equipoise.reporting.documents.paper.model import PeoplesText
from equipoise.reporting.documents.people import keep_texts, read_texts, write_texts
from equipoise.reporting.documents.protocol.asked import ASKED
from equipoise.reporting.documents.protocol.document import protocol_document
from equipoise.reporting.documents.protocol.m11 import M11
from equipoise.reporting.documents.protocol.parts import INSTEAD, PARTS
from equipoise.reporting.documents.protocol.spirit import SPIRIT_PARTS, SPIRIT_SECTIONS
from support.command import command
from support.street import EXAMPLES, protocol
from support.virtual import netter

NETTER = EXAMPLES / "netter1" / "protocol.yaml"
FIRST = (
    "Protocol Summary", "Introduction", "Trial Objectives and Associated Estimands",
    "Trial Design", "Trial Population", "Trial Intervention and Concomitant Therapy",
    "Participant Discontinuation of Trial Intervention and Discontinuation or Withdrawal from "
    "Trial",
    "Trial Assessments and Procedures",
    "Adverse Events, Serious Adverse Events, Product Complaints, Pregnancy and Postpartum "
    "Information, and Special Safety Situations",
    "Statistical Considerations", "Trial Oversight and Other General Considerations",
    "Appendix: Supporting Details", "Appendix: Glossary of Terms and Abbreviations",
    "Appendix: References",
)  # fmt: skip


def page(form: str) -> str:
    return document_as(protocol_document(netter(), form=form), "html").decode()


def ids(html: str) -> list[str]:
    return re.findall(r' id="([^"]+)"', html)


def test_the_fourteen_sections_in_order() -> None:
    made = protocol_document(netter())
    heads = [(c.number, c.title) for c in made.chapters if c.level == 1]
    assert heads == [(str(i), title) for i, title in enumerate(FIRST, 1)]
    assert [c.number for c in made.chapters] == [head.number for head in M11]


def test_thirty_four_items_in_order() -> None:
    items = [item for _, some in SPIRIT_SECTIONS for item in some]
    assert items == list(SPIRIT) == list(SPIRIT_PARTS)
    assert {int(re.sub(r"\D", "", item)) for item in items} == set(range(1, 35))
    assert [c.number for c in protocol_document(netter(), form="spirit").chapters if c.number] == (
        items
    )


@pytest.mark.parametrize("form", ["m11", "spirit"])
def test_every_item_has_an_address_and_no_two_one(form: str) -> None:
    found = ids(page(form))
    assert len(found) == len(set(found))
    assert [item for item in SPIRIT if f"spirit-{item}" not in found] == []


def test_every_text_that_is_asked_for_stands_in_the_m11_form() -> None:
    """And every part that a heading names is there."""
    named = {part for head in M11 for part in head.parts}
    named |= {part for parts in SPIRIT_PARTS.values() for part in parts}
    assert {name for name in named if not name.startswith("?")} <= set(PARTS)
    asked = {name[1:] for name in named if name.startswith("?")} | set(INSTEAD.values())
    assert asked == set(ASKED)


def test_a_missing_item_is_a_visible_box_with_its_number() -> None:
    html = page("m11")
    (text,) = re.findall(r'<p class=unwritten [^>]*id="spirit-9a">([^<]*)</p>', html)
    asks = "what is known of benefits and harms, and why this trial is needed"
    assert text == f"[to be written] SPIRIT 9a: {asks}"
    assert ".unwritten { border: 2px dashed" in html
    bare = protocol_document(altered(protocol(), safety=type(protocol().safety)()))
    boxes = {block.key for block in bare.unwritten}
    assert {"protocol.eligibility", "protocol.sponsor", "protocol.registration"} <= boxes


def test_what_the_protocol_says_is_not_asked_for() -> None:
    asked = {b.key for b in protocol_document(netter()).blocks if isinstance(b, PeoplesText)}
    for key in ("eligibility", "sponsor", "outcomes", "timeline", "size", "interim"):
        assert f"protocol.{key}" not in asked
    text = str(protocol_document(netter()))
    assert "Inclusion I2: Ki67 index of 20% or less, centrally confirmed" in text
    assert "hold until" in text.lower()


def test_peoples_texts_go_out_in_word_and_come_back(tmp_path: Path) -> None:
    made = protocol_document(netter(), text={"protocol.background": "One & <two>.\nThree."})
    write_document(made, tmp_path / "p.docx", to="docx")
    assert typed_in(tmp_path / "p.docx") == {"protocol.background": "One & <two>.\nThree."}
    _type(tmp_path / "p.docx", "known risks, and what is done against them", "Käse {1}")
    assert keep_texts(tmp_path / "p.docx", tmp_path) == ("protocol.background", "protocol.risks")
    assert read_texts(tmp_path)["protocol.risks"] == "Käse {1}"
    again = protocol_document(netter(), text=read_texts(tmp_path))
    assert "Käse {1}" in str(again)
    assert keep_texts(tmp_path / "p.docx", tmp_path) == ()


def _type(path: Path, box: str, text: str) -> None:
    """As Word does it: the placeholder's text is replaced inside its control."""
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    body = parts["word/document.xml"].decode()
    assert body.count(f"[to be written] {box}") == 1
    body = body.replace(f"[to be written] {box}", text)
    parts["word/document.xml"] = body.encode()
    with zipfile.ZipFile(path, "w") as file:
        for name, part in parts.items():
            file.writestr(name, part)


def test_texts_survive_a_regeneration_and_a_new_version(tmp_path: Path) -> None:
    shutil.copy(NETTER, tmp_path / "protocol.yaml")
    write_texts(tmp_path, {"protocol.risks": "Risks.", "sap.missing": "None is imputed."})
    write_texts(tmp_path, {"protocol.benefits": "a: b # c\n- d"})
    assert read_texts(tmp_path) == {
        "protocol.benefits": "a: b # c\n- d",
        "protocol.risks": "Risks.",
        "sap.missing": "None is imputed.",
    }
    file = tmp_path / "protocol.yaml"
    file.write_text(file.read_text("utf-8").replace("74 [register]", "80"), "utf-8")
    done = command("protocol", file, "--to", "html", "-o", tmp_path / "p.html")
    assert done.code == 0, done.err
    html = (tmp_path / "p.html").read_text("utf-8")
    assert "<p>Risks.</p>" in html
    assert "at 80 events" in html


def test_the_command_reads_an_edited_document_back(tmp_path: Path) -> None:
    shutil.copy(NETTER, tmp_path / "protocol.yaml")
    file = tmp_path / "protocol.yaml"
    done = command("protocol", file, "--as", "spirit", "--to", "docx", "-o", tmp_path / "p.docx")
    assert done.code == 0, done.err
    _type(tmp_path / "p.docx", "SPIRIT 9b: why this comparator", "It is what is given.")
    done = command("protocol", file, "--from", tmp_path / "p.docx")
    assert (done.code, done.out) == (0, f"{tmp_path / 'text.yaml'}: protocol.comparator\n")
    assert "It is what is given." in command("protocol", file).out


def test_what_is_no_document_is_told(tmp_path: Path) -> None:
    bad = tmp_path / "bad.docx"
    bad.write_bytes(b"PK nothing")
    with pytest.raises(InputError, match=r"bad\.docx: expected a DOCX that"):
        keep_texts(bad, tmp_path)
    with pytest.raises(InputError, match=r"no\.docx: there is no such file"):
        keep_texts(tmp_path / "no.docx", tmp_path)
    with zipfile.ZipFile(bad, "w") as file:
        file.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    with pytest.raises(InputError, match="without a document type of its own"):
        keep_texts(bad, tmp_path)
    write_document(protocol_document(netter()), bad, to="docx")
    with pytest.raises(InputError, match="found no text in any control"):
        keep_texts(bad, tmp_path)
    assert not (tmp_path / "text.yaml").exists()
    with pytest.raises(InputError, match='as: found "m12", expected m11 or spirit'):
        protocol_document(netter(), form="m12")
    with pytest.raises(InputError, match='to: found "rtf", expected text, html, docx, pdf, json'):
        document_as(protocol_document(netter()), "rtf")


def test_nasty_texts_are_escaped() -> None:
    nasty = "<script>alert(1)</script> {\\rtf #let ]] مرحبا \N{GRINNING FACE}"
    made = protocol_document(read(NETTER), text={"protocol.risks": nasty})
    html = document_as(made, "html").decode()
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert nasty in str(made)
