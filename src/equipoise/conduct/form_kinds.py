"""The forms: what is asked, and where in the record each answer goes.

A form is a table of the record (`record.COLUMNS`) that people fill in; its items are the table's
columns but those that its subject and visit tell. `baseline` is one row for each subject, whose
items name baseline variables.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import polars as pl

from equipoise.conduct.record import COLUMNS

BASELINE: Final = "baseline"
CRITERIA_FORM: Final = "eligibility"
DATE_ITEM: Final = "date"  # of the form of criteria: the day of the judgement
_TABLE_OF: Final = {
    "laboratory": "labs",
    "assessment": "assessments",
    "lesion": "lesions",
    "measurement": "measurements",
    "reading": "readings",
    "adverse event": "events",
    "therapy": "therapies",
}
_NEEDED: Final = {
    "laboratory": ("code", "value", "unit"),
    "assessment": ("domain", "code"),
    "lesion": ("lesion", "role", "organ"),
    "measurement": ("lesion",),
    "reading": ("response",),
    "adverse event": ("term", "start"),
    "therapy": ("therapy", "start"),
}
_VISIT: Final = ("visit", "number", "date")
_VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9]{0,7}")
_KIND: Final = {
    pl.String: "text",
    pl.Float64: "number",
    pl.Int64: "whole",
    pl.Date: "date",
    pl.Boolean: "truth",
}
Answer_ = str | int | float | bool | None


class FormKind(NamedTuple):
    """A form; `items` gives the kind of each answer, and is empty where any variable is asked."""

    key: str
    table: str
    items: Mapping[str, str]
    needed: tuple[str, ...]
    at_visit: bool


def _of(key: str, table: str) -> FormKind:
    columns = COLUMNS[table]
    at_visit = all(name in columns for name in _VISIT)
    told = ("subject", *_VISIT) if at_visit else ("subject",)
    items = {name: _KIND[kind] for name, kind in columns.items() if name not in told}
    return FormKind(key, table, items, _NEEDED[key], at_visit)


FORMS: Final = {
    **{key: _of(key, table) for key, table in _TABLE_OF.items()},
    BASELINE: FormKind(BASELINE, "subjects", {}, (), False),
}


def kind_of(form: FormKind, item: str, answer: Answer_) -> str:
    """The kind of an item; of a baseline variable, that of its answer."""
    if form.items:
        return form.items.get(item, "text")
    if isinstance(answer, bool):
        return "truth"
    return "number" if isinstance(answer, int | float) else "text"


def spelled_answer(kind: str, answer: Answer_) -> str | None:
    """An answer as the store keeps it: text, a number in the shortest exact spelling.

    Raises   ValueError where it is not of its kind.
    """
    if answer is None:
        return None
    match kind:
        case "number" if isinstance(answer, int | float) and not isinstance(answer, bool):
            return repr(answer)
        case "whole" if isinstance(answer, int) and not isinstance(answer, bool):
            return str(answer)
        case "date" if isinstance(answer, str):
            return dt.date.fromisoformat(answer).isoformat()
        case "truth" if isinstance(answer, bool):
            return "true" if answer else "false"
        case "text" if isinstance(answer, str):
            return answer
    raise ValueError(f"expected a {kind}")


def told_answer(kind: str, text: str | None) -> Any:
    """An answer as the record has it."""
    if text is None:
        return None
    match kind:
        case "number":
            return float(text)
        case "whole":
            return int(text)
        case "date":
            return dt.date.fromisoformat(text)
        case "truth":
            return text == "true"
        case _:
            return text


def wrong_with_answers(
    form: FormKind, answers: Mapping[str, Answer_], strata: Mapping[str, tuple[str, ...]]
) -> Iterator[str]:
    """Every reason why these answers cannot stand in a form.

    strata : the levels of each factor of the allocation, which baseline variables may be
    """
    for item, answer in answers.items():
        if form.items and item not in form.items:
            yield f"{form.key}: there is no item {item}; expected {', '.join(form.items)}"
            continue
        if not form.items and not _VARIABLE.fullmatch(item):
            yield f"{form.key}: {item} is no variable; expected a name such as AGE"
        if not form.items and item in strata and answer is not None and answer not in strata[item]:
            yield f"{form.key}: {item} is {answer!r}; expected one of {', '.join(strata[item])}"
        kind = kind_of(form, item, answer)
        try:
            spelled_answer(kind, answer)
        except ValueError:
            yield f"{form.key}: {item} is {answer!r}; expected a {kind}"


def lacking_answers(form: FormKind, answers: Mapping[str, Answer_]) -> Iterator[str]:
    """What a form that is submitted must say."""
    for item in form.needed:
        if answers.get(item) in (None, ""):
            yield f"{form.key}: {item} is not answered"
