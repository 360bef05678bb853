"""Errors are for people: where, what was found, what was expected, all at once."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from os import PathLike
from typing import Any, Final, Literal

_LINES: Final = re.compile(r"^(.+):(\d+):(\d+)$", re.DOTALL)
_CELL: Final = re.compile(r"^(\S+\.[a-z0-9]+)(?: row (\d+))?(?: (\w+))?$")  # no key of a protocol
Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a person should know about a file, with its place.

    place : "protocol.yaml:21:9" or "ae.xpt row 17 AESTDTC"
    message : what was found
    expected : what was expected, or ""
    rule : id of the rule that noticed, for example "S03"
    """

    place: str
    message: str
    expected: str = ""
    rule: str = ""
    severity: Severity = "error"

    @property
    def where(self) -> dict[str, str | int | None]:
        """The place in its parts: file, line and column, or row and variable of a table."""
        lines = _LINES.match(self.place)
        if lines:
            return {"file": lines[1], "line": int(lines[2]), "column": int(lines[3])}
        cell = _CELL.match(self.place)
        if cell:
            row = int(cell[2]) if cell[2] else None
            return {"file": cell[1], "row": row, "variable": cell[3] or None}
        return {"file": None}

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, the place whole and in its parts."""
        parts = {"file": None, "line": None, "column": None, "row": None, "variable": None}
        said = {f.name: getattr(self, f.name) for f in fields(self)}
        return {**said, **parts, **self.where}

    def __str__(self) -> str:
        head = f"{self.place}: {self.message}"
        tail = f"\n    {self.expected}" if self.expected else ""
        if not self.rule:
            return head + tail
        if not tail:
            return f"{head}  [rule {self.rule}]"
        return f"{head}{tail}  [rule {self.rule}]"


class EquipoiseError(Exception):
    """Everything this package raises on purpose."""


class InputError(EquipoiseError, ValueError):
    """An argument or a column cannot be used; the message says which and why."""


class FindingsError(EquipoiseError):
    """A file has faults; `findings` holds every one of them."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(f) for f in self.findings))


class ProtocolError(FindingsError):
    """A protocol file cannot be read or breaks a rule."""


class DataError(FindingsError):
    """Collected data cannot be used."""


def expect(found: object, *nouns: type) -> None:
    """A verb's noun is of its kind.

    Raises   InputError that names what was expected and what was found.
    """
    if not isinstance(found, nouns):
        kinds = " or ".join(_a(noun.__name__) for noun in nouns)
        raise InputError(f"expected {kinds}, found {_a(type(found).__name__)}{_way(found, nouns)}")


def _a(word: str) -> str:
    return f"{'an' if word[0] in 'AEIOUaeiou' else 'a'} {word}"


def _way(found: object, nouns: tuple[type, ...]) -> str:
    """How a path or a text becomes what was expected."""
    read = isinstance(found, (str, PathLike)) and any(n.__name__ == "Protocol" for n in nouns)
    return "; equipoise.read makes one of a file" if read else ""


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The valid word closest to `word`, or None if nothing is close."""
    candidates = {w.lower(): w for w in words}
    found = difflib.get_close_matches(word.lower(), list(candidates), n=1, cutoff=0.6)
    return candidates[found[0]] if found else None


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """'; did you mean GBq?', or an empty string."""
    found = nearest(word, words)
    return f"; did you mean {found}?" if found else ""
