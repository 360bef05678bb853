"""The courses of virtual patients as things that are entered on days, moved to where they begin."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from equipoise.conduct.record import COLUMNS, Record
from equipoise.conduct.visits import dosed_in, planned
from equipoise.meaning.forms.model import CaseForm
from equipoise.meaning.forms.plain import plain_forms

_HORIZON: Final = 36_525
_AT_ANY_TIME: Final = {"events": "adverse event", "therapies": "therapy"}


class Deed(NamedTuple):
    """One command about a subject; `visit` holds the rows of each form that goes with a visit."""

    day: dt.date
    name: str
    given: dict[str, Any]
    visit: dict[str, list[dict[str, Any]]] | None = None


class VirtualCourses:
    """The patients of a virtual trial, handed out one by one."""

    def __init__(self, record: Record) -> None:
        self.record, self.protocol = record, record.protocol
        self._plain = plain_forms(record.protocol)
        self._at_visit = [one for one in self._plain.values() if one.at_visit]
        subjects = record.table("subjects").sort("randomized", "subject")
        self._left = subjects.to_dicts()
        self._own = {
            name: record.table(name).partition_by("subject", as_dict=True)
            for name in ("visits", "doses", "milestones", *_AT_ANY_TIME,
                         *(form.table for form in self._at_visit))
        }  # fmt: skip

    def next(self) -> dict[str, Any]:
        """The next patient."""
        return self._left.pop(0)

    def baseline(self, row: dict[str, Any]) -> dict[str, Any]:
        """The answers of the baseline form."""
        own = {name: said for name, said in row.items() if name not in COLUMNS["subjects"]}
        return {name: said for name, said in own.items() if said is not None}

    def of(self, row: dict[str, Any], arm: str, *, start: dt.date, last: dt.date) -> Iterator[Deed]:
        """What happens to somebody who was randomized on `start`, up to a day.

        If the arm is another than that of the patient who came, it is the course of the next one
        who has that arm and is in the same stratum.
        """
        factors = list(self.protocol.allocation.strata)
        alike = [one for one in (row, *self._left)
                 if one["arm"] == arm and all(one[f] == row[f] for f in factors)]  # fmt: skip
        own = (alike or [row])[0]
        shift = start - own["randomized"]
        for deed in self._deeds(own["subject"], shift, start):
            if deed.day <= last:
                yield deed

    def _deeds(self, subject: str, shift: dt.timedelta, start: dt.date) -> Iterator[Deed]:
        # What is found before randomization is entered on its day: a value that was measured may
        # belie the true state by which virtual patients are eligible.
        for row in self._rows("visits", subject):
            day = max(row["date"] + shift, start)
            yield Deed(day, "open visit", self._visit(row, day, shift), self._forms(subject, row))
        for row in self._rows("doses", subject):
            given = {"drug": row["drug"], "amount": row["dose"], "unit": row["unit"],
                     "adjusted": row["reason"]}  # fmt: skip
            given |= {name: str(row[column] + shift) for name, column in
                      (("on", "date"), ("last", "last"), ("planned", "planned"))}  # fmt: skip
            yield Deed(row["last"] + shift, "give dose", given)
        for table, key in _AT_ANY_TIME.items():
            for row in self._rows(table, subject):
                yield _event(self._plain[key], row, shift)
        for row in self._rows("milestones", subject):
            if row["category"] == "DISPOSITION EVENT":
                yield _end(row, shift)

    def _rows(self, table: str, subject: str) -> list[dict[str, Any]]:
        found = self._own[table].get((subject,))
        return [] if found is None else found.to_dicts()

    def _visit(self, row: dict[str, Any], day: dt.date, shift: dt.timedelta) -> dict[str, Any]:
        visit = self.protocol.visits[row["key"]]
        given = {"key": row["key"], "on": str(day), "encounter": 1}
        if any(dosed_in(self.protocol, visit, arm) for arm in self.protocol.arms):
            number = int(row["visit"].rsplit(" ", 1)[1])
            return {**given, "encounter": number, "planned": str(row["planned"] + shift)}
        if not visit.at_cutoff:
            names = list(planned(self.protocol, row["key"], horizon=_HORIZON).name)
            given["encounter"] = names.index(row["visit"]) + 1
        return given

    def _forms(self, subject: str, visit: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
        found = {}
        for form in self._at_visit:
            rows = [
                {name: row[name] for name in _columns(form) if row[name] is not None}
                for row in self._rows(form.table, subject)
                if row["visit"] == visit["visit"]
            ]
            if rows:
                found[form.key] = rows
        return found


def _columns(form: CaseForm) -> list[str]:
    return [one.key for one in form.items]


def _event(form: CaseForm, row: dict[str, Any], shift: dt.timedelta) -> Deed:
    answers = {name: said for name, said in row.items() if name in _columns(form)}
    told = {
        name: str(said + shift) if isinstance(said, dt.date) else said
        for name, said in answers.items()
        if said is not None
    }
    day = max(row["start"], row.get("end") or row["start"]) + shift
    return Deed(day, "submit form", {"key": form.key, "rows": [told]})


def _end(row: dict[str, Any], shift: dt.timedelta) -> Deed:
    day = row["date"] + shift
    if row["what"] == "DEATH":
        return Deed(day, "record death", {"on": str(day)})
    part = "treatment" if "TREATMENT" in row["scope"] else "participation"
    return Deed(day, "end part", {"part": part, "because": row["what"], "on": str(day)})
