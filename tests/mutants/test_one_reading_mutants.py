"""A protocol read otherwise in one place must turn the matrix of the rooms red."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from equipoise.adam import study
from equipoise.analysis.samples import of_estimand
from equipoise.design.plan import amounts, look_times
from equipoise.meaning import figures, hypotheses, looks, options, rates
from equipoise.simulation.operating import published
from support.mutants import plant
from support.reading.cases import cases
from support.reading.matrix import compare
from support.reading.trial import Reading


def faults(case: str, rooms: Sequence[str]) -> list[str]:
    """What the rooms say of a case that is not so, on data made anew."""
    return compare(Reading(cases()[case]), rooms).faults


class Planted(NamedTuple):
    """A bug: the case and the rooms that find it, the function, and what stands where in it.

    also : the modules that hold the function by its name
    """

    case: str
    rooms: tuple[str, ...]
    function: Any
    right: str
    wrong: str
    also: tuple[ModuleType, ...] = ()


MUTANTS: dict[str, Planted] = {
    "which arms: the last pair for the first": Planted(
        "three arms, nothing said about which are compared",
        ("meaning", "plan", "object", "unrecorded"),
        hypotheses._pair,
        "pairs[0]",
        "pairs[-1]",
    ),
    "which estimand: the first of the endpoint for the one that is named": Planted(
        "two estimands of one endpoint, the second is asked about",
        ("meaning", "plan", "kernel"),
        hypotheses.estimand_key,
        "if named is not None:",
        "if named is None:",
    ),
    "what a look counts: the events of all arms": Planted(
        "events of the pair, not of all arms",
        ("kernel", "unrecorded"),
        study._Dates.events,
        "is_in(self._h.arms)",
        "is_in(list(self._study.protocol.arms))",
    ),
    "who responds: whoever read it": Planted(
        "two readers",
        ("object",),
        of_estimand._responses,
        'table.filter(pl.col("READER") == asked.reader)',
        "table",
    ),
    "accrual: rates that do not stop at `randomize`": Planted(
        "accrual that would bring more than are randomized stops with the last",
        ("check", "plan", "patients"),
        rates._until,
        "return Steps((*kept, end), (*a_day[: len(kept)], 0.0))",
        "return Steps.lasting(spans, a_day)",
    ),
    "what a look counts: subjects of the pair alone": Planted(
        "a mean of 600 in three arms",
        ("plan",),
        look_times._Amounts.subjects,
        "count * self._planned.hypothesis.share",
        "float(count)",
    ),
    "alpha: the whole, whatever the weight": Planted(
        "a graph",
        ("meaning", "plan", "synopsis"),
        hypotheses._level,
        "(whole * weight, False)",
        "(whole, False)",
    ),
    "when: a share of the information, rounded down": Planted(
        "a share of the events of the last look",
        ("kernel", "object"),
        looks.count_at,
        "ceil(",
        "int(",
        (amounts,),
    ),
    "when: the sooner of two": Planted(
        "the later of events and a time, which is the later",
        ("kernel", "unrecorded"),
        study._Dates.later,
        "max(known)",
        "min(known)",
    ),
    "which number: that of nobody in particular": Planted(
        "three arms, the first dose is left out",
        ("published",),
        figures.places,
        "pairs[:1]",
        "pairs[:0]",
        (published,),
    ),
    "who: those who followed, whenever they came": Planted(
        "a mean of 600 in three arms",
        ("meaning",),
        looks._trigger,
        "AtSubjects(look.subjects, followed)",
        "AtSubjects(look.subjects)",
    ),
}


@pytest.mark.parametrize("what", MUTANTS)
def test_another_reading_is_found(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    one = MUTANTS[what]
    assert faults(one.case, one.rooms) == []
    plant(monkeypatch, one.function, one.right, one.wrong, also=one.also)
    assert faults(one.case, one.rooms) != []


def test_another_default_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    case, rooms = "Fleming-Harrington without options", ("kernel", "object")
    weight = options.FlemingHarringtonOptions
    assert faults(case, rooms) == []
    try:
        with monkeypatch.context() as planted:
            planted.setattr(weight.model_fields["gamma"], "default", 0.0)
            weight.model_rebuild(force=True)
            assert faults(case, rooms) != []
    finally:
        weight.model_rebuild(force=True)
