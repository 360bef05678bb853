"""A result beside its range: which one holds, where the value lies, and its grade."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from equipoise.conduct.commands.days import told_day
from equipoise.conduct.commands.findings import grading, ranges_of, whose
from equipoise.conduct.ranges.holding import NormalLimits, Person, RangeTable, sampled_on
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.unit import Unit
from equipoise.conduct.toxicity import Grading, told_grade
from equipoise.protocol import Protocol
from equipoise.service.reading.calendar import desk_for

_FAR: Final = 4  # times the value before, or a fourth of it: is the unit right?
NOT_KNOWN_OF_WHOM: Final = "the laboratory's range hangs on sex and age, which are not told yet"
_SHOWN_DIGITS: Final = 4  # that count, of a limit in another unit than it was told in


class RangeShown(NamedTuple):
    """A range of the site's laboratory, in the unit of the value. since : its first day"""

    lower: str
    upper: str
    unit: str
    since: str

    @property
    def says(self) -> str:
        """`10 to 45 U/L`, `at most 45 U/L`."""
        if self.lower and self.upper:
            return f"{self.lower} to {self.upper} {self.unit}"
        side = f"at least {self.lower}" if self.lower else f"at most {self.upper}"
        return f"{side} {self.unit}"


class ResultSeen(NamedTuple):
    """A result as it is judged. range : the laboratory's, None where limits were typed, or none

    grade : 0 to 4, None where it is not known; notes : what is odd about the value
    """

    range: RangeShown | None
    grade: int | None
    notes: list[str]


class LabHere(NamedTuple):
    """The laboratory of a subject's site, for samples of one visit.

    held : its day; grading : by what values of the subject are graded
    """

    table: RangeTable = RangeTable()
    who: Person = Person()
    held: dt.date | None = None
    grading: Grading = Grading()

    def limits(self, code: str, unit: str, said: Mapping[str, Any]) -> NormalLimits | None:
        """The limits of a value; in the unit of the laboratory where that of the value is not told.

        said : the answers of its form, which may tell when the sample was taken
        """
        day = sampled_on(said, self.held)
        if not unit and day is not None:
            found = self.table.holding(code, day=day, who=self.who)
            unit = found.unit if found else ""
        return self.table.limits(code, unit=unit, day=day, who=self.who)

    def shown(self, code: str, unit: str, said: Mapping[str, Any]) -> RangeShown | None:
        """The range of a value as a page shows it; None where the laboratory tells none."""
        return _shown(self.limits(code, unit, said), unit)

    def judged(
        self,
        code: str,
        values: Mapping[str, Any],
        before: Mapping[str, Any],
        said: Mapping[str, Any],
    ) -> ResultSeen:
        """A result with its grade and what is odd about it, by the laboratory's range if one holds.

        values, before : value, unit, lower, upper, as told now and before; said : the whole form
        """
        unit = str(values.get("unit") or "")
        found = self.limits(code, unit, said)
        if found is not None and unit:
            values = {**values, "lower": found.lower, "upper": found.upper}
        notes = odd(values, before)
        if found is None and values.get("value") is not None and self.hangs_on_more(code, said):
            notes.append(NOT_KNOWN_OF_WHOM)
        return ResultSeen(_shown(found, unit), grade_of(code, values, self.grading), notes)

    def hangs_on_more(self, code: str, said: Mapping[str, Any]) -> bool:
        """Whether one of the ranges would hold, were sex or age of the person known."""
        day = sampled_on(said, self.held)
        if day is None or not self.table.on(code, day):
            return False
        is_unknown = self.who.sex is None or self.who.age_on(day) is None
        return is_unknown and self.table.holding(code, day=day, who=self.who) is None


def lab_here(unit: Unit, protocol: Protocol, subject: Stored, visit: Stored | None) -> LabHere:
    """The laboratory of a subject's site, for a visit."""
    desk = desk_for(unit, protocol, subject)
    table = ranges_of(desk)
    by = grading(desk)
    if not table:
        return LabHere(grading=by)
    return LabHere(table, whose(desk), told_day(visit["held"]) if visit else None, by)


def grade_of(code: str, values: Mapping[str, Any], grading: Grading) -> int | None:
    """The toxicity grade of a value; None where there is no value, unit or limit to tell it by."""
    if values.get("value") is None or not values.get("unit"):
        return None
    return told_grade(
        float(values["value"]), code=code, unit=str(values["unit"]),
        lower=values.get("lower"), upper=values.get("upper"), grading=grading,
    )  # fmt: skip


def odd(values: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    """What is odd about a value: outside its range, or far from the one before."""
    value, lower, upper = (values.get(name) for name in ("value", "lower", "upper"))
    found: list[str] = []
    if value is None:
        return found
    if lower is not None and value < lower:
        found.append("below normal")
    if upper is not None and value > upper:
        found.append("above normal")
    last = before.get("value")
    is_same = before.get("unit") == values.get("unit")
    if last and is_same and not last / _FAR <= value <= last * _FAR:
        found.append("far from the value before: is the unit right?")
    return found


def _shown(found: NormalLimits | None, unit: str) -> RangeShown | None:
    if found is None:
        return None
    unit = unit or found.of.unit
    lower, upper = found.spelled(unit, digits=_SHOWN_DIGITS)
    return RangeShown(lower or "", upper or "", unit, found.of.from_day.isoformat())
