"""A planted bug in rules of queries, grades or conformance turns what they promise red."""

import pytest

from equipoise.adam.queries import asked
from equipoise.conduct.commands import bus
from equipoise.conduct.commands.doses import give_dose, hold_dose, of_dose
from equipoise.conduct.commands.entering import by_rules, checking
from equipoise.sdtm.conform import actions, conducted
from equipoise.sdtm.tabulate import graded, observations
from support.conducted import live, plain_netter
from support.mutants import holds, plant
from support.stores import SQLITE
from unit.conduct import test_masked
from unit.sdtm import test_conducted_rules, test_graded
from unit.service import test_asker


def trial_with_event(folder):
    trial = live(SQLITE, folder, protocol=plain_netter())
    form = test_asker.ungraded(trial, trial.randomized())
    return trial, form


def raised(trial):
    return asked.ask_by_rules(trial.store, trial.bus.protocol).raised


def it_is_asked_once(folder):
    trial, _ = trial_with_event(folder)
    (query,) = raised(trial)
    assert raised(trial) == []
    trial.do("carl", "answer query", query=query, text="nobody wrote it down")
    trial.do("dana", "close query", query=query)
    assert raised(trial) == []


def it_stays_until_its_own_fault_is_gone(folder):
    trial, form = trial_with_event(folder)
    (query,) = raised(trial)
    trial.do("carl", "correct", form=form, item="term", answer="Vomiting", reason="a slip")
    assert trial.rows("query", id=query)[0]["state"] == "open"


def what_is_frozen_is_left(folder):
    trial, _ = trial_with_event(folder)
    trial.do("dana", "freeze")
    assert raised(trial) == []


def no_drug_is_told(folder):
    trial, _ = trial_with_event(folder)
    given = {"subject": trial.randomized(), "drug": "octreotide LAR", "amount": 31, "unit": "mg"}
    trial.do("phil", "give dose", **given, on=str(trial.clock.now.date()), reason="the vial")
    assert len(raised(trial)) == 2
    texts = [one["text"] + one["value"] for one in trial.rows("query")]
    assert not [text for text in texts if "octreotide" in text]


def grades_are_those_of_adlb(_):
    test_graded.test_grades_are_those_of_adlb("5.0")


def a_reason_beside_both_arms_is_told(_):
    test_conducted_rules.test_one_fault_one_finding("a reason beside both arms")


def a_dose_on_the_day_is_what_was_done(_):
    test_conducted_rules.test_what_was_done_agrees_with_the_doses("reduced on the day")


def one_of_two_drugs_is_enough(_):
    test_conducted_rules.test_what_was_done_agrees_with_the_doses("one of two drugs withdrawn")


def a_masked_site_reads_no_drug(folder):
    assert test_masked.told(test_masked.dosed(SQLITE, folder), folder) == []


WHEN_BY_RULE = 'bool(turns) and turns[-1]["kind"] == CLOSED_BY_RULE'
OF_CHECKS = '(one["rule"] or "").startswith(f"{form[\'key\']} check ")'
MUTANTS = {
    "a query that is raised again": (
        it_is_asked_once, by_rules._followed, "if key not in known]", "if key]",
    ),
    "a query that a person closed, asked again": (
        it_is_asked_once, by_rules._closed_by_rule, WHEN_BY_RULE, "bool(turns)",
    ),
    "a query that any correction closes": (
        it_stays_until_its_own_fault_is_gone, checking._standing, OF_CHECKS,
        'one["rule"] is not None',
    ),
    "a freeze that lets rules write": (
        what_is_frozen_is_left, by_rules._followed, "subject=subject) is not None",
        "subject=subject) == 0",
    ),
    "a query that names a drug": (
        no_drug_is_told, asked._Asking._words, "if domain not in _OF_ARMS and", "if domain or",
    ),
    "a baseline after the first dose": (
        grades_are_those_of_adlb, graded._asked, "last_before(timed, *_KEY)",
        'timed.unique(_KEY, keep="last", maintain_order=True)',
    ),
    "a grade of the other direction": (
        grades_are_those_of_adlb, graded.graded, 'pl.when(is_high).then("_high")',
        'pl.when(is_high).then("_low")',
    ),
    "an arm that is no code": (
        a_reason_beside_both_arms_is_told, conducted._is_arm, "codes.is_not_null()",
        "codes.is_null()",
    ),
    "a dose of the day taken for the one before": (
        a_dose_on_the_day_is_what_was_done, actions._around, '"first") < pl', '"first") <= pl',
    ),
    "a drug that was withdrawn taken for another": (
        one_of_two_drugs_is_enough, actions._against, "expr.fill_null(False).all()",
        "expr.fill_null(False).any()",
    ),
    "a dose of a masked trial on its site's chain": (
        a_masked_site_reads_no_drug, bus.Bus._do, "else CENTRAL_IF_MASKED", "else frozenset()",
    ),
    "a deviation of a masked trial that names the drug": (
        a_masked_site_reads_no_drug, of_dose.note_departure, "== OPEN_LABEL", "!= OPEN_LABEL",
    ),
}  # fmt: skip


@pytest.mark.parametrize("bug", MUTANTS)
def test_a_bug_is_seen(bug, tmp_path, monkeypatch):
    promise, function, old, new = MUTANTS[bug]
    holds(promise)
    also = tuple(
        one for one in (give_dose, hold_dose, observations) if hasattr(one, function.__name__)
    )
    plant(monkeypatch, function, old, new, also=also)
    with pytest.raises((AssertionError, ValueError)):
        promise(tmp_path / "ill")
