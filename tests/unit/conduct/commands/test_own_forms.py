"""A protocol's own forms, entered through commands, come out as SDTM."""

import datetime as dt

import pytest

from equipoise.conduct.commands.entering import submit_form
from equipoise.conduct.commands.model import RefusedError
from equipoise.conduct.recorded import recorded
from equipoise.conduct.store.state import known_at
from equipoise.meaning.check import read
from equipoise.protocol.model import altered
from equipoise.sdtm.conform.conform import conform
from equipoise.sdtm.tabulate.tabulate import tabulate
from support.conducted import all_met, live
from support.spec import SPEC

PEOPLE = {"AGE": 61, "SEX": "F", "RACE": "ASIAN", "UPTAKE": "high", "SMOKER": "no"}
SITES = ("DE-01", "FR-02")
BASELINE_DAY, INFUSED = "2026-01-06", "2026-01-07"


def entered(trial, subject, key, rows, **more):
    return trial.do("carl", "submit form", subject=subject, key=key, rows=rows, **more)["forms"]


@pytest.fixture
def trial(tmp_path):
    return live("sqlite", tmp_path, protocol=read(SPEC / "valid" / "forms.yaml"), sites=SITES)


@pytest.fixture
def subject(trial):
    """Somebody of the arm that the infusion is for, who was screened and randomized."""
    while True:
        one = str(trial.do("carl", "screen", site=SITES[0])["subject"])
        trial.do("carl", "consent", subject=one, on="2026-01-05")
        (form,) = entered(trial, one, "demographics", [PEOPLE])
        trial.do("iris", "sign", form=form)
        trial.do("iris", "judge eligibility", subject=one, met=all_met(trial.bus.protocol))
        if trial.do("carl", "randomize", subject=one)["arm"] == "hot":
            return one


def visit(trial, subject, key, on, **more):
    trial.clock.to(dt.date.fromisoformat(on))
    return trial.do("carl", "open visit", subject=subject, key=key, on=on, **more)["visit"]


def tabulated(trial):
    with trial.store.reading() as unit:
        found = recorded(trial.bus.protocol, known_at(unit.connection))
    return found, tabulate(found)


def rows(study, domain, subject, *names):
    table = study.tables[domain]
    mine = table.filter(table["USUBJID"] == f"F1-{subject}")
    return mine.select(*names).rows()


def test_laboratory_tests_of_one_form_are_rows_of_lb(trial, subject):
    at = visit(trial, subject, "baseline", BASELINE_DAY)
    row = {"LBDTC": "2026-01-06T07:40", "HGB": 13.1, "HGB unit": "g/dL", "HGB lower": 12.0,
           "PLAT": 210.0}  # fmt: skip
    entered(trial, subject, "laboratory", [row], visit=at)
    names = ("LBTESTCD", "LBTEST", "LBORRES", "LBORRESU", "LBSTNRLO", "LBDTC")
    assert rows(tabulated(trial)[1], "LB", subject, *names) == [
        ("HGB", "Hemoglobin", "13.1", "g/dL", 12.0, "2026-01-06T07:40"),
        ("PLAT", "Platelets", "210", "10^9/L", None, "2026-01-06T07:40"),
    ]


def test_a_partial_date_and_each_drug_of_an_event(trial, subject):
    row = {"AETERM": "Nausea", "AETOXGR": 2, "AESTDTC": "2026-01", "AESER": "N",
           "AEREL 177Lu-Dotatate": "Y", "AEREL octreotide LAR": "N",
           "AEACN": "DOSE NOT CHANGED"}  # fmt: skip
    entered(trial, subject, "adverse event", [row])
    study = tabulated(trial)[1]
    names = ("AETERM", "AETOXGR", "AESTDTC", "AESTDY", "AESER", "AEREL", "AEACN")
    assert rows(study, "AE", subject, *names) == [
        ("Nausea", "2", "2026-01", None, "N", "Y", "DOSE NOT CHANGED")
    ]
    qualifiers = ("IDVAR", "IDVARVAL", "QNAM", "QLABEL", "QVAL")
    assert rows(study, "SUPPAE", subject, *qualifiers) == [
        ("AESEQ", "1", "AEREL1", "Related to 177Lu-Dotatate", "Y"),
        ("AESEQ", "1", "AEREL2", "Related to octreotide LAR", "N"),
    ]


def test_lesions_are_named_once_and_measured_along_their_axis(trial, subject):
    at = visit(trial, subject, "baseline", BASELINE_DAY)
    lesions = [
        {"TULNKID": "T01", "TUORRES": "TARGET", "TULOC": "LIVER", "TRORRES": 31.0},
        {"TULNKID": "T02", "TUORRES": "TARGET", "TULOC": "LYMPH NODE", "TRORRES": 18.0},
        {"TULNKID": "N01", "TUORRES": "NON-TARGET", "TULOC": "BONE", "TUMSTATE": "PRESENT"},
    ]
    entered(trial, subject, "tumor assessment", lesions, visit=at)
    later = visit(trial, subject, "scan", "2026-03-30")
    scanned = [
        {"TULNKID": "T01", "TRORRES": 20.0},
        {"TULNKID": "T02", "TRORRES": 9.0},
        {"new TULNKID": "X01", "new TULOC": "BRAIN"},
        {"RSORRES": "PD"},
    ]
    entered(trial, subject, "tumor assessment", scanned, visit=later)
    study = tabulated(trial)[1]
    assert rows(study, "TU", subject, "TULNKID", "TUORRES", "TULOC", "TUEVAL") == [
        ("N01", "NON-TARGET", "BONE", "INVESTIGATOR"),
        ("T01", "TARGET", "LIVER", "INVESTIGATOR"),
        ("T02", "TARGET", "LYMPH NODE", "INVESTIGATOR"),
        ("X01", "NEW", "BRAIN", "INVESTIGATOR"),
    ]
    assert rows(study, "TR", subject, "TRLNKID", "TRTESTCD", "TRORRES") == [
        ("N01", "TUMSTATE", "PRESENT"), ("T01", "LDIAM", "31"), ("T02", "SAXIS", "18"),
        ("T01", "LDIAM", "20"), ("T02", "SAXIS", "9"),
    ]  # fmt: skip
    assert rows(study, "RS", subject, "RSTESTCD", "RSORRES") == [("OVRLRESP", "PD")]


def test_what_was_planned_and_measured_of_a_dose_is_in_ec(trial, subject):
    at = visit(trial, subject, "infusion", INFUSED)
    row = {"ECDOSE": 7.4, "ACTCAL": 7.9, "CALDTC": "2026-01-07T06:00", "ACTRES": 0.1,
           "EXSTDTC": "2026-01-07T11:40"}  # fmt: skip
    entered(trial, subject, "dosing", [row], visit=at)
    study = tabulated(trial)[1]
    assert rows(study, "EC", subject, "ECSEQ", "ECDOSE", "ECDOSU", "ECDTC") == [
        (1.0, 7.4, "GBq", INFUSED)
    ]
    assert rows(study, "SUPPEC", subject, "QNAM", "QVAL") == [
        ("ACTCAL", "7.9"), ("CALDTC", "2026-01-07T06:00"), ("ACTRES", "0.1"),
    ]  # fmt: skip


def test_questionnaires_history_and_people(trial, subject):
    at = visit(trial, subject, "baseline", BASELINE_DAY)
    entered(trial, subject, "QLQ-C30", [{"Q29": 5, "Q30": 6}], visit=at)
    history = [{"MHTERM": "Hypertension", "MHSTDTC": "2011"}, {"MHTERM": "Gout"}]
    entered(trial, subject, "medical history", history, visit=at)
    study = tabulated(trial)[1]
    assert rows(study, "QS", subject, "QSTESTCD", "QSTEST", "QSCAT", "QSORRES") == [
        ("Q29", "Item 29", "QLQ-C30", "5"), ("Q30", "Item 30", "QLQ-C30", "6"),
    ]  # fmt: skip
    assert rows(study, "MH", subject, "MHSEQ", "MHTERM", "MHSTDTC") == [
        (1.0, "Hypertension", "2011"), (2.0, "Gout", None),
    ]  # fmt: skip
    assert rows(study, "DM", subject, "AGE", "SEX", "RACE") == [(61.0, "F", "ASIAN")]
    assert sorted(rows(study, "SUPPDM", subject, "QNAM", "QLABEL", "QVAL")) == [
        ("SMOKER", "Smokes", "no"), ("UPTAKE", "UPTAKE", "high"),
    ]  # fmt: skip
    assert [one for one in conform(study) if one.severity == "error"] == []


@pytest.mark.parametrize(
    ("key", "row", "wrong"),
    [
        ("demographics", {"AGE": 130, "UPTAKE": "high"}, "AGE is 130; expected 120 or less"),
        ("demographics", {"SEX": "f", "UPTAKE": "high"}, "did you mean F?"),
        ("demographics", {"SEX": "F"}, "UPTAKE is not answered"),
        ("adverse event", {"AETERM": "Rash", "AESTDTC": "2026-13"}, "expected a date, or a year"),
        ("adverse event", {"AETERM": "Rash", "AESTDTC": "2026", "AESR": "Y"}, "mean AESER?"),
    ],
)  # fmt: skip
def test_answers_that_cannot_be_are_refused_with_the_reason(trial, key, row, wrong):
    subject = str(trial.do("carl", "screen", site=SITES[0])["subject"])
    trial.do("carl", "consent", subject=subject, on="2026-01-05")
    before = trial.audit_rows()
    with pytest.raises(RefusedError) as refused:
        entered(trial, subject, key, [row])
    assert wrong in str(refused.value)
    assert trial.audit_rows() == before


def test_nobody_is_randomized_before_the_form_of_the_strata_is_signed(trial):
    subject = str(trial.do("carl", "screen", site=SITES[0])["subject"])
    trial.do("carl", "consent", subject=subject, on="2026-01-05")
    with pytest.raises(RefusedError, match="the demographics form is not entered"):
        trial.do("carl", "randomize", subject=subject)
    entered(trial, subject, "demographics", [PEOPLE])
    with pytest.raises(RefusedError, match="the demographics form is not signed"):
        trial.do("carl", "randomize", subject=subject)
    with pytest.raises(RefusedError, match="entered once; correct it"):
        entered(trial, subject, "demographics", [PEOPLE])


def test_a_serious_event_of_an_own_form_starts_the_clock(trial, subject):
    row = {"AETERM": "Sepsis", "AESTDTC": "2026-01-05", "AESER": "Y"}
    serious, mild = entered(trial, subject, "adverse event", [row, {**row, "AESER": "N"}])
    aware = trial.clock.now.isoformat()
    assert not trial.do("carl", "report SAE", form=serious, aware_at=aware)["late"]
    with pytest.raises(RefusedError, match="does not say that the event is serious"):
        trial.do("carl", "report SAE", form=mild, aware_at=aware)


def test_a_serious_event_of_an_own_form_is_closed_once_its_outcome_is_known(trial, subject):
    row = {"AETERM": "Sepsis", "AESTDTC": "2026-01-05", "AESER": "Y"}
    (form,) = entered(trial, subject, "adverse event", [row])
    sae = trial.do("carl", "report SAE", form=form, aware_at=trial.clock.now.isoformat())["sae"]

    def assessed():
        trial.do("iris", "assess SAE", sae=sae, related=True)
        trial.do("spike", "assess SAE", sae=sae, related=True, expected=True)

    assessed()
    with pytest.raises(RefusedError, match="the outcome is not known"):
        trial.do("spike", "close SAE", sae=sae)
    answer = {"item": "AEOUT", "answer": "RECOVERED/RESOLVED", "reason": "known now"}
    trial.do("carl", "correct", form=form, **answer)
    trial.do("carl", "follow up SAE", sae=sae, text="recovered")
    assessed()
    assert trial.do("spike", "close SAE", sae=sae)["state"] == "closed"


def test_a_check_refuses_asks_or_tells(trial, subject):
    at = visit(trial, subject, "baseline", BASELINE_DAY)
    row = {"AETERM": "Rash", "AESTDTC": "2026-01-05", "AEENDTC": "2026-01-04"}
    before = trial.audit_rows()
    with pytest.raises(RefusedError, match="adverse event: It ended before it began"):
        entered(trial, subject, "adverse event", [row])
    assert trial.audit_rows() == before
    rows_ = [{"HGB": 260.0, "PLAT": 60.0, "PLAT lower": 150.0}]
    said = {"subject": subject, "key": "laboratory", "visit": at, "rows": rows_}
    answer = trial.do("carl", "submit form", **said)
    assert answer["notes"] == ["Platelets 60: a dose may wait"]
    (query,) = trial.rows("query", id=answer["queries"][0])
    told = ("state", "opened_by", "rule", "item", "value", "text")
    asked = "Hemoglobin 260: is the unit g/L?"
    expected = ("open", "rule", "laboratory check 1", "HGB", "260.0", asked)
    assert tuple(query[name] for name in told) == expected


def test_a_query_of_a_rule_closes_when_the_answer_was_corrected(trial, subject):
    at = visit(trial, subject, "baseline", BASELINE_DAY)
    (form,) = entered(trial, subject, "laboratory", [{"HGB": 260.0}], visit=at)
    why = {"form": form, "reason": "a slip"}
    trial.do("carl", "correct", item="PLAT", answer=200.0, **why)
    assert [one["state"] for one in trial.rows("query", form=form)] == ["open"]
    trial.do("carl", "correct", item="HGB", answer=126.0, **why)
    (query,) = trial.rows("query", form=form)
    assert query["state"] == "closed"
    (turn,) = trial.rows("query_turn", query=query["id"])
    assert (turn["kind"], turn["by"]) == ("closed by rule", "rule")
    assert trial.do("carl", "correct", item="HGB", answer=270.0, **why)["queries"]
    event = {"AETERM": "Rash", "AESTDTC": "2026-01-05"}
    (form,) = entered(trial, subject, "adverse event", [event])
    dated = {"form": form, "item": "AEENDTC", "reason": "told"}
    trial.do("carl", "correct", answer="2026", **dated)
    with pytest.raises(RefusedError, match="It ended before it began"):
        trial.do("carl", "correct", answer="2025", **dated)


def test_a_visit_goes_with_the_doses_of_its_drug(trial, subject):
    dose = {"subject": subject, "drug": "177Lu-Dotatate", "amount": 7.4, "unit": "GBq"}
    at = visit(trial, subject, "infusion", "2026-01-06")
    assert trial.rows("visit", id=at)[0]["name"] == "Infusion 1"
    row = {"PLAT": 210.0, "PLAT lower": 150.0}
    entered(trial, subject, "laboratory", [row], visit=at)
    trial.do("carl", "give dose", on="2026-01-06", **dose)
    again = visit(trial, subject, "infusion", "2026-03-04", encounter=2)
    (second,) = trial.rows("visit", id=again)
    assert (second["name"], second["day"], second["high"]) == ("Infusion 2", 57, 64)
    with pytest.raises(RefusedError, match="injection is not for Hot"):
        trial.do("carl", "open visit", subject=subject, key="injection", on="2026-03-04")


def test_results_before_a_dose_are_no_older_than_the_visit_says(trial, subject):
    (regimen,) = trial.bus.protocol.arms["hot"].give
    assert str(regimen.measured_within) == "14 days"
    at = visit(trial, subject, "baseline", BASELINE_DAY)
    entered(trial, subject, "laboratory", [{"PLAT": 210.0, "PLAT lower": 150.0}], visit=at)
    trial.clock.to(dt.date(2026, 1, 30))
    dose = {"subject": subject, "drug": "177Lu-Dotatate", "amount": 7.4, "unit": "GBq"}
    with pytest.raises(RefusedError, match="platelets"):
        trial.do("carl", "give dose", on="2026-01-30", **dose)


def test_a_visit_at_any_time_is_held_when_there_is_need(trial, subject):
    first = visit(trial, subject, "unscheduled", "2026-01-19")
    again = visit(trial, subject, "unscheduled", "2026-01-20")
    names = [trial.rows("visit", id=one)[0]["name"] for one in (first, again)]
    assert names == ["Unscheduled, 2026-01-19", "Unscheduled, 2026-01-20"]
    entered(trial, subject, "laboratory", [{"PLAT": 210.0}], visit=again)
    _found, study = tabulated(trial)
    assert rows(study, "LB", subject, "VISIT", "LBDTC") == [(names[1], "2026-01-20")]
    with pytest.raises(RefusedError, match="was opened before"):
        visit(trial, subject, "unscheduled", "2026-01-20")


def of_arm(trial, arm):
    """Somebody of an arm; in a masked trial the allocation says it, not the answer."""
    while True:
        one = str(trial.do("carl", "screen", site=SITES[0])["subject"])
        trial.do("carl", "consent", subject=one, on="2026-01-05")
        (form,) = entered(trial, one, "demographics", [PEOPLE])
        trial.do("iris", "sign", form=form)
        trial.do("iris", "judge eligibility", subject=one, met=all_met(trial.bus.protocol))
        trial.do("carl", "randomize", subject=one)
        if trial.rows("allocation", subject=one)[0]["arm"] == arm:
            return one


DOSED = {"ECDOSE": 7.4}


def test_a_form_of_an_arm_is_refused_of_another(trial):
    cold = of_arm(trial, "cold")
    at = visit(trial, cold, "scan", "2026-04-06", encounter=1)
    for name, said in (("submit form", {"rows": [DOSED]}), ("save draft", {"answers": DOSED})):
        with pytest.raises(RefusedError) as found:
            trial.do("carl", name, subject=cold, key="dosing", visit=at, **said)
        told = "dosing is for Hot, which is not the arm of this subject"
        assert told in found.value.reasons
    screened = str(trial.do("carl", "screen", site=SITES[0])["subject"])
    trial.do("carl", "consent", subject=screened, on="2026-01-05")
    with pytest.raises(RefusedError) as found:
        trial.do("carl", "submit form", subject=screened, key="dosing", rows=[DOSED])
    assert f"dosing is of some arms, and {screened} is not randomized" in found.value.reasons


def told_of_each_arm(tmp_path):
    """What a coordinator of a masked trial is answered about a subject of either arm."""
    protocol = read(SPEC / "valid" / "forms.yaml")
    trial_node = protocol.trial.model_copy(update={"masking": "double blind"})
    masked = altered(protocol, trial=trial_node)
    trial = live("sqlite", tmp_path, protocol=masked, sites=SITES)
    told = []
    for arm in ("hot", "cold"):
        one = of_arm(trial, arm)
        with pytest.raises(RefusedError) as found:
            trial.do("carl", "submit form", subject=one, key="dosing", rows=[{"ECDOSE": "x"}])
        told.append([reason.replace(one, "S") for reason in found.value.reasons])
    trial.store.engine.dispose()
    return told


def test_who_may_not_know_an_arm_learns_none_by_a_form(tmp_path):
    hot, cold = told_of_each_arm(tmp_path)
    assert hot == cold


def test_a_form_that_tells_an_arm_is_found(tmp_path, monkeypatch):
    """Planted: everybody knows arms."""
    monkeypatch.setattr(submit_form, "arms_known", lambda *_, **__: submit_form.EACH_ARM)
    hot, cold = told_of_each_arm(tmp_path)
    assert hot != cold
