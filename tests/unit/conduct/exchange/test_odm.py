"""ODM 1.3.2: by its schema, with an AuditRecord for each row of the audit, and back again."""

from __future__ import annotations

import os
import re
from functools import cache

import pytest

from equipoise.conduct.commands.model import Acting
from equipoise.conduct.commands.subjects.screen import Screen
from equipoise.conduct.exchange.arm_words import arm_words
from equipoise.conduct.exchange.odm.comparing import _in_order, odm_differences, records_of
from equipoise.conduct.exchange.odm.definitions import study_oid
from equipoise.conduct.exchange.odm.document import document_of
from equipoise.conduct.exchange.odm.reading import read_odm
from equipoise.conduct.store.state import audit_rows, known_at
from equipoise.errors import InputError
from support.conducted import live, small
from support.entered import enter, first_subjects
from support.prepared import prepared
from support.stores import SQLITE
from support.virtual import virtual_record
from unit.conduct.commands import test_nulls

WHOLE = os.environ.get("EQUIPOISE_WHOLE_TRIAL")  # 229 subjects take minutes
KINDS = ("Transactional", "Snapshot")


def walked(folder):
    """A trial in which every command was done."""
    return prepared("every command", folder, _walked)


def _walked(folder):
    trial = test_nulls.watched(folder)
    test_nulls.walk(trial)
    return trial


@pytest.fixture(scope="module")
def every_command(tmp_path_factory):
    """A trial in which every command was done; it is only read."""
    trial = walked(tmp_path_factory.mktemp("every"))
    yield trial
    trial.store.engine.dispose()


@pytest.fixture(scope="module")
def virtual(tmp_path_factory):
    """Virtual patients, conducted; the trial is only read."""
    record = virtual_record() if WHOLE else first_subjects(virtual_record(), 3)
    trial = enter(record, SQLITE, tmp_path_factory.mktemp("virtual"))
    yield trial
    trial.store.engine.dispose()


def made(trial, kind="Transactional", **how):
    """The document of a trial, how many rows of the audit there are and are withheld; the rows."""
    with trial.store.reading() as unit:
        rows, known = [*audit_rows(unit.connection)], known_at(unit.connection)
    how["snapshot"] = kind == "Snapshot"
    return *document_of(trial.bus.protocol, rows, known, **how), rows, known


def written(document, folder):
    file = folder / "study.xml"
    file.write_text("".join(document.text()), "utf-8", newline="\n")
    return file


def read_back(document, file):
    found = read_odm(file, study=study_oid(document.protocol))
    return found, odm_differences(found, document.entries)


MOST_ELEMENTS = 20_000_000
"""A whole trial has more elements than the validator takes from strangers."""


@cache
def schema():
    from odmlib.odm_parser import ODMSchemaValidator
    from xmlschema import limits

    limits.MAX_XML_ELEMENTS = MOST_ELEMENTS
    return ODMSchemaValidator(standard="odm", version="1.3.2")


def valid(file):
    """By the schema, the order and the OIDs of odmlib."""
    from odmlib.loader import ODMLoader
    from odmlib.odm_loader import XMLODMLoader
    from odmlib.oid_generator import create_oid_checker

    schema().validate_file(str(file))
    loader = ODMLoader(XMLODMLoader(model_package="odm_1_3_2"))
    loader.open_odm_document(str(file))
    root = loader.load_odm()
    return root.verify_order() and root.verify_oids(create_oid_checker("odm_1_3_2"))


@pytest.mark.parametrize("kind", KINDS)
def test_virtual_patients_conducted(kind, virtual, tmp_path):
    document, count, _, rows, known = made(virtual, kind)
    file = written(document, tmp_path)
    found, differs = read_back(document, file)
    assert valid(file)
    assert differs == []
    if kind == "Transactional":
        assert found.records == count == len(rows) == file.read_text().count("<AuditRecord>")
    assert records_of(found).tables == known.tables
    print(
        f"\nODM 1.3.2 valid, {kind}: {found.records:,} AuditRecords for {count:,} audit rows, "
        f"{len(found.entries):,} records; read back, {len(differs)} differences"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_command_comes_back_as_it_was_hashed(kind, every_command, tmp_path):
    document, count, _, rows, known = made(every_command, kind)
    file = written(document, tmp_path)
    found, differs = read_back(document, file)
    assert valid(file)
    assert differs == []
    assert records_of(found).tables == known.tables
    if kind == "Transactional":
        assert found.records == count == len(rows)
    assert "<Signature " in file.read_text()


def test_the_same_data_are_the_same_file(tmp_path):
    trial = live(SQLITE, tmp_path, protocol=small(20))
    trial.randomized()
    assert "".join(made(trial)[0].text()) == "".join(made(trial)[0].text())


@pytest.mark.parametrize("text", ['a "b" <c> & d', "two\nlines\tand\rmore", " é ", "]]>", ""])
def test_what_people_write_comes_back_to_the_letter(text, tmp_path):
    trial = live(SQLITE, tmp_path)
    subject = trial.randomized()
    said = {"subject": subject, "key": "adverse event"}
    (form,) = trial.do("carl", "submit form", **said, rows=[event(text or "x")])["forms"]
    trial.do(
        "carl", "correct", form=form, item="term", answer=None, missing=text or "y", reason="z"
    )
    document, *_ = made(trial)
    assert read_back(document, written(document, tmp_path))[1] == []


def event(term):
    return {"term": term, "grade": 2, "start": "2026-01-05", "serious": False, "related": False}


def test_what_no_xml_can_hold_is_told(tmp_path):
    trial = live(SQLITE, tmp_path)
    subject = trial.randomized()
    trial.do("carl", "submit form", subject=subject, key="adverse event", rows=[event("a\x0bb")])
    with pytest.raises(InputError, match=r"U\+000B, which no XML can hold"):
        written(made(trial)[0], tmp_path)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("masking", ["open label", "double blind"])
def test_no_word_of_an_arm_where_no_arm_may_be_told(masking, kind, tmp_path):
    trial = live(SQLITE, tmp_path, protocol=small(20, masking=masking))
    for region in ("north", "south", "north"):
        subject = trial.randomized(REGION=region)
    trial.do("carl", "submit form", subject=subject, key="adverse event", rows=[event("Alpha!")])
    document, count, withheld, *_ = made(trial, kind, arms=False)
    file = written(document, tmp_path)
    assert read_back(document, file)[1] == []
    assert valid(file)
    data = file.read_text().partition("</Study>")[2]
    assert tellers(trial.bus.protocol, data) == []
    assert 0 < withheld < count
    assert "SourceID" not in data  # gaps in the numbers of a chain would tell how much is left out
    assert len(document.entries) <= count - withheld


def tellers(protocol, data):
    """Where a file tells an arm: its words, slots, or what only those have who know them."""
    long = [re.escape(word) for word in arm_words(protocol) if len(word) > 2]
    found = re.findall("|".join(long), data, flags=re.IGNORECASE)
    found += re.findall(r'Value="[ab]"', data)
    return found + re.findall(r"IT\.record\.(?:allocation|stratum|dose|list|envelope)\b", data)


def test_arms_of_netter_are_told_to_nobody_who_may_not_know_them(virtual, tmp_path):
    document, _, withheld, *_ = made(virtual, arms=False)
    data = written(document, tmp_path).read_text().partition("</Study>")[2]
    assert withheld > 50
    assert not re.findall("lutate|octreotide|infusion|injection", data, flags=re.IGNORECASE)
    assert "SE.a visit that is not told" in data


def test_a_site_gets_its_own_and_no_slot(tmp_path):
    trial = live(SQLITE, tmp_path, protocol=small(20))
    here, there = trial.randomized("A"), trial.randomized("B")
    document, count, withheld, rows, _ = made(trial, site="A")
    file = written(document, tmp_path)
    found, differs = read_back(document, file)
    data = file.read_text().partition("</Study>")[2]
    assert (differs, withheld) == ([], 0)
    assert found.records == count == sum(row.chain == "site:A" for row in rows)
    assert here in data
    assert there not in data
    assert "slot" not in data
    assert "site:B" not in data
    arm = trial.rows("allocation", subject=here)[0]["arm"]
    assert f'ItemOID="IT.record.allocation.arm" Value="{arm}"' in data


BROKEN = {
    "cut": (lambda text: text[: len(text) // 2], r"study.xml:\d+: is cut, or is no XML"),
    "no XML": (lambda text: "a,b\n1,2\n", r"study.xml:1: is cut, or is no XML"),
    "another XML": (lambda _: "<html/>", "study.xml:1: is html, no ODM 1.3"),
    "of a foreign study": (
        lambda text: text.replace("ST.T1", "ST.T2"), r"study.xml:3: .*ST.T2; expected ST.T1",
    ),
    "in the wrong order": (
        lambda text: re.sub(r"(?s)(<Study .*</Study>\n)(<Admin.*</AdminData>\n)", r"\2\1", text),
        r"study.xml:\d+: Study stands after AdminData in ODM",
    ),
    "with a strange element": (
        lambda text: text.replace("<AuditRecord>", "<Audit/><AuditRecord>", 1),
        r"study.xml:\d+: Audit stands in \w+; expected AuditRecord",
    ),
    "with a bomb": (
        lambda text: text.replace("<ODM", '<!DOCTYPE a [<!ENTITY b "bb">]>\n<ODM', 1),
        "study.xml:2: declares a document type; an ODM file has none",
    ),
    "with an item that is not defined": (
        lambda text: text.replace('ItemData ItemOID="IT', 'ItemData ItemOID="XX', 1),
        r"study.xml:\d+: XX.* is not defined",
    ),
    "without a value": (
        lambda text: re.sub(r'(<ItemData ItemOID="[^"]*") Value="[^"]*"', r"\1", text, count=1),
        r"study.xml:\d+: ItemData has no Value",
    ),
    "with words for a number": (
        lambda text: re.sub(r'(revision" Value=)"1"', r'\1"one"', text, count=1),
        r"study.xml:\d+: \w+.revision is 'one'; expected a whole number",
    ),
    "with another kind": (
        lambda text: text.replace('"Transactional"', '"Partial"', 1),
        "study.xml:2: FileType is 'Partial'; expected Transactional or Snapshot",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A small trial's file, and the text of it."""
    folder = tmp_path_factory.mktemp("plain")
    trial = live(SQLITE, folder, protocol=small(20))
    trial.randomized()
    document, *_ = made(trial)
    return document, "".join(document.text())


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_file_is_told_at_its_line(how, plain, tmp_path):
    document, text = plain
    spoil, said = BROKEN[how]
    assert spoil(text) != text
    (tmp_path / "study.xml").write_text(spoil(text))
    with pytest.raises(InputError, match=said):
        read_back(document, tmp_path / "study.xml")


def test_a_file_that_is_not_there_is_told(plain, tmp_path):
    with pytest.raises(InputError, match=r"none\.xml: cannot be read"):
        read_back(plain[0], tmp_path / "none.xml")


REASON = "<ReasonForChange>none</ReasonForChange>"
CHANGED = {
    "a value": lambda text: text.replace(' Value="north"', ' Value="south"', 1),
    "a reason": lambda text: text.replace("</DateTimeStamp>", f"</DateTimeStamp>{REASON}", 1),
    "who did it": lambda text: text.replace("US.carl", "US.iris", 2),
    "a time": lambda text: text.replace("<DateTimeStamp>2026", "<DateTimeStamp>2025", 1),
    "a role": lambda text: text.replace(">coordinator<", ">investigator<", 1),
    "a row": lambda text: re.sub("<SubjectData[^\n]*\n", "", text, count=1),
    "nothing for a value": lambda text: re.sub('Value="60"', 'IsNull="Yes"', text, count=1),
    "the arm": lambda text: re.sub(r'(allocation.arm" Value=)"."', r'\1"c"', text, count=1),
    "a hash": lambda text: re.sub("<SourceID>1 .", "<SourceID>1 x", text, count=1),
}


@pytest.mark.parametrize("what", CHANGED)
def test_a_file_that_was_changed_is_seen(what, plain, tmp_path):
    document, text = plain
    changed = CHANGED[what](text)
    assert changed != text
    (tmp_path / "study.xml").write_text(changed)
    assert read_back(document, tmp_path / "study.xml")[1] != []


def test_a_row_that_came_after_the_file_shifts_no_other(plain, tmp_path):
    """Central rows stand before those of subjects, so that a later one comes in between."""
    document, text = plain
    (tmp_path / "study.xml").write_text(text)
    central = [n for n, one in enumerate(document.entries) if not one.subject]
    kept = [*document.entries]
    later = kept.pop(central[-1])
    found = read_odm(tmp_path / "study.xml", study=study_oid(document.protocol))
    (alone,) = [*_in_order(found.entries, kept)]
    assert alone.endswith("is in the file alone")
    assert later.act.at in alone
    lacking = [one for one in found.entries if one.act.place != later.act.place]
    (absent,) = [*_in_order(lacking, document.entries)]
    assert absent.endswith("is not in the file")
    swapped = [*found.entries[:2][::-1], *found.entries[2:]]
    assert [*_in_order(swapped, document.entries)] == [
        "rows stand in another order than they should"
    ]


def test_what_a_program_asked_for_by_a_token_comes_back_as_it_was_hashed(tmp_path):
    trial = live(SQLITE, tmp_path, protocol=small(20))
    acting = Acting("coordinator", "A", "A00001")
    trial.bus.send(Screen(site="A"), by="carl", key="by a token", acting=acting)
    document, *_ = made(trial)
    file = written(document, tmp_path)
    assert valid(file)
    found, differs = read_back(document, file)
    assert differs == []
    assert [one.act.through for one in found.entries if one.act.through] == ["A00001"]
