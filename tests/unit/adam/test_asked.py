"""Every rule of queries, its fault entered through commands: asked of the site, or refused."""

from __future__ import annotations

import datetime as dt

import pytest
from pydantic import ValidationError

from equipoise.adam.queries import QUERY_RULES
from equipoise.adam.queries.asked import ask_by_rules
from equipoise.conduct.commands.model import RefusedError
from equipoise.conduct.recorded import recorded
from equipoise.conduct.store.served.whole import known_now, touched_since
from equipoise.conduct.store.state import known_at
from equipoise.conduct.store.verify import audited
from equipoise.sdtm.tabulate.tabulate import tabulate
from support.conducted import live, plain_netter
from support.planted import WEEK, add, drop, enter_planted, put, where
from support.stores import SQLITE
from support.virtual import netter
from unit.conduct.exchange import test_redcap

LUTATE, OTHER = "177Lu-Dotatate", "octreotide LAR"
W12, W24 = WEEK.format(12), WEEK.format(24)
THIRD = where(drug=LUTATE, date=dt.date(2014, 3, 21))
LATE = dt.date(2014, 4, 28)
SCAN = dt.date(2014, 6, 9)
LABORATORY = "Laboratory, week 8"
NAUSEA = where(term="Nausea")
PLANTS = {
    "Q01": (put("readings", where(visit=W24), response="SD"),),
    "Q02": (put("readings", where(visit=W12), response="CR"),),
    "Q03": (put("readings", where(visit=W12), response="PD"),),
    "Q04": (add("readings", where(visit=W24), response="SD"),),
    "Q05": (drop(where(visit=W24, lesion="T01"), "measurements"),),
    "Q06": (drop(where(visit=W24, lesion="NT01"), "measurements"),),
    "Q07": tuple(put(n, where(visit=W24), date=SCAN)
                 for n in ("visits", "measurements", "readings")),
    "Q08": (drop(where(visit=W24), "visits", "measurements", "readings"),),
    "Q12": (put("doses", where(date=dt.date(2013, 11, 30)), date=dt.date(2013, 11, 21),
                last=dt.date(2013, 11, 21)),),
    "Q16": (put("events", NAUSEA, end=dt.date(2014, 2, 1)),),
    "Q17": (put("doses", THIRD, date=LATE, last=LATE),),
    "Q18": (put("doses", THIRD, dose=5.0),),
    "Q19": (put("doses", THIRD, drug="aspirin"),),
    "Q20": (add("doses", where(drug=OTHER, date=dt.date(2014, 7, 9))),),
    "Q21": (put("events", NAUSEA, grade=None),),
    "Q23": (put("events", NAUSEA, outcome="FATAL"),),
    "Q25": (add("lesions", where(lesion="T01"), organ="LUNG", visit=W24, number=25.03,
                date=dt.date(2014, 5, 13)),),
    "Q26": (add("lesions", where(lesion="T01"), lesion="T06"),
            add("measurements", where(lesion="T01", visit="Baseline"), lesion="T06")),
    "Q27": (put("measurements", where(lesion="T01", visit="Baseline"), size=5.0),),
    "Q29": (put("lesions", where(lesion="T05"), visit=W12, number=13.03,
                date=dt.date(2014, 2, 22)),),
    "Q31": tuple(put(n, where(visit=LABORATORY), date=dt.date(2014, 2, 25))
                 for n in ("visits", "labs")),
}  # fmt: skip
REFUSED_AS_ENTERED = {
    "Q12": "Q12 is not randomized",
    "Q16": "adverse event: It ended before it began",
    "Q19": "Q19 does not get aspirin",
}
AFTER = ("Q24", "Q28", "Q32", "Q33", "Q34", "late")
FATAL = {"AETERM": "Sepsis", "AETOXGR": 5, "AESTDTC": "2014-07-20", "AEENDTC": "2014-08-01",
         "AEOUT": "FATAL", "AESER": "Y"}  # fmt: skip
OF_DEATH = ("Q13", "Q14", "Q15")  # a death that an event alone tells, before other records


@pytest.fixture(scope="module")
def entered(tmp_path_factory):
    """The trial with every fault in it, what was refused, and what is asked."""
    plants = {**PLANTS, **dict.fromkeys(AFTER, ()), "near": (put("doses", THIRD, dose=6.7),)}
    trial, refused = enter_planted(plants, tmp_path_factory.mktemp("store"))
    more_faults(trial)
    trial.asked = ask_by_rules(trial.store, netter())
    yield trial, refused
    trial.store.engine.dispose()


def more_faults(trial):
    """Those that come when the rest is there."""

    def visit(subject, name):
        return trial.rows("visit", subject=subject, name=name)[0]["id"]

    levels = {"UPTAKE": "grade 3", "SSADUR": "more than 6 months"}
    trial.do("iris", "correct stratum", subject="Q24", levels=levels, reason="misread")
    again = {"TULNKID": "T02", "TRORRES": 30.0, "TUEVAL": "central"}
    submit(trial, "Q28", "tumor assessment", again, visit=visit("Q28", W24))
    row = {"PLAT": 200.0, "PLAT lower": 150.0}
    submit(trial, "Q33", "laboratory", row, visit=visit("Q33", LABORATORY))
    ended = {"part": "treatment", "because": "ADVERSE EVENT", "on": "2014-06-01"}
    trial.do("carl", "end part", subject="Q34", **ended)
    for subject in ("Q32", "late"):
        submit(trial, subject, "adverse event", FATAL)
    trial.do("carl", "record death", subject="Q32", on="2014-08-15")


def submit(trial, subject, key, row, **more):
    return trial.do("carl", "submit form", subject=subject, key=key, rows=[row], **more)["forms"]


def asked_of(trial, subject):
    return {one["rule"] for one in trial.rows("query", subject=subject)}


@pytest.mark.parametrize("rule", [*sorted(PLANTS.keys() - REFUSED_AS_ENTERED.keys()), *AFTER[:-1]])
def test_what_is_planted_is_asked(entered, rule):
    trial, refused = entered
    assert refused.get(rule, []) == []
    assert rule in asked_of(trial, rule)


@pytest.mark.parametrize("rule", REFUSED_AS_ENTERED)
def test_what_can_never_be_is_refused_as_it_is_entered(entered, rule):
    trial, refused = entered
    assert refused[rule] == [REFUSED_AS_ENTERED[rule]]
    assert rule not in asked_of(trial, rule)


@pytest.mark.parametrize("rule", OF_DEATH)
def test_what_is_dated_after_a_death_that_an_event_tells_is_asked(entered, rule):
    assert rule in asked_of(entered[0], "late" if rule != "Q13" else "Q23")


def test_an_activity_within_what_the_protocol_accepts_is_the_planned_dose(entered):
    given = [one["amount"] for one in entered[0].rows("dose", subject="near")]
    assert 6.7 in map(float, given)
    assert "Q18" not in asked_of(entered[0], "near")


def refusal(trial, by, name, **given):
    before = trial.audit_rows()
    with pytest.raises((RefusedError, ValidationError)) as found:
        trial.do(by, name, **given)
    assert trial.audit_rows() == before
    return str(found.value)


DEAD = {
    "Q13": (
        "submit form",
        {"key": "adverse event", "rows": [{"AETERM": "Rash", "AESTDTC": "2014-08-20"}]},
    ),
    "Q14": ("give dose", {"drug": OTHER, "amount": 30, "unit": "mg", "on": "2014-08-20"}),
    "Q15": ("open visit", {"key": "unscheduled", "on": "2014-08-20"}),
}


@pytest.mark.parametrize("rule", DEAD)
def test_after_death_nothing_is_dated_later(entered, rule):
    trial, _ = entered
    name, given = DEAD[rule]
    assert "after death on 2014-08-15" in refusal(trial, "carl", name, subject="Q32", **given)
    early = refusal(trial, "carl", "record death", subject="Q33", on="2014-03-01")
    assert "died on 2014-03-01, and was seen on 2014-08-09" in early


def test_before_consent_nothing_is_held_and_nobody_randomized(entered):
    trial, _ = entered
    subject = trial.do("carl", "screen", site="041")["subject"]
    at = {"subject": subject, "key": "baseline", "on": "2014-08-20"}
    assert "before consent" in refusal(trial, "carl", "open visit", **at)  # Q09
    assert "consent has no date" in refusal(trial, "carl", "randomize", subject=subject)  # Q11
    moved = refusal(trial, "carl", "consent", subject="Q21", on="2014-08-30", reason="late")
    assert "the consent of a randomized subject is not moved" in moved


def test_a_scan_has_a_whole_date_and_an_event_a_start(entered):
    trial, _ = entered
    partial = {"subject": "Q21", "key": "unscheduled", "on": "2014-08"}
    assert "valid date" in refusal(trial, "carl", "open visit", **partial)  # Q10
    rows = [{"AETERM": "Sepsis", "AETOXGR": 3}]
    said = refusal(trial, "carl", "submit form", subject="Q21", key="adverse event", rows=rows)
    assert "AESTDTC is not answered" in said  # Q22


def test_central_readers_who_differ_are_asked_about(tmp_path):
    """Two of them, which the forms of the example do not have: with plain forms."""
    first = put("readings", where(reader="central"), reader="RADIOLOGIST 1")
    second = add("readings", where(visit=W24), reader="RADIOLOGIST 2", response="SD")
    trial, refused = enter_planted({"Q30": (first, second)}, tmp_path, protocol=plain_netter())
    assert refused == {"Q30": []}
    ask_by_rules(trial.store, plain_netter())
    assert "Q30" in asked_of(trial, "Q30")


def test_every_rule_is_here():
    asked = {*PLANTS, *AFTER[:-1], *OF_DEATH, "Q09", "Q10", "Q11", "Q22", "Q30"}
    assert {rule.id for rule in QUERY_RULES} == asked


def test_a_query_is_about_the_form_that_said_it(entered):
    trial, _ = entered
    (query,) = [one for one in trial.rows("query", subject="Q21") if one["rule"] == "Q21"]
    form = trial.rows("form", id=query["form"])[0]
    said = {one["item"]: one["value"] for one in trial.rows("value", form=form["id"])}
    assert (form["key"], said["AETERM"]) == ("adverse event", "Nausea")
    assert query["text"] == "Nausea without a grade: Which grade was it at its worst?"
    assert (query["opened_by"], query["state"], query["item"]) == ("rule", "open", None)
    assert audited_well(trial)


def audited_well(trial):
    with trial.store.reading() as unit:
        return audited(unit.connection).faults == ()


def test_nothing_is_asked_twice(entered):
    trial, _ = entered
    before = trial.audit_rows()
    again = ask_by_rules(trial.store, netter())
    assert (again.raised, again.closed) == ([], [])
    assert trial.audit_rows() == before


def test_no_query_tells_an_arm_or_a_drug(entered):
    trial, _ = entered
    texts = [f"{one['text']} {one['value']}".lower() for one in trial.rows("query")]
    assert any("the dose of" in text for text in texts)
    words = ("lutate", "octreotide", "177lu", "lutathera", "60 mg", "arm")
    assert [text for text in texts if any(word in text for word in words)] == []


def test_of_some_subjects_it_is_the_same_as_of_all(entered):
    trial, _ = entered
    with trial.store.reading() as unit:
        every = recorded(netter(), known_at(unit.connection))
        some = recorded(netter(), known_now(unit, ["Q01", "Q24", "Q34"]))
    whole, part = tabulate(every), tabulate(some)
    for name, table in part.tables.items():
        if "USUBJID" in table.columns and name != "RELREC":
            mine = whole.table(name).filter(
                whole.table(name)["USUBJID"].is_in(table["USUBJID"].implode())
            )
            shared = [c for c in mine.columns if c in table.columns]
            assert table.select(shared).write_csv() == mine.select(shared).write_csv(), name


def test_it_closes_when_the_answer_was_corrected_and_opens_again(entered):
    trial, _ = entered
    (query,) = [one for one in trial.rows("query", subject="Q21") if one["rule"] == "Q21"]
    grade = {"form": query["form"], "item": "AETOXGR", "reason": "looked up"}
    with trial.store.reading() as unit:
        heads = unit.heads()
    trial.do("carl", "correct", answer=2, **grade)
    with trial.store.reading() as unit:
        assert set(touched_since(unit, heads, but_by="follow rules")) == {"Q21"}
    done = ask_by_rules(trial.store, netter(), subjects=["Q21"])
    assert done.closed == [query["id"]]
    (turn,) = trial.rows("query_turn", query=query["id"])
    assert (turn["kind"], turn["by"]) == ("closed by rule", "rule")
    trial.do("carl", "correct", answer=None, missing="not known", **grade)
    (again,) = ask_by_rules(trial.store, netter(), subjects=["Q21"]).raised
    trial.do("carl", "answer query", query=again, text="nobody wrote it down")
    trial.do("dana", "close query", query=again)
    assert ask_by_rules(trial.store, netter(), subjects=["Q21"]).raised == []


def test_what_is_frozen_is_not_asked_about(entered):
    trial, _ = entered
    event = {"AETERM": "Rash", "AESTDTC": "2014-08-02"}
    submit(trial, "Q01", "adverse event", event)
    trial.do("dana", "freeze", scope="subject Q01")
    before = trial.audit_rows()
    done = ask_by_rules(trial.store, netter(), subjects=["Q01"])
    assert (done.raised, done.left) == ([], ["Q01: the data are frozen"])
    assert trial.audit_rows() == before


def test_what_is_imported_is_asked_about_as_what_is_typed(tmp_path):
    """Events of an export of REDCap, one of them without its grade."""
    trial = live(SQLITE, tmp_path, protocol=netter())
    data = test_redcap.DATA.replace("Nausea,2,", "Nausea,,")
    test_redcap.imported(trial, data)
    done = ask_by_rules(trial.store, trial.bus.protocol)
    (query,) = [trial.rows("query", id=one)[0] for one in done.raised]
    assert (query["rule"], query["text"].partition(":")[0]) == ("Q21", "Nausea without a grade")
