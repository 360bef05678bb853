"""The record of a trial, put together from what its store holds."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl

from equipoise.conduct.eligibility import EXCLUSION, INCLUSION
from equipoise.conduct.form_kinds import CRITERIA_FORM, DATE_ITEM, told_answer
from equipoise.conduct.forms.rows import FormRows
from equipoise.conduct.record import COLUMNS, Record, record
from equipoise.conduct.store.canonical import moment
from equipoise.conduct.store.state import Recalled
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol import Protocol

Listed = list[dict[str, Any]]
_MILESTONE: Final = "PROTOCOL MILESTONE"
_UNENTERED: Final = ("empty", "draft")


def recorded(protocol: Protocol, known: Recalled) -> Record:
    """The record as it was known: every form that was entered, every dose, visit and end.

    A subject's rows stand in the order in which they were entered; drafts are not among them.
    Checked  tests/unit/conduct/commands/test_netter_conducted.py (the record that was entered).
    """
    trial = _Trial(known)
    answered = trial.answered(protocol)
    tables = {
        "subjects": trial.subjects(answered.pop("subjects", [])),
        "visits": trial.visit_rows(),
        "doses": trial.doses(),
        "milestones": trial.milestones(),
        "exceptions": trial.exceptions(protocol),
        **answered,
    }
    return record(protocol, {name: _frame(name, rows) for name, rows in tables.items()})


class _Trial:
    """What is known, looked up once."""

    def __init__(self, known: Recalled) -> None:
        self.known = known
        self.sites = {one["id"]: one for one in known.rows("site")}
        self.people = sorted(known.rows("subject"), key=lambda one: str(one["id"]))
        self.allocated = {one["subject"]: one for one in known.rows("allocation")}
        self.visits = {one["id"]: one for one in known.rows("visit")}
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
            rows.append({**row, **said.get(one["id"], {})})
        return rows

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
            if one["state"] == "given"
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
        return rows

    def exceptions(self, protocol: Protocol) -> Listed:
        asked = protocol.population.eligibility
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

    def answered(self, protocol: Protocol) -> dict[str, Listed]:
        """Table -> rows: what the forms say that were entered."""
        forms, found = forms_of(protocol), defaultdict[str, Listed](list)
        makers: dict[str, FormRows] = {}
        for one in self._in_order("form"):
            if one["key"] not in forms or one["state"] in _UNENTERED:
                continue
            maker = makers.setdefault(one["subject"], FormRows(protocol, {}))
            at = {"subject": one["subject"], "form": one["id"]}
            at |= self._of_visit(self.visits[one["visit"]]) if one.get("visit") else {}
            for table, row in maker.rows(forms[one["key"]], self.answers[one["id"]], at):
                found[table].append(row)
        return found

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


_OF_FORM: Final = ("form", "visit", "number", "date")  # told with each, and asked of some tables
_TYPE: Final = {float: pl.Float64, str: pl.String, bool: pl.Boolean, int: pl.Int64}


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)
