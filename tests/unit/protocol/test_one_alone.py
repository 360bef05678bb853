"""One thing may stand alone wherever a list is."""

from __future__ import annotations

import typing

import pytest

import equipoise as eq
from equipoise.protocol.model import Protocol
from equipoise.protocol.model.base import Node, OneOrMoreOf
from support.spec import EXAMPLES, NETTER_FILE

NETTER = eq.read(NETTER_FILE)


KEPT = ("curve", "intercurrent events", "levels", "later of")


def lone(value: object) -> object:
    """The value with each list of one that holds it taken off."""
    if isinstance(value, dict):
        return {k: inner if k in KEPT else lone(inner) for k, inner in value.items()}
    if isinstance(value, list):
        inner = [lone(one) for one in value]
        return inner[0] if len(inner) == 1 and not isinstance(inner[0], list) else inner
    return value


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_every_list_of_one_may_be_written_alone(path) -> None:
    one = eq.read(path)
    whole = {k: v for k, v in one.to_dict().items() if k != "provenance"}
    for section in ("endpoints", "arms", "estimands", "population", "report", "safety"):
        whole[section] = lone(whole[section])
    assert eq.read(whole) == one


@pytest.mark.parametrize(
    ("path", "alone"),
    [
        ("endpoints.OS.event", "death"),
        ("arms.octreotide.give", "Octreotide LAR 60 mg IM every 4 weeks until data cut-off"),
        ("population.eligibility.include", {"id": "I1", "text": "adult"}),
    ],
)
def test_as_a_person_writes_it(path: str, alone: object) -> None:
    assert NETTER.with_(path, alone) == NETTER.with_(path, [alone])


def test_no_list_was_forgotten() -> None:
    """But for lists that a mapping may stand for, of levels, and of looks within looks."""
    found = {name for node in nodes(Protocol) for name in strict_lists(node)}
    assert {name.replace("_", " ") for name in found} == set(KEPT)


def nodes(kind: type[Node], seen: set[type[Node]] | None = None) -> set[type[Node]]:
    """The kind and every node inside it."""
    seen = set() if seen is None else seen
    if kind not in seen:
        seen.add(kind)
        extra = typing.get_type_hints(kind).get("__pydantic_extra__")
        for annotation in (extra, *(f.annotation for f in kind.model_fields.values())):
            for inner in parts(annotation):
                if isinstance(inner, type) and issubclass(inner, Node):
                    nodes(inner, seen)
    return seen


def parts(annotation: object) -> typing.Iterator[object]:
    yield annotation
    for inner in typing.get_args(annotation):
        yield from parts(inner)


def strict_lists(node: type[Node]) -> typing.Iterator[str]:
    for name, field in node.model_fields.items():
        marks = [*field.metadata, *parts(field.annotation)]
        if any(typing.get_origin(p) is tuple for p in parts(field.annotation)) and not any(
            isinstance(mark, OneOrMoreOf) for mark in marks
        ):
            yield name
