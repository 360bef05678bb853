"""A planted bug in the store turns what it promises red."""

import pytest

from equipoise.conduct.store import anchors, engine, receipts, store, unit, verify
from equipoise.conduct.store.store import Store
from equipoise.conduct.store.tables import by_key
from equipoise.conduct.store.unit import Unit
from support.conducted import live, small
from support.mutants import holds, plant
from support.stores import POSTGRESQL, SQLITE, running
from unit.conduct.store import test_receipts, test_store, test_verify, test_writers


def guards_hold(folder):
    test_verify.test_or_replace_is_refused_by_each_of_two_guards(folder)


def every_value_is_told(folder):
    """From nothing to a value, and from a value to nothing."""
    store, _ = test_verify.filled(SQLITE, folder)
    with store.unit() as one:
        row = one.row("site", "A", lock=True)
        row = one.change("site", row, because="said")
        one.end()
        one.change("site", row, because=None)
    assert '"because":[null,"said"]' in test_store.bodies(store)[-2]
    assert '"because":["said",null]' in test_store.bodies(store)[-1]
    assert test_verify.looked_at(store).faults == ()


def respelling_is_found(folder):
    store, where = test_verify.filled(SQLITE, folder)
    attacker = test_verify.Attacker(SQLITE, where)
    attacker.off()
    expected = test_verify.respelled(attacker)
    assert expected in "\n".join(test_verify.looked_at(store).faults)


def writers_take_turns(folder):
    test_writers.compete(SQLITE, folder)


def writers_lock_rows(folder):
    test_writers.compete(POSTGRESQL, folder)


def receipts_hold(folder):
    trial = live(SQLITE, folder, protocol=small(40))
    test_receipts.test_each_allocation_is_proved_and_no_other_arm(trial)
    test_receipts.test_what_was_written_anew_is_found(trial)


def anchors_come_in_time(folder):
    test_receipts.test_a_quarter_of_an_hour_after_an_anchor_the_next_command_brings_one(
        live(SQLITE, folder, protocol=small(40))
    )


IMPORTING = (store, test_receipts)
HASH = 'hashed(f"{before}\\n{chain}\\n{n}\\n{body}".encode())'
ANEW = 'hashed(f"{before}\\n{chain}\\n{n}\\n{json.dumps(loads(body), separators=(chr(44), chr(58)))}".encode())'  # noqa: E501
CHANGED = "if before[name] != value}"
MUTANTS = [
    (guards_hold, engine._connected, '"recursive_triggers=ON"', '"recursive_triggers=OFF"'),
    (every_value_is_told, Unit.change, CHANGED, "if before[name] != value and value is not None}"),
    (every_value_is_told, Unit._tell, "columns = self", "if before is None: return\n    columns = self"),  # noqa: E501
    (respelling_is_found, verify.walked, HASH, ANEW),
    (receipts_hold, receipts.against_receipt, "told != sealed", "told is sealed"),
    (receipts_hold, receipts.against_receipt, "elif not opens", "elif False and not opens"),
    (receipts_hold, receipts._is_outside, "[1:] == expected", "[1:-1] == expected[:-1]"),
    (anchors_come_in_time, Store.anchor_in_time, "if at_once or", "if at_once and"),
    (anchors_come_in_time, anchors.is_due, ">= ANCHOR_EVERY", ">= 9 * ANCHOR_EVERY"),
    (writers_take_turns, engine._begun, '"BEGIN IMMEDIATE"', '"BEGIN DEFERRED"'),
]  # fmt: skip


@pytest.mark.parametrize(("promise", "function", "old", "new"), MUTANTS)
def test_a_bug_is_seen(promise, function, old, new, tmp_path, monkeypatch):
    holds(promise)
    also = tuple(one for one in IMPORTING if hasattr(one, function.__name__))
    plant(monkeypatch, function, old, new, also=also)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        promise(tmp_path / "ill")


def test_rows_that_are_not_locked_are_seen(tmp_path, monkeypatch):
    running()
    monkeypatch.setattr(unit, "by_key", lambda table, lock: by_key(table, False))
    with pytest.raises(AssertionError):
        writers_lock_rows(tmp_path)
