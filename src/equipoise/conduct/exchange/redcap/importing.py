"""An export of REDCap entered by the trial's own commands, in one transaction or not at all."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from equipoise.conduct.commands.allocating.import_list import ImportList
from equipoise.conduct.commands.bus import Bus, DoneAtOnce
from equipoise.conduct.commands.entering.open_visit import OpenVisit
from equipoise.conduct.commands.entering.submit_form import SubmitForm
from equipoise.conduct.commands.model import Command, RefusedError
from equipoise.conduct.commands.subjects.consent import Consent
from equipoise.conduct.commands.subjects.screen import Screen
from equipoise.conduct.exchange.redcap.account import RedcapImported, unaccounted
from equipoise.conduct.exchange.redcap.converting import coded, day_of, typed
from equipoise.conduct.exchange.redcap.dictionary import (
    EVENT,
    INSTRUMENT,
    RedcapExport,
    is_structure,
)
from equipoise.conduct.exchange.redcap.mapping import FormTarget, ItemTarget, RedcapMap
from equipoise.conduct.form_kinds import Answer_
from equipoise.meaning.forms.model import CaseForm
from equipoise.meaning.forms.resolve import forms_of

_Row = Mapping[str, str]


class _UndoneError(Exception):
    """Everything that was tried is undone."""


def import_redcap(
    bus: Bus,
    export: RedcapExport,
    plan: RedcapMap,
    *,
    by: str,
    sha256: str,
    statistician: str = "",
    dry_run: bool = False,
) -> RedcapImported:
    """Enter an export as somebody who may enter data at its sites; every check of entry holds.

    statistician : the account that takes the old allocations in, where the map tells of them
    dry_run : whether everything is tried and nothing kept
    Every row of the audit has `import of FILE, sha256 ...` for its reason. With one problem nothing
    is kept, and all are told, each with its row and column.
    Checked  tests/unit/conduct/exchange/test_redcap.py.
    """
    made: list[RedcapImported] = []

    def work(done: DoneAtOnce) -> RedcapImported:
        entering = _Entering(bus, export, plan, done, by, statistician, sha256)
        entering.all()
        found = entering.told(kept=not dry_run)
        if not found.problems:
            entering.problems.extend(unaccounted(found))
        made.append(found._replace(problems=tuple(entering.problems)))
        if dry_run or entering.problems:
            raise _UndoneError
        return made[-1]

    try:
        found, receipts = bus.together(work)
        return found._replace(again=not receipts)
    except _UndoneError:
        return made[-1]._replace(kept=False)


@dataclass
class _Entering:
    """One import under way."""

    bus: Bus
    export: RedcapExport
    plan: RedcapMap
    done: DoneAtOnce
    by: str
    statistician: str
    sha256: str
    problems: list[str] = field(default_factory=list)
    subjects: dict[str, str] = field(default_factory=dict)
    visits: dict[tuple[str, str], str | None] = field(default_factory=dict)
    written: set[int] = field(default_factory=set)
    answers: int = 0
    forms: int = 0
    sent: int = 0

    @cached_property
    def _own(self) -> dict[str, list[tuple[int, _Row]]]:
        """The rows of each record."""
        found: dict[str, list[tuple[int, _Row]]] = {}
        for line, row in self.export.rows:
            found.setdefault(row[self.export.key], []).append((line, row))
        return found

    @property
    def reason(self) -> str:
        return f"import of {self.export.file}, sha256 {self.sha256}"

    def all(self) -> None:
        """Old allocations, then subjects, then what was collected, in the order of the file."""
        for line, row in self.export.rows:
            if not row[self.export.key].strip():
                self._problem(line, self.export.key, "names no record")
        if self.plan.allocation is not None:
            self._allocations()
        for line, row in self.export.rows:
            name = row[self.export.key]
            if not name.strip():
                continue
            if name not in self.subjects:
                self._subject(name)
            if self.subjects[name]:
                self._forms(line, row)

    def told(self, *, kept: bool) -> RedcapImported:
        """What became of each row and each filled cell."""
        filled = {line: [c for c, v in row.items() if v.strip()] for line, row in self.export.rows}
        items = {name for form in self.plan.forms.values() for name in form.items}
        left = set(self.plan.left_out)
        empty = tuple(line for line in filled if line not in self.written)
        cells = [column for line in filled for column in filled[line] if column not in items]
        out = sum(column in left for column in cells)
        used = {*self.plan.used(), self.export.key} - left
        structure = sum(column in used or is_structure(column) for column in cells)
        total = sum(map(len, filled.values()))
        return RedcapImported(
            len(filled), len(self.written), empty, len(self.subjects), self.forms, self.answers,
            out, structure, total, tuple(self.problems), self.sha256, kept,
        )  # fmt: skip

    def _allocations(self) -> None:
        """Whoever has an arm, as the lines that `import list` takes."""
        old = self.plan.allocation
        assert old is not None
        head = ["subject", "site", "arm", "randomized", "consented", *old.factors]
        lines, made = io.StringIO(), []
        for name in self._own:
            line, arm = self._said(name, old.arm.item)
            if not arm:
                continue
            at = self._said(name, old.randomized)[1]
            consented, site = self._said(name, self.plan.consented)[1], self._site(name)[1]
            named = self._coded(line, old.arm, arm)
            row = [name, site, named, at, consented]
            made.append([*row, *(self._factor(name, to) for to in old.factors.values())])
        csv.writer(lines, lineterminator="\n").writerows([head, *made])
        command = ImportList(file=self.export.file, text=lines.getvalue(), reason=self.reason)
        if made and self._send(command, self.statistician or self.by, 1, "allocation") is not None:
            self.subjects |= {str(row[0]): str(row[0]) for row in made}
            named = {str(row[0]) for row in made}
            self.written |= {line for line, row in self.export.rows if row[self.export.key] in named
                             and row.get(old.arm.item, "").strip()}  # fmt: skip

    def _factor(self, name: str, to: ItemTarget) -> Any:
        line, text = self._said(name, to.item)
        return self._coded(line, to, text)

    def _subject(self, name: str) -> None:
        """Screened, and consented where that is known."""
        line, site = self._site(name)
        self.subjects[name] = ""
        screen = Screen(site=site, subject=name, reason=self.reason)
        made = self._send(screen, self.by, line, self.plan.site)
        if made is None:
            return
        self.subjects[name] = name
        self.written.add(line)
        at, consented = self._said(name, self.plan.consented)
        if not consented:
            self._problem(at, self.plan.consented, f"{name} has no day of consent")
        elif (day := self._day(at, self.plan.consented, consented)) is not None:
            command = Consent(subject=name, on=day, reason=self.reason)
            self._send(command, self.by, at, self.plan.consented)
            self.written.add(at)

    def _forms(self, line: int, row: _Row) -> None:
        """Every instrument of a row that says something."""
        repeated = row.get(INSTRUMENT, "").strip()
        known = forms_of(self.bus.protocol)
        for instrument, target in self.plan.forms.items():
            filled = {name: row[name] for name in target.items if row.get(name, "").strip()}
            if not filled or (repeated and repeated != instrument):
                self._stray(line, instrument, filled)
                continue
            form = known[target.form]
            said = self._answers(line, form, target, filled)
            visit = self._visit(line, row) if form.at_visit else None
            if said is None or (form.at_visit and visit is None):
                continue
            command = SubmitForm(subject=row[self.export.key], key=target.form, rows=[said],
                                 visit=visit, reason=self.reason)  # fmt: skip
            if self._send(command, self.by, line, instrument) is not None:
                self.written.add(line)
                self.forms += 1
                self.answers += len(said)

    def _stray(self, line: int, instrument: str, filled: Mapping[str, str]) -> None:
        for name in filled:
            self._problem(line, name, f"is of {instrument}, and the row repeats another instrument")

    def _answers(
        self, line: int, form: CaseForm, target: FormTarget, filled: Mapping[str, str]
    ) -> dict[str, Answer_] | None:
        """The answers as the form has them; None where one is no answer."""
        before, said = len(self.problems), dict[str, Answer_]()
        for name, text in filled.items():
            to = target.items[name]
            item = form.item(to.item)
            kind = item.kind if item else "text"
            value = self._coded(line, to, text.strip(), column=name)
            if to.item in said:
                self._problem(line, name, f"{to.item} is told by two fields")
            said[to.item] = value if value is None else self._typed(line, name, kind, value)
        return said if len(self.problems) == before else None

    def _coded(self, line: int, to: ItemTarget, text: str, *, column: str = "") -> Any:
        return self._converted(line, column or to.item, lambda: coded(to, text))

    def _typed(self, line: int, name: str, kind: str, value: Any) -> Answer_:
        made: Answer_ = self._converted(line, name, lambda: typed(kind, value))
        return made

    def _converted(self, line: int, name: str, convert: Callable[[], Any]) -> Any:
        """What is meant; None where it cannot be, which is told."""
        try:
            return convert()
        except ValueError as problem:
            self._problem(line, name, str(problem))
            return None

    def _visit(self, line: int, row: _Row) -> str | None:
        """The visit of a row's event, opened once."""
        subject, event = row[self.export.key], row.get(EVENT, "").strip()
        if (subject, event) in self.visits:
            return self.visits[subject, event]
        self.visits[subject, event] = None
        target = self.plan.events.get(event)
        if target is None:
            self._problem(line, EVENT, f"the map has no visit for {event or 'no event'}")
            return None
        at, text = self._said(subject, target.on, event=event)
        day = self._day(at, target.on, text) if text else None
        if not text:
            self._problem(line, target.on, f"{subject} has no day of {event}")
        if day is None:
            return None
        command = OpenVisit(subject=subject, key=target.visit, on=day, encounter=target.encounter,
                            reason=self.reason)  # fmt: skip
        made = self._send(command, self.by, at, target.on)
        self.visits[subject, event] = None if made is None else str(made["visit"])
        self.written |= set() if made is None else {at}
        return self.visits[subject, event]

    def _site(self, name: str) -> tuple[int, str]:
        if self.plan.site.startswith("="):
            return self._said(name, self.export.key)[0], self.plan.site[1:]
        line, said = self._said(name, self.plan.site)
        return line, self.plan.sites.get(said, said)

    def _said(self, name: str, column: str, *, event: str | None = None) -> tuple[int, str]:
        """Where a record first says something in a column, and what."""
        own = self._own[name]
        if event is not None:
            own = [one for one in own if one[1].get(EVENT, "").strip() == event]
        for line, row in own:
            if row.get(column, "").strip():
                return line, row[column].strip()
        return own[0][0], ""

    def _day(self, line: int, column: str, text: str) -> dt.date | None:
        made: dt.date | None = self._converted(line, column, lambda: day_of(text))
        return made

    def _send(self, command: Command, by: str, line: int, column: str) -> dict[str, Any] | None:
        self.sent += 1
        try:
            return self.done(command, by, f"import {self.sha256} {self.sent}")
        except RefusedError as refused:
            for reason in refused.reasons:
                self._problem(line, column, f"{command.name}: {reason}")
            return None

    def _problem(self, line: int, column: str, said: str) -> None:
        text = f"{self.export.file}:{line}: {column}: {said}"
        if text not in self.problems:
            self.problems.append(text)
