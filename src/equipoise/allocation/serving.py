"""Slots of a list in the order in which they are asked for, without starting from the first."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.allocation.lists import SecretList, Stratum


class Serving:
    """How far each stratum's list has been read by this process; nothing of it is kept.

    Checked  tests/unit/allocation/test_serving.py (the same as the list from its start).
    """

    def __init__(self, secret: SecretList) -> None:
        self.secret = secret
        self._read: dict[Stratum, tuple[int, Iterator[str]]] = {}

    def arm(self, stratum: Stratum, number: int) -> str:
        """The arm of a slot, from 1; the quickest if the slots before it were asked for here."""
        used, arms = self._read.get(stratum, (0, iter(())))
        if not 0 < used < number:
            used, arms = 0, self.secret.arms_of(stratum)
        found = ""
        for _ in range(number - used):
            found = next(arms)
        self._read[stratum] = (number, arms)
        return found
