"""JSON as a program writes it, with the places of its values.

A resolved protocol is ten times as long as what a person writes, and JSON is YAML: YAML's own
reader takes half a second for it. This one reads the usual and leaves the rest to YAML's: whatever
is no JSON, is written by hand, or has a fault to be told.

Checked  tests/twins/test_json_lines.py: the same values and places as by YAML's reader.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from typing import Any, Final, NamedTuple

DEEPEST_JSON: Final = 24  # levels; whether more are too many is for YAML's reader to say
LONGEST_KEY: Final = 1000  # characters, as written; YAML has none of more than 1024

_STRING = r'"((?:[^"\\\n]|\\[^\n])*)"'
_KEY: Final = re.compile(rf"{_STRING}: ")
_TEXT: Final = re.compile(rf"{_STRING}[ \n]*(?=[,\]}}])")
_BARE: Final = re.compile(
    r"(-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)[ \n]*(?=[,\]}])"
)
_GAP: Final = re.compile(r"[ \n]*")
# YAML refuses some characters, breaks lines at others, and knows no pairs of surrogates
_USUAL: Final = re.compile(r"[\n -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]*")
_SURROGATE: Final = re.compile(r"\\u[dD]")


class JsonTree(NamedTuple):
    """Values as texts, the line and column of each by its path, and those of keys."""

    value: dict[str, Any]
    places: dict[tuple[str | int, ...], tuple[int, int]]
    keys: dict[tuple[str | int, ...], tuple[int, int]]


class _UnusualError(Exception):
    """YAML's reader is to be asked."""


def json_tree(text: str) -> JsonTree | None:
    """What a text of JSON holds; None where YAML's reader is to be asked."""
    if not text.startswith("{") or not _USUAL.fullmatch(text) or _SURROGATE.search(text):
        return None
    reader = _Reader(text)
    try:
        value = reader.mapping(())
    except _UnusualError:
        return None
    return None if text[reader.at :].strip(" \n") else JsonTree(value, reader.places, reader.keys)


class _Reader:
    """A text and how far it is read."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.breaks = [-1, *(found.start() for found in re.finditer("\n", text))]
        self.places: dict[tuple[str | int, ...], tuple[int, int]] = {}
        self.keys: dict[tuple[str | int, ...], tuple[int, int]] = {}

    def place(self) -> tuple[int, int]:
        line = bisect_left(self.breaks, self.at)
        return line, self.at - self.breaks[line - 1]

    def gap(self) -> str:
        """The character after blanks and breaks."""
        self.at = _GAP.match(self.text, self.at).end()  # type: ignore[union-attr]
        return self.text[self.at : self.at + 1]

    def matched(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise _UnusualError
        self.at = found.end()
        return found[1]

    def value(self, path: tuple[str | int, ...]) -> Any:
        first = self.text[self.at : self.at + 1]
        if len(path) > DEEPEST_JSON:
            raise _UnusualError
        if first == "{":
            return self.mapping(path)
        if first == "[":
            return self.sequence(path)
        self.places[path] = self.place()
        if first == '"':
            return _unescaped(self.matched(_TEXT))
        bare = self.matched(_BARE)
        return None if bare == "null" else bare

    def mapping(self, path: tuple[str | int, ...]) -> dict[str, Any]:
        self.places[path] = self.place()
        found: dict[str, Any] = {}
        while self.goes_on("}", first=not found):
            at = self.place()
            written = self.matched(_KEY)
            key = _unescaped(written)
            if key in found or key == "<<" or len(written) > LONGEST_KEY:
                raise _UnusualError
            self.keys[(*path, key)] = at
            found[key] = self.value((*path, key))
        return found

    def sequence(self, path: tuple[str | int, ...]) -> list[Any]:
        self.places[path] = self.place()
        found: list[Any] = []
        while self.goes_on("]", first=not found):
            found.append(self.value((*path, len(found))))
        return found

    def goes_on(self, end: str, *, first: bool) -> bool:
        """Go to the next thing of a mapping or sequence, or behind its end."""
        if first:
            self.at += 1
        mark = self.gap()
        if mark == end:
            self.at += 1
            return False
        if not first:
            if mark != ",":
                raise _UnusualError
            self.at += 1
            self.gap()
        return True


def _unescaped(written: str) -> str:
    if "\\" not in written:
        return written
    try:
        return str(json.loads(f'"{written}"'))
    except ValueError:
        raise _UnusualError from None
