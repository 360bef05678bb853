"""Intercurrent events: what each strategy of the estimand does to a time to event.

treatment policy    nothing: the event counts whenever it happens
hypothetical        observation ends at the intercurrent event; censored at the last date that the
                    censor sources give on or before it
while on treatment  as hypothetical: what happens later is not part of the variable
composite           the intercurrent event is itself an event
principal stratum   cannot be derived from dates; refused
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from equipoise.errors import InputError
from equipoise.protocol import Protocol
from equipoise.protocol.language.sources import named_sources
from equipoise.protocol.model import DateSource, Endpoint, Estimand, IntercurrentEvent

if TYPE_CHECKING:
    from equipoise.arrays import Ints

NEVER_TOO_LATE = 1 << 40
Strategies = tuple[tuple[str, str], ...]  # (name, everything that is said of it)
_MISSED = re.compile(
    r"^(?:(?P<event>\w+) after )?(?P<count>one|two|three|\d+)(?: or more)? missed assessments?$"
)
_COUNT = {"one": 1, "two": 2, "three": 3}


@dataclass(frozen=True, slots=True)
class Handling:
    """An estimand's intercurrent events, sorted by what they do."""

    strategies: Strategies
    ending: tuple[DateSource, ...]
    composite: tuple[DateSource, ...]
    missed: IntercurrentEvent | None


def counted_until(
    missed: IntercurrentEvent, endpoint: Endpoint, protocol: Protocol, *, days: int
) -> Ints:
    """The last study day on which an event counts, by the day of the last assessment before it.

    An assessment stands for the planned one nearest to it; day 1 without one is randomization. An
    event is too late when as many planned assessments as `missed` says have come after that one,
    and the window of the last of them has closed. Where no more are planned none is missed.
    days : study day up to which the table goes
    Returns  (days + 2,) for days 0, 1, ... of the last assessment
    Raises   InputError if the endpoint does not say when it is assessed.
    """
    import numpy as np

    from equipoise.conduct.visits import planned

    key = endpoint.assessed_at or ""
    visit = protocol.visits.get(key)
    if visit is None or visit.every is None:
        raise InputError(
            f'"{missed.name}" needs to know when assessments are due: '
            "say `assessed at` with a visit that comes `every` so often"
        )
    count, every = missed_count(missed) or 0, visit.every.whole_days
    due = planned(protocol, key, horizon=days + (count + 2) * every).day
    due = due[due > 1]
    window = visit.window.whole_days if visit.window else 0
    last = np.arange(days + 2)
    done = np.searchsorted(2 * due - every, 2 * last, side="right")
    return np.append(due + window, np.full(count + 1, NEVER_TOO_LATE))[
        np.minimum(done + count - 1, len(due))
    ]


def missed_count(event: IntercurrentEvent) -> int | None:
    """How many missed assessments an intercurrent event stands for; None if it is another kind.

    >>> missed_count(IntercurrentEvent(name="two missed assessments", strategy="hypothetical"))
    2
    """
    if event.missed is not None:
        return event.missed
    found = _MISSED.match(event.name)
    return None if found is None else _COUNT.get(found["count"]) or int(found["count"])


def missed_before(event: IntercurrentEvent) -> str | None:
    """The one kind of event before which a gap matters; None if it does before any.

    >>> missed_before(IntercurrentEvent(name="death after two missed assessments",
    ...                                 strategy="hypothetical"))
    'death'
    """
    found = _MISSED.match(event.name)
    return None if found is None else found["event"]


def handling(estimand: Estimand, endpoint: Endpoint, protocol: Protocol) -> Handling:
    """Sort the intercurrent events of an estimand by what they do to its endpoint.

    Raises   InputError if a strategy cannot be carried out on a time to event.
    """
    ending, composite, missed, kept = [], [], None, []
    events = {source.name for source in endpoint.event}
    for ice in estimand.intercurrent_events:
        if ice.strategy == "principal stratum":
            raise InputError(f'"{ice.name}": a principal stratum cannot be derived from dates')
        if ice.strategy == "treatment policy" or ice.name in events:
            continue
        kept.append((ice.name, ice.model_dump_json(exclude={"name"})))
        if missed_count(ice) is not None:
            missed = ice
        elif ice.strategy == "composite":
            composite.append(_source(ice))
        else:
            ending.append(_source(ice))
    return Handling(tuple(sorted(kept)), tuple(ending), tuple(composite), missed)


def _source(ice: IntercurrentEvent) -> DateSource:
    """The date source of an intercurrent event: its own words over the built-in ones."""
    base: dict[str, Any] = dict(named_sources().get(ice.name, {}))
    own = {
        "from": ice.from_, "where": ice.where, "date": ice.date, "impute": ice.impute,
        "says": ice.says or None,
    }  # fmt: skip
    base |= {k: v for k, v in own.items() if v is not None}
    if ice.cite:
        base["cite"] = ice.cite
    if not {"from", "date"} <= set(base):
        raise InputError(
            f'intercurrent event "{ice.name}" is no built-in one: say `from` and `date` to find it'
        )
    return DateSource.model_validate({"name": ice.name, **base})
