"""Laboratory values: a person's own level, its fall after each dose and its recovery, and noise."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from equipoise.arrays import Bools, Floats, Ints
from equipoise.conduct.clearance import (
    CLEARANCE_NAMES,
    CLEARANCE_UNIT,
    CREATININE,
    clearance_from,
)
from equipoise.conduct.measures import UNGRADED, Column, Declared, Measures
from equipoise.conduct.toxicity import toxicity_grade
from equipoise.laboratory.ctcae.one_test import asks_for_baseline
from equipoise.patients.keyed_draws import normals
from equipoise.patients.people import People
from equipoise.protocol.model import LabTruth, Truth

_LARGEST_FALL = 0.97
_DAY_SHIFT = 400  # so that days before randomization have draw numbers too
_DEFAULT_NADIR_DAYS, _DEFAULT_RECOVERY_DAYS = 35, 56


class Courses(NamedTuple):
    """The doses that move laboratory values: of n patients, up to c doses.

    day : (n, c) study day, NEVER where none was given; strength : (n, c) share of the full dose
    """

    day: Ints
    strength: Floats


class DrawnTest(NamedTuple):
    """One test in n patients."""

    truth: LabTruth
    version: str | None  # of CTCAE, by which it is graded
    level: Floats  # (n,) the person's own level
    fall: Floats  # (n,) share lost at the deepest point after a full dose
    rank: Floats  # (n,) in (0, 1): how deep the patient's values fall among all; 0 is the deepest


def lab_tests(who: People, truth: Truth, *, ctcae: str | None) -> tuple[DrawnTest, ...]:
    """Each test of the truth with every patient's level and sensitivity."""
    return tuple(_lab_test(who, test, ctcae) for test in truth.labs)


def _lab_test(who: People, test: LabTruth, ctcae: str | None) -> DrawnTest:
    z = normals(who.body, f"lab:{test.code}", numbers=2)
    level = np.maximum(test.mean + test.sd * z[:, 0], 0.3 * test.mean)
    typical = np.array([test.nadir.get(arm, 0.0) for arm in who.arms])[who.arm]
    fall = np.minimum(typical * np.exp(test.spread * z[:, 1]), _LARGEST_FALL)
    return DrawnTest(test, ctcae, level, fall, ndtr(-z[:, 1]))


def lab_value(who: People, test: DrawnTest, day: Ints, courses: Courses) -> Floats:
    """The value of one test on a study day of each patient.

    day : (n, k); a value on the day of a dose is taken before it
    Returns  (n, k), rounded as a laboratory reports it; a day has the same value every time.
    """
    at = nadir_days(test.truth)
    back = test.truth.recovers_in.whole_days if test.truth.recovers_in else _DEFAULT_RECOVERY_DAYS
    value = np.broadcast_to(test.level[:, None], day.shape).copy()
    for c in range(courses.day.shape[1]):
        since = (day - courses.day[:, c : c + 1]).astype(np.float64)
        depth = np.interp(since, [0.0, at, at + back], [0.0, 1.0, 0.0], left=0.0, right=0.0)
        value *= 1 - test.fall[:, None] * courses.strength[:, c : c + 1] * depth
    noise = normals(
        who.body, f"lab noise:{test.truth.code}", numbers=np.maximum(day + _DAY_SHIFT, 0)
    )
    return np.asarray(np.round(value * np.exp(test.truth.noise * noise), _digits(test.truth)))


def nadir_days(test: LabTruth) -> int:
    """Days from a dose to the lowest value."""
    return test.nadir_at.whole_days if test.nadir_at else _DEFAULT_NADIR_DAYS


def _digits(test: LabTruth) -> int:
    return 2 if test.mean < 20 else 0


def measures(who: People, tests: tuple[DrawnTest, ...], day: Ints, courses: Courses) -> Measures:
    """What dose rules can ask for on one study day of each patient (n,).

    Laboratory values and grades by test and by code, creatinine clearance by Cockcroft and Gault
    where AGE, SEX and WEIGHT are known, and the baseline variables.
    """
    value: dict[str, Column] = {}
    grade: dict[str, Ints] = {}
    told = {name.lower(): Declared(unit) for name, unit in who.units.items()}
    for name, column in who.baseline.items():
        value[name.lower()] = column
    for test in tests:
        found = lab_value(who, test, day[:, None], courses)[:, 0]
        t = test.truth
        graded = toxicity_grade(
            found, code=t.code, unit=t.unit, lower=t.lower, upper=t.upper,
            version=test.version, base=_baseline(who, test, day, courses),
            treated=courses.day.shape[1] > 0,
        )  # fmt: skip
        for name in (t.test.lower(), t.code.lower()):
            value[name], grade[name] = found, graded
            told[name] = Declared(t.unit, t.code)
        if t.code == CREATININE:
            cleared = clearance_from(found, unit=t.unit, body=who.baseline)
            if cleared is not None:
                value |= dict.fromkeys(CLEARANCE_NAMES, cleared)
                told |= dict.fromkeys(CLEARANCE_NAMES, Declared(CLEARANCE_UNIT))
    return Measures(value, grade, told)


def _baseline(who: People, test: DrawnTest, day: Ints, courses: Courses) -> Floats | None:
    """(n,) the value of the day of the first dose, or of the day before one; None if not asked."""
    if test.version is None or not asks_for_baseline(test.truth.code, test.version):
        return None
    first = np.minimum(courses.day[:, 0], day) if courses.day.shape[1] else day
    return lab_value(who, test, first[:, None], courses)[:, 0]


def without(found: Measures, tests: tuple[DrawnTest, ...], nobody: Bools) -> Measures:
    """The measures without the laboratory values of some patients, who were not tested.

    nobody : (n,) who they are
    """
    names = {name for one in tests for name in (one.truth.test.lower(), one.truth.code.lower())}
    names |= {*CLEARANCE_NAMES} & {*found.value}
    value = {n: np.where(nobody, np.nan, found.value[n].astype(np.float64)) for n in names}
    grade = {name: np.where(nobody, UNGRADED, one) for name, one in found.grade.items()}
    return Measures({**found.value, **value}, grade, found.unit)
