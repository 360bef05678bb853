"""YAML as plain text values, each with its line and column.

Scalars stay text: `1:1` is not 61, `NO` not False, `0012` not 10. Duplicate keys, anchors,
aliases, tags and merge keys are refused, and so is a file too large or too deep for a protocol.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from equipoise.errors import Finding, ProtocolError
from equipoise.protocol.language.json_lines import json_tree

LARGEST_FILE: Final = 400_000  # bytes; a long protocol has 30,000, resolved 150,000
DEEPEST: Final = 32  # levels; the language itself needs 12
_CONFLICT: Final = re.compile(r"^(?:<{7} |>{7} |={7}$)", re.MULTILINE)
Path = tuple[str | int, ...]
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong at a place of the tree."""

    path: Path
    place: Place
    message: str
    expected: str = ""
    rule: str = ""


@dataclass(slots=True)
class Tree:
    """Plain values (dict, list, str, None) and where each stands; `keys` are the places of keys."""

    value: Any = None
    places: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def place(self, path: Path) -> Place:
        """Where a value stands; of a missing one, where the nearest thing above it stands."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))


def spell(path: Path) -> str:
    """`("arms", "new", "give", 1)` as `arms.new.give[1]`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def parse_lines(text: str, *, file: str) -> Tree:
    """Read YAML 1.2 (JSON is part of it) into a tree with places.

    Raises   ProtocolError if the text is no YAML, too large or too deep.
    """
    size = len(text.encode("utf-8", "replace"))
    if size > LARGEST_FILE:
        message = f"the file has {size:,} bytes, too many for a protocol"
        raise ProtocolError([Finding(f"{file}:1:1", message, f"expected {LARGEST_FILE:,} at most")])
    conflict = _CONFLICT.search(text)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        told = "a merge conflict is not settled"
        wanted = "expected one of the two versions, without the marks <<<<<<<, ======= and >>>>>>>"
        raise ProtocolError([Finding(f"{file}:{line}:1", told, wanted)])
    usual = json_tree(text)
    if usual is not None:
        return Tree(*usual)
    tree = Tree()
    builder = _Builder(tree, file)
    try:
        builder.document(YAML(typ="safe", pure=True).parse(text))
    except MarkedYAMLError as error:
        raise ProtocolError([_syntax(error, file)]) from None
    except YAMLError as error:
        raise ProtocolError([_unreadable(error, text, file)]) from None
    return tree


def _syntax(error: MarkedYAMLError, file: str) -> Finding:
    mark = error.problem_mark or error.context_mark
    place = f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else f"{file}:1:1"
    context = f" {error.context}" if error.context else ""
    return Finding(
        place, f"this is no YAML: {error.problem}{context}", "expected a YAML 1.2 mapping"
    )


def _unreadable(error: YAMLError, text: str, file: str) -> Finding:
    at = getattr(error, "position", 0)
    before = text[:at]
    place = f"{file}:{before.count(chr(10)) + 1}:{at - (before.rfind(chr(10)) + 1) + 1}"
    return Finding(
        place, "a character that YAML does not allow", "expected printable text in UTF-8"
    )


class _Builder:
    """The tree out of the parser's events, without recursion in the parser."""

    def __init__(self, tree: Tree, file: str) -> None:
        self.tree = tree
        self.file = file

    def document(self, events: Iterator[Any]) -> None:
        depth = 0
        stream: list[Any] = []
        documents = 0
        for event in events:
            kind = type(event).__name__
            depth += kind.endswith("StartEvent") - kind.endswith("EndEvent")
            if depth > DEEPEST:
                raise self.refuse(event, f"more than {DEEPEST} levels, too deep for a protocol")
            documents += kind == "DocumentStartEvent"
            if documents > 1:
                raise self.refuse(event, "a second document in one file")
            if kind.startswith(("Scalar", "Mapping", "Sequence", "Alias")):
                stream.append(event)
        if stream:
            self.tree.value = self.node(iter(stream), ())

    def refuse(self, event: Any, message: str) -> ProtocolError:
        line, column = _place(event)
        return ProtocolError([Finding(f"{self.file}:{line}:{column}", message)])

    def fault(self, event: Any, path: Path, message: str, expected: str = "") -> None:
        self.tree.faults.append(Fault(path, _place(event), message, expected))

    def node(self, events: Iterator[Any], path: Path, event: Any = None) -> Any:
        event = event or next(events)
        self.tree.places[path] = _place(event)
        kind = type(event).__name__
        self.decorations(event, kind, path)
        if kind == "MappingStartEvent":
            return self.mapping(events, path)
        if kind == "SequenceStartEvent":
            return self.sequence(events, path)
        if kind == "AliasEvent":
            return ""
        return self.scalar(event, path)

    def decorations(self, event: Any, kind: str, path: Path) -> None:
        anchor = getattr(event, "anchor", None)
        tag = getattr(event, "tag", None)
        if kind == "AliasEvent":
            self.fault(event, path, f"alias *{anchor} is not allowed", "write the value out")
        elif anchor:
            self.fault(event, path, f"anchor &{anchor} is not allowed", "write the value out")
        if tag:
            self.fault(
                event, path, f"tag {_short_tag(tag)} is not allowed", "the schema knows the types"
            )

    def scalar(self, event: Any, path: Path) -> str | None:
        text = str(event.value)
        bare = event.style not in ('"', "'", "|", ">")
        if bare and text == "null":
            return None
        if bare and text in ("", "~"):
            place = self.tree.keys.get(path, _place(event))
            expected = "write a value, or leave the key out"
            self.tree.faults.append(Fault(path, place, "nothing stands here", expected))
        return text

    def mapping(self, events: Iterator[Any], path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        first: dict[str, Place] = {}
        while type(event := next(events)).__name__ != "MappingEndEvent":
            if type(event).__name__ != "ScalarEvent":
                raise self.refuse(event, "a key must be one word or phrase")
            key = str(event.value)
            self.decorations(event, "key", (*path, key))
            if key == "<<":
                self.fault(event, path, "merge key << is not allowed", "write the values out")
            if key in found:
                line, column = first[key]
                seen = f'"{key}" stands here already, at {line}:{column}'
                self.fault(event, (*path, key), seen, "keep one of the two")
                self.skip(events)
                continue
            first[key] = self.tree.keys[(*path, key)] = _place(event)
            found[key] = self.node(events, (*path, key))
        return found

    def sequence(self, events: Iterator[Any], path: Path) -> list[Any]:
        found: list[Any] = []
        while type(event := next(events)).__name__ != "SequenceEndEvent":
            found.append(self.node(events, (*path, len(found)), event))
        return found

    def skip(self, events: Iterator[Any]) -> None:
        aside = _Builder(Tree(), self.file)
        aside.node(events, ())


def _short_tag(tag: Any) -> str:
    return str(tag).replace("tag:yaml.org,2002:", "!!")


def _place(event: Any) -> Place:
    mark = event.start_mark
    return mark.line + 1, mark.column + 1
