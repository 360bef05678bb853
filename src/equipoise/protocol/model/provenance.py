"""Where each value comes from: yours (written in the file), default, or derived from the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from equipoise.protocol.language.completion import Completion
from equipoise.protocol.language.lines import Path
from equipoise.protocol.model import DateSource, Protocol
from equipoise.protocol.model.base import Node, spoken
from equipoise.protocol.model.frozen import frozen
from equipoise.protocol.model.implied import derive
from equipoise.protocol.read.schema_faults import node_at

Origin = Literal["yours", "default", "derived"]
Marks = Mapping[Path, tuple[str, ...]]


def seal(
    protocol: Protocol,
    *,
    written: Any,
    marks: Marks | None = None,
    recorded: Mapping[str, Any] | None = None,
) -> Protocol:
    """The protocol with every derived value filled in, and its provenance.

    written : the tree the protocol was validated from
    marks : source marks by path of `written`
    recorded : provenance that a resolved form brought along
    """
    whole = protocol.model_dump(mode="json", by_alias=True)
    derived = derive(whole, protocol)
    sealed = Protocol.model_validate(whole)
    notes = _provenance(sealed, _Written(written, marks or {}, derived))
    if recorded is not None:
        notes.update({k: dict(recorded[k]) for k in notes if k in recorded})
    sealed._provenance = frozen(notes)
    return sealed


def pointer(path: Path) -> str:
    """A path as a JSON pointer (RFC 6901)."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every scalar and every empty list or mapping, with its path."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list) and value:
        for at, inner in enumerate(value):
            yield from leaves(inner, (*path, at))
    else:
        yield path, value


@dataclass(frozen=True, slots=True)
class _Written:
    """What the person wrote, and what was derived from it."""

    tree: Any
    marks: Marks
    derived: frozenset[Path]

    def upto(self, path: Path) -> tuple[Path, Any, Path]:
        """The written part of a path, what stands there, and the rest that is not written."""
        here: Any = self.tree
        found: list[str | int] = []
        for at, part in enumerate(path):
            if isinstance(here, dict) and part not in here and isinstance(part, int):
                part = list(here)[part] if part < len(here) else part
            if not _holds(here, part):
                return tuple(found), here, path[at:]
            found.append(part)
            here = here[part]
        return tuple(found), here, ()


def _holds(node: Any, part: str | int) -> bool:
    if isinstance(node, dict):
        return part in node
    return isinstance(node, list) and isinstance(part, int) and part < len(node)


def _provenance(protocol: Protocol, written: _Written) -> dict[str, dict[str, Any]]:
    notes: dict[str, dict[str, Any]] = {}
    for path, value in leaves(protocol.model_dump(mode="json", by_alias=True)):
        place, here, rest = written.upto(path)
        kind = _kind(path, value, here, rest, written)
        notes[pointer(path)] = {"kind": kind}
        sources = _sources(place, written.marks)
        if sources and kind == "yours":
            notes[pointer(path)]["sources"] = list(sources)
    return notes


def _sources(place: Path, marks: Marks) -> tuple[str, ...]:
    return next((marks[place[:n]] for n in range(len(place), 0, -1) if place[:n] in marks), ())


def _kind(path: Path, value: Any, here: Any, rest: Path, written: _Written) -> Origin:
    if any(path[:n] in written.derived for n in range(len(path), 0, -1)):
        return "derived"
    if not rest or rest == (0,) or rest in (("name",), ("item",), ("word",)):
        return "yours"
    if isinstance(here, (dict, list)):
        return "default"
    if value == _default(path):
        return "default"
    node = node_at(path[:-1])
    return "derived" if node is DateSource else "yours"


def _plain(value: Any) -> Any:
    """A default as the resolved form writes it."""
    if value == ():
        return []
    return str(value) if isinstance(value, Completion) else value


def _default(path: Path) -> Any:
    """The default of the field at a path; a value no field has if there is none."""
    node = node_at(path[:-1])
    return _defaults(node).get(path[-1], ...) if node else ...


@cache
def _defaults(node: type[Node]) -> dict[str | int, Any]:
    """The default of each field as it is spoken: asked for every value of every protocol."""
    return {spoken(name): _plain(field.default) for name, field in node.model_fields.items()}
