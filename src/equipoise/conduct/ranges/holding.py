"""Which reference range holds of a sample: that of its day, and of the subject's sex and age then.

A laboratory tells the ranges of a test from a day on, by sex and by age; those of the last day up
to that of the sample hold, all of them together, whatever was told for later days. Of those the
one of the highest age that the subject has reached holds, and at the same age the one of its own
sex before the one of both.

Every room asks here: dose rules, checks, pages and what is tabulated.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from equipoise.conduct.conversion import in_unit

BOTH: Final = "both"
SEXES: Final = ("F", "M")
SAMPLE_TAKEN: Final = "LBDTC"
_DAY: Final = len("2026-05-01")


class ReferenceRange(NamedTuple):
    """What a laboratory told of a test. lower, upper : decimals, None where there is no such limit

    n : how often it was told; the last time counts, and those before it were corrected
    """

    laboratory: str
    test: str
    sex: str
    age_from: int
    from_day: dt.date
    n: int
    lower: str | None
    upper: str | None
    unit: str
    by: str = ""
    at: str = ""

    @property
    def says(self) -> tuple[str | None, str | None, str]:
        """The limits and their unit."""
        return self.lower, self.upper, self.unit


class NormalLimits(NamedTuple):
    """The limits of normal of one value, in its unit, and the range that they are from."""

    lower: float | None
    upper: float | None
    of: ReferenceRange

    def spelled(self, unit: str, *, digits: int = 15) -> tuple[str | None, str | None]:
        """The limits in the unit of the value: as they were told, where that is their own.

        digits : those that count of a limit that was converted
        """
        if unit == self.of.unit:
            return self.of.lower, self.of.upper
        return _plainly(self.lower, digits), _plainly(self.upper, digits)


class Person(NamedTuple):
    """Whose sample it is. sex : F or M, else it is not known; age : in years, on the day `on`"""

    sex: str | None = None
    age: float | None = None
    on: dt.date | None = None
    year_of_birth: int | None = None

    def age_on(self, day: dt.date) -> int | None:
        """Whole years: the age that was told and the whole years since, or by the year of birth."""
        if self.age is not None and self.on is not None:
            years = day.year - self.on.year - ((day.month, day.day) < (self.on.month, self.on.day))
            return int(self.age) + years
        return None if self.year_of_birth is None else day.year - self.year_of_birth


def person_of(
    said: Mapping[str, Any], *, consented: dt.date | None, year_of_birth: int | None = None
) -> Person:
    """Somebody by what is told once of a subject: SEX, and AGE at consent."""
    sex, age = said.get("SEX"), said.get("AGE")
    years = float(age) if isinstance(age, int | float) and not isinstance(age, bool) else None
    return Person(sex if sex in SEXES else None, years, consented, year_of_birth)


def sampled_on(said: Mapping[str, Any], held: dt.date | None) -> dt.date | None:
    """The day of a sample: that on which it was taken, where that is told, or that of its visit."""
    taken = str(said.get(SAMPLE_TAKEN) or "")
    try:
        return dt.date.fromisoformat(taken[:_DAY])
    except ValueError:  # nothing, a month or a year alone, or what a page cannot read yet
        return held


class RangeTable:
    """All that a laboratory has told, ready to be asked.

    Checked  tests/byhand/test_reference_ranges.py; tests/laws/test_range_laws.py (by its twin).
    """

    def __init__(self, ranges: Iterable[ReferenceRange] = ()) -> None:
        last: dict[tuple[Any, ...], ReferenceRange] = {}
        for one in ranges:
            key = (one.test, one.sex, one.age_from, one.from_day)
            if key not in last or last[key].n < one.n:
                last[key] = one
        self._of: dict[str, dict[dt.date, list[ReferenceRange]]] = defaultdict(dict)
        for one in last.values():
            self._of[one.test].setdefault(one.from_day, []).append(one)
        self._turned: dict[tuple[ReferenceRange, str], NormalLimits | None] = {}

    def __bool__(self) -> bool:
        return bool(self._of)

    def tests(self) -> list[str]:
        """Every test of which something was told."""
        return [*self._of]

    def on(self, test: str, day: dt.date) -> list[ReferenceRange]:
        """The ranges of a test that hold on a day, by age and sex."""
        told = self._of.get(test, {})
        last = max((one for one in told if one <= day), default=None)
        rows = [] if last is None else told[last]
        return sorted(rows, key=lambda one: (one.age_from, one.sex))

    def holding(self, test: str, *, day: dt.date, who: Person) -> ReferenceRange | None:
        """The range that holds of a sample; None where there is none.

        Where sex or age is not known it must be the same whatever they are.
        """
        rows, age = self.on(test, day), who.age_on(day)
        if not rows:
            return None
        sexes = (who.sex,) if who.sex in SEXES else SEXES
        ages = {0, *(one.age_from for one in rows)} if age is None else {age}
        found = [_of(rows, sex, years) for sex in sexes for years in sorted(ages)]
        is_one = len({None if one is None else one.says for one in found}) == 1
        return found[0] if is_one else None

    def limits(
        self, test: str, *, unit: str, day: dt.date | None, who: Person
    ) -> NormalLimits | None:
        """The limits of normal of a value in `unit`; None where no range holds or can be told so.

        day : of the sample, which belongs to no period where it is not known
        """
        found = None if day is None else self.holding(test, day=day, who=who)
        if found is None or not unit:
            return None
        if (found, unit) not in self._turned:
            self._turned[found, unit] = _turned(found, unit)
        return self._turned[found, unit]


def with_limits(
    row: Mapping[str, Any], table: RangeTable, *, held: dt.date | None, who: Person
) -> tuple[dict[str, Any], NormalLimits | None]:
    """A row of results with the limits of its laboratory in place of those that were typed.

    row : of the record's `labs`, with code and unit; held : the day of its visit
    Returns  the row as it is, and None, where no range of the laboratory holds
    """
    day = sampled_on(row, held)
    found = table.limits(
        str(row.get("code") or ""), unit=str(row.get("unit") or ""), day=day, who=who
    )
    if found is None:
        return dict(row), None
    return {**row, "lower": found.lower, "upper": found.upper}, found


def _of(rows: Iterable[ReferenceRange], sex: str, age: int) -> ReferenceRange | None:
    own = [one for one in rows if one.sex in (sex, BOTH) and one.age_from <= age]
    return max(own, key=lambda one: (one.age_from, one.sex != BOTH), default=None)


def _plainly(limit: float | None, digits: int) -> str | None:
    if limit is None:
        return None
    return str(np.format_float_positional(float(f"{limit:.{digits}g}"), trim="-"))


def _turned(found: ReferenceRange, unit: str) -> NormalLimits | None:
    """A range in the unit of a value; None where that cannot be."""
    both = [
        None if limit is None else in_unit(float(limit), of=found.unit, to=unit, code=found.test)
        for limit in (found.lower, found.upper)
    ]
    told = [limit for limit in (found.lower, found.upper) if limit is not None]
    if len([one for one in both if one is not None]) < len(told):
        return None
    return NormalLimits(both[0], both[1], found)


def told_range(row: Mapping[str, Any]) -> ReferenceRange:
    """A range as the store has it."""
    cells = {name: row[name] for name in ReferenceRange._fields}
    return ReferenceRange(**{**cells, "from_day": dt.date.fromisoformat(row["from_day"])})
