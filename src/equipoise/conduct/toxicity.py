"""Toxicity grades of laboratory values while they are told: for dose rules, checks and pages.

The criteria are those by which ADaM and SDTM grade, of the version that the protocol names; the
baseline is the last value up to the first dose. Before that dose there is none yet, and a value is
graded by its limits of normal alone.
Source   NCI CTCAE v4.03 (2010), v5.0 (2017), v6.0 (2025).
Checked  tests/unit/conduct/test_toxicity.py; tests/laws/test_grades_agree.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

import numpy as np

from equipoise.arrays import Floats, Ints
from equipoise.laboratory.ctcae.one_test import OPEN_GRADE, GradedAgainst, one_test_graded
from equipoise.laboratory.ctcae.terms import DIGITS, GRADED_DOWN
from equipoise.laboratory.units import factor, unit_of


class BaselineValue(NamedTuple):
    """The value of a test before treatment, with its own limits of normal.

    Without limits it counts as normal.
    """

    value: float
    unit: str
    lower: float | None = None
    upper: float | None = None


class Grading(NamedTuple):
    """By what the values of a subject are graded.

    version : of CTCAE, None where the protocol names none
    baseline : by LBTESTCD; None before treatment
    """

    version: str | None = None
    baseline: Mapping[str, BaselineValue] | None = None

    def base(self, code: str, value: float, unit: str) -> BaselineValue | None:
        """The baseline of a value; before treatment it has not changed from itself."""
        return BaselineValue(value, unit) if self.baseline is None else self.baseline.get(code)


class ToldResult(Protocol):
    """A result as it was told."""

    @property
    def on(self) -> dt.date: ...
    @property
    def name(self) -> str: ...
    @property
    def value(self) -> float | None: ...
    @property
    def unit(self) -> str: ...
    @property
    def lower(self) -> float | None: ...
    @property
    def upper(self) -> float | None: ...


def baselines(results: Iterable[ToldResult], *, until: dt.date) -> dict[str, BaselineValue]:
    """The last value of each test up to the day of the first dose.

    results : by LBTESTCD; of one day the later one
    """
    found: dict[str, BaselineValue] = {}
    for one in sorted(results, key=lambda result: result.on):
        if one.on <= until and one.value is not None:
            found[one.name] = BaselineValue(one.value, one.unit, one.lower, one.upper)
    return found


def toxicity_grade(
    value: Floats,
    *,
    code: str,
    unit: str,
    lower: float | None,
    upper: float | None,
    version: str | None,
    base: BaselineValue | Floats | None = None,
    treated: bool = True,
) -> Ints:
    """The grade of each value; a value exactly on a limit takes the milder grade.

    value : (n,) in `unit`, as the limits of normal
    base : of all, or (n,) in `unit` and with the same limits; None where there is none
    treated : whether a dose was given, so that a baseline out of its limits has its own criteria
    Returns  (n,) 0..4; -1 where the version has no criterion, or the unit, a limit or the baseline
             leaves the grade open. Of GRADED_DOWN it is the grade of too little.
    """
    found = _both(value, code, unit, lower, upper, version, base, treated)
    if code in GRADED_DOWN or "high" not in found:
        return found.get("low", np.full(len(value), OPEN_GRADE, dtype=np.int64))
    return _of_both(found)


def has_scale(code: str, unit: str, version: str) -> bool:
    """Whether values of a test in a unit can be graded once limits and baseline are known."""
    found = toxicity_grade(
        np.array([1.0]), code=code, unit=unit, lower=1.0, upper=1.0, version=version,
        base=np.array([1.0]),
    )  # fmt: skip
    return bool(found[0] != OPEN_GRADE)


def told_grade(
    value: float, *, code: str, unit: str, lower: float | None, upper: float | None,
    grading: Grading,
) -> int | None:  # fmt: skip
    """The grade that LB tells of a value: of the direction in which it is off; None if open."""
    base = grading.base(code, value, unit)
    found = _both(np.array([value]), code, unit, lower, upper, grading.version, base)
    grade = int(_of_both(found)[0]) if found else OPEN_GRADE
    return None if grade == OPEN_GRADE else grade


def _of_both(found: Mapping[str, Ints]) -> Ints:
    """The higher of both directions; open where one is open and the other finds nothing."""
    grades = np.stack(list(found.values()))
    highest = grades.max(axis=0)
    is_open = (grades == OPEN_GRADE).any(axis=0) & (highest <= 0)
    return np.asarray(np.where(is_open, OPEN_GRADE, highest), dtype=np.int64)


def _both(
    value: Floats,
    code: str,
    unit: str,
    lower: float | None,
    upper: float | None,
    version: str | None,
    base: BaselineValue | Floats | None,
    treated: bool = True,
) -> dict[str, Ints]:
    if version is None:
        return {}
    size = len(value)
    if isinstance(base, BaselineValue):
        here = np.full(size, _turned(base, code, unit))
        high, low = (np.full(size, side) for side in _sides(base))
    else:
        here = np.full(size, np.nan) if base is None else base
        high = treated & (here > (np.inf if upper is None else upper))
        low = treated & (here < (-np.inf if lower is None else lower))
    limits = GradedAgainst(lower, upper, here, high, low)
    graded = one_test_graded(value, test=code, unit=unit, version=version, limits=limits)
    return {str(direction): grade for direction, grade in graded.items()}


def _sides(base: BaselineValue) -> tuple[bool, bool]:
    """Whether a baseline lay above, or below, its own limits."""
    return (
        base.upper is not None and base.value > base.upper,
        base.lower is not None and base.value < base.lower,
    )


def _turned(base: BaselineValue, code: str, unit: str) -> float:
    """A baseline in another unit; NaN where it cannot be turned into it."""
    here, there = (unit_of(one, test=code) for one in (base.unit, unit))
    if base.unit == unit or (here is not None and here == there):
        return base.value
    times = factor(code, from_=here, to=there) if here and there else None
    return float("nan") if times is None else float(f"{base.value * float(times):.{DIGITS}g}")
