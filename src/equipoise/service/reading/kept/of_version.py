"""What follows from a version of the protocol alone, worked out once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from equipoise.protocol import Protocol

_Made = TypeVar("_Made")


class OfVersion(Generic[_Made]):
    """What is worked out of a version of the protocol, once."""

    def __init__(self, make: Callable[[Protocol], _Made]) -> None:
        self._make, self._made = make, dict[str, _Made]()

    def of(self, protocol: Protocol) -> _Made:
        """Of this version."""
        if protocol.digest not in self._made:
            self._made[protocol.digest] = self._make(protocol)
        return self._made[protocol.digest]
