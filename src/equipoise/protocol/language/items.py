"""The short ways to ask a question in a form, and what is derived from answers.

AGE                                   AESTDTC partial
{planned: ECDOSE}                     {RACE: {from: codelist RACE}}
{AEREL: per drug}                     ACTCAL decayed from CALDTC to EXSTDTC - ACTRES
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from equipoise.errors import did_you_mean

ITEM_NAME: Final = re.compile(r"^[A-Z][A-Z0-9]{0,7}$")
_STRING: Final = re.compile(r"^(?P<item>\S+)(?: (?P<flag>partial|optional|needed))?$")
_TERMS: Final = re.compile(r"^codelist (?P<terms>[A-Z0-9]+)$")
_FLAGS: Final = ("partial", "optional", "needed")
ITEM_OPTIONS: Final = (
    "item", "word", "label", "domain", "kind", "unit", "at least", "at most", "terms", "choices",
    "partial", "optional", "needed", "per", "within", "shown beside", "tests", "rows", "has",
)  # fmt: skip
_EXAMPLES: Final = "AGE, AESTDTC partial, {planned: ECDOSE} or tests: [HGB, PLAT]"


def parse_item(value: Any) -> Any:
    """A question as its mapping: `planned: ECDOSE` is `word: planned`, `item: ECDOSE`.

    Raises   ValueError if it is none of the short ways.
    """
    if isinstance(value, str):
        return _of_string(value)
    if not isinstance(value, Mapping):
        return value
    said = {k: v for k, v in value.items() if k in ITEM_OPTIONS}
    said |= {"terms": value["from"]} if "from" in value else {}
    own = [k for k in value if k not in ITEM_OPTIONS and k != "from"]
    if len(own) > 1:
        hints = [did_you_mean(k, ITEM_OPTIONS) for k in own]
        hint = next((h for h in hints if h), "")
        listed = ", ".join(f'"{k}"' for k in own)
        raise ValueError(f"one item has the keys {listed}; expected one name of an item{hint}")
    for key in own:
        said |= _named(str(key), value[key])
    return _terms(said)


def _of_string(text: str) -> dict[str, Any]:
    found = _STRING.match(text)
    if not found:
        raise ValueError(f'"{text}" is no item; expected {_EXAMPLES}')
    flag = {found["flag"]: "yes"} if found["flag"] else {}
    return {"item": found["item"], **flag}


def _named(key: str, value: Any) -> dict[str, Any]:
    """What one key that is no option says: a variable with options, or a word for a variable."""
    if not ITEM_NAME.match(key):
        if not isinstance(value, str):
            hint = did_you_mean(key, ITEM_OPTIONS)
            raise ValueError(f'"{key}" names no variable; expected a word and one{hint}')
        return {"word": key, **_of_string(value)}
    if isinstance(value, Mapping):
        return {"item": key, **parse_item({**value, "item": key})}
    if value in _FLAGS:
        return {"item": key, value: "yes"}
    if isinstance(value, str) and value.startswith("per "):
        return {"item": key, "per": value.removeprefix("per ")}
    raise ValueError(f'"{key}: {value}" is no item; expected {_EXAMPLES}')


def _terms(said: dict[str, Any]) -> dict[str, Any]:
    terms = said.get("terms")
    if isinstance(terms, str) and (found := _TERMS.match(terms)):
        return {**said, "terms": found["terms"]}
    return said


_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<word>[A-Za-z][A-Za-z0-9]*)|(?P<op>[-+*/()]))"
)


@dataclass(frozen=True, slots=True)
class FormulaNumber:
    """A number of a formula."""

    text: str


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """The answer to an item, by its name."""

    item: str


@dataclass(frozen=True, slots=True)
class Decayed:
    """An activity at another time than that for which it is told."""

    item: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Reckoned:
    """Two parts of a formula, and what is done with them."""

    left: Formula
    op: str
    right: Formula


Formula = FormulaNumber | ItemAnswer | Decayed | Reckoned


class FormulaError(ValueError):
    """A formula cannot be read; the message says where."""


def parse_formula(text: str) -> Formula:
    """Read what an item is derived by.

    >>> parse_formula("ACTCAL - ACTRES")
    Reckoned(left=ItemAnswer(item='ACTCAL'), op='-', right=ItemAnswer(item='ACTRES'))

    Raises   FormulaError naming the column and what was expected there.
    """
    return _Reader(" ".join(text.split())).whole()


def items_of(formula: Formula) -> Iterator[str]:
    """Every item that a formula reads."""
    match formula:
        case ItemAnswer(item):
            yield item
        case Decayed(item, start, end):
            yield from (item, start, end)
        case Reckoned(left, _, right):
            yield from items_of(left)
            yield from items_of(right)


class _Reader:
    """Sums of products of items, numbers, brackets and activities that decay."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.parts: list[tuple[str, str, int]] = []
        at = 0
        while at < len(source):
            found = _TOKEN.match(source, at)
            if not found or not found.lastgroup:
                raise self.error(source[at:].strip()[:1], at, "an item, a number or an operator")
            self.parts.append(
                (found.lastgroup, found[found.lastgroup], found.start(found.lastgroup))
            )
            at = found.end()
        self.parts.append(("end", "", len(source)))

    def error(self, text: str, at: int, expected: str) -> FormulaError:
        shown = f'"{text}"' if text else "the end"
        return FormulaError(
            f"found {shown} at column {max(at, 0) + 1} of `{self.source}`; expected {expected}"
        )

    def taken(self, *texts: str) -> str | None:
        if self.parts[0][1] in texts and self.parts[0][0] != "end":
            return self.parts.pop(0)[1]
        return None

    def whole(self) -> Formula:
        found = self.sum()
        kind, text, at = self.parts[0]
        if kind != "end":
            raise self.error(text, at, "+, -, *, / or the end")
        return found

    def sum(self) -> Formula:
        found = self.product()
        while op := self.taken("+", "-"):
            found = Reckoned(found, op, self.product())
        return found

    def product(self) -> Formula:
        found = self.one()
        while op := self.taken("*", "/"):
            found = Reckoned(found, op, self.one())
        return found

    def one(self) -> Formula:
        if self.taken("("):
            found = self.sum()
            if not self.taken(")"):
                raise self.error(self.parts[0][1], self.parts[0][2], '")"')
            return found
        kind, text, at = self.parts.pop(0)
        if kind == "number":
            return FormulaNumber(text)
        if kind != "word":
            raise self.error(text, at, "an item or a number")
        if not self.taken("decayed"):
            return ItemAnswer(text)
        self.must("from")
        start = self.name()
        self.must("to")
        return Decayed(text, start, self.name())

    def must(self, word: str) -> None:
        if not self.taken(word):
            raise self.error(self.parts[0][1], self.parts[0][2], f'"{word}"')

    def name(self) -> str:
        kind, text, at = self.parts.pop(0)
        if kind != "word":
            raise self.error(text, at, "an item")
        return text
