"""One patient's chart: what was given and measured, as dose rules ask for it on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from equipoise.arrays import Ints
from equipoise.conduct.measures import UNGRADED, Column, Declared, Measures
from equipoise.conduct.toxicity import Grading, baselines, toxicity_grade
from equipoise.laboratory.ctcae.terms import TEST_WORDS


class Result(NamedTuple):
    """One finding on one day; `value` or `grade`, or both.

    name : as the rules call it (`platelets`) or the LBTESTCD
    lower, upper : the limits of normal, in the same unit
    """

    on: dt.date
    name: str
    value: float | None = None
    unit: str = ""
    grade: int | None = None
    lower: float | None = None
    upper: float | None = None


class Dose(NamedTuple):
    """One dose as given, in the regimen's unit."""

    on: dt.date
    amount: float


class Ended(NamedTuple):
    """Why nothing more is given: death, progression, withdrawal."""

    on: dt.date
    why: str


class Chart(NamedTuple):
    """All that is known of one patient and one drug.

    left_out : doses that were skipped since the one from which the next is counted
    ctcae : the version by which values are graded; None where the protocol names none
    treated : first day of any drug; None before it
    baseline : what was told once, such as age and weight
    """

    randomized: dt.date
    given: Sequence[Dose] = ()
    results: Sequence[Result] = ()
    ended: Ended | None = None
    left_out: int = 0
    ctcae: str | None = None
    treated: dt.date | None = None
    baseline: Measures = Measures({}, {}, {})


def known_on(chart: Chart, day: dt.date, *, within: int | None = None) -> Measures:
    """The latest of each finding on a day, for one patient, and what was told once.

    A finding from before the previous dose says nothing of what that dose has done, and is not
    known any more. One of the day of a dose was made before it.

    within : days; an older finding is not known either
    """
    value: dict[str, Column] = dict(chart.baseline.value)
    grade: dict[str, Ints] = {}
    told: dict[str, Declared] = dict(chart.baseline.unit)
    latest, by = _latest(chart, day, within), _grading(chart)
    grades = {one: np.array([_grade(one, _code(one.name), by)]) for one in set(latest.values())}
    for name, one in latest.items():
        value[name] = np.array([np.nan if one.value is None else one.value])
        grade[name] = grades[one]
        told[name] = Declared(one.unit, _code(one.name), chart.ctcae)
    return Measures(value, grade, told)


def _latest(chart: Chart, day: dt.date, within: int | None) -> dict[str, Result]:
    """The finding that counts on a day, by each of its names."""
    last = max((dose.on for dose in chart.given), default=None)
    found: dict[str, Result] = {}
    for one in sorted(chart.results, key=lambda result: result.on):
        is_stale = within is not None and (day - one.on).days > within
        if one.on <= day and not is_stale and (last is None or one.on > last):
            found |= dict.fromkeys(_names(one.name), one)
    return found


@cache
def _names(name: str) -> frozenset[str]:
    code = _code(name)
    words = {word for word, known in TEST_WORDS.items() if known == code}
    return frozenset({name.lower(), code.lower()} | words)


def _grading(chart: Chart) -> Grading:
    """By what the values are graded: against the baseline, once a dose was given."""
    first = chart.treated or min((dose.on for dose in chart.given), default=None)
    if first is None:
        return Grading(chart.ctcae)
    named = (one._replace(name=_code(one.name)) for one in chart.results)
    return Grading(chart.ctcae, baselines(named, until=first))


def _code(name: str) -> str:
    return TEST_WORDS.get(name.lower(), name.upper())


def _grade(one: Result, code: str, by: Grading) -> int:
    if one.grade is not None:
        return one.grade
    if one.value is None:
        return UNGRADED
    found = toxicity_grade(
        np.array([one.value]), code=code, unit=one.unit, lower=one.lower, upper=one.upper,
        version=by.version, base=by.base(code, one.value, one.unit),
    )  # fmt: skip
    return int(found[0])
