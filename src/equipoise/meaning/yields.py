"""Events that the planning assumptions yield by the end of follow-up."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from equipoise.calendar import DAYS_PER_YEAR, months
from equipoise.errors import InputError
from equipoise.meaning.expected import Course, Steps, expected_events
from equipoise.meaning.hypotheses import Hypothesis
from equipoise.meaning.rates import accrual, end_of_study, rates, says_accrual
from equipoise.protocol.model import Protocol

AT_ONCE = 1e-6  # days: everybody enters on the first
LONG = 200 * DAYS_PER_YEAR  # by then everybody has had the event or is lost


class MostEvents(NamedTuple):
    """Expected events of the two arms: of all their subjects, and of those not lost before."""

    all: float
    kept: float
    months: float | None  # the end of follow-up from the first entry; None: no end is said


def most_events(protocol: Protocol, h: Hypothesis) -> MostEvents | None:
    """Events expected by the end of follow-up, or None where the assumptions do not say enough."""
    if h.endpoint.type != "time to event":
        return None
    try:
        assumed = rates(protocol, h.endpoint_name, h.arms)
        entered = _entered(protocol).times(h.share)
    except InputError:
        return None
    stay = Steps.constant(0.0)
    whole = replace(assumed, dropout_control=stay, dropout_experimental=stay)
    end = _end(protocol, entered)
    found = [
        expected_events(Course(entered, (one,), h.ratio), LONG if end is None else end).total
        for one in (whole, assumed)
    ]
    return MostEvents(found[0], found[1], None if end is None else months(end))


def _entered(protocol: Protocol) -> Steps:
    """Accrual as it is said, or everybody on the first day."""
    size = float(protocol.population.randomize)
    if not says_accrual(protocol.assume.accrual):
        return Steps.lasting([AT_ONCE], [size / AT_ONCE])
    return accrual(protocol.assume.accrual, size)


def _end(protocol: Protocol, entered: Steps) -> float | None:
    end = end_of_study(protocol)
    follow_up = protocol.assume.follow_up
    if end is not None or follow_up is None:
        return end
    return entered.starts[-1] + follow_up.whole_days
