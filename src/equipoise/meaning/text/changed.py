"""One thing of a protocol's text set to another value; comments and the rest stay as they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from functools import lru_cache
from io import StringIO
from typing import Any, Final

from ruamel.yaml import YAML

from equipoise.errors import InputError
from equipoise.meaning.text.given import plain_value, writer
from equipoise.protocol.language.lines import Path, spell

_PART: Final = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_DASH: Final = re.compile(r"^( *)[^ #-][^\n]*:[^\n]*\n(?: *#[^\n]*\n)*( *)- ", re.MULTILINE)
PROVENANCE: Final = "provenance"


def set_in(text: str, path: str | Sequence[str | int], value: object) -> str:
    """The text of a protocol with one thing set; None takes it away.

    Raises   InputError if the path is none, or leads through what is no mapping or list.
    """
    parts = path_of(path)
    node = tree = deepcopy(_loaded(text))
    for at, part in enumerate(parts[:-1]):
        node = _inner(node, part, parts[:at])
    _set(node, parts, plain_value(value))
    if PROVENANCE in tree:
        _forget(tree, parts)
    out = StringIO()
    _yaml(text).dump(tree, out)
    return out.getvalue()


@lru_cache(maxsize=4)
def _loaded(text: str) -> Any:
    """A grid of settings changes one text again and again; a copy takes a seventh of the time."""
    return _yaml(text).load(text)


def path_of(path: str | Sequence[str | int]) -> Path:
    """`arms.new.give[1]` as `("arms", "new", "give", 1)`. Raises InputError if it is none."""
    if not isinstance(path, str):
        parts: Path = tuple(path)
    else:
        found = [(m[1], m[2]) for m in _PART.finditer(path)]
        parts = tuple(name if name else int(number) for name, number in found)
    if not parts or (isinstance(path, str) and spell(parts) != path):
        raise InputError(f'"{path}" is no path; expected one such as arms.new.give[0]')
    return parts


def _yaml(text: str) -> YAML:
    """A reader and writer that leaves the manner of lists as well as it is."""
    yaml = writer()
    dash = _DASH.search(text)
    inward = dash is not None and len(dash[2]) > len(dash[1])
    yaml.indent(mapping=2, sequence=4 if inward else 2, offset=2 if inward else 0)
    return yaml


def _inner(node: Any, part: str | int, before: Path) -> Any:
    """What stands at a part of a path; a mapping that is not there yet is begun."""
    if isinstance(node, dict):
        key = _key(node, part)
        if key not in node:
            node[key] = {}
        return node[key]
    if isinstance(node, list) and isinstance(part, int) and part < len(node):
        return node[part]
    raise _no_way(node, part, before)


def _set(node: Any, parts: Path, value: Any) -> None:
    *before, last = parts
    if isinstance(node, dict):
        key = _key(node, last)
        if value is not None:
            node[key] = value
        elif key in node:
            del node[key]
        else:
            raise InputError(f"{spell(parts)} is not there to be taken away")
    elif isinstance(node, list) and isinstance(last, int) and last < len(node):
        node[last : last + 1] = [] if value is None else [value]
    else:
        raise _no_way(node, last, tuple(before))


def _key(node: dict[Any, Any], part: str | int) -> Any:
    """The key of a mapping that is written so; a new one where there is none."""
    return next((key for key in node if str(key) == str(part)), part)


def _no_way(node: Any, part: str | int, before: Path) -> InputError:
    where = spell(before) or "the protocol"
    if isinstance(node, list):
        return InputError(f"{where} has {len(node)} entries; expected one of them, found {part}")
    short = f'is written in short, "{node}"' if isinstance(node, str) else "holds one value"
    return InputError(f"{where} {short}; expected the whole of it to be set")


def _forget(tree: Any, parts: Path) -> None:
    """What a resolved form derived is derived anew, and what is set is yours."""
    here = "".join(f"/{str(p).replace('~', '~0').replace('/', '~1')}" for p in parts)
    for pointer in [*tree[PROVENANCE]]:
        if pointer == here or pointer.startswith(f"{here}/"):
            del tree[PROVENANCE][pointer]
        elif tree[PROVENANCE][pointer].get("kind") == "derived":
            _drop(tree, pointer)


def _drop(tree: Any, pointer: str) -> None:
    """Take a derived value out, if it is one of a mapping."""
    *above, last = [p.replace("~1", "/").replace("~0", "~") for p in pointer.split("/")[1:]]
    node = tree
    for part in above:
        node = node[int(part)] if isinstance(node, list) else node.get(part)
        if not isinstance(node, dict | list):
            return
    if isinstance(node, dict):
        node.pop(last, None)
