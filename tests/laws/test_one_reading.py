"""One reading: every room takes a protocol to mean the same, or refuses by name.

The cases stand in tests/cases/reading, with what they mean by hand; the rooms in
tests/support/reading.
"""

from __future__ import annotations

from functools import cache

import pytest

from equipoise.analysis.methods.registry import COMPUTED
from equipoise.meaning.methods import IN_SUBGROUPS, METHODS
from equipoise.reporting.recompute import proportions
from equipoise.simulation.kernel.tests import KERNELS
from support.reading.cases import cases
from support.reading.matrix import Compared, compare
from support.reading.rooms import ROOMS
from support.reading.trial import Reading

PROTOCOLS, COMPARISONS = 50, 3500  # at least so many
QUESTIONS = {
    "estimand",
    "arms",
    "unit",
    "test",
    "level",
    "pair",
    "waits",
    "words",
    "planned amount",
    "day",
    "counted",
    "events",
    "responders",
    "rate",
    "z",
    "p",
    "hazard ratio",
    "bound",
    "bound at the start",
    "futility at the start",
    "decision",
    "explained",
    "accrual days",
    "events by the end",
    "power",
    "margin",
}


@cache
def compared(name: str) -> Compared:
    return compare(Reading(cases()[name]))


@pytest.mark.parametrize("name", cases())
def test_the_rooms_agree(name: str) -> None:
    assert compared(name).faults == []


def test_enough_rooms_were_asked_often_enough() -> None:
    done = [compared(name) for name in cases()]
    rooms = set().union(*(one.rooms for one in done))
    questions = set().union(*(one.questions for one in done))
    comparisons = sum(one.comparisons for one in done)
    refused = sum(len(one.refused) for one in done)
    print(
        f"{len(done)} protocols, {len(rooms)} rooms, {len(questions)} questions: "
        f"{comparisons} comparisons, {refused} refusals by name"
    )
    assert rooms == set(ROOMS)
    assert questions >= QUESTIONS
    assert len(done) >= PROTOCOLS
    assert comparisons >= COMPARISONS


def test_every_attachment_is_of_a_method() -> None:
    assert set(COMPUTED) == set(METHODS)
    assert set(KERNELS) == {name for name, method in METHODS.items() if method.simulated}
    assert set(IN_SUBGROUPS) <= set(METHODS)
    assert {m.planned_as for m in METHODS.values() if m.planned_as} <= set(METHODS)
    assert {*proportions._RATES, *proportions._DIFFERENCES} <= set(METHODS)
