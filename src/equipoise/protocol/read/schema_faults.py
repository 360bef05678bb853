"""What the schema refuses, in words for the person who wrote the file."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic_core import ErrorDetails

from equipoise.errors import did_you_mean
from equipoise.protocol.language.lines import Fault, Path, Tree, spell
from equipoise.protocol.language.scope import IN_SCOPE, out_of_scope
from equipoise.protocol.model import Protocol
from equipoise.protocol.model.base import Node, spoken

_NO_MAPPING = ("dict_type", "model_type", "model_attributes_type")
_RULE_OF_MISSING = {("IntercurrentEvent", "strategy"): "P25", ("Estimand", "endpoint"): "P01"}

_MAPPINGS: Final = ("curve", "intercurrent events")  # of the fields marked AlsoMapping


def schema_faults(errors: list[ErrorDetails], tree: Tree, value: Any) -> Iterator[Fault]:
    """The errors of the schema, each at its place in the file."""
    for error in errors:
        path, rest = written_part(tuple(error["loc"]), value)
        kind = error["type"]
        open_key = len(path) == 2 and path[0] in ("assume", "design") and kind in _NO_MAPPING
        if kind == "extra_forbidden" or (open_key and path[1] not in _keys_at(path[:1])):
            yield _unknown_key(path, rest, tree)
        elif kind == "missing":
            yield _missing(tuple(error["loc"]), path, rest, tree)
        else:
            message, expected = words_of(error)
            yield Fault(path, tree.place(path), message, expected)


def words_of(error: ErrorDetails) -> tuple[str, str]:
    """What is wrong with a value, and what was expected in its place."""
    message, expected = _WORDS.get(error["type"], _other)(error)
    return message, expected


def written_part(loc: Path, value: Any) -> tuple[Path, Path]:
    """The part of a schema location that stands in the file, and the part that does not.

    A short form stands for more than is written, so a location may go deeper than the file.
    """
    path: list[str | int] = []
    for at, part in enumerate(loc):
        if isinstance(value, dict) and part in value:
            key: str | int = part
        elif isinstance(value, dict) and isinstance(part, int) and stands_for_list(path):
            key = list(value)[part]
        elif isinstance(value, dict) and part == 0:  # one thing alone, where a list may be
            continue
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            key = part
        elif part in ("Share", "Normal") or (part == 0 and not isinstance(value, (dict, list))):
            continue
        else:
            return tuple(path), loc[at:]
        path.append(key)
        value = value[key]
    return tuple(path), ()


def _unknown_key(path: Path, rest: Path, tree: Tree) -> Fault:
    key = str((rest or path)[-1])
    parent = path if rest else path[:-1]
    known = _keys_at(parent)
    place = tree.keys.get((*parent, key), tree.place(path))
    more = ", or an endpoint with a mapping" if parent in (("assume",), ("design",)) else ""
    expected = f"expected one of: {', '.join(known)}{more}{did_you_mean(key, known)}"
    refused = out_of_scope(key, _at((*parent, key), tree))
    if refused:
        return Fault((*parent, key), place, f'unknown key "{key}": {refused}', IN_SCOPE)
    return Fault((*parent, key), place, f'unknown key "{key}"', expected if known else "")


def _at(path: Path, tree: Tree) -> Any:
    """What is written at a path, or None."""
    here: Any = tree.value
    for part in path:
        here = here.get(part) if isinstance(here, dict) else None
    return here


def _missing(loc: Path, path: Path, rest: Path, tree: Tree) -> Fault:
    key = str(loc[-1])
    node = node_at(loc[:-1])
    rule = _RULE_OF_MISSING.get((node.__name__, key), "") if node else ""
    place = tree.keys.get(path, tree.place(path))
    return Fault(path, place, f'"{key}" is missing', _expected(node, key), rule)


def _expected(node: type[Node] | None, key: str) -> str:
    if node is None:
        return ""
    field = next((f for n, f in node.model_fields.items() if spoken(n) == key), None)
    words = [a for a in _flat(field.annotation) if isinstance(a, str)] if field else []
    return f"expected one of: {', '.join(words)}" if words else ""


def _flat(annotation: Any) -> Iterator[Any]:
    """Every class and literal an annotation is made of."""
    if get_origin(annotation) is None:
        yield annotation
    for part in get_args(annotation):
        yield from _flat(part)


def _keys_at(path: Path) -> list[str]:
    nodes = nodes_at(path)
    return sorted({spoken(name) for node in nodes for name in node.model_fields})


def node_at(path: Path) -> type[Node] | None:
    """The class of node that stands at a path, if one does."""
    return next(iter(nodes_at(path)), None)


def nodes_at(path: Path) -> list[type[Node]]:
    """Every class of node that may stand at a path."""
    here: Any = Protocol
    for part in path:
        here = _step(here, part)
        if here is None:
            return []
    return [a for a in _flat(here) if isinstance(a, type) and issubclass(a, Node)]


def _step(annotation: Any, part: str | int) -> Any:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _step(get_args(annotation)[0], part)
    if origin in (Union, types.UnionType):
        steps = [_step(a, part) for a in get_args(annotation) if a is not type(None)]
        return next((s for s in steps if s is not None), None)
    if origin is dict:
        return get_args(annotation)[1]
    if origin is tuple:
        return (
            get_args(annotation)[0]
            if isinstance(part, int)
            else _step(get_args(annotation)[0], part)
        )
    if isinstance(annotation, type) and issubclass(annotation, Node):
        return _field(annotation, part)
    return None


def _field(node: type[Node], part: str | int) -> Any:
    found = _annotations(node).get(part)
    if found is not None:
        return found
    extra = node.__annotations__.get("__pydantic_extra__")
    if extra is None:
        return None
    from equipoise.protocol.model.design import HypothesisDesign

    return HypothesisDesign if "HypothesisDesign" in str(extra) else None


@cache
def _annotations(node: type[Node]) -> dict[str | int, Any]:
    """What each field holds, by its name and as it is spoken: asked for every value of every
    protocol."""
    of = [(n, f.annotation) for n, f in reversed(node.model_fields.items())]
    return dict(named for n, held in of for named in ((n, held), (spoken(n), held)))


def _split(message: str) -> tuple[str, str]:
    """`what is wrong; expected this; did you mean that?` in its two lines."""
    head, found, tail = message.partition("; expected ")
    if found:
        return head, f"expected {tail}"
    head, found, tail = message.partition("; did you mean ")
    return head, f"did you mean {tail}" if found else ""


def _value_error(error: ErrorDetails) -> tuple[str, str]:
    return _split(str(error["ctx"]["error"]))


def _literal(error: ErrorDetails) -> tuple[str, str]:
    words = [w.strip("'") for w in re.split(r", | or ", error["ctx"]["expected"])]
    shown = error["input"]
    hint = did_you_mean(shown, words) if isinstance(shown, str) else ""
    what = _shown(shown)
    refused = out_of_scope(shown)
    if refused:
        return f"{what} is not allowed here: {refused}", IN_SCOPE
    return f"{what} is not allowed here", f"expected one of: {', '.join(words)}{hint}"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    if value is None:
        return "null"
    spelled = f"{value:g}" if isinstance(value, float) else str(value)
    text = " ".join(spelled.split())
    return f'"{text if len(text) <= 60 else text[:57] + "..."}"'


def _wanted(what: str) -> Any:
    return lambda error: (f"{_shown(error['input'])} stands where {what} is wanted", "")


def _greater(error: ErrorDetails) -> tuple[str, str]:
    return f"{_shown(error['input'])} is too small", f"expected more than {error['ctx']['gt']:g}"


def _less(error: ErrorDetails) -> tuple[str, str]:
    return f"{_shown(error['input'])} is too large", f"expected less than {error['ctx']['lt']:g}"


def _most(error: ErrorDetails) -> tuple[str, str]:
    return f"{_shown(error['input'])} is too large", f"expected {error['ctx']['le']:,} at most"


def _short(error: ErrorDetails) -> tuple[str, str]:
    return "the list is too short", f"expected {error['ctx']['min_length']} or more"


def _other(error: ErrorDetails) -> tuple[str, str]:
    return f"{_shown(error['input'])} cannot be used: {error['msg']}", ""


_WORDS: dict[str, Any] = {
    "value_error": _value_error,
    "literal_error": _literal,
    "string_type": _wanted("a text"),
    "dict_type": _wanted("a mapping"),
    "model_type": _wanted("a mapping"),
    "model_attributes_type": _wanted("a mapping"),
    "tuple_type": _wanted("a list"),
    "greater_than": _greater,
    "less_than": _less,
    "less_than_equal": _most,
    "too_short": _short,
}

__all__ = ["node_at", "schema_faults", "spell", "words_of"]


def stands_for_list(path: Sequence[str | int]) -> bool:
    """Whether a mapping at a path stands for a list, each of its keys for an entry."""
    return bool(path) and path[-1] in _MAPPINGS
