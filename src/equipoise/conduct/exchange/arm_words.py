"""What tells an arm where no arm may be told: its words, and the visits that it alone has."""

from __future__ import annotations

from equipoise.conduct.visits import is_of_some_arms
from equipoise.protocol import Protocol


def arm_words(protocol: Protocol) -> tuple[str, ...]:
    """Every word by which an arm is called, and every drug, in small letters."""
    words = {word for key, arm in protocol.arms.items() for word in (key, arm.label, arm.code)}
    words |= {one.drug for arm in protocol.arms.values() for one in arm.give}
    return tuple(sorted(word.lower() for word in words if word))


def visits_of_some_arms(protocol: Protocol) -> tuple[str, ...]:
    """The visits that some arms have and others do not."""
    return tuple(key for key, one in protocol.visits.items() if is_of_some_arms(protocol, one))
