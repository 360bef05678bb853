"""One form as it stands: answers, signatures, queries, and how it came to be so."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from equipoise.conduct.form_kinds import CRITERIA_FORM, told_answer
from equipoise.conduct.forms.ranged import results_asked
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.canonical import SITE
from equipoise.conduct.store.served.look import audit_page
from equipoise.conduct.store.served.once import values_of
from equipoise.conduct.store.unit import Unit
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol import Protocol
from equipoise.service.reading.kinds import FormQuestion, questions_of, title_of
from equipoise.service.reading.ranged import ResultSeen, lab_here

_LONGEST = 500  # rows of the audit that are looked through for one form's history


class AnswerLine(NamedTuple):
    """A question with its answer, or why it is missing. seen : of a result, beside its range"""

    item: FormQuestion
    answer: Any
    missing: str
    revision: int
    seen: ResultSeen | None = None


class Correction(NamedTuple):
    """One correction."""

    at: str
    by: str
    item: str
    before: str
    after: str
    reason: str


class FormSeen(NamedTuple):
    """A form. sae : its report, of a serious adverse event"""

    row: Stored
    title: str
    visit: Stored | None
    answers: list[AnswerLine]
    signatures: list[Stored]
    queries: list[Stored]
    changes: list[Correction]
    sae: Stored | None
    can_correct: bool


def form_seen(unit: Unit, protocol: Protocol, form: Stored, *, site: str) -> FormSeen:
    """A form with everything around it."""
    visit = unit.row("visit", form["visit"]) if form["visit"] else None
    values = values_of(unit, [form["id"]]).get(form["id"], {})
    queries = [one for one in unit.rows("query", subject=form["subject"])
               if one["form"] == form["id"]]  # fmt: skip
    reports = [one for one in unit.rows("sae", subject=form["subject"])
               if one["form"] == form["id"]]  # fmt: skip
    return FormSeen(
        form,
        title_of(protocol, form["key"]),
        visit,
        _beside_ranges(unit, protocol, form, visit, _answers(protocol, form, values)),
        unit.rows("signature", object=form["id"]),
        queries,
        _changes(unit, form, site),
        reports[0] if reports else None,
        form["key"] in forms_of(protocol) and form["state"] not in ("empty", "draft"),
    )


def _answers(protocol: Protocol, form: Stored, values: dict[str, Stored]) -> list[AnswerLine]:
    """What the form asks, and after it what else was answered."""
    if form["key"] == CRITERIA_FORM:
        asked = protocol.population.eligibility
        words = {one.id: one.text for one in (*asked.include, *asked.exclude)}
        items = [FormQuestion(name, words.get(name, name.capitalize()), one["kind"], (), True)
                 for name, one in values.items()]  # fmt: skip
    else:
        items = questions_of(protocol, form["key"])
        known = {one.name for one in items}
        items += [
            FormQuestion(name, name, one["kind"], (), False)
            for name, one in values.items()
            if name not in known
        ]
    return [_answer(item, values.get(item.name)) for item in items]


def _beside_ranges(
    unit: Unit, protocol: Protocol, form: Stored, visit: Stored | None, lines: list[AnswerLine]
) -> list[AnswerLine]:
    """Results with their range and grade; a limit that a range tells is not asked any more."""
    kind = forms_of(protocol).get(form["key"])
    said = {one.item.name: one.answer for one in lines}
    asked = [] if kind is None else [*results_asked(kind, said)]
    if not asked:
        return lines
    here = lab_here(unit, protocol, unit.row("subject", form["subject"]) or {}, visit)
    seen, told = {}, set[str]()
    for one in asked:
        values = {"value": said.get(one.value), "unit": one.unit}
        values |= {"lower": said.get(one.lower), "upper": said.get(one.upper)}
        seen[one.value] = here.judged(one.code, values, {}, said)
        told |= {one.lower, one.upper} if seen[one.value].range else set()
    return [
        one._replace(seen=seen.get(one.item.name) if one.answer is not None else None)
        for one in lines
        if one.item.name not in told or one.revision
    ]


def _answer(item: FormQuestion, row: Stored | None) -> AnswerLine:
    if row is None:
        return AnswerLine(item, None, "", 0)
    told = told_answer(row["kind"], row["value"])
    return AnswerLine(item, told, row["missing"] or "", row["revision"])


def _changes(unit: Unit, form: Stored, site: str) -> list[Correction]:
    """Every correction of a form, newest first."""
    rows = audit_page(
        unit, f"{SITE}{site}", subject=form["subject"], record=form["id"], most=_LONGEST
    )
    found = []
    for row in rows:
        body = json.loads(row["body"])
        if body["table"] != "form" or body["key"] != [form["id"]] or not body.get("reason"):
            continue
        for item, before, after in body.get("values", ()):
            found.append(
                Correction(
                    body["at"], body["by"], item, _words(before), _words(after), body["reason"]
                )
            )
    return found


def _words(value: list[Any] | None) -> str:
    """A value of the audit: kind, value, unit, why it is missing."""
    if value is None:
        return "nothing"
    return str(value[1]) if value[1] is not None else f"missing: {value[3]}"
