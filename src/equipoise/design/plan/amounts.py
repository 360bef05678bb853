"""How many events or subjects a look at a share of the information waits for."""

from __future__ import annotations

from collections.abc import Callable

from equipoise.design.model import HypothesisPlan
from equipoise.design.plan.plan import plan
from equipoise.errors import InputError
from equipoise.meaning.hypotheses import Hypothesis
from equipoise.meaning.looks import (
    AtInformation,
    LaterOf,
    Look,
    Trigger,
    amount_waited_for,
    count_at,
)
from equipoise.protocol import Protocol


def look_count(protocol: Protocol, h: Hypothesis, look: Look) -> int:
    """Events of the two arms, or subjects over all arms, at a look's share of the information.

    Raises   InputError if neither the last look nor a plan says what the whole is.
    """
    return counted(h, look, lambda: plan(protocol)[h.name])


def counted(h: Hypothesis, look: Look, planned: Callable[[], HypothesisPlan | None]) -> int:
    """As `look_count`, with a plan that is made only if it is needed."""
    share = share_of(look.trigger)
    if share is None:
        raise InputError(f"{look.label}: it waits for no share of the information")
    whole: float | None = amount_waited_for(h.looks[-1].trigger, h.unit)
    if whole is None:
        found = planned()
        if found is None:
            raise InputError(
                f"design.{h.name}: a share of information needs a last look at {h.unit}, or "
                "assumptions to plan with"
            )
        whole = found.maximum / h.share if h.unit == "subjects" else found.maximum
    return count_at(share, whole)


def share_of(trigger: Trigger) -> float | None:
    """The share of information that a look waits for, or None."""
    if isinstance(trigger, LaterOf):
        found = [share for one in trigger.triggers if (share := share_of(one)) is not None]
        return max(found, default=None)
    return trigger.share if isinstance(trigger, AtInformation) else None
