"""An export of REDCap by its map: all of it or nothing, every row and cell accounted for."""

from __future__ import annotations

import hashlib
import json

import pytest

from equipoise.conduct.exchange.redcap import importing
from equipoise.conduct.exchange.redcap.account import unaccounted
from equipoise.conduct.exchange.redcap.dictionary import read_redcap
from equipoise.conduct.exchange.redcap.importing import import_redcap
from equipoise.conduct.exchange.redcap.mapping import map_faults, read_map, suggested_map
from equipoise.conduct.store.verify import audited
from equipoise.errors import InputError
from support.conducted import live, opened
from support.mutants import plant
from support.stores import SQLITE
from support.virtual import netter

HEAD = (
    "Variable / Field Name,Form Name,Section Header,Field Type,Field Label,"
    '"Choices, Calculations, OR Slider Labels",Field Note,Identifier?\n'
)
DICTIONARY = (
    HEAD
    + """record_id,enrolment,,text,Record,,,
initials,enrolment,,text,Initials,,,y
consent_date,enrolment,,text,Date of consent,,,
arm,enrolment,,radio,Arm,"1, Lutate | 2, Octreotide",,
rand_date,enrolment,,text,Randomized on,,,
age,demographics,,text,Age,,,
sex,demographics,,radio,Sex,"1, Female | 2, Male",,
uptake,demographics,,radio,Uptake,"2, grade 2 | 3, grade 3 | 4, grade 4",,
ssadur,demographics,,radio,Time,"1, 6 months or less | 2, more than 6 months",,
visit_date,bloods,,text,Day of the visit,,,
hgb,bloods,,text,Hemoglobin,,,
plat,bloods,,text,Platelets,,,
aeterm,adverse_event,,text,Event,,,
aetoxgr,adverse_event,,text,Grade,,,
aestdtc,adverse_event,,text,Start,,,
"""
)
COLUMNS = (
    "record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,"
    "redcap_data_access_group,initials,consent_date,arm,rand_date,age,sex,uptake,ssadur,"
    "demographics_complete,visit_date,hgb,plat,aeterm,aetoxgr,aestdtc\n"
)
DATA = (
    COLUMNS
    + """R1,baseline,,,a_site,AB,2025-12-01,,,61,1,3,2,2,2025-12-02,131,240,,,
R1,,adverse_event,1,a_site,,,,,,,,,,,,,Nausea,2,2025-12-10
R1,,adverse_event,2,a_site,,,,,,,,,,,,,Fatigue,1,2025-12
R2,baseline,,,b_site,CD,2025-12-03,,,55,2,4,1,2,2025-12-04,128,198,,,
R2,,,,,,,,,,,,,,,,,,,
"""
)
MAP = """
site: redcap_data_access_group
sites: {a_site: A, b_site: B}
consented: consent_date
events: {baseline: {visit: baseline, on: visit_date}}
forms:
  demographics:
    form: demographics
    items:
      age: {item: AGE}
      sex: {item: SEX, values: {"1": F, "2": M}}
      uptake: {item: UPTAKE, values: {"2": grade 2, "3": grade 3, "4": grade 4}}
      ssadur: {item: SSADUR, values: {"1": 6 months or less, "2": more than 6 months}}
  bloods:
    form: laboratory
    items: {hgb: {item: HGB}, plat: {item: PLAT}}
  adverse_event:
    form: adverse event
    items: {aeterm: {item: AETERM}, aetoxgr: {item: AETOXGR}, aestdtc: {item: AESTDTC}}
left out: [initials, arm, rand_date]
"""
OLD = (
    MAP.replace("left out: [initials, arm, rand_date]", "left out: [initials]")
    + """
allocation:
  arm: {item: arm, values: {"1": lutate, "2": octreotide}}
  randomized: rand_date
  factors:
    UPTAKE: {item: uptake, values: {"2": grade 2, "3": grade 3, "4": grade 4}}
    SSADUR: {item: ssadur, values: {"1": 6 months or less, "2": more than 6 months}}
"""
)
SHA = hashlib.sha256(DATA.encode()).hexdigest()


def running(folder):
    return live(SQLITE, folder, protocol=netter())


def read(data=DATA, dictionary=DICTIONARY):
    return read_redcap(data.encode(), dictionary.encode())


def imported(trial, data=DATA, plan=MAP, *, by="carl", **how):
    export, found = read(data), read_map(plan, "map.yaml")
    faults = map_faults(trial.bus.protocol, export, found, "map.yaml")
    assert faults == []
    return import_redcap(trial.bus, export, found, by=by, sha256=SHA, **how)


def all_is_accounted_for(folder):
    trial = running(folder)
    before = trial.audit_rows()
    found = imported(trial)
    assert found.problems == ()
    assert found.kept
    assert (found.rows, found.written, found.empty) == (5, 4, (6,))
    assert found.answers == 18 == len(trial.rows("value"))
    assert found.cells == found.answers + found.left_out + found.structure
    assert [*unaccounted(found)] == []
    new = [json.loads(one["body"]) for one in trial.rows("audit") if one["body"]]
    of_import = [one for one in new if one.get("reason") == f"import of data.csv, sha256 {SHA}"]
    assert len(of_import) == trial.audit_rows() - before
    values = {(one["form"], one["item"]): one["value"] for one in trial.rows("value")}
    assert values["R1/F00002", "HGB"] == "131.0"
    assert values["R1/F00001", "SEX"] == "F"
    assert values["R1/F00004", "AESTDTC"] == "2025-12"
    with trial.store.reading() as unit:
        assert audited(unit.connection, outside=[]).faults == ()


def test_all_of_it_is_entered_and_accounted_for(tmp_path):
    all_is_accounted_for(tmp_path)


def test_a_dry_run_tells_the_same_and_keeps_nothing(tmp_path):
    trial = running(tmp_path)
    before = trial.audit_rows()
    found = imported(trial, dry_run=True)
    assert "would be imported: 5 rows read = 4 written + 1 that say nothing" in found.in_words()
    assert trial.audit_rows() == before
    assert imported(trial)._replace(kept=False) == found


def test_the_same_file_again_says_that_nothing_is_written(tmp_path):
    trial = running(tmp_path)
    first = imported(trial)
    before = trial.audit_rows()
    second = imported(trial)
    assert trial.audit_rows() == before
    assert (first.again, second.again) == (False, True)
    assert second.in_words() == f"was imported before, and nothing is written: {first.in_words()}"


def test_a_field_of_the_map_that_the_export_lacks_is_told(tmp_path):
    lacking = DATA.replace(",age,", ",weight,")
    dictionary = DICTIONARY + "weight,demographics,,text,Weight,,,\n"
    plan = read_map(MAP.replace("[initials,", "[weight, initials,"), "map.yaml")
    faults = map_faults(running(tmp_path).bus.protocol, read(lacking, dictionary), plan, "map.yaml")
    assert faults == ["map.yaml: forms.demographics.items.age: age is no column of data.csv"]


WRONG = DATA.replace(",61,1,", ",old,7,").replace("2025-12-04,128", "soon,128").replace(
    "Nausea,2,", "Nausea,9,").replace("b_site,CD", "c_site,CD")  # fmt: skip


def all_problems_at_once(folder):
    trial = running(folder)
    before = trial.audit_rows()
    for dry_run in (True, False):
        found = imported(trial, WRONG, dry_run=dry_run)
        assert not found.kept
        said = "\n".join(found.problems)
        assert "data.csv:2: age: is 'old'; expected a number" in said
        assert "data.csv:2: sex: is '7'; expected one of 1, 2" in said
        assert "data.csv:3: adverse_event: submit form: adverse event: AETOXGR" in said
        assert "data.csv:5: redcap_data_access_group: screen: there is no site c_site" in said
        assert trial.audit_rows() == before
        assert trial.rows("subject") == []


def test_every_problem_is_told_and_nothing_is_kept(tmp_path):
    all_problems_at_once(tmp_path)


def freezes_hold(folder):
    trial = running(folder)
    trial.do("dana", "freeze")
    before = trial.audit_rows()
    found = imported(trial)
    assert not found.kept
    assert "screen: the data of the trial are frozen" in "\n".join(found.problems)
    assert trial.audit_rows() == before


def test_what_is_frozen_takes_no_import(tmp_path):
    freezes_hold(tmp_path)


def test_checks_fire_on_import_as_on_entry(tmp_path):
    trial = running(tmp_path)
    imported(trial, DATA.replace("2025-12-02,131", "2025-12-02,300"))
    (query,) = trial.rows("query")
    assert query["text"] == "Hemoglobin 300: is the unit g/L?"
    assert query["rule"] == "laboratory check 1"


def test_old_allocations_are_a_closed_list(tmp_path):
    trial = opened(SQLITE, tmp_path, protocol=netter())
    data = DATA.replace("2025-12-01,,,", "2025-12-01,1,2025-12-05,").replace(
        "2025-12-03,,,", "2025-12-03,2,2025-12-06,")  # fmt: skip
    found = imported(trial, data, OLD, statistician="uma")
    assert found.problems == ()
    (made,) = trial.rows("list")
    assert (made["id"], made["entries"]) == ("imported", 2)
    arms = {one["subject"]: one["arm"] for one in trial.rows("allocation")}
    assert arms == {"R1": "lutate", "R2": "octreotide"}
    reasons = {json.loads(one["body"]).get("reason") for one in trial.rows("audit", subject="R1")}
    assert reasons == {f"import of data.csv, sha256 {SHA}"}


def test_who_may_not_enter_imports_nothing(tmp_path):
    trial = running(tmp_path)
    found = imported(trial, by="mona")
    assert not found.kept
    assert "mona may not do this at A" in "\n".join(found.problems)


FAULTS = {
    "item: HGB}": ("item: HGBB}", "forms.bloods.items.hgb: laboratory has no item HGBB"),
    "form: laboratory": ("form: labs", "forms.bloods.form: there is no form labs"),
    "{visit: baseline,": ("{visit: base,", "events.baseline.visit: there is no visit base"),
    "on: visit_date": ("on: day", "map.yaml: day is no column of data.csv"),
    '"2": M': ('"3": M', "forms.demographics.items.sex.values: sex has no code 3"),
    "[initials, arm, rand_date]": ("[arm, rand_date]", "initials (enrolment) goes nowhere"),
    "  bloods:": ("  blood:", "forms.blood is no instrument of the dictionary"),
}


@pytest.mark.parametrize("old", FAULTS)
def test_a_wrong_map_is_told_in_its_place(old):
    new, said = FAULTS[old]
    plan = read_map(MAP.replace(old, new), "map.yaml")
    assert said in "\n".join(map_faults(netter(), read(), plan, "map.yaml"))


@pytest.mark.parametrize(
    ("data", "dictionary", "said"),
    [
        (DATA.replace("Nausea,2,", "Nausea,"), DICTIONARY, "data.csv:3: has 19 cells; expected 20"),
        (DATA.replace(",hgb,", ",hb,"), DICTIONARY, "data.csv:1: the dictionary has no field hb"),
        (DATA, "a,b\n1,2\n", "dictionary.csv:1: has no column Variable / Field Name"),
        ("", DICTIONARY, "data.csv: is empty"),
        (DATA.replace(",hgb,", ",plat,"), DICTIONARY, "data.csv:1: the column plat stands twice"),
    ],
)
def test_a_broken_file_is_told_at_its_line(data, dictionary, said):
    with pytest.raises(InputError) as told:
        read(data, dictionary)
    assert said in str(told.value)


@pytest.mark.parametrize("text", ["forms: [", "site: {}", "none: 1", "- a"])
def test_a_map_that_is_none_is_told(text):
    with pytest.raises(InputError, match=r"map\.yaml"):
        read_map(text, "map.yaml")


def test_what_is_suggested_finds_what_is_called_alike():
    text, missing = suggested_map(netter(), read())
    found = read_map(text, "map.yaml")
    assert found.forms["demographics"].form == "demographics"
    assert found.forms["demographics"].items["sex"].values == {"1": "F", "2": "M"}
    assert found.forms["bloods"].items["hgb"].item == "HGB"
    assert found.left_out == ["initials"]
    assert any(one.startswith("visit_date (bloods)") for one in missing)


BUGS = {
    "no reason": (all_is_accounted_for, "_forms", "visit=visit, reason=self.reason", "visit=visit"),
    "a problem is not told": (all_problems_at_once, "_converted", "self._problem(", "print("),
    "an event of a row is left out": (
        all_is_accounted_for, "_forms", "if not filled or", "if line == 4 or not filled or",
    ),
    "codes as they are": (all_is_accounted_for, "_coded", "coded(to, text)", "text"),
}  # fmt: skip


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_is_seen(bug, tmp_path, monkeypatch):
    check, name, old, new = BUGS[bug]
    plant(monkeypatch, getattr(importing._Entering, name), old, new)
    with pytest.raises(AssertionError):
        check(tmp_path)


@pytest.mark.parametrize("bug", ["freeze", "half"])
def test_a_half_import_is_seen(bug, tmp_path, monkeypatch):
    if bug == "freeze":
        monkeypatch.setattr("equipoise.conduct.commands.bus._against_shut", lambda *_: ())
        check = freezes_hold
    else:
        plant(monkeypatch, importing.import_redcap, "raise _UndoneError", "pass",
              also=(__import__(__name__, fromlist=["x"]),))  # fmt: skip
        check = all_problems_at_once
    with pytest.raises(AssertionError):
        check(tmp_path)
