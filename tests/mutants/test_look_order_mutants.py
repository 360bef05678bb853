"""Looks held or decided in another order must turn the twins of the two roads red."""

from equipoise.adam import study
from equipoise.design.monitor import monitor
from equipoise.meaning import looks
from equipoise.meaning.multiplicity import holm
from equipoise.simulation.kernel import decisions
from equipoise.simulation.kernel.shares import shares_of
from equipoise.simulation.object import without_records
from support.decided import pair
from support.interleaved import differences, look_days, waiting
from support.mutants import plant


def test_a_look_that_does_not_wait_is_found(monkeypatch):
    rule = "clock.later([own, clock.look(look.after)])"
    plant(monkeypatch, looks.held_day, rule, "own", also=(study, without_records))
    days = [look_days(waiting(), trial=trial) for trial in (2, 3)]
    assert any(len(set(of)) > 1 for one in days for of in one.values())


def test_a_level_that_is_not_that_of_the_rejection_is_found(monkeypatch):
    plant(monkeypatch, monitor._level, "if not graph.rejected[i]", "if i >= 0")
    assert differences("the last waits for the one before")


def test_what_is_not_tested_again_is_found(monkeypatch):
    rule = shares_of(holm("AB"))
    assert pair(rule, 1.3, 1.7, days=(1, 2)) == [decisions.BENEFIT, decisions.BENEFIT]
    plant(monkeypatch, decisions._reject, "comes <= turn.now", "comes == turn.now")
    assert pair(rule, 1.3, 1.7, days=(1, 2)) == [decisions.NOT_SHOWN, decisions.BENEFIT]
