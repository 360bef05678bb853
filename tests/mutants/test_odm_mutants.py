"""A planted bug in what is written as ODM is seen when the file is read back."""

import re

import pytest
from odmlib.exceptions import OdmlibError
from xmlschema import XMLSchemaException

from equipoise.conduct.exchange import withheld
from equipoise.conduct.exchange.odm import clinical, document, reading, writing
from support.conducted import live, small
from support.mutants import plant
from support.stores import SQLITE
from unit.conduct.exchange import test_odm

WRITER = clinical.ElementWriter


@pytest.fixture(scope="module")
def conducted(tmp_path_factory):
    """Conducted once: no bug is planted in what is conducted."""
    trial = test_odm.walked(tmp_path_factory.mktemp("conducted"))
    yield trial
    trial.store.engine.dispose()


def comes_back(trial, folder):
    """Every command, by every row of the audit."""
    made, count, *_ = test_odm.made(trial)
    found, differs = test_odm.read_back(made, test_odm.written(made, folder))
    assert differs == []
    assert found.records == count


def stands(trial, folder):
    made, *_ = test_odm.made(trial, "Snapshot")
    assert test_odm.read_back(made, test_odm.written(made, folder))[1] == []


def is_valid(trial, folder):
    made, *_ = test_odm.made(trial)
    assert test_odm.valid(test_odm.written(made, folder))


def tells_no_arm(_, folder):
    trial = live(SQLITE, folder, protocol=small(20))
    subject = trial.randomized()
    trial.do("carl", "submit form", subject=subject, key="adverse event",
             rows=[test_odm.event("Alpha!")])  # fmt: skip
    made, *_ = test_odm.made(trial, arms=False)
    data = test_odm.written(made, folder).read_text().partition("</Study>")[2]
    assert test_odm.tellers(trial.bus.protocol, data) == []
    assert not re.search("SourceID", data)


BUGS = {
    "no reason": (comes_back, WRITER._act, "if act.reason else", "if False else", ()),
    "no clock": (
        comes_back, clinical._flag, "if not value", 'if not value or name == "role"', (),
    ),
    "NULL is left out": (
        comes_back, clinical._columns, "for name, value in entry.columns.items()",
        "for name, value in entry.columns.items() if value is not None", (),
    ),
    "why it is missing is left out": (
        comes_back, clinical._answer, "if missing is not None", "if False", (),
    ),
    "an update is an insert": (
        comes_back, clinical._kind, '"Insert" if entry.is_new else "Update"', '"Insert"', (),
    ),
    "answers are left out": (
        stands, WRITER._form, "[*groups, *self._answers(entry, key)]", "groups", (),
    ),
    "the first of each subject alone": (
        stands, writing.OdmDocument._subjects, "self._writer.subject(group)",
        "self._writer.subject([next(group)])", (),
    ),
    "numbers are read as text": (
        comes_back, reading._cell, "if not known.is_number", "if True", (),
    ),
    "roles are not defined": (
        is_valid, writing.OdmDocument._flags, "if values", "if False", (),
    ),
    "a signature has no meaning": (
        is_valid, WRITER._act, "(who, where, ref, at)".strip("()"), "who, where, at", (),
    ),
    "words of arms are told": (
        tells_no_arm, withheld._Telling._is_word, "word in text for word in self.long",
        "False for word in self.long", (),
    ),
    "allocations are told": (
        tells_no_arm, withheld._Telling._tells, "if table in _OF_ARMS", 'if table == "dose"', (),
    ),
    "places in the chain are told": (
        tells_no_arm, document.document_of, "placed=arms", "placed=True", (test_odm,),
    ),
}  # fmt: skip


@pytest.mark.parametrize("check", [comes_back, stands, is_valid, tells_no_arm])
def test_without_a_bug_it_holds(check, conducted, tmp_path):
    check(conducted, tmp_path)


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_is_seen(bug, conducted, tmp_path, monkeypatch):
    check, function, old, new, also = BUGS[bug]
    plant(monkeypatch, function, old, new, also=also)
    with pytest.raises((AssertionError, OdmlibError, XMLSchemaException)):
        check(conducted, tmp_path)
