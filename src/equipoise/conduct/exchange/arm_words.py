"""What tells an arm where no arm may be told: its words, and the visits that it alone has."""

from __future__ import annotations

from equipoise.conduct.visits import dosed_at
from equipoise.protocol import Protocol


def arm_words(protocol: Protocol) -> tuple[str, ...]:
    """Every word by which an arm is called, and every drug, in small letters."""
    words = {word for key, arm in protocol.arms.items() for word in (key, arm.label, arm.code)}
    words |= {one.drug for arm in protocol.arms.values() for one in arm.give}
    return tuple(sorted(word.lower() for word in words if word))


def visits_of_some_arms(protocol: Protocol) -> tuple[str, ...]:
    """The visits that go with the doses of some arms only."""
    found = []
    for key, visit in protocol.visits.items():
        dosed = [bool(dosed_at(visit, arm.give)) for arm in protocol.arms.values()]
        if any(dosed) and not all(dosed):
            found.append(key)
    return tuple(found)
