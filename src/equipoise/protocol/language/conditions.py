"""The little language of conditions: `AGE >= 18`, `AVALC in ("CR", "PR")`, `DTHDT is present`.

    condition   := all ("or" all)*            all := one ("and" one)*
    one         := "not" one | "(" condition ")" | variable test
    test        := ("=" | "!=" | "<" | "<=" | ">" | ">=") value
                 | ["not"] "in" "(" value ("," value)* ")"
                 | ("contains" | "starts with") "text" | "is present" | "is missing"
    value       := number [unit] | "text" | variable

A missing value satisfies no test but `is missing`; `!=` and `not in` are no exception.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<text>"[^"]*")|(?P<number>[+-]?[0-9]+(?:\.[0-9]+)?(?![\w.^*]))"""
    r"""|(?P<op><=|>=|!=|=|<|>)|(?P<mark>[(),])|(?P<word>[^\s"(),<>=!]+))"""
)
_KEYWORDS: Final = frozenset(["and", "or", "not", "in", "is", "contains", "starts"])


class ConditionError(ValueError):
    """A condition cannot be read; the message says where."""


@dataclass(frozen=True, slots=True)
class Name:
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    value: str


@dataclass(frozen=True, slots=True)
class Number:
    value: float
    unit: str = ""


Value = Name | Text | Number


@dataclass(frozen=True, slots=True)
class Compare:
    left: Name
    op: str
    right: Value


@dataclass(frozen=True, slots=True)
class In:
    left: Name
    values: tuple[Value, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Like:
    left: Name
    how: str  # "contains" or "starts with"
    text: str


@dataclass(frozen=True, slots=True)
class Present:
    left: Name
    negated: bool


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Condition, ...]


Atom = Compare | In | Like | Present
Condition = Atom | Not | And | Or


def parse_condition(text: str) -> Condition:
    """Read a condition.

    >>> parse_condition('AGE >= 18 years')
    Compare(left=Name(text='AGE'), op='>=', right=Number(value=18.0, unit='years'))

    Raises   ConditionError naming the column and what was expected there.
    """
    parser = _Parser(" ".join(text.split()))
    found = parser.either()
    if parser.kind != "end":
        raise parser.error('"and", "or" or the end')
    return found


def atoms(condition: Condition) -> Iterator[Atom]:
    """The single tests that a condition is made of, from left to right."""
    match condition:
        case And(parts) | Or(parts):
            for part in parts:
                yield from atoms(part)
        case Not(part):
            yield from atoms(part)
        case _:
            yield condition


def values(atom: Atom) -> tuple[Value, ...]:
    """What a single test compares its variable with."""
    match atom:
        case Compare(_, _, right):
            return (right,)
        case In(_, several, _):
            return several
        case _:
            return ()


def names(condition: Condition) -> Iterator[str]:
    """Every variable that a condition reads."""
    for atom in atoms(condition):
        yield atom.left.text
        yield from (value.text for value in values(atom) if isinstance(value, Name))


class _Parser:
    """Recursive descent over the tokens of one condition."""

    def __init__(self, text: str) -> None:
        self.source = text
        self.at = self.end = 0
        self.kind, self.text = "", ""
        self.advance()

    def advance(self) -> None:
        rest = self.source[self.end :]
        self.at = self.end + len(rest) - len(rest.lstrip())
        if not rest.strip():
            self.kind, self.text = "end", ""
            return
        found = _TOKEN.match(rest)
        if not found or not found.lastgroup:
            self.text = rest.lstrip()[0]
            raise self.error("a variable, a value or an operator")
        self.kind, self.text = found.lastgroup, found[found.lastgroup]
        self.end += found.end()

    def error(self, expected: str) -> ConditionError:
        text = self.text.strip('"')
        shown = f'"{text}"' if self.text else "the end"
        where = f"column {self.at + 1} of `{self.source}`"
        return ConditionError(f"found {shown} at {where}; expected {expected}")

    def word(self, text: str) -> bool:
        """Step over a keyword or a mark if it is next."""
        if self.kind in ("word", "mark") and self.text == text:
            self.advance()
            return True
        return False

    def must(self, text: str) -> None:
        if not self.word(text):
            raise self.error(f'"{text}"')

    def either(self) -> Condition:
        parts = [self.both()]
        while self.word("or"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def both(self) -> Condition:
        parts = [self.one()]
        while self.word("and"):
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def one(self) -> Condition:
        if self.word("not"):
            return Not(self.one())
        if self.word("("):
            found = self.either()
            self.must(")")
            return found
        return self.test(self.name())

    def test(self, left: Name) -> Condition:
        if self.kind == "op":
            op = self.text
            self.advance()
            return Compare(left, op, self.value())
        if self.word("is"):
            if not self.word("present"):
                self.must("missing")
                return Present(left, negated=True)
            return Present(left, negated=False)
        for first, rest in (("contains", ""), ("starts", "with")):
            if self.word(first):
                if rest:
                    self.must(rest)
                return Like(left, f"{first} {rest}".strip(), self.quoted())
        negated = self.word("not")
        if self.word("in"):
            return In(left, self.values(), negated)
        raise self.error("=, !=, <, <=, >, >=, in, contains, starts with, is present or is missing")

    def values(self) -> tuple[Value, ...]:
        self.must("(")
        found = [self.value()]
        while self.word(","):
            found.append(self.value())
        self.must(")")
        return tuple(found)

    def quoted(self) -> str:
        if self.kind != "text":
            raise self.error("a text in double quotes")
        found = self.text[1:-1]
        self.advance()
        return found

    def value(self) -> Value:
        if self.kind == "text":
            return Text(self.quoted())
        if self.kind == "number":
            number = float(self.text)
            self.advance()
            return Number(number, self.words())
        return self.name()

    def name(self) -> Name:
        found = self.words()
        if not found:
            raise self.error("a variable")
        return Name(found)

    def words(self) -> str:
        found = []
        while self.kind == "word" and self.text not in _KEYWORDS:
            found.append(self.text)
            self.advance()
        return " ".join(found)
