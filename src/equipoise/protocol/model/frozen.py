"""Mappings that cannot be changed, so that a frozen node is frozen through and through."""

from __future__ import annotations

from typing import Any, NoReturn

from pydantic import Field


class FrozenDict(dict[Any, Any]):
    """A mapping to read: what would change it raises TypeError, and it can be hashed."""

    def _refuse(self, *args: object, **named: object) -> NoReturn:
        raise TypeError("a protocol cannot be changed in place; `with_` makes another of it")

    __setitem__ = __delitem__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse
    __ior__ = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[type, tuple[dict[Any, Any]]]:
        return type(self), (dict(self),)


def frozen(value: Any) -> Any:
    """The value with every mapping and list in it made one that cannot be changed."""
    if isinstance(value, FrozenDict):
        return value
    if isinstance(value, dict):
        return FrozenDict({key: frozen(inner) for key, inner in value.items()})
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return tuple(frozen(inner) for inner in value)
    return value


def thawed(value: Any) -> Any:
    """The inverse of `frozen`: plain mappings and lists, as JSON has them."""
    if isinstance(value, dict):
        return {key: thawed(inner) for key, inner in value.items()}
    return [thawed(inner) for inner in value] if isinstance(value, tuple) else value


def unsaid(value: Any) -> bool:
    """Whether a value says nothing: None, an empty text, list, tuple or mapping."""
    return value is None or (isinstance(value, str | list | tuple | dict) and not value)


Younger = Field(exclude_if=unsaid)
"""Of what is younger than the first digests of protocols: left out where it says nothing."""
