"""An amendment comes later than what it amends, and leaves frozen things alone."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.protocol.model import Protocol
from equipoise.protocol.rules.base import Problem
from equipoise.protocol.write.amend import begun, diff


def frozen(old: Protocol, new: Protocol) -> Iterator[Problem]:
    """Changes that may not be made any more [P34]."""
    first = begun(old, new)
    if first is None:
        return
    for change in diff(old, new):
        if change.frozen:
            message = f"frozen since the first patient on {first}: {change.sentence}"
            yield Problem(change.path, message, "take the change back", "P34")


def later(old: Protocol, new: Protocol) -> Iterator[Problem]:
    """A version of its own, in force after the one before it [P51]."""
    if new.trial.version == old.trial.version:
        message = f'the amendment has the version "{new.trial.version}" of what it amends'
        yield Problem(("trial", "version"), message, "expected a version of its own", "P51")
    before, after = old.trial.in_force, new.trial.in_force
    if before is not None and after is not None and after <= before:
        message = f"in force on {after}, not after the version before it ({before})"
        yield Problem(("trial", "in force"), message, f"expected a day after {before}", "P51")
