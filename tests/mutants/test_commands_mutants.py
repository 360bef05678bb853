"""A planted bug in the commands turns what they promise red."""

import pytest

from equipoise.conduct.commands import bus
from equipoise.conduct.commands.allocating import randomize
from equipoise.conduct.commands.entering import correct
from equipoise.conduct.store.store import StoreError
from equipoise.conduct.store.unit import Unit
from support.conducted import live
from support.mutants import plant
from support.stores import SQLITE
from unit.conduct.commands import test_commands, test_nulls, test_refusals


def rows_changed_are_rows_audited(folder):
    test_nulls.walk(test_nulls.watched(folder))


def slots_are_those_of_the_list(folder):
    trial = live(SQLITE, folder)
    for _ in range(6):
        trial.randomized()
    assert test_commands.replayed(trial) == 6


_saved = {}


def read_before(unit, kind, stratum):
    """A slot that was read some time ago, to be saved now."""
    if (unit.at[:10], kind, stratum) not in _saved:
        _saved[unit.at[:10], kind, stratum] = unit.row("stratum", kind, stratum)
    return _saved[unit.at[:10], kind, stratum]


def no_arm_in_a_refusal(folder):
    trial = live(SQLITE, folder)
    subject = trial.do("carl", "screen", site="A")["subject"]
    trial.do("dsmb", "pause", reason="safety")
    test_refusals.refused(trial, "carl", "randomize", subject=subject)


def unblinding_has_a_reason(folder):
    trial = live(SQLITE, folder)
    subject = trial.randomized()
    test_refusals.refused(trial, "iris", "unblind", subject=subject)


def what_is_frozen_stays(folder):
    trial = live(SQLITE, folder)
    subject = trial.randomized()
    trial.do("dana", "freeze")
    correction = {"form": trial.baseline_form(subject), "item": "AGE", "answer": 1, "reason": "x"}
    test_refusals.imported_is_refused(trial, correction)


def a_change_voids(folder):
    test_commands.test_a_change_voids_a_signature_and_both_stay_readable(live(SQLITE, folder))


SLOT = 'unit.row("stratum", kind, _served_by(desk, stratum), lock=True)'
READ = "read_before(unit, kind, _served_by(desk, stratum))"
RECORD = 'self._record("form", (form,)).values[item] = told'
ARMS = 'yield ", ".join(desk.protocol.arms)'
PLACE, STRATA = 'yield f"the trial is', 'yield f"the {key} form is not entered"'
MUTANTS = {
    "audit that skips a value taken away": (
        rows_changed_are_rows_audited, Unit.value, RECORD,
        f"if told[1][1] is not None: {RECORD}",
    ),
    "audit that skips a first entry": (
        rows_changed_are_rows_audited, Unit.value, RECORD, f"if told[0] is not None: {RECORD}",
    ),
    "slot read before and saved later": (
        slots_are_those_of_the_list, randomize.Randomize.do, SLOT, READ,
    ),
    "slot left out": (
        slots_are_those_of_the_list, randomize.Randomize.do, "slot.number + 1", "slot.number + 2",
    ),
    "arm in a reason": (
        no_arm_in_a_refusal, randomize._against_place, PLACE, f"{ARMS}\n        {PLACE}",
    ),
    "arm in place of a reason": (no_arm_in_a_refusal, randomize._against_strata, STRATA, ARMS),
    "unblinding without a reason": (
        unblinding_has_a_reason, bus._in_general, "if command.asks_why and", "if False and",
    ),
    "freeze that lets an import through": (
        what_is_frozen_stays, bus._against_shut, "if command.of_data:",
        "if command.of_data and command.name != 'correct':",
    ),
    "signature that outlives a change": (
        a_change_voids, correct.Correct.do, "void_signatures(desk, self.form)", "pass",
    ),
}  # fmt: skip


@pytest.mark.parametrize("bug", MUTANTS)
def test_a_bug_is_seen(bug, tmp_path, monkeypatch):
    promise, function, old, new = MUTANTS[bug]
    promise(tmp_path / "well")
    monkeypatch.setattr(randomize, "read_before", read_before, raising=False)
    plant(monkeypatch, function, old, new)
    with pytest.raises((AssertionError, pytest.fail.Exception, StoreError)):
        promise(tmp_path / "ill")
