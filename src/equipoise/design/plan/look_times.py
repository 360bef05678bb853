"""The looks of a hypothesis as the protocol words them, before any amount is settled."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import NamedTuple

from equipoise.design.plan.questions import Answer, Question
from equipoise.errors import InputError
from equipoise.meaning import rates as assumed
from equipoise.protocol import Protocol
from equipoise.protocol.model import LookPlan


class PlannedLook(NamedTuple):
    """One look: it waits for an amount, for a share of the maximum, or for a day.

    amount : events or subjects it waits for; share : of the maximum; day : calendar day
    All three are None for a last look that waits for whatever the size comes out at.
    """

    name: str
    says: str
    amount: int | None
    share: float | None
    day: float | None
    efficacy: bool
    futility: bool

    @property
    def fixed(self) -> bool:
        return self.day is None

    def amount_of(self, maximum: float, yielded: Callable[[float], float] | None) -> float:
        """Events or subjects at this look when the last look has `maximum`."""
        if self.amount is not None:
            return float(self.amount)
        if self.share is not None:
            return float(ceil(self.share * maximum - 1e-9))
        if self.day is not None and yielded is not None:
            return yielded(self.day)
        return maximum


def planned_looks(
    protocol: Protocol,
    q: Question,
    a: Answer,
    day_of: Callable[[str], float | None],
) -> tuple[PlannedLook, ...]:
    """Every look of a hypothesis; a single last one where none is named.

    day_of : expected day of another hypothesis' look
    Raises   InputError if the day of a look cannot be worked out.
    """
    said = q.plan.looks or {"final": LookPlan()}
    last = list(said)[-1]
    return tuple(
        _planned(protocol, q, a, name, look, name == last, day_of) for name, look in said.items()
    )


def _planned(
    protocol: Protocol,
    q: Question,
    a: Answer,
    name: str,
    look: LookPlan,
    last: bool,
    day_of: Callable[[str], float | None],
) -> PlannedLook:
    def made(
        says: str,
        *,
        amount: int | None = None,
        share: float | None = None,
        day: float | None = None,
    ) -> PlannedLook:
        return PlannedLook(name, says, amount, share, day, look.efficacy, look.futility)

    counted = look.subjects if a.unit == "subjects" else look.events
    if counted is not None:
        return made(f"at {counted} {a.unit}", amount=counted)
    if look.information is not None:
        return made(f"at {look.information:.0%} information", share=look.information)
    day = _calendar_day(protocol, q.name, name, look, day_of)
    if day is not None:
        if a.yielded is None:
            raise InputError(
                f"{name}: it waits for a day, so assume.{q.endpoint_name} and assume.accrual must "
                f"say how many {a.unit} to expect by then"
            )
        says, at = day
        return made(says, day=at)
    if not last:
        raise InputError(f"{name}: say when, as in `74 events`, `50% information` or `36 months`")
    return made("at the full amount")


def _calendar_day(
    protocol: Protocol,
    hypothesis: str,
    name: str,
    look: LookPlan,
    day_of: Callable[[str], float | None],
) -> tuple[str, float] | None:
    """Words and day of a look that the calendar, another look or the end of the study decides."""
    if look.at is not None:
        return f"at {look.at}", look.at.days
    if look.with_ is not None:
        day = day_of(look.with_)
        if day is None:
            raise InputError(f"{name}: the look it comes with, {look.with_}, is never expected")
        return f"with {look.with_}", day
    if look.end_of_study:
        follow_up = protocol.assume.follow_up
        if follow_up is None:
            raise InputError(f"{name}: assume.follow up says when the study ends; it is missing")
        entered = assumed.accrual(protocol.assume.accrual, protocol.population.randomize)
        return "at the end of the study", entered.starts[-1] + follow_up.days
    start = protocol.assume.accrual.start
    if look.cutoff is not None and start is not None:
        return f"on {look.cutoff}", float((look.cutoff - start).days)
    return None
