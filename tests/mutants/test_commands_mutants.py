"""A planted bug in the commands turns what they promise red."""

import pytest

from equipoise.conduct.commands import bus
from equipoise.conduct.commands.allocating import (
    activate_list,
    open_envelope,
    randomize,
    seal_envelopes,
    sign_imported_list,
    slots,
)
from equipoise.conduct.commands.entering import correct
from equipoise.conduct.store.store import StoreError
from equipoise.conduct.store.unit import Unit
from support.conducted import live, opened, small
from support.mutants import holds, plant
from support.stores import SQLITE
from unit.conduct.commands import (
    test_commands,
    test_envelopes,
    test_import_list,
    test_nulls,
    test_refusals,
)


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


def what_is_set_aside_is_not_served(folder):
    trial = live(SQLITE, folder, protocol=small(40))
    test_envelopes.test_what_is_set_aside_is_served_to_nobody_else(trial)


def an_envelope_keeps_its_time(folder):
    trial = live(SQLITE, folder, protocol=small(40))
    test_envelopes.test_an_envelope_is_entered_with_its_own_time_and_what_was_skipped(trial)


def an_import_is_signed_for(folder):
    trial = opened(SQLITE, folder, protocol=small(6))
    test_import_list.test_old_allocations_are_not_continued_without_a_signature(trial)


IMPORTING = (activate_list, open_envelope, randomize)
SLOT = 'unit.row("stratum", kind, served_by(desk, stratum), lock=True)'
READ = "read_before(unit, kind, served_by(desk, stratum))"
RECORD = 'self._record("form", (form,)).values[item] = told'
ARMS = 'yield ", ".join(desk.protocol.arms)'
PLACE, STRATA = 'yield f"the trial is', 'yield f"the {key} form is not entered"'
MUTANTS = {
    "audit that skips a value taken away": (
        rows_changed_are_rows_audited, Unit.value, RECORD,
        f"if told[1][1] is not None: {RECORD}",
    ),
    "audit that skips a first entry": (
        rows_changed_are_rows_audited, Unit.values, "for item, new in told.items():",
        "for item, new in ():",
    ),
    "slot read before and saved later": (
        slots_are_those_of_the_list, slots.use_next_slot, SLOT, READ,
    ),
    "slot left out": (
        slots_are_those_of_the_list, slots.use_next_slot, "slot.number + 1", "slot.number + 2",
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
    "envelope that is served to others too": (
        what_is_set_aside_is_not_served, seal_envelopes.SealEnvelopes.do,
        'next=row["next"] + self.slots', 'next=row["next"]',
    ),
    "envelope entered at the time of its entry": (
        an_envelope_keeps_its_time, slots.write_allocation, "randomized=at or unit.at",
        "randomized=unit.at",
    ),
    "envelope passed over without a word": (
        an_envelope_keeps_its_time, open_envelope.RandomizeByEnvelope.do,
        "departures += [", "departures and [",
    ),
    "import continued without a signature": (
        an_import_is_signed_for, sign_imported_list.against_unsigned,
        "if found is not None and not", "if False and not",
    ),
    "signature that outlives a change": (
        a_change_voids, correct.Correct.do, "void_signatures(desk, self.form)", "pass",
    ),
}  # fmt: skip


@pytest.mark.parametrize("bug", MUTANTS)
def test_a_bug_is_seen(bug, tmp_path, monkeypatch):
    promise, function, old, new = MUTANTS[bug]
    holds(promise)
    monkeypatch.setattr(slots, "read_before", read_before, raising=False)
    also = tuple(one for one in IMPORTING if hasattr(one, function.__name__))
    plant(monkeypatch, function, old, new, also=also)
    with pytest.raises((AssertionError, pytest.fail.Exception, StoreError)):
        promise(tmp_path / "ill")
