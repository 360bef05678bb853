"""What was typed into a form, as answers; what cannot be read is told beside its field."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from equipoise.conduct.form_kinds import Answer_
from equipoise.service.reading.kinds import FormQuestion

_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_COMMA: Final = re.compile(r"[+-]?\d+,\d+")
_PARTIAL: Final = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
EARLIEST_YEAR: Final = 1900
LONGEST_TEXT: Final = 1_000
_ROW: Final = re.compile(r"r(\d+)\.(.+)")


class Unreadable(NamedTuple):
    """Something that cannot be read. field : the name of the input"""

    field: str
    why: str


def read_answer(item: FormQuestion, text: str) -> Answer_:
    """One answer. Raises ValueError with what is expected."""
    if not text:
        return None
    match item.kind:
        case "number":
            return _number(text)
        case "whole":
            if not text.lstrip("+-").isdigit():
                raise ValueError("expected a whole number")
            return int(text)
        case "date":
            return _day(text)
        case "partial date":
            if not _PARTIAL.fullmatch(text):
                raise ValueError("expected a day, a month or a year: 2026-05-01, 2026-05, 2026")
            return _not_long_ago(text, int(text[:4]))
        case "date time":
            try:
                found = dt.datetime.fromisoformat(text)
            except ValueError:
                raise ValueError("expected a day and a time") from None
            return _not_long_ago(found.isoformat(timespec="minutes"), found.year)
        case "truth":
            if text not in ("yes", "no"):
                raise ValueError("expected yes or no")
            return text == "yes"
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"expected at most {LONGEST_TEXT} characters, found {len(text)}")
    return text


def _day(text: str) -> str:
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError("expected a day such as 2026-05-01") from None
    return _not_long_ago(found.isoformat(), found.year)


def _not_long_ago(text: str, year: int) -> str:
    """What was read. A browser takes the year 26 for what it is."""
    if year < EARLIEST_YEAR:
        raise ValueError(f"expected a day such as 2026-05-01, found one of the year {year}")
    return text


def rows_typed(
    form: Mapping[str, str], items: list[FormQuestion]
) -> tuple[dict[int, dict[str, Answer_]], list[Unreadable]]:
    """The rows of a grid, by their number, whose inputs are called `r3.size`; empty rows are not.

    Every item of a row stands in it, None where nothing was typed.
    """
    said: dict[int, dict[str, str]] = {}
    for name, text in form.items():
        if found := _ROW.fullmatch(name):
            said.setdefault(int(found[1]), {})[found[2]] = text.strip()
    rows: dict[int, dict[str, Answer_]] = {}
    wrong: list[Unreadable] = []
    for number, texts in sorted(said.items()):
        if not any(texts.values()):
            continue
        rows[number] = {}
        for item in items:
            try:
                rows[number][item.name] = read_answer(item, texts.get(item.name, ""))
            except ValueError as problem:
                wrong.append(Unreadable(f"r{number}.{item.name}", f"{item.label}: {problem}"))
    return rows, wrong


def _number(text: str) -> float:
    if _NUMBER.fullmatch(text):
        return float(text)
    if _COMMA.fullmatch(text):
        raise ValueError(f"expected {text.replace(',', '.')}, with a point")
    raise ValueError("expected a number")
