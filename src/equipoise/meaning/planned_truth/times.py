"""Times of progression and of death that follow from assumed times to event.

What is assumed of progression is what scans show: patients progress unseen between two scans, on
average half the time between them. So as many have progressed by each scan as are assumed to have
half an interval later: at every time, as many are seen as is assumed, and the calendar of looks is
the plan's. Hazard ratios stay as they are assumed.

Where death is assumed too, progression has what is left of the hazard of progression or death, and
the two are independent. Where it is not, nobody dies.
"""

from __future__ import annotations

from decimal import Decimal
from math import exp, log
from typing import Final, NamedTuple

from equipoise.calendar import DAYS_PER_MONTH
from equipoise.errors import InputError
from equipoise.meaning.expected import Steps
from equipoise.meaning.rates import assumed_hazard, hazard_of, merged
from equipoise.protocol.language.activities import TUMOR_ASSESSMENT
from equipoise.protocol.model import CurvePoint, Endpoint, Hazard, Protocol, TimeTruth
from equipoise.units import Duration

_PROGRESSION: Final = "progression"
_DEATH: Final = "death"
_LEAST: Final = 1e-9  # share of a hazard below which nothing is left of it


class PlannedTimes(NamedTuple):
    """progression, death : None where they do not follow; left_out : why, by endpoint."""

    progression: TimeTruth | None
    death: TimeTruth | None
    left_out: dict[str, str]


def planned_times(protocol: Protocol) -> PlannedTimes:
    """The times that follow from what is assumed about the protocol's times to event."""
    made: dict[str, str] = {}  # progression, death -> the endpoint that it follows from
    found: dict[str, TimeTruth] = {}
    left_out: dict[str, str] = {}
    keys = [k for k in protocol.assume.endpoints if k in protocol.endpoints]
    keys = [k for k in keys if protocol.endpoints[k].type == "time to event"]
    # Death first: progression has what it leaves.
    for key in sorted(keys, key=lambda k: not _is_of_death(protocol.endpoints[k])):
        try:
            name = _made_of(protocol.endpoints[key])
            if name in made:
                raise InputError(f"{name} follows from assume.{made[name]} already")
            deaths = made.get(_DEATH) if _counts_deaths(protocol.endpoints[key]) else None
            found[name] = _deaths(protocol, key) if name == _DEATH else _seen(protocol, key, deaths)
            made[name] = key
        except InputError as problem:
            left_out[key] = str(problem)
    return PlannedTimes(found.get(_PROGRESSION), found.get(_DEATH), left_out)


def _names(endpoint: Endpoint) -> set[str]:
    return {source.name for source in endpoint.event}


def _is_of_death(endpoint: Endpoint) -> bool:
    return _names(endpoint) == {_DEATH}


def _counts_deaths(endpoint: Endpoint) -> bool:
    return _DEATH in _names(endpoint)


def _made_of(endpoint: Endpoint) -> str:
    """What a virtual patient's time is drawn of: progression or death."""
    if endpoint.from_ != "randomization" or endpoint.among is not None:
        raise InputError(
            f"its time runs from {endpoint.from_}, not from randomization of everybody"
        )
    names = _names(endpoint)
    if names == {_DEATH}:
        return _DEATH
    if names in ({_PROGRESSION}, {_PROGRESSION, _DEATH}):
        return _PROGRESSION
    said = " or ".join(sorted(names)) or "a questionnaire"
    raise InputError(f"only progression and death follow from an assumption, not {said}")


def _deaths(protocol: Protocol, key: str) -> TimeTruth:
    for arm in protocol.arms:
        assumed_hazard(protocol, key, arm)  # raises for what is not said
    said = protocol.assume.endpoints[key]
    return TimeTruth(arms={arm: hazard_of(said[arm]) for arm in protocol.arms})


def _seen(protocol: Protocol, key: str, deaths: str | None) -> TimeTruth:
    """Times of progression of which scans show what is assumed about `key`."""
    said = protocol.assume.endpoints[key]
    first, every = _scans(protocol)
    _median_is_seen(protocol, key, first)
    arms = {}
    for arm in protocol.arms:
        own = hazard_of(said[arm])
        is_one_ratio = own.hazard_ratio is not None and not (own.after or own.then)
        seen = _unseen(_left(protocol, key, deaths, arm), first=first, ahead=every / 2.0)
        arms[arm] = own if is_one_ratio and deaths is None else _as_hazard(seen)
    return TimeTruth(arms=arms)


def _left(protocol: Protocol, key: str, deaths: str | None, arm: str) -> Steps:
    """The hazard of progression alone."""
    whole = assumed_hazard(protocol, key, arm)
    if deaths is None:
        return whole
    death = assumed_hazard(protocol, deaths, arm)
    starts = tuple(sorted({*whole.starts, *death.starts}))
    for start in starts:
        if whole.at(start) - death.at(start) <= _LEAST * whole.at(start):
            raise InputError(
                f"in the arm {arm} deaths alone (assume.{deaths}) come as fast as {key} from month "
                f"{start / DAYS_PER_MONTH:.0f} on, so that no time is left for progression"
            )
    return merged(Steps(starts, tuple(whole.at(s) - death.at(s) for s in starts)))


def _scans(protocol: Protocol) -> tuple[float, float]:
    """Days to the first scan after randomization, and between scans; 0 where none are repeated."""
    rows = protocol.visits_for(TUMOR_ASSESSMENT).values()
    scan = next((row for row in rows if row.follows), None)
    if scan is None or scan.every is None:
        return 0.0, 0.0
    return (scan.start.days if scan.start else 0.0) or scan.every.days, scan.every.days


def _median_is_seen(protocol: Protocol, key: str, first: float) -> None:
    median = assumed_hazard(protocol, key, protocol.control).reaches(log(2.0))
    if median is not None and median < first:
        raise InputError(
            f"a median of {median:.0f} days cannot be seen by scans after {first:g} days or more"
        )


def _unseen(shown: Steps, *, first: float, ahead: float) -> Steps:
    """The hazard of which scans, `first` the earliest, show what `shown` has `ahead` of them."""
    if ahead == 0.0:
        return shown
    later = [start - ahead for start in shown.starts if start - ahead > first]
    starts = (0.0, first, *later)
    early = shown.total(first + ahead) / first
    return merged(Steps(starts, (early, *(shown.at(s + ahead) for s in starts[1:]))))


def _as_hazard(steps: Steps) -> Hazard:
    """Steps as a median, or as points of a curve between which the hazard is constant."""
    if len(steps.values) == 1:
        return Hazard(median=_days(log(2.0) / steps.values[0]))
    ends = [*steps.starts[1:], steps.starts[-1] + log(2.0) / steps.values[-1]]
    points = (CurvePoint(at=_days(end), survival=exp(-steps.total(end))) for end in ends)
    return Hazard(curve=tuple(points))


def _days(days: float) -> Duration:
    return Duration(Decimal(f"{days:.6f}"), "day")
