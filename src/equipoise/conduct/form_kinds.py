"""Answers: of what kind they are, how the store keeps them, and what stands against them.

A form is a `CaseForm` of the protocol (`meaning.forms`): its own, or a plain one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from equipoise.errors import did_you_mean
from equipoise.meaning.forms.model import CaseForm, Item
from equipoise.meaning.forms.plain import BASELINE as BASELINE

CRITERIA_FORM: Final = "eligibility"
DATE_ITEM: Final = "date"  # of the form of criteria: the day of the judgement
_VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9]{0,7}")
_PARTIAL: Final = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_NUMBERS: Final = ("number", "whole")
Answer_ = str | int | float | bool | None


def kind_of(form: CaseForm, item: str, answer: Answer_) -> str:
    """The kind of an item; of a baseline variable that no form knows, that of its answer."""
    found = form.item(item)
    if found is not None and not form.free:
        return found.kind
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
        case "partial date" if isinstance(answer, str) and _PARTIAL.fullmatch(answer):
            dt.date.fromisoformat(f"{answer}-01-01"[:10])
            return answer
        case "date time" if isinstance(answer, str):
            return dt.datetime.fromisoformat(answer).isoformat(timespec="minutes")
        case "truth" if isinstance(answer, bool):
            return "true" if answer else "false"
        case "text" | "choice" if isinstance(answer, str):
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
    form: CaseForm, answers: Mapping[str, Answer_], strata: Mapping[str, tuple[str, ...]]
) -> Iterator[str]:
    """Every reason why these answers cannot stand in a form.

    strata : the levels of each factor of the allocation, which baseline variables may be
    """
    for key, answer in answers.items():
        item = form.item(key)
        if item is None and not form.free:
            known = [one.key for one in form.asked]
            hint = did_you_mean(key, known)
            yield f"{form.key}: there is no item {key}; expected {', '.join(known)}{hint}"
            continue
        if form.free and not _VARIABLE.fullmatch(key):
            yield f"{form.key}: {key} is no variable; expected a name such as AGE"
        if form.free and key in strata and answer is not None and answer not in strata[key]:
            yield f"{form.key}: {key} is {answer!r}; expected one of {', '.join(strata[key])}"
        kind = kind_of(form, key, answer)
        try:
            spelled_answer(kind, answer)
        except ValueError:
            yield f"{form.key}: {key} is {answer!r}; expected {_wanted(kind)}"
            continue
        if item is not None and not form.free and answer is not None:
            yield from (f"{form.key}: {key} {wrong}" for wrong in _out_of_bounds(item, answer))


def _wanted(kind: str) -> str:
    return {
        "date": "a date", "partial date": "a date, or a year and month, or a year",
        "date time": "a date with a time, such as 2026-05-01T11:40",
    }.get(kind, f"a {kind}")  # fmt: skip


def _out_of_bounds(item: Item, answer: Answer_) -> Iterator[str]:
    """What an item does not take of answers of its kind."""
    codes = [choice.code for choice in item.choices]
    if codes and not item.open and str(answer) not in codes:
        hint = did_you_mean(str(answer), codes)
        yield f"is {answer!r}; expected one of {', '.join(codes)}{hint}"
    if item.kind in _NUMBERS and isinstance(answer, int | float):
        if item.low is not None and answer < item.low:
            yield f"is {answer}; expected {item.low:g} or more"
        if item.high is not None and answer > item.high:
            yield f"is {answer}; expected {item.high:g} or less"
    if item.length is not None and isinstance(answer, str) and len(answer) > item.length:
        yield f"has {len(answer)} characters; expected {item.length} at most"
    if item.formula is not None:
        yield "is derived; nobody enters it"


def lacking_answers(form: CaseForm, answers: Mapping[str, Answer_]) -> Iterator[str]:
    """What a row of a form that is submitted must say."""
    said = [key for key, answer in answers.items() if answer not in (None, "")]
    parts = form.parts_of(said) or form.parts[:1]
    for item in (one for part in parts for one in part.items):
        if item.needed and answers.get(item.key) in (None, "") and not form.free:
            yield f"{form.key}: {item.key} is not answered"
