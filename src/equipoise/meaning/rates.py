"""Accrual, hazards and dropout as step functions of days: one reading for plans and for truths.

Time is whole days. Accrual evenly over a time, or between two dates, both included; at monthly
rates over periods it stops once everybody is randomized.
Checked  tests/unit/meaning/test_rates.py; tests/laws/test_one_reading.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from math import inf, log, log1p
from typing import Any

from equipoise.calendar import DAYS_PER_MONTH, DAYS_PER_YEAR
from equipoise.errors import InputError
from equipoise.meaning.expected import Steps, StratumCourse
from equipoise.protocol.model import Accrual, Hazard, Protocol
from equipoise.units import parse_number

_ROUNDING = (
    0.01  # share by which monthly rates may miss the number: they are said with few decimals
)


def hazard_of(value: Any) -> Hazard:
    """A time to event, in its short or its long form.

    Raises   ValueError in the words of `units` if it cannot be read.
    """
    if isinstance(value, Hazard):
        return value
    try:
        return Hazard.model_validate(value)
    except ValueError as error:
        details: list[Any] = getattr(error, "errors", list)()
        cause = details[0].get("ctx", {}).get("error") if details else None
        message = f'"{value}" is no assumed time; expected a median, a curve or a hazard ratio'
        raise ValueError(str(cause) if cause else message) from None


def says_accrual(plan: Accrual) -> bool:
    """Whether anything is said about how subjects enter."""
    dated = plan.start is not None and plan.end is not None
    return bool(plan.rates) or plan.lasts is not None or dated


def accrual(plan: Accrual, subjects: float, where: str = "assume.accrual") -> Steps:
    """Subjects a day until all are randomized.

    Raises   InputError if nothing is said, or the rates bring fewer than `subjects`.
    """
    if plan.rates:
        return _at_rates(plan, subjects, where)
    if plan.lasts is not None:
        days = plan.lasts.whole_days
    elif plan.start is not None and plan.end is not None:
        days = (plan.end - plan.start).days + 1
    else:
        raise InputError(f"{where}: say how long accrual lasts, as in `lasts: 18 months`")
    if days < 1:
        raise InputError(f"{where}: accrual lasts {days} days; expected one or more")
    return Steps.lasting([days], [subjects / days])


def _at_rates(plan: Accrual, subjects: float, where: str) -> Steps:
    """At monthly rates; one rate more than periods holds for as long as it takes."""
    if len(plan.rates) - len(plan.periods) not in (0, 1):
        raise InputError(
            f"{where}: {len(plan.rates)} rates for {len(plan.periods)} periods; "
            "expected one period for each rate, the last of which may go without"
        )
    spans = [period.days for period in plan.periods]
    a_day = [rate / DAYS_PER_MONTH for rate in plan.rates]
    brought = sum(span * rate for span, rate in zip(spans, a_day, strict=False))
    closed = len(a_day) == len(spans)
    if closed and abs(brought - subjects) <= _ROUNDING * subjects:
        return Steps.lasting(spans, [rate * subjects / brought for rate in a_day])
    if brought < subjects and (closed or a_day[-1] <= 0.0):
        raise InputError(
            f"{where}: these rates bring {brought:.0f} subjects, and {subjects:g} are randomized; "
            "expected longer periods, or a last rate without a period"
        )
    return _until(subjects, spans, a_day)


def _until(subjects: float, spans: list[float], a_day: list[float]) -> Steps:
    """The rates, one after the other, until all are randomized."""
    starts = [0.0]
    for span in spans[: len(a_day) - 1]:
        starts.append(starts[-1] + span)
    end = Steps(tuple(starts), tuple(a_day)).reaches(subjects)
    assert end is not None  # the rates bring as many, or the last of them goes on
    kept = [start for start in starts if start < end]
    return Steps((*kept, end), (*a_day[: len(kept)], 0.0))


def hazard(value: Any, control: Steps | None, where: str) -> Steps:
    """Hazard a day of `14 months`, of a curve, or of a hazard ratio against control.

    Raises   InputError if it is none of these.
    """
    try:
        found = hazard_of(value)
    except ValueError as error:
        raise InputError(f"{where}: {error}") from None
    if found.median is not None:
        return Steps.constant(log(2.0) / found.median.days)
    if found.curve:
        return _through([(p.at.days, p.survival) for p in found.curve], where)
    if found.hazard_ratio is None or control is None:
        raise InputError(f"{where}: expected a median, a curve, or a hazard ratio against control")
    return control.product(ratios(found))


def ratios(effect: Hazard) -> Steps:
    """The hazard ratio from each day on; 1 before the first."""
    pairs = [(start.days, ratio) for start, ratio in effect.ratios]
    if pairs[0][0] > 0.0:
        pairs.insert(0, (0.0, 1.0))
    starts, values = zip(*pairs, strict=True)
    return Steps(starts, values)


def _through(points: list[tuple[float, float]], where: str) -> Steps:
    """Constant hazards between the points of a curve; the last one goes on for ever."""
    knots = [(0.0, 0.0)]
    for at, survival in points:
        if not 0.0 < survival < 1.0:
            raise InputError(f"{where}: a survival of {survival:g}; expected between 0 and 1")
        knots.append((at, -log(survival)))
    if any(b <= a or high <= low for (a, low), (b, high) in pairwise(knots)):
        raise InputError(f"{where}: survival must fall from point to point")
    rates = [(high - low) / (b - a) for (a, low), (b, high) in pairwise(knots)]
    return Steps(tuple(at for at, _ in knots[:-1]), tuple(rates))


def dropout(lost: Mapping[str, float], arm: str) -> Steps:
    """Dropout a day, from the share lost in a year in the arm, or in "all"."""
    share = lost.get(arm, lost.get("all", 0.0))
    return Steps.constant(inf if share >= 1.0 else -log1p(-share) / DAYS_PER_YEAR)


def end_of_study(protocol: Protocol) -> float | None:
    """The day on which planned follow-up ends, since the first subject; None if it is not said."""
    follow_up = protocol.assume.follow_up
    if follow_up is None or not says_accrual(protocol.assume.accrual):
        return None
    entered = accrual(protocol.assume.accrual, protocol.population.randomize)
    return entered.starts[-1] + follow_up.whole_days


def rates(protocol: Protocol, endpoint: str, arms: tuple[str, str]) -> StratumCourse:
    """Assumed hazards and dropout of a time to event on control and experimental arm.

    Hazard ratios are against the protocol's control, whichever arms are compared.
    Raises   InputError naming what the assumptions leave unsaid.
    """
    control, experimental = (assumed_hazard(protocol, endpoint, arm) for arm in arms)
    starts = tuple(sorted({*control.starts, *experimental.starts}))
    ratio = Steps(starts, tuple(experimental.at(s) / control.at(s) for s in starts))
    lost = protocol.assume.dropout
    return StratumCourse(control, merged(ratio), dropout(lost, arms[0]), dropout(lost, arms[1]))


def assumed_hazard(protocol: Protocol, endpoint: str, arm: str) -> Steps:
    """The assumed hazard a day of one arm.

    Raises   InputError naming what the assumptions leave unsaid.
    """
    said = protocol.assume.endpoints.get(endpoint)
    if said is None:
        raise InputError(f"assume.{endpoint}: nothing is assumed about {endpoint} yet")
    for needed in (arm, protocol.control):
        if needed not in said:
            raise InputError(f"assume.{endpoint}.{needed}: nothing is assumed for this arm")
    where = f"assume.{endpoint}"
    control = hazard(said[protocol.control], None, f"{where}.{protocol.control}")
    return control if arm == protocol.control else hazard(said[arm], control, f"{where}.{arm}")


def dispersion(protocol: Protocol, endpoint: str) -> float:
    """The assumed k of counts whose variance is m + k m^2, all arms alike; 0 where none is said.

    Raises   InputError if it is no number of 0 or more.
    """
    value = protocol.assume.endpoints.get(endpoint, {}).get("dispersion", 0)
    where = f"assume.{endpoint}.dispersion"
    try:
        found = parse_number(str(value))
    except ValueError as error:
        raise InputError(f"{where}: {error}") from None
    if not found >= 0.0:
        raise InputError(f"{where}: found {found:g}, expected 0 or more")
    return found


def merged(steps: Steps) -> Steps:
    """Steps without those that change nothing."""
    kept = [0]
    for i in range(1, len(steps.values)):
        if abs(steps.values[i] - steps.values[kept[-1]]) > 1e-12 * steps.values[i]:
            kept.append(i)
    return Steps(tuple(steps.starts[i] for i in kept), tuple(steps.values[i] for i in kept))


def number(protocol: Protocol, endpoint: str, arm: str, key: str | None = None) -> float:
    """An assumed proportion, mean or standard deviation of one arm.

    Raises   InputError if it is not said or is no number.
    """
    where = f"assume.{endpoint}.{arm}" + (f".{key}" if key else "")
    value = protocol.assume.endpoints.get(endpoint, {}).get(arm)
    if key is not None:
        value = value.get(key) if isinstance(value, dict) else None
    if value is None:
        raise InputError(f"{where}: nothing is assumed")
    try:
        return parse_number(str(value))
    except ValueError as error:
        raise InputError(f"{where}: {error}") from None
