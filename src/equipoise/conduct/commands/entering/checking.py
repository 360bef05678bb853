"""The checks of a protocol at work: answers are refused, a query is raised, a note is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from equipoise.conduct.commands.findings import (
    UNENTERED,
    answers_of,
    baseline,
    grading,
    ranged,
    told_once,
)
from equipoise.conduct.commands.model import CommandDesk
from equipoise.conduct.forms.checks import CheckFound, check_answers
from equipoise.conduct.measures import is_grade
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.unit import Unit
from equipoise.conduct.toxicity import Grading
from equipoise.protocol.language.conditions import names

BY_RULE: Final = "rule"
CLOSED_BY_RULE: Final = "closed by rule"


def checks_found(
    desk: CommandDesk, key: str, said: Mapping[str, Any], visit: str | None
) -> tuple[CheckFound, ...]:
    """What the checks of a form of a visit find in the answers of one row."""
    form = desk.forms[key]
    if not form.checks:
        return ()
    found, also = ranged(desk, form, said, visit)[0], baseline(desk)
    is_graded = any(is_grade(name) for one in form.checks for name in names(one.condition))
    by = grading(desk) if is_graded else Grading()
    return check_answers(form, found, also=also, units=told_once(desk).unit, grading=by)


def against_checks(
    desk: CommandDesk, key: str, rows: Sequence[Mapping[str, Any]], *, visit: str | None
) -> Iterator[str]:
    """What refuses the rows of a form of a visit."""
    for row in rows:
        for one in checks_found(desk, key, row, visit):
            if one.severity == "stop":
                yield f"{key}: {one.says}"


def follow_checks(
    desk: CommandDesk, form: Mapping[str, Any], said: Mapping[str, Any]
) -> dict[str, list[str]]:
    """Raise a query for each check that asks, if none is open; close those that no longer hold.

    A query that a rule raised is closed by it once its condition no longer holds, since an answer
    then has changed. Returns  what is told beside: the queries raised, the notes
    """
    found = {one.check: one for one in checks_found(desk, form["key"], said, form["visit"])}
    told: dict[str, list[str]] = {}
    standing = _standing(desk, form)
    for one in found.values():
        if one.severity == "note":
            told.setdefault("notes", []).append(one.says)
        elif one.severity == "ask" and one.check not in standing:
            told.setdefault("queries", []).append(_raise(desk, form, said, one))
    for rule, query in standing.items():
        if rule not in found:
            close_by_rule(desk.unit, query)
    return told


def merged(told: Sequence[Mapping[str, list[str]]]) -> dict[str, list[str]]:
    """What is told of several rows, as one."""
    names = dict.fromkeys(name for one in told for name in one)
    return {name: [text for one in told for text in one.get(name, ())] for name in names}


def corrected(desk: CommandDesk, form: Mapping[str, Any], item: str, answer: Any) -> dict[str, Any]:
    """The answers of a form with one of them changed."""
    return {**answers_of(desk, str(form["id"])), item: answer}


def _standing(desk: CommandDesk, form: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Check -> its query of a form that is not closed; rules over all data close their own."""
    if form["state"] in UNENTERED:
        return {}
    return {
        one["rule"]: one
        for one in desk.unit.rows("query", form=form["id"])
        if (one["rule"] or "").startswith(f"{form['key']} check ") and one["state"] != "closed"
    }


def _raise(
    desk: CommandDesk, form: Mapping[str, Any], said: Mapping[str, Any], one: CheckFound
) -> str:
    item = next((key for key in one.items if said.get(key) is not None), None)
    made = desk.unit.insert(
        "query", id=desk.next_id("query", subject=form["subject"]), form=form["id"],
        subject=form["subject"], item=item, state="open", opened_by=BY_RULE, text=one.says,
        rule=one.check, value=None if item is None else str(said[item]),
        revision_seen=form["revision"], revision=1,
    )  # fmt: skip
    return str(made["id"])


def close_by_rule(unit: Unit, query: Stored) -> None:
    """Close a query whose condition no longer holds."""
    number = unit.count("query_turn", query=query["id"]) + 1
    unit.insert(
        "query_turn", query=query["id"], n=number, kind=CLOSED_BY_RULE, by=BY_RULE,
        text="its condition no longer holds", at=unit.at,
    )  # fmt: skip
    unit.change("query", query, state="closed")
