"""CSV of what was conducted: read back to the cell, harmless in a spreadsheet, described."""

from __future__ import annotations

import csv
import io

import pytest

from equipoise.conduct.exchange import spreadsheet
from equipoise.conduct.exchange.spreadsheet import (
    CODEBOOK,
    LONG_FILE,
    read_sheet,
    sheet_differences,
    sheets_of,
    spelled_sheet,
)
from support.conducted import live, small
from support.entered import enter, first_subjects
from support.mutants import plant
from support.stores import SQLITE
from support.virtual import virtual_record
from unit.conduct.exchange.test_odm import event, made, walked

DANGER = ("=", "+", "-", "@", "\t", "\r")


def sheets(trial, **how):
    document, *_ = made(trial, "Snapshot", **how)
    return sheets_of(document.protocol, document.entries)


def read_back(found):
    return {name: read_sheet(spelled_sheet(sheet)) for name, sheet in found.items()}


def check_all(trial):
    """Everything comes back, every answer is told wide and long, every variable is described."""
    found = sheets(trial)
    assert [*sheet_differences(read_back(found), found)] == []
    values = trial.rows("value")
    assert len(found[LONG_FILE]) - 1 == len(values)
    wide = sum(
        cell is not None
        for name, sheet in found.items()
        if name.startswith("form-")
        for row in sheet[1:]
        for cell in row[9:]
    )
    assert wide == sum(one["value"] is not None for one in values)
    described = {(row[0], row[1]) for row in found[CODEBOOK][1:]}
    named = {(name, column) for name, sheet in found.items() if name != CODEBOOK
             for column in sheet[0]}  # fmt: skip
    assert described == named
    return found


def test_every_command(tmp_path):
    check_all(walked(tmp_path))


def test_virtual_patients_and_where_sdtm_has_each(tmp_path):
    found = check_all(enter(first_subjects(virtual_record(), 2), SQLITE, tmp_path))
    book = {(row[0], row[1]): row for row in found[CODEBOOK]}
    assert book["form-laboratory.csv", "HGB"][7] == "LB.LBORRES[HGB]"
    assert "g/L" in book["form-laboratory.csv", "HGB"][4].split(" | ")
    assert "F=" in book["form-demographics.csv", "SEX"][5]


TEXTS = [
    "=1+1",
    "+1",
    "-x",
    "@a",
    "\tx",
    "'",
    "''",
    " =1",
    "a,b",
    'a "b"',
    "two\nlines",
    "-5",
    "x\ry",
]


@pytest.mark.parametrize("text", TEXTS)
def test_no_cell_is_a_formula_and_each_comes_back(text, tmp_path):
    trial = live(SQLITE, tmp_path)
    subject = trial.randomized()
    trial.do("carl", "submit form", subject=subject, key="adverse event", rows=[event(text)])
    found = check_all(trial)
    spelled = [cell for sheet in found.values() for row in csv.reader(io.StringIO(
        spelled_sheet(sheet), newline="")) for cell in row]  # fmt: skip
    assert any(text in (cell, cell.removeprefix("'")) for cell in spelled)
    harm = [one for one in spelled if one.lstrip(" ").startswith(DANGER) and one != "-5"]
    assert harm == []


def test_no_arm_where_none_may_be_told(tmp_path):
    trial = live(SQLITE, tmp_path, protocol=small(20, masking="double blind"))
    trial.randomized()
    found = sheets(trial, arms=False)
    assert "record-allocation.csv" not in found
    assert sheets(trial)["record-allocation.csv"][1][4] in ("a", "b")
    assert not any("alpha" in str(cell).lower() for s in found.values() for r in s for cell in r)


BUGS = {
    "formulas": (spreadsheet._harmless, "startswith(_STARTS)", 'startswith("=")'),
    "an apostrophe": (spreadsheet._as_it_was, 'cell.removeprefix("\'")', "cell"),
    "nothing is a text": (spreadsheet._harmless, "not value or", "False or"),
    "what no form asks": (spreadsheet._Sheets._items, "(*asked, *answered)", "asked"),
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_is_seen(bug, tmp_path, monkeypatch):
    plant(monkeypatch, *BUGS[bug])
    with pytest.raises(AssertionError):
        texts_and_commands(tmp_path)


def texts_and_commands(folder):
    for n, text in enumerate(["=1", "+1", "'a"]):
        test_no_cell_is_a_formula_and_each_comes_back(text, folder / f"{n}")
    check_all(walked(folder / "every"))
