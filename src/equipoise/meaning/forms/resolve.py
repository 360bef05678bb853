"""The forms of a protocol: its own, and the plain ones for what those do not reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from equipoise.errors import expect
from equipoise.meaning.forms.asked import Asker
from equipoise.meaning.forms.checks import with_checks
from equipoise.meaning.forms.derived import derived_items
from equipoise.meaning.forms.model import CaseForm, FormPart, Home, Item, RecordCell
from equipoise.meaning.forms.plain import plain_forms
from equipoise.protocol.language.activities import QUESTIONNAIRES, activity_named
from equipoise.protocol.language.lines import Path
from equipoise.protocol.language.wording import ANY_TIME
from equipoise.protocol.model import FormItem, FormPlan, Protocol
from equipoise.protocol.rules.base import Problem, unknown
from equipoise.questionnaires.forms import questionnaire

TWO_HOMES, NEVER_OPENED, UNKNOWN_PLACE, NO_QUESTIONS = "P76", "P77", "P78", "P83"
EVERYONE: Final = "all"
_VALUE: Final = RecordCell("assessments", "value")


@lru_cache(maxsize=16)
def forms_of(protocol: Protocol) -> Mapping[str, CaseForm]:
    """Every form of a protocol by its key, the protocol's own first.

    Tables of the record that no form of its own reaches have the plain form.
    Checked  tests/unit/meaning/test_forms.py.
    """
    expect(protocol, Protocol)
    forms = _all(protocol, resolved_forms(protocol)[0])
    return with_checks(protocol, forms)[0]


def _all(protocol: Protocol, own: dict[str, CaseForm]) -> dict[str, CaseForm]:
    reached = {table for form in own.values() for table in form.tables()}
    plain = plain_forms(protocol)
    kept = {key: form for key, form in plain.items() if form.table not in reached}
    return {**own, **{key: form for key, form in kept.items() if key not in own}}


def resolved_forms(protocol: Protocol) -> tuple[dict[str, CaseForm], list[Problem]]:
    """A protocol's own forms as far as they can be resolved, and what is wrong with them."""
    asker = Asker(protocol)
    forms = {key: _Maker(asker, key, plan).form() for key, plan in protocol.forms.items()}
    asker.problems += _homes_of_two(forms)
    return forms, asker.problems


@lru_cache(maxsize=1)
def form_problems(protocol: Protocol) -> tuple[Problem, ...]:
    """All that is wrong with forms and checks; a dozen rules ask for it, one after the other."""
    own, problems = resolved_forms(protocol)
    return (*problems, *with_checks(protocol, _all(protocol, own))[1])


@dataclass(frozen=True)
class _Maker:
    """One form in the making."""

    asker: Asker
    key: str
    plan: FormPlan

    @property
    def path(self) -> Path:
        return ("forms", self.key)

    def form(self) -> CaseForm:
        visits, any_time = self._opened()
        parts = self._questions() if self.plan.from_ else self._parts()
        whole = CaseForm(
            self.key,
            self.plan.label or self.key[:1].upper() + self.key[1:],
            tuple(parts),
            visits=visits,
            any_time=any_time,
            arms=self._arms(),
            by_patient=self.plan.by == "patient",
            path=self.path,
        )
        if not whole.items and not self.plan.from_ and not self.plan.items:
            message = "this form asks nothing"
            self.asker.tell(NO_QUESTIONS, self.path, message, "expected `items`")
        self._twice(whole)
        return replace(whole, parts=derived_items(self.asker, whole, self.plan))

    def _opened(self) -> tuple[tuple[str, ...], bool]:
        known, said = self.asker.protocol.visits, self.plan.at
        for at, word in enumerate(said):
            if word not in known and word != ANY_TIME:
                found = unknown((*self.path, "at", at), "visit", word, (*known, ANY_TIME))
                self.asker.problems.append(found._replace(rule=UNKNOWN_PLACE))
        opens = [key for key, visit in known.items() if self._is_done(visit.do) or key in said]
        any_time = ANY_TIME in said
        if not opens and not any_time and all(word in known for word in said):
            message = f"no visit opens the form {self.key}"
            wanted = f"expected `at`, or a visit whose `do` says {self.key}"
            self.asker.tell(NEVER_OPENED, self.path, message, wanted)
        return tuple(opens), any_time

    def _is_done(self, done: tuple[str, ...]) -> bool:
        """Whether what is done at a visit opens this form."""
        if self.plan.from_ is not None and not self.plan.at:
            return QUESTIONNAIRES in done
        names = {self.key, f"{self.key}s", activity_named(self.key)}
        return any(word in names for word in done)

    def _arms(self) -> tuple[str, ...]:
        known, said = self.asker.protocol.arms, self.plan.for_
        for at, word in enumerate(said):
            if word not in known and word != EVERYONE:
                found = unknown((*self.path, "for", at), "arm", word, (*known, EVERYONE))
                self.asker.problems.append(found._replace(rule=UNKNOWN_PLACE))
        return () if EVERYONE in said else tuple(word for word in said if word in known)

    def _parts(self) -> Iterator[FormPart]:
        """Questions that follow each other and are asked once stand together."""
        once: list[Item] = []
        for at, said in enumerate(self.plan.items):
            items = tuple(self._asked(said, (*self.path, "items", at)))
            if said.rows in (None, "one"):
                once += items
                continue
            if once:
                yield FormPart(self.plan.rows, tuple(once))
                once = []
            yield FormPart(said.rows or "many", items)
        if once:
            yield FormPart(self.plan.rows, tuple(once))

    def _asked(self, said: FormItem, path: Path) -> Iterator[Item]:
        if said.item is None and not said.tests and not said.has:
            message, wanted = "this item asks nothing", "expected `item`, `tests` or `has`"
            self.asker.tell(NO_QUESTIONS, path, message, wanted)
        if said.rows == "lesions":
            yield from self.asker.carried(path)
        if said.rows == "many" and said.item == "TULOC":
            yield from self.asker.new_lesion(said, path)
        else:
            yield from self.asker.items(said, path)
        for at, inner in enumerate(said.has):
            yield from self.asker.items(inner, (*path, "has", at))

    def _questions(self) -> Iterator[FormPart]:
        """The items of a questionnaire, by its manual; their wording is their owner's."""
        known = self.asker.protocol.questionnaires
        plan = known.get(self.key)
        if plan is None or plan.scored_by is None:
            scored = [key for key, one in known.items() if one.scored_by is not None]
            found = unknown((*self.path, "from"), "scored questionnaire", self.key, scored)
            self.asker.problems.append(found._replace(rule=NO_QUESTIONS))
            return
        largest = questionnaire(plan.scored_by).largest
        yield FormPart("one", tuple(_answer(n, largest[n], plan.category, self.path)
                                    for n in sorted(largest)))  # fmt: skip

    def _twice(self, form: CaseForm) -> None:
        """An answer has one name in its form."""
        seen: set[str] = set()
        for item in form.items:
            if item.key in seen:
                message = f"{item.key} is asked twice in the form {self.key}"
                self.asker.tell(TWO_HOMES, item.path, message, "expected one question for it")
            seen.add(item.key)


def _answer(number: int, largest: int, category: str, path: Path) -> Item:
    code = f"Q{number:02d}"
    fixed = {"domain": "QS", "category": category, "test": f"Item {number}", "code": code}
    cells = (_VALUE,)
    home = Home("QS", "QSORRES", code)
    return Item(
        code, f"Item {number}", "whole", home, cells, {**fixed, "unit": ""},
        low=1.0, high=float(largest), path=path,
    )  # fmt: skip


def _homes_of_two(forms: Mapping[str, CaseForm]) -> Iterator[Problem]:
    """What is told once of a subject is asked in one form."""
    seen: dict[Home, str] = {}
    for key, form in forms.items():
        for item in form.items:
            if not any(cell.table == "subjects" for cell in item.cells):
                continue
            first = seen.setdefault(item.home, key)
            if first != key:
                message = f"{item.home} has two homes: the forms {first} and {key} both ask it"
                yield Problem(item.path, message, "expected one form that asks it", TWO_HOMES)
