"""What rules find in the parts of a protocol that can be read, where others cannot.

A value that cannot be read is replaced by one that can, the rules run, and the replaced part is
taken out of their sight: a rule that asks for it ends there. So what is told is true of the file.

Checked  tests/unit/protocol/test_behind.py: each leaf of a protocol broken in turn tells of itself.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from pydantic import ValidationError

from equipoise.errors import nearest
from equipoise.protocol.language.lines import Path
from equipoise.protocol.model import Node, Protocol
from equipoise.protocol.model.base import spoken
from equipoise.protocol.model.provenance import seal
from equipoise.protocol.read.schema_faults import nodes_at, written_part
from equipoise.protocol.rules import Problem, Rule

_AWAY: Final = object()
_IN_PLACE: Final[tuple[Any, ...]] = (
    _AWAY,
    1,
    "1",
    "1 month",
    "50%",
    "1 mg",
    "2020-01-01",
    "text",
    {},
    [],
)
_MOST_ROUNDS: Final = 60


def behind(value: Any, rules: Sequence[Rule], broken: Iterable[Path] = ()) -> list[Problem]:
    """The errors of rules in what can be read of a protocol.

    value : the file's tree; broken : paths that are known to be no good already
    Returns  those that rest on nothing that cannot be read; none if too little can be
    """
    mended = _mended(copy.deepcopy(value))
    if mended is None:
        return []
    protocol, replaced = mended
    out = {*replaced, *broken}
    for path in out:
        _hide(protocol, path)
    problems = (p for rule in rules for p in _found(rule, protocol))
    return [p for p in problems if p.severity == "error" and not _within(p.path, out)]


def _found(rule: Rule, protocol: Protocol) -> Iterator[Problem]:
    """What a rule finds until it asks for what is not there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            for problem in rule.find(protocol):
                yield problem._replace(rule=rule.id)
        except Exception:  # whatever it made of a part that is missing
            return


def _within(path: Path, out: Iterable[Path]) -> bool:
    return any(path[: len(one)] == one or one[: len(path)] == path for one in out)


def _mended(value: Any) -> tuple[Protocol, set[Path]] | None:
    """A protocol that can be read, and the paths at which it is not the file's."""
    tried: dict[Path, int] = {}
    near: set[Path] = set()
    for _ in range(_MOST_ROUNDS):
        try:
            read = Protocol.model_validate(value, by_alias=True, by_name=False)
            return seal(read, written=value), {*tried, *near}
        except ValidationError as problem:
            errors = problem.errors(include_url=False)
        except Exception:  # what follows from the values put in place cannot be
            return None
        for path, unknown in _places(errors, value):
            if unknown:
                near.add(_meant(path))
                _put(value, path, _AWAY)
            elif not _replace(value, path, tried):
                return None
    return None


def _places(errors: Sequence[Any], value: Any) -> list[tuple[Path, bool]]:
    """Where to put something else, and whether it is a key that is not known."""
    found: dict[Path, bool] = {}
    for error in errors:
        path, rest = written_part(tuple(error["loc"]), value)
        unknown = error["type"] == "extra_forbidden"
        found.setdefault(
            (*path, *rest[:1]) if unknown or error["type"] == "missing" else path, unknown
        )
    return list(found.items())


def _meant(path: Path) -> Path:
    """The key that a misspelt one may have been meant for; else itself."""
    known = [spoken(name) for node in nodes_at(path[:-1]) for name in node.model_fields]
    return (*path[:-1], nearest(str(path[-1]), known) or path[-1])


def _replace(value: Any, path: Path, tried: dict[Path, int]) -> bool:
    """Put the next thing in place of a value; of what holds it, if nothing fits."""
    while path:
        at = tried[path] = tried.get(path, -1) + 1
        options = _options(value, path)
        if at < len(options):
            _put(value, path, options[at])
            return True
        path = path[:-1]
    return False


def _options(value: Any, path: Path) -> list[Any]:
    holder = _at(value, path[:-1])
    beside = [v for k, v in enumerate(holder) if k != path[-1]] if isinstance(holder, list) else []
    return [*copy.deepcopy(beside), *(_IN_PLACE[1:] if isinstance(holder, list) else _IN_PLACE)]


def _at(value: Any, path: Path) -> Any:
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _put(value: Any, path: Path, new: Any) -> None:
    holder = _at(value, path[:-1])
    if isinstance(holder, dict):
        if new is _AWAY:
            holder.pop(path[-1], None)
        else:
            holder[path[-1]] = copy.deepcopy(new)
    elif isinstance(holder, list) and isinstance(path[-1], int) and path[-1] < len(holder):
        holder[path[-1]] = copy.deepcopy(new)


def _hide(protocol: Protocol, path: Path) -> None:
    """Take out the deepest attribute that holds a path: to ask for it raises AttributeError."""
    here: Any = protocol
    holder: tuple[Node, str] | None = None
    for part in path:
        if isinstance(here, Node):
            name = next((n for n in type(here).model_fields if spoken(n) == part), None)
            extra = here.__pydantic_extra__ or {}
            if name is None and part not in extra:
                break
            holder = (here, name) if name is not None else (holder or (protocol, str(path[0])))
            here = extra[str(part)] if name is None else here.__dict__.get(name)
        else:
            here = _at(here, (part,))
    if holder is not None:
        holder[0].__dict__.pop(holder[1], None)
