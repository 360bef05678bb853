"""A virtual trial entered into a store, command by command, day by day, as its sites would."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from equipoise.allocation.lists import SecretList, Stratum
from equipoise.allocation.serving import Serving
from equipoise.conduct.commands.model import ListAtHand, RefusedError
from equipoise.conduct.record import COLUMNS, Record
from equipoise.conduct.visits import dosed_at, planned
from equipoise.meaning.forms.model import CaseForm, Item
from equipoise.meaning.forms.resolve import forms_of
from support.conducted import Conducted, all_met, live

MISSING_HERE = "as in the virtual trial"
ONLY_WITH_A_REASON = "; against the rule only with a reason"
HORIZON = 36_525


@dataclass(frozen=True, repr=False)
class GivenList(SecretList):
    """A list whose first slots are given, so that virtual patients keep their arms."""

    given: Mapping[Stratum, list[str]] = field(default_factory=dict)

    def arms_of(self, stratum: Stratum) -> Iterator[str]:
        yield from self.given.get(stratum, ())
        yield from super().arms_of(stratum)


NEVER_TREATED = "0017"


def first_subjects(record: Record, count: int, *also: str) -> Record:
    """The record of its first subjects alone, and of others; of one who died never treated."""
    kept = [*record.table("subjects")["subject"].to_list()[:count], *(also or (NEVER_TREATED,))]
    tables = {
        name: table.filter(pl.col("subject").is_in(kept)) for name, table in record.tables.items()
    }
    return replace(record, tables=tables)


def as_entered(record: Record, trial: Conducted) -> Record:
    """The record with what was noted where a virtual dose was against the rules as recorded."""
    schema = COLUMNS["departures"]
    noted = pl.DataFrame(trial.departures, schema=schema, orient="row")
    return replace(record, tables={**record.tables, "departures": noted})


def as_numbered(record: Record, names: Mapping[str, str]) -> Record:
    """The record with its subjects as the service has numbered them, in that order."""
    numbered = pl.col("subject").replace_strict(names, return_dtype=pl.String)
    tables = {
        name: table.with_columns(numbered).sort("subject", maintain_order=True)
        for name, table in record.tables.items()
    }
    return replace(record, tables=tables)


def enter(
    record: Record, kind: str, folder: Path, *, by: Callable[[Conducted], Conducted] | None = None
) -> Conducted:
    """The trial of a record, conducted through its commands; by: through something else."""
    subjects = record.table("subjects").sort("randomized", "subject", maintain_order=True)
    sites = {one["site"]: one["country"] for one in subjects.iter_rows(named=True)}
    trial = live(
        kind, folder, protocol=record.protocol, sites=tuple(sites), served=_lists(record, subjects),
        start=subjects["consented"].min(), countries=sites,
    )  # fmt: skip
    trial = by(trial) if by else trial
    work = sorted(_work(record, subjects), key=lambda one: (one.day, one.phase, one.subject))
    for (day, subject), group in itertools.groupby(work, lambda one: (one.day, one.subject)):
        trial.clock.to(day)
        for one in group:
            one.do(trial, subject)
    return trial


@dataclass(frozen=True)
class Task:
    """Something that is entered on a day."""

    day: dt.date
    phase: int
    subject: str
    name: str
    row: dict[str, Any]
    more: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def do(self, trial: Conducted, subject: str) -> None:
        getattr(self, f"_{self.name}")(trial, subject)

    def _consent(self, trial: Conducted, subject: str) -> None:
        trial.do("carl", "screen", site=self.row["site"], subject=subject)
        trial.do("carl", "consent", subject=subject, on=str(self.day))

    def _randomize(self, trial: Conducted, subject: str) -> None:
        own = {k: v for k, v in self.row.items() if k not in COLUMNS["subjects"]}
        every = forms_of(trial.bus.protocol).items()
        for key in [k for k, form in every if "subjects" in form.tables()]:
            rows = {"subject": subject, "key": key, "rows": [own]}
            (form,) = trial.do("carl", "submit form", **rows)["forms"]
            trial.do("iris", "sign", form=form)
        trial.do("iris", "judge eligibility", subject=subject, met=all_met(trial.bus.protocol))
        trial.do("carl", "randomize", subject=subject)
        (allocated,) = trial.rows("allocation", subject=subject)
        assert allocated["arm"] == self.row["arm"]

    def _visit(self, trial: Conducted, subject: str) -> None:
        key = self.row["key"]
        said = {"subject": subject, "key": key, "on": str(self.row["date"])}
        encounter = _encounter(trial.bus.protocol, key, self.row["visit"])
        if _goes_with_doses(trial.bus.protocol, key):  # virtual patients keep to the first plan
            said["planned"] = str(self.row["planned"])
        visit = trial.do("carl", "open visit", **said, encounter=encounter)["visit"]
        forms = at_visits(trial.bus.protocol)
        answers = [(form.key, answered_in(form, self.more)) for form in forms]
        trial.submit(subject, visit, [(key, rows) for key, rows in answers if rows])

    def _dose(self, trial: Conducted, subject: str) -> None:
        row = self.row
        said = {"subject": subject, "drug": row["drug"], "amount": row["dose"], "unit": row["unit"],
                "on": str(row["date"]), "last": str(row["last"]), "planned": str(row["planned"]),
                "adjusted": row["reason"]}  # fmt: skip
        is_open = trial.bus.protocol.trial.masking == "open label"
        who = "carl" if is_open else "phil"  # he knows what is in it
        try:
            trial.do(who, "give dose", **said)
        except RefusedError as refused:
            if not all(one.endswith(ONLY_WITH_A_REASON) for one in refused.reasons):
                raise
            (because,) = (one.removesuffix(ONLY_WITH_A_REASON) for one in refused.reasons)
            trial.do(who, "give dose", **said, reason=MISSING_HERE)
            given = f"{row['drug']} {row['dose']:g} {row['unit']} given"
            text = f"{given}, {because}: {MISSING_HERE}"
            trial.departures.append((subject, "TREATMENT", text, row["date"]))

    def _form(self, trial: Conducted, subject: str) -> None:
        forms = forms_of(trial.bus.protocol).values()
        form = next(form for form in forms if self.row["table"] in form.tables())
        rows = answered_in(form, {self.row["table"]: [self.row]})
        trial.do("carl", "submit form", subject=subject, key=form.key, rows=rows)

    def _end(self, trial: Conducted, subject: str) -> None:
        if self.row["what"] == "DEATH":
            if not trial.rows("subject", id=subject)[0]["died"]:
                trial.do("carl", "record death", subject=subject, on=str(self.day))
            return
        part = "treatment" if "TREATMENT" in self.row["scope"] else "participation"
        because = {"part": part, "because": self.row["what"], "on": str(self.day)}
        trial.do("carl", "end part", subject=subject, **because)


def at_visits(protocol: Any) -> list[CaseForm]:
    """The forms that belong to a visit."""
    return [form for form in forms_of(protocol).values() if form.at_visit]


def answered_in(form: CaseForm, tables: Mapping[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The rows of a form that say what rows of the record say."""
    if form.table:
        keys = [item.key for item in form.items]
        rows = tables.get(form.table, [])
        return [{k: _told(v) for k, v in row.items() if k in keys} for row in rows]
    results = _results(form, tables)
    found: dict[Any, dict[str, Any]] = {}
    for table in ("lesions", "measurements", "readings", "events", "therapies"):
        for n, row in enumerate(tables.get(table, [])):
            of = found.setdefault(row.get("lesion") or (table, n), {})
            of |= {
                item.key: _spoken(item, row[cell.column])
                for item in form.items
                for cell in item.cells
                if cell.table == table and not item.fixed and row[cell.column] is not None
            }
    return [*([results] if results else []), *(row for row in found.values() if row)]


def _results(form: CaseForm, tables: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """The results of tests: one row of a form, whose items are called by the codes."""
    keys = {item.key: item.kind for item in form.items}
    said: dict[str, Any] = {}
    for row in (*tables.get("labs", []), *tables.get("assessments", [])):
        if row["code"] not in keys:
            continue
        more = {name: row.get(name) for name in ("unit", "lower", "upper")}
        said |= {f"{row['code']} {k}": v for k, v in more.items() if f"{row['code']} {k}" in keys}
        whole = keys[row["code"]] == "whole"
        said[row["code"]] = int(row["value"]) if whole else row["value"]
    return {key: value for key, value in said.items() if value is not None}


def _told(value: Any) -> Any:
    return str(value) if isinstance(value, dt.date) else value


def _spoken(item: Item, value: Any) -> Any:
    """As people answer: yes and no in letters where the form has terms for them."""
    if isinstance(value, bool) and item.kind == "choice":
        return "Y" if value else "N"
    return _told(value)


def _work(record: Record, subjects: pl.DataFrame) -> Iterator[Task]:
    for row in subjects.iter_rows(named=True):
        yield Task(row["consented"], 0, row["subject"], "consent", row)
        yield Task(row["randomized"], 2, row["subject"], "randomize", row)
    tables = {table for form in at_visits(record.protocol) for table in form.tables()}
    at = {
        table: record.table(table).partition_by("subject", "visit", as_dict=True)
        for table in sorted(tables)
    }
    randomized = dict(subjects.select("subject", "randomized").iter_rows())
    for row in record.table("visits").iter_rows(named=True):
        key = (row["subject"], row["visit"])
        more = {t: parts[key].to_dicts() if key in parts else [] for t, parts in at.items()}
        # On the day of randomization itself the visit comes after it.
        phase = 1 if row["date"] < randomized[row["subject"]] else 3
        yield Task(row["date"], phase, row["subject"], "visit", row, more)
    for row in record.table("doses").iter_rows(named=True):
        yield Task(row["last"], 4, row["subject"], "dose", row)
    for table in ("events", "therapies"):
        for row in record.table(table).iter_rows(named=True):
            day = max(row["start"], row.get("end") or row["start"])
            yield Task(day, 5, row["subject"], "form", {**row, "table": table})
    for row in record.table("milestones").iter_rows(named=True):
        if row["category"] == "DISPOSITION EVENT":
            yield Task(row["date"], 6, row["subject"], "end", row)


def _encounter(protocol: Any, key: str, name: str) -> int:
    visit = protocol.visits[key]
    if visit.at_cutoff:
        return 1
    if _goes_with_doses(protocol, key):
        return int(name.rsplit(" ", 1)[1])
    return list(planned(protocol, key, horizon=HORIZON).name).index(name) + 1


def _goes_with_doses(protocol: Any, key: str) -> bool:
    visit = protocol.visits[key]
    return any(dosed_at(visit, arm.give) for arm in protocol.arms.values())


def _lists(record: Record, subjects: pl.DataFrame) -> ListAtHand:
    factors = list(record.protocol.allocation.strata)
    given: dict[Stratum, list[str]] = {}
    for row in subjects.iter_rows(named=True):
        given.setdefault(tuple(row[factor] for factor in factors), []).append(row["arm"])
    plan, arms = record.protocol.allocation, tuple(record.protocol.arms)
    secret = GivenList(plan, arms, bytes(32), 1000, given)
    return ListAtHand(secret, Serving(secret))
