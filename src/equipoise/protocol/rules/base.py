"""A rule, and the problem it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from equipoise.errors import Severity, did_you_mean
from equipoise.protocol.language.lines import Path
from equipoise.protocol.model import Protocol


class Problem(NamedTuple):
    """What is wrong with the value at `path`, what was expected, and which rule says so."""

    path: Path
    message: str
    expected: str = ""
    rule: str = ""
    severity: Severity = "error"


class Rule(NamedTuple):
    """A promise between fields. `docs/protocol.md` has a heading for each id."""

    id: str
    title: str
    find: Callable[[Protocol], Iterator[Problem]]


def unknown(path: Path, what: str, word: str, words: Iterable[str]) -> Problem:
    """The problem that `word` names none of `words`."""
    known = list(words)
    listed = ", ".join(known) or "(none is declared)"
    expected = f"expected one of: {listed}{did_you_mean(word, known)}"
    return Problem(path, f'there is no {what} "{word}"', expected)
