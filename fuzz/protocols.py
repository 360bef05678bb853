"""The examples' protocols with something broken in their text."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from equipoise.errors import EquipoiseError, Finding
from equipoise.meaning.check import examine_text
from equipoise.protocol.read.schemas import schema
from fuzz.judge import Planted

FILE: Final = "protocol.yaml"
_QUANTITY: Final = re.compile(r"^[0-9]+(\.[0-9]+)? (days?|weeks?|months?|years?|mg|GBq)$")
_NUMBER: Final = re.compile(r"^[0-9]+(\.[0-9]+)?%?$")
_POSITIVE: Final = frozenset({"randomize", "alpha", "power", "blocks", "sides"})
_PROSE: Final = frozenset({"label", "title", "condition", "text", "drug", "sponsor", "source"})
_REFERS: Final = frozenset({"endpoint", "population", "epoch"})
_FREE: Final = frozenset(
    {"report", "truth", "assume", "design", "options", "registers", "intercurrent events"}
)
_NAMED: Final = frozenset({"sources"})
"""Where people name things themselves: a name that nobody meant is told where it is cited."""


class Entry(NamedTuple):
    """A key of the file and its value, where they stand."""

    path: tuple[str, ...]
    key: ScalarNode
    value: Node

    @property
    def name(self) -> str:
        return str(self.key.value)


class Broken(NamedTuple):
    """A protocol's text after something was done to it."""

    text: str
    planted: Planted


def broken_protocols(seed: int, texts: dict[str, str], count: int) -> Iterator[tuple[str, Broken]]:
    """So many cases, always the same for a seed: the example's name, and what became of it."""
    names = sorted(texts)
    for n in range(count):
        draw = random.Random(f"{seed}/protocol/{n}")
        name = draw.choice(names)
        yield name, break_protocol(draw, texts[name])


def break_protocol(draw: random.Random, text: str) -> Broken:
    """One thing broken."""
    while True:
        found = draw.choice(_WAYS)(draw, text)
        if found is not None and found.text != text:
            return found


def work_on(text: str) -> Sequence[Finding]:
    """Check a protocol; plan it if it passes."""
    from equipoise.design.plan.plan import plan

    protocol, findings = examine_text(text, file=FILE)
    if protocol is not None and not any(f.severity == "error" for f in findings):
        try:
            plan(protocol)
        except EquipoiseError as error:
            return [*findings, Finding(FILE, f"plan: {error}", severity="warning")]
    return findings


@cache
def _fixed_words() -> frozenset[str]:
    """Every key that the language itself has."""
    found: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            properties = node.get("properties")
            if isinstance(properties, dict):
                found.update(properties)
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(schema("human"))
    return frozenset(found)


@cache
def entries(text: str) -> tuple[Entry, ...]:
    """Every key of a text with its value."""
    root = YAML(typ="rt", pure=True).compose(text)
    found: list[Entry] = []

    def walk(node: Node, path: tuple[str, ...]) -> None:
        if isinstance(node, MappingNode):
            for key, value in node.value:
                if isinstance(key, ScalarNode):
                    found.append(Entry((*path, str(key.value)), key, value))
                    walk(value, (*path, str(key.value)))
        elif isinstance(node, SequenceNode):
            for value in node.value:
                walk(value, path)

    walk(root, ())
    return tuple(found)


def _cut(text: str, node: Node, words: str) -> str:
    """The text with other words in the place of a node."""
    return text[: node.start_mark.index] + words + text[node.end_mark.index :]


def _at(node: Node, *, column: bool = False) -> dict[str, Any]:
    mark = node.start_mark
    place: dict[str, Any] = {"line": mark.line + 1}
    return place | ({"column": mark.column + 1} if column else {})


def _scalars(text: str, test: Callable[[Entry], bool]) -> list[Entry]:
    return [
        e
        for e in entries(text)
        if isinstance(e.value, ScalarNode)
        and e.value.style is None
        and e.name not in _PROSE
        and e.value.start_mark.line == e.value.end_mark.line
        and test(e)
    ]


def _pick(draw: random.Random, among: Sequence[Entry]) -> Entry | None:
    return draw.choice(among) if among else None


def misspelt(draw: random.Random, text: str) -> Broken | None:
    """A key of the language with a letter too many."""
    words = _fixed_words()
    entry = _pick(
        draw, [e for e in entries(text)
               if e.name in words and not (_FREE | _NAMED) & set(e.path[:-1])],
    )  # fmt: skip
    if entry is None:
        return None
    at = draw.randrange(1, len(entry.name) + 1)
    said = f"{entry.name[:at]}q{entry.name[at:]}"
    place = _at(entry.key, column=True)
    return Broken(_cut(text, entry.key, said), Planted("misspelt key", True, place, said))


def odd_unit(draw: random.Random, text: str) -> Broken | None:
    """A quantity in a unit that nobody knows."""
    entry = _pick(draw, _scalars(text, lambda e: bool(_QUANTITY.match(e.value.value))))
    if entry is None:
        return None
    said = f"{entry.value.value.split()[0]} wekks"
    return Broken(_cut(text, entry.value, said), Planted("unit", True, _at(entry.value), "wekks"))


def negative(draw: random.Random, text: str) -> Broken | None:
    """A number below zero where only one above makes sense."""
    entry = _pick(draw, _scalars(text, lambda e: bool(_NUMBER.match(e.value.value))))
    if entry is None:
        return None
    said = f"-{entry.value.value}"
    must = entry.name in _POSITIVE
    planted = Planted("negative number", must, _at(entry.value), said)
    return Broken(_cut(text, entry.value, said), planted)


def other_kind(draw: random.Random, text: str) -> Broken | None:
    """A mapping of nothing known where a plain value belongs."""
    entry = _pick(draw, _scalars(text, lambda e: not _FREE & set(e.path)))
    if entry is None:
        return None
    planted = Planted("another kind", True, _at(entry.key), "zzz")
    return Broken(_cut(text, entry.value, "{zzz: [1]}"), planted)


def twice(draw: random.Random, text: str) -> Broken | None:
    """A key that stands twice."""
    lines = text.split("\n")
    alone = [
        e
        for e in _scalars(text, lambda e: True)
        if lines[e.key.start_mark.line].strip().startswith(f"{e.name}:")
        and e.value.start_mark.line == e.key.start_mark.line
    ]
    entry = _pick(draw, alone)
    if entry is None:
        return None
    line = entry.key.start_mark.line
    lines.insert(line + 1, lines[line])
    place = {"line": line + 2, "column": entry.key.start_mark.column + 1}
    return Broken("\n".join(lines), Planted("key twice", True, place, entry.name))


def dangling(draw: random.Random, text: str) -> Broken | None:
    """A reference to what is not there."""
    entry = _pick(draw, _scalars(text, lambda e: e.name in _REFERS and len(e.path) > 2))
    if entry is None:
        return None
    planted = Planted("dangling reference", True, _at(entry.value), "nosuch")
    return Broken(_cut(text, entry.value, "nosuch"), planted)


def full_width(draw: random.Random, text: str) -> Broken | None:
    """Digits of another script in a quantity."""
    entry = _pick(draw, _scalars(text, lambda e: bool(_QUANTITY.match(e.value.value))))
    if entry is None:
        return None
    said = entry.value.value.translate({ord("0") + d: 0xFF10 + d for d in range(10)})
    planted = Planted("full-width digits", True, _at(entry.value), said)
    return Broken(_cut(text, entry.value, said), planted)


def huge(draw: random.Random, text: str) -> Broken | None:
    """A number that nothing can hold."""
    entry = _pick(
        draw,
        _scalars(
            text, lambda e: bool(_NUMBER.match(e.value.value) or _QUANTITY.match(e.value.value))
        ),
    )
    if entry is None:
        return None
    big = draw.choice(["1e300", "1" + "0" * 12, "999999999", "0", "1e-300", ".nan", ".inf"])
    _, _, unit = entry.value.value.partition(" ")
    said = f"{big} {unit}".strip()
    return Broken(
        _cut(text, entry.value, said), Planted("huge number", False, _at(entry.value), said)
    )


def without(draw: random.Random, text: str) -> Broken | None:
    """A block that is gone."""
    entry = draw.choice(entries(text))
    said = text[: entry.key.start_mark.index] + text[entry.value.end_mark.index :]
    return Broken(said, Planted("block gone", False, {}, entry.name))


def scrambled(draw: random.Random, text: str) -> Broken | None:
    """Letters changed, lines gone, the end missing."""
    way = draw.randrange(5)
    at = draw.randrange(len(text))
    if way == 0:
        said = text[:at]
    elif way == 1:
        lines = text.split("\n")
        del lines[draw.randrange(len(lines))]
        said = "\n".join(lines)
    elif way == 2:
        said = text[:at] + draw.choice("\x00\t\"'{}[]:,&*!|>%@`\u202e\ufeff\U0001f600") + text[at:]
    elif way == 3:
        said = text[:at] + text[at + draw.randrange(1, 30) :]
    else:
        other = draw.randrange(len(text))
        said = text[:at] + text[other : other + 40] + text[at:]
    return Broken(said, Planted("scrambled text", False))


_WAYS: Final = (
    misspelt, odd_unit, negative, other_kind, twice, dangling, full_width, huge, without, scrambled,
)  # fmt: skip


def examples() -> dict[str, str]:
    """The text of every shipped example, by its name."""
    folder = Path(__file__).parents[1] / "examples"
    return {p.parent.name: p.read_text("utf-8") for p in sorted(folder.glob("*/protocol.yaml"))}
