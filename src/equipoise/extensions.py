"""What other people's packages add to the house, and whose it is.

A distribution names what it adds in its entry points: `equipoise.methods`, `.rules`, `.spending`,
`.figures`, `.sections`; the name of an entry point is the name in the house. Each room takes what
is its own (`Extended`, `added`); nothing is loaded before it is asked for, and where nothing is
installed the folders of `sys.path` are listed once.

Checked  tests/unit/test_extensions.py; tests/wheel/test_extension.py
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, NamedTuple, TypeVar

from equipoise.errors import InputError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

Group = Literal["methods", "rules", "spending", "figures", "sections"]
GROUPS: Final[dict[Group, str]] = {
    "methods": "method",
    "rules": "rule",
    "spending": "spending function",
    "figures": "figure",
    "sections": "section",
}
"""What may be added, and one of it in words."""

Thing = TypeVar("Thing")


class BrokenExtensionError(InputError):
    """What a distribution adds cannot be used; the message names the distribution."""


class Added(NamedTuple):
    """Something that an installed distribution adds; `where` is its module and name there."""

    group: Group
    name: str
    distribution: str
    version: str
    where: str

    @property
    def origin(self) -> str:
        """The distribution with its version: how it is marked wherever it shows."""
        return f"{self.distribution} {self.version}"

    def refused(self, why: object) -> BrokenExtensionError:
        """One sentence that names the distribution."""
        one = GROUPS[self.group]
        told = f'{self.origin} adds the {one} "{self.name}", which cannot be used: {why}'
        return BrokenExtensionError(told)

    def load(self) -> Any:
        """What stands there. Raises BrokenExtensionError, whatever goes wrong."""
        found = next(e for a, e in _installed(tuple(sys.path)) if a == self)
        try:
            return found.load()
        except Exception as problem:
            raise self.refused(f"{type(problem).__name__}: {problem}") from problem

    def called(self, function: Callable[..., Thing], *given: Any, **named: Any) -> Thing:
        """What a function of the distribution answers.

        Raises   InputError of its own as it is; anything else in a sentence.
        """
        try:
            return function(*given, **named)
        except InputError:
            raise
        except Exception as problem:
            raise self.refused(f"{type(problem).__name__}: {problem}") from problem

    def takes(self, function: object, *names: str) -> Any:
        """A function, if it can be called with so many arguments. Raises InputError."""
        told = f"expected a function of {' and '.join(names)}, found {function!r}"
        if not callable(function):
            raise self.refused(told)
        try:
            signature(function).bind(*names)
        except TypeError as problem:
            raise self.refused(f"{told}: {problem}") from None
        return function


def added(group: Group, house: Mapping[str, object] | None = None) -> tuple[Added, ...]:
    """What the installed distributions add to a group, by name.

    Raises   InputError if one takes a name of the house, or two take the same.
    """
    found = [a for a, _ in _installed(tuple(sys.path)) if a.group == group]
    known: dict[str, str] = dict.fromkeys(house or (), "Equipoise")
    for one in found:
        if one.name in known:
            raise one.refused(f"the name is taken by {known[one.name]}")
        known[one.name] = one.origin
    return tuple(found)


def everything() -> tuple[Added, ...]:
    """All that the installed distributions add."""
    return tuple(a for a, _ in _installed(tuple(sys.path)))


def extensions_state() -> bytes:
    """What is installed and the code behind it: other bytes, another state."""
    return b"".join(f"{one}|".encode() + _code(one) for one in everything())


def _code(one: Added) -> bytes:
    """The file of its module; empty if there is none."""
    from importlib.util import find_spec

    try:
        spec = find_spec(one.where.partition(":")[0])
    except Exception:  # a package that cannot be imported: told where it is asked for
        return b""
    file = spec.origin if spec else None
    return Path(file).read_bytes() if file and os.path.isfile(file) else b""


@cache
def _installed(path: tuple[str, ...]) -> tuple[tuple[Added, EntryPoint], ...]:
    if not any(map(_offers, path)):
        return ()
    from importlib.metadata import distributions

    found: dict[tuple[str, ...], tuple[Added, EntryPoint]] = {}
    for distribution in distributions():
        name, version = distribution.metadata["Name"], distribution.version
        for entry in distribution.entry_points:
            for group in GROUPS:
                if entry.group == f"equipoise.{group}":
                    one = Added(group, entry.name, name, version, entry.value)
                    found.setdefault((group, name, entry.name), (one, entry))
    return tuple(found[key] for key in sorted(found))


def _offers(folder: str) -> bool:
    """Whether a distribution that lies in a folder names a group of ours; a look, no parsing."""
    try:
        with os.scandir(folder or os.curdir) as inside:
            metadata = [d.path for d in inside if d.name.endswith((".dist-info", ".egg-info"))]
    except OSError:  # no such folder, or a zip: nothing of ours is in it
        return False
    return any(_names_us(os.path.join(one, "entry_points.txt")) for one in metadata)


def _names_us(file: str) -> bool:
    try:
        with open(file, "rb") as text:
            return b"[equipoise." in text.read()
    except OSError:
        return False


class Extended(Mapping[str, Thing], Generic[Thing]):
    """A table of the house by name, and what distributions add to it.

    take : what becomes of an addition in this table; it raises InputError for what it cannot be
    """

    def __init__(
        self, group: Group, house: Mapping[str, Thing], take: Callable[[Added], Thing]
    ) -> None:
        self.house, self._group, self._take = house, group, take
        self._taken: dict[Added, Thing] = {}

    def _more(self) -> dict[str, Added]:
        return {one.name: one for one in added(self._group, self.house)}

    def __getitem__(self, name: str) -> Thing:
        more = self._more()
        if name in self.house:
            return self.house[name]
        one = more[name]
        if one not in self._taken:
            self._taken[one] = self._take(one)
        return self._taken[one]

    def __contains__(self, name: object) -> bool:
        return name in self.house or name in self._more()

    def __iter__(self) -> Iterator[str]:
        yield from self.house
        yield from self._more()

    def __len__(self) -> int:
        return len(self.house) + len(self._more())
