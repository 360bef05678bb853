"""The record of a trial, put together from what its store holds."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl

from equipoise.conduct.commands.versions import version_in
from equipoise.conduct.eligibility import EXCLUSION, INCLUSION
from equipoise.conduct.form_kinds import CRITERIA_FORM, DATE_ITEM, told_answer
from equipoise.conduct.forms.rows import FormRows
from equipoise.conduct.ranges.holding import (
    RangeTable,
    ReferenceRange,
    person_of,
    told_range,
    with_limits,
)
from equipoise.conduct.record import COLUMNS, FORM_OF_ROW, ORIGINAL_LIMITS, Record, record
from equipoise.conduct.store.canonical import moment
from equipoise.conduct.store.state import Recalled
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol import Protocol

Listed = list[dict[str, Any]]
_MILESTONE: Final = "PROTOCOL MILESTONE"
SCREEN_FAILED: Final = "screen failure"
PARTICIPATION: Final = "STUDY PARTICIPATION"
_UNENTERED: Final = ("empty", "draft")
GIVEN_STATES: Final = ("given", "reduced")
NOT_GIVEN: Final = ("held", "skipped", "stopped")


def recorded(protocol: Protocol, known: Recalled, *, with_forms: bool = False) -> Record:
    """The record as it was known: every form that was entered, every dose, visit and end.

    Each form is read by the version of the protocol that it was entered under.

    A subject's rows stand in the order in which they were entered; drafts are not among them.
    with_forms : each row also says, as FORM_OF_ROW, the form that it came from
    Checked  tests/unit/conduct/commands/test_netter_conducted.py (the record that was entered).
    """
    trial = _Trial(protocol, known)
    answered = trial.answered()
    if trial.ranges and "labs" in answered:
        answered["labs"] = list(trial.ranged(answered))
    tables = {
        "subjects": trial.subjects(answered.pop("subjects", [])),
        "visits": trial.visit_rows(),
        "doses": trial.doses(),
        "not given": trial.not_given(),
        "departures": trial.departures(),
        "milestones": trial.milestones(),
        "exceptions": trial.exceptions(),
        **answered,
    }
    frames = {name: _frame(name, rows) for name, rows in tables.items()}
    if with_forms:
        frames = {
            name: frame.with_columns(_forms(tables[name])) if name in answered else frame
            for name, frame in frames.items()
        }
    return record(protocol, frames)


class _Trial:
    """What is known, looked up once."""

    def __init__(self, protocol: Protocol, known: Recalled) -> None:
        self.protocol, self.known = protocol, known
        self.sites = {one["id"]: one for one in known.rows("site")}
        self.under = {name: version_in(row) for name, row in known.versions.items()}
        self.people = sorted(known.rows("subject"), key=lambda one: str(one["id"]))
        self.allocated = {one["subject"]: one for one in known.rows("allocation")}
        notes = sorted(known.rows("allocation_note"), key=lambda one: str(one["at"]))
        self.corrected = {
            one["subject"]: json.loads(one["stratum"]) for one in notes if one.get("stratum")
        }
        self.visits = {one["id"]: one for one in known.rows("visit")}
        told = defaultdict[str, list[ReferenceRange]](list)
        for one in known.rows("range"):
            told[one["laboratory"]].append(told_range(one))
        self.ranges = {site: RangeTable(ranges) for site, ranges in told.items()}
        self.answers: dict[str, dict[str, Any]] = defaultdict(dict)
        for (form, item), one in known.tables["value"].items():
            self.answers[form][item] = told_answer(one["kind"], one["value"])

    def randomized(self, subject: Mapping[str, Any]) -> dt.date | None:
        at, zone = subject.get("randomized"), self.sites[subject["site"]]["zone"]
        return None if at is None else moment(at).astimezone(ZoneInfo(zone)).date()

    def subjects(self, answered: Listed) -> Listed:
        """Each subject, with what forms say once of a subject."""
        said: dict[str, dict[str, Any]] = defaultdict(dict)
        for one in answered:
            said[one["subject"]] |= one
        rows = []
        for one in self.people:
            row = {"subject": one["id"], "site": one["site"], "randomized": self.randomized(one)}
            row["country"] = self.sites[one["site"]].get("country") or ""
            row["arm"] = self.allocated.get(one["id"], {}).get("arm")
            row |= {name: _day(one.get(name)) for name in ("consented", "died", "ended")}
            if one["state"] == SCREEN_FAILED:
                row["ended"] = row["ended"] or self._judged(one)
            rows.append({**row, **said.get(one["id"], {}), **self._strata(one, said)})
        return rows

    def _strata(self, one: Mapping[str, Any], said: Mapping[str, dict[str, Any]]) -> dict[str, str]:
        """The levels as they are, and beside them those of the allocation where they are others."""
        allocated = self.allocated.get(one["id"])
        if allocated is None:
            return {}
        used = json.loads(allocated["stratum"])
        right = [said.get(one["id"], {}).get(factor) for factor in self.protocol.allocation.strata]
        right = self.corrected.get(one["id"], right)
        found = {}
        for n, (key, factor) in enumerate(self.protocol.allocation.strata.items()):
            if right[n] != used[n]:
                found[factor.variable or key] = right[n]
                found[factor.randomized or f"STRAT{n + 1}R"] = used[n]
        return found

    def _judged(self, one: Mapping[str, Any]) -> dt.date | None:
        """The day on which a person was found not to be eligible."""
        forms = self.known.rows("form")
        own = [f for f in forms if f["subject"] == one["id"] and f["key"] == CRITERIA_FORM]
        return self.answers[own[0]["id"]][DATE_ITEM] if own else None

    def visit_rows(self) -> Listed:
        return [
            {**self._of_visit(one), "subject": one["subject"], "key": one["key"],
             "planned": self._planned(one), "epoch": one["epoch"]}
            for one in self._in_order("visit")
        ]  # fmt: skip

    def doses(self) -> Listed:
        return [
            {"subject": one["subject"], "drug": one["drug"], "dose": float(one["amount"]),
             "unit": one["unit"], "route": one["route"], "date": _day(one["given"]),
             "last": _day(one["last"]), "planned": _day(one["planned"]), "reason": one["reason"]}
            for one in self._in_order("dose")
            if one["state"] in GIVEN_STATES
        ]  # fmt: skip

    def not_given(self) -> Listed:
        """Doses that were held, left out or stopped, with the reason."""
        return [
            {"subject": one["subject"], "drug": one["drug"], "unit": one.get("unit"),
             "dose": None if one.get("level") is None else float(one["level"]),
             "route": one.get("route"), "planned": _day(one["planned"]), "date": _day(one["last"]),
             "state": one["state"], "reason": one["reason"]}
            for one in self._in_order("dose")
            if one["state"] in NOT_GIVEN
        ]  # fmt: skip

    def departures(self) -> Listed:
        """Deviations that were noted, by a person or with a dose against the rules."""
        rows = sorted(self.known.rows("deviation"), key=lambda one: str(one["id"]))
        return [
            {"subject": one["subject"], "category": one["category"], "text": one["text"],
             "date": _day(one["day"])}
            for one in rows
        ]  # fmt: skip

    def milestones(self) -> Listed:
        ends: dict[str, Listed] = defaultdict(list)
        for one in self._in_order("disposition"):
            ends[one["subject"]].append(
                {"category": "DISPOSITION EVENT", "scope": one["scope"], "what": one["what"],
                 "term": one["term"], "epoch": one["epoch"], "date": _day(one["day"])}
            )  # fmt: skip
        rows: Listed = []
        for one in self.people:
            known = {
                "INFORMED CONSENT OBTAINED": _day(one.get("consented")),
                "RANDOMIZED": self.randomized(one),
            }
            rows += [
                {"subject": one["id"], "category": _MILESTONE, "scope": "", "what": what,
                 "term": what, "epoch": "SCREENING", "date": day}
                for what, day in known.items()
                if day is not None
            ]  # fmt: skip
            rows += [{"subject": one["id"], **end} for end in ends[one["id"]]]
            if one["state"] == SCREEN_FAILED and not ends[one["id"]]:
                rows.append(self._failure(one))
        return rows

    def _failure(self, one: Mapping[str, Any]) -> dict[str, Any]:
        """The end of somebody who was screened and not eligible."""
        missed = [row["criterion"] for row in self.exceptions() if row["subject"] == one["id"]]
        return {"subject": one["id"], "category": "DISPOSITION EVENT", "epoch": "SCREENING",
                "scope": PARTICIPATION, "what": SCREEN_FAILED.upper(), "date": self._judged(one),
                "term": f"{SCREEN_FAILED.upper()}: {', '.join(missed)}"}  # fmt: skip

    def exceptions(self) -> Listed:
        asked = self.protocol.population.eligibility
        known = {one.id: (INCLUSION, one.text) for one in asked.include}
        known |= {one.id: (EXCLUSION, one.text) for one in asked.exclude}
        return [
            {"subject": form["subject"], "criterion": item, "category": known[item][0],
             "text": known[item][1], "date": self.answers[form["id"]][DATE_ITEM]}
            for form in self._in_order("form")
            if form["key"] == CRITERIA_FORM
            for item, met in self.answers[form["id"]].items()
            if met is False and item in known
        ]  # fmt: skip

    def answered(self) -> dict[str, Listed]:
        """Table -> rows: what the forms say that were entered."""
        found = defaultdict[str, Listed](list)
        organs: dict[str, dict[str, str]] = defaultdict(dict)
        for one in self._in_order("form"):
            protocol = self.under.get(one["version"], self.protocol)
            form = forms_of(protocol).get(one["key"])
            if form is None or one["state"] in _UNENTERED:
                continue
            at = {"subject": one["subject"], "form": one["id"]}
            at |= self._of_visit(self.visits[one["visit"]]) if one.get("visit") else {}
            maker = FormRows(protocol, organs[one["subject"]])
            for table, row in maker.rows(form, self.answers[one["id"]], at):
                found[table].append(row)
        return found

    def ranged(self, answered: Mapping[str, Listed]) -> Iterator[dict[str, Any]]:
        """Results with the limits of normal of their laboratory, in the unit of each."""
        said: dict[str, dict[str, Any]] = defaultdict(dict)
        for one in answered.get("subjects", ()):
            said[one["subject"]] |= one
        people = {
            one["id"]: person_of(
                said[one["id"]], consented=_day(one.get("consented")),
                year_of_birth=one.get("year_of_birth"),
            )
            for one in self.people
        }  # fmt: skip
        sites = {one["id"]: one["site"] for one in self.people}
        for row in answered["labs"]:
            subject = row["subject"]
            table = self.ranges.get(sites[subject], RangeTable())
            found, put = with_limits(row, table, held=row.get("date"), who=people[subject])
            if put is not None:
                found |= zip(ORIGINAL_LIMITS, put.spelled(found["unit"]), strict=True)
            yield found

    def _in_order(self, table: str) -> Listed:
        return sorted(self.known.rows(table), key=lambda one: (str(one["subject"]), one["seq"]))

    def _of_visit(self, one: Mapping[str, Any]) -> dict[str, Any]:
        return {"visit": one["name"], "number": float(one["number"]), "date": _day(one["held"])}

    def _planned(self, one: Mapping[str, Any]) -> dt.date | None:
        subject = self.known.tables["subject"][(one["subject"],)]
        start, day = self.randomized(subject), one.get("day")
        if day is None or start is None:
            return _day(one.get("planned"))
        return start + dt.timedelta(days=day - 1)


def _frame(name: str, rows: Listed) -> pl.DataFrame:
    """The rows as a table of the record; what else they say are further columns."""
    schema: dict[str, Any] = dict(COLUMNS[name])
    for row in rows:
        for column, value in row.items():
            if column not in (*schema, *_OF_FORM) and value is not None:
                schema[column] = _TYPE[type(value)]
    return pl.DataFrame([{c: row.get(c) for c in schema} for row in rows], schema=schema)


def _forms(rows: Listed) -> pl.Series:
    return pl.Series(FORM_OF_ROW, [row["form"] for row in rows], dtype=pl.String)


_OF_FORM: Final = ("form", "visit", "number", "date")  # told with each, and asked of some tables
_TYPE: Final = {float: pl.Float64, str: pl.String, bool: pl.Boolean, int: pl.Int64}


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)
