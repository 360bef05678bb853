"""Checks: values in, findings out."""

import pytest

from equipoise.conduct.forms.checks import check_answers
from equipoise.conduct.toxicity import Grading
from equipoise.meaning.check import read
from equipoise.meaning.forms.resolve import forms_of
from support.spec import SPEC

TEXT = (SPEC / "valid" / "forms.yaml").read_text("utf-8")
BY = Grading("4.03")
AE = {"AETERM": "Sepsis", "AESTDTC": "2026-02-10"}


def found(key, said, *checks, also=None):
    """What the checks of a form say, those of the case or these instead."""
    text = TEXT
    if checks:
        head, rest = text.split("checks:\n")
        own = "\n".join(f"  - {one}" for one in checks)
        rest = rest.partition("questionnaires:\n")[2]
        text = f"{head}checks:\n{own}\nquestionnaires:\n{rest}"
    form = forms_of(read(text))[key]
    return [(one.severity, one.says) for one in check_answers(form, said, also=also, grading=BY)]


def test_a_number_is_judged_in_its_own_unit():
    asked = [("ask", "Hemoglobin 260: is the unit g/L?")]
    assert found("laboratory", {"HGB": 260.0}) == asked
    assert found("laboratory", {"HGB": 26.0, "HGB unit": "g/dL"}) == [
        ("ask", "Hemoglobin 26: is the unit g/L?")
    ]
    assert found("laboratory", {"HGB": 13.1, "HGB unit": "g/dL"}) == []
    assert found("laboratory", {"HGB": 250.0}) == []


def test_a_grade_needs_a_limit_of_normal():
    row = {"PLAT": 60.0, "PLAT lower": 150.0}
    assert found("laboratory", row) == [("note", "Platelets 60: a dose may wait")]
    assert found("laboratory", {"PLAT": 60.0}) == []


@pytest.mark.parametrize(
    ("start", "end", "stopped"),
    [
        ("2026-02-10", "2026-02-09", True),
        ("2026-02-10", "2026-02-10", False),
        ("2026-02-10", "2026-01", True),
        ("2026-02-10", "2026-02", False),  # it may have ended on the 20th
        ("2026", "2026-02-09", False),
        ("2026-02", "2025", True),
        ("2026-02-10", None, False),
    ],
)
def test_of_two_dates_as_far_as_they_are_known(start, end, stopped):
    said = {**AE, "AESTDTC": start, "AEENDTC": end}
    expected = [("stop", "It ended before it began")] if stopped else []
    assert found("adverse event", said) == expected


def test_what_is_not_answered_satisfies_nothing():
    serious = {**AE, "AESER": "Y", "AETOXGR": 2}
    text = 'AESER = "Y" and AETOXGR < 3 and AEOUT != "FATAL"'
    assert found("adverse event", {**serious, "AEOUT": "UNKNOWN"}) == [("ask", text)]
    assert found("adverse event", {**serious, "AEOUT": "FATAL"}) == []
    assert found("adverse event", serious) == []


def test_what_was_told_once_of_the_subject_can_be_asked():
    therapy = {"therapy": "X", "category": "ANTI-CANCER THERAPY"}
    assert found("therapy", therapy, also={"AGE": 95.0}) != []
    assert found("therapy", therapy, also={"AGE": 60.0}) == []


def test_not_or_and_a_missing_answer():
    check = '{on: adverse event, note: not AESER = "Y" or AEENDTC is missing, say: "of {AETERM}"}'
    assert found("adverse event", {**AE, "AESER": "N", "AEENDTC": "2026-02-11"}, check) == [
        ("note", "of Sepsis")
    ]
    assert found("adverse event", {**AE, "AESER": "Y"}, check) == [("note", "of Sepsis")]
    assert found("adverse event", {**AE, "AESER": "Y", "AEENDTC": "2026-02-11"}, check) == []


def test_a_plain_form_of_results_is_asked_by_the_code_of_the_test():
    head, rest = TEXT.split("  laboratory:\n")
    text = head + "  tumor assessment:\n" + rest.split("  tumor assessment:\n", 1)[1]
    text = text.replace("  - {on: laboratory, note", "  - {on: laboratory, note")
    form = forms_of(read(text))["laboratory"]
    row = {"code": "HGB", "value": 26.0, "unit": "g/dL"}
    assert [one.severity for one in check_answers(form, row)] == ["ask"]
    assert check_answers(form, {**row, "code": "ALB"}) == ()
