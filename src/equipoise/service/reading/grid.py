"""Forms of several rows: lesions, measurements, questionnaires, the laboratory; and of one row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from equipoise.conduct.form_kinds import told_answer
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.served.once import values_of
from equipoise.conduct.store.unit import Unit
from equipoise.meaning.forms.resolve import forms_of
from equipoise.meaning.responders import reader_of
from equipoise.protocol import Protocol
from equipoise.questionnaires.forms import questionnaire
from equipoise.service.reading.kinds import (
    ASSESSMENT,
    FormQuestion,
    any_time_keys,
    is_once,
    questions_of,
)

# What a page fills in by itself: a row that says no more was not typed.
GIVEN: Final = {
    "laboratory": ("test", "code", "unit", "lower", "upper"),
    "measurement": ("lesion", "measure", "reader"),
    "assessment": ("domain", "category", "test", "code", "unit"),
    "reading": ("reader",),
    "lesion": ("reader",),
}
_TARGET, _READING = "TARGET", "reading"
_OTHERS: Final = 4
_BLANK: Final = {"lesion": 6, "measurement": 2, ASSESSMENT: 2}


class GridRow(NamedTuple):
    """A row that can be typed into. form : a draft that is gone on with, if there is one"""

    form: Stored | None
    values: dict[str, Any]


class FormGrid(NamedTuple):
    """The rows of a form. done : those that were entered already"""

    items: list[FormQuestion]
    rows: list[GridRow]
    done: list[GridRow]


def grid(unit: Unit, protocol: Protocol, subject: str, key: str, visit: str | None) -> FormGrid:
    """What is there of a form, and the rows that can still be typed."""
    items = _with_readers(protocol, questions_of(protocol, key))
    forms = [one for one in unit.rows("form", subject=subject, key=key)
             if one["visit"] == visit]  # fmt: skip
    said = values_of(unit, [one["id"] for one in forms])
    found = [GridRow(one, _told(said.get(one["id"], {}))) for one in forms]
    drafts = [one for one in found if one.form and one.form["state"] == "draft"]
    done = [one for one in found if one not in drafts]
    if key in any_time_keys(protocol):
        return FormGrid(items, [GridRow(None, {})], [])
    if is_one_row(protocol, key):
        return FormGrid(
            items, drafts or ([] if done else [GridRow(None, _read_by(protocol))]), done
        )
    return FormGrid(items, [*drafts, *_fresh(unit, protocol, subject, key, found)], done)


def is_one_row(protocol: Protocol, key: str) -> bool:
    """Whether a form is filled in as one sheet, not in rows."""
    form = forms_of(protocol)[key]
    in_rows = any(part.rows != "one" for part in form.parts)
    return is_once(form) or form.any_time or key == _READING or not in_rows


def entered_sheet(
    unit: Unit, protocol: Protocol, subject: str, key: str, visit: str | None
) -> str | None:
    """The form of what is asked on one sheet, once it was entered."""
    if not is_one_row(protocol, key):
        return None
    found = grid(unit, protocol, subject, key, visit)
    own = [one.form["id"] for one in found.done if one.form is not None]
    return own[0] if own and not found.rows else None


def _fresh(
    unit: Unit, protocol: Protocol, subject: str, key: str, found: list[GridRow]
) -> list[GridRow]:
    """Rows for what is known to be asked, and some blank ones."""
    asked: list[dict[str, Any]] = []
    if key == "measurement":
        asked = _lesions(unit, subject, _read_by(protocol))
        names = {(row.values.get("lesion"), row.values.get("measure")) for row in found}
        asked = [one for one in asked if (one["lesion"], one["measure"]) not in names]
    if key == ASSESSMENT:
        asked = _questions(protocol)
        names = {(row.values.get("category"), row.values.get("code")) for row in found}
        asked = [one for one in asked if (one["category"], one["code"]) not in names]
    blank = [dict(_read_by(protocol)) if key != ASSESSMENT else {}] * _BLANK.get(key, _OTHERS)
    return [GridRow(None, dict(one)) for one in (*asked, *blank)]


def _lesions(unit: Unit, subject: str, reader: Mapping[str, str]) -> list[dict[str, Any]]:
    """A row for each lesion that is known."""
    forms = [one["id"] for one in unit.rows("form", subject=subject, key="lesion")
             if one["state"] != "draft"]  # fmt: skip
    said = values_of(unit, forms)
    found = {
        said[one]["lesion"]["value"]: said[one].get("role", {"value": ""})["value"]
        for one in forms
        if "lesion" in said.get(one, {})
    }
    return [
        {"lesion": name, "measure": "diameter" if role == _TARGET else "state", **reader}
        for name, role in found.items()
    ]


def _questions(protocol: Protocol) -> list[dict[str, Any]]:
    """A row for each question of the questionnaires that are built in."""
    found = []
    for key, one in protocol.questionnaires.items():
        if one.scored_by:
            largest = questionnaire(one.scored_by).largest
            found += [
                {"domain": "QS", "category": one.category or key, "test": f"Item {n}",
                 "code": f"Q{n}", "most": largest[n]}
                for n in sorted(largest)
            ]  # fmt: skip
    return found


def _read_by(protocol: Protocol) -> dict[str, str]:
    readers = _readers(protocol)
    return {"reader": readers[0]} if readers else {}


def _readers(protocol: Protocol) -> tuple[str, ...]:
    """Who reads scans, by the end points."""
    found = [reader_of(one) for one in protocol.endpoints.values()]
    return tuple(dict.fromkeys(one for one in found if one))


def _with_readers(protocol: Protocol, items: list[FormQuestion]) -> list[FormQuestion]:
    readers = _readers(protocol)
    return [
        one._replace(choices=tuple((who, who) for who in readers))
        if one.name == "reader" and readers
        else one
        for one in items
    ]


def _told(values: Mapping[str, Stored]) -> dict[str, Any]:
    return {item: told_answer(one["kind"], one["value"]) for item, one in values.items()}
