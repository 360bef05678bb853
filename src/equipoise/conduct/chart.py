"""One patient's chart: what was given and measured, as dose rules ask for it on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from equipoise.arrays import Ints
from equipoise.conduct.measures import UNGRADED, Column, Declared, Measures
from equipoise.conduct.toxicity import toxicity_grade

# The words by which dose rules call the tests that they grade.
CODES: Final = {
    "neutrophils": "NEUT",
    "platelets": "PLAT",
    "lymphocytes": "LYM",
    "leukocytes": "WBC",
    "hemoglobin": "HGB",
    "creatinine": "CREAT",
    "bilirubin": "BILI",
    "alanine aminotransferase": "ALT",
    "aspartate aminotransferase": "AST",
    "albumin": "ALB",
}


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
    """

    randomized: dt.date
    given: Sequence[Dose] = ()
    results: Sequence[Result] = ()
    ended: Ended | None = None
    left_out: int = 0


def known_on(chart: Chart, day: dt.date, *, within: int | None = None) -> Measures:
    """The latest of each finding on a day, for one patient.

    A finding from before the previous dose says nothing of what that dose has done, and is not
    known any more. One of the day of a dose was made before it.

    within : days; an older finding is not known either
    """
    last = max((dose.on for dose in chart.given), default=None)
    value: dict[str, Column] = {}
    grade: dict[str, Ints] = {}
    told: dict[str, Declared] = {}
    for one in sorted(chart.results, key=lambda result: result.on):
        is_stale = within is not None and (day - one.on).days > within
        if one.on > day or is_stale or (last is not None and one.on <= last):
            continue
        code = CODES.get(one.name.lower(), one.name.upper())
        for name in _names(one.name, code):
            value[name] = np.array([np.nan if one.value is None else one.value])
            grade[name] = np.array([_grade(one, code)])
            told[name] = Declared(one.unit, code)
    return Measures(value, grade, told)


def _names(name: str, code: str) -> set[str]:
    words = {word for word, known in CODES.items() if known == code}
    return {name.lower(), code.lower()} | words


def _grade(one: Result, code: str) -> int:
    if one.grade is not None:
        return one.grade
    if one.value is None:
        return UNGRADED
    limits = {"lower": one.lower, "upper": one.upper}
    return int(toxicity_grade(np.array([one.value]), code=code, unit=one.unit, **limits)[0])
