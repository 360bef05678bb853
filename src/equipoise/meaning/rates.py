"""A protocol's planning assumptions as rates, in days."""

from __future__ import annotations

from math import log
from typing import Any

from pydantic import ValidationError

from equipoise.calendar import DAYS_PER_MONTH, DAYS_PER_YEAR
from equipoise.errors import InputError
from equipoise.meaning.expected import Steps, StratumCourse
from equipoise.protocol import Protocol
from equipoise.protocol.model import Accrual, Hazard
from equipoise.units import parse_number


def accrual(plan: Accrual, subjects: float) -> Steps:
    """Patients a day: evenly over the stated time, or at the stated monthly rates.

    Raises   InputError if neither is stated.
    """
    if plan.rates:
        if len(plan.rates) != len(plan.periods):
            raise InputError(
                f"assume.accrual: {len(plan.rates)} rates for {len(plan.periods)} periods"
            )
        lengths = [p.days for p in plan.periods]
        return Steps.lasting(lengths, [r / DAYS_PER_MONTH for r in plan.rates])
    if plan.lasts is not None:
        return Steps.lasting([plan.lasts.days], [subjects / plan.lasts.days])
    if plan.start is not None and plan.end is not None:
        days = float((plan.end - plan.start).days)
        return Steps.lasting([days], [subjects / days])
    raise InputError("assume.accrual: say how long accrual lasts, as in `lasts: 18 months`")


def hazard(value: Any, control: Steps | None, where: str) -> Steps:
    """Hazard a day of `14 months`, of a curve, or of a hazard ratio against control.

    Raises   InputError if it is none of these.
    """
    try:
        found = value if isinstance(value, Hazard) else Hazard.model_validate(value)
    except ValidationError as error:
        raise InputError(f"{where}: {error.errors()[0]['msg']}") from None
    if found.median is not None:
        return Steps.constant(log(2.0) / found.median.days)
    if found.curve:
        return _through([(p.at.days, p.survival) for p in found.curve], where)
    if found.hazard_ratio is None or control is None:
        raise InputError(f"{where}: expected a median, a curve, or a hazard ratio against control")
    return control.product(_ratio_steps(found))


def _ratio_steps(effect: Hazard) -> Steps:
    """The hazard ratio from each day on; 1 before the first."""
    pairs = [(start.days, ratio) for start, ratio in effect.ratios]
    if pairs[0][0] > 0.0:
        pairs.insert(0, (0.0, 1.0))
    starts, values = zip(*pairs, strict=True)
    return Steps(starts, values)


def _through(points: list[tuple[float, float]], where: str) -> Steps:
    starts, rates, before, survival = [0.0], [], 0.0, 1.0
    for at, value in sorted(points):
        if not 0.0 < value < survival:
            raise InputError(f"{where}: survival must fall from point to point and stay above 0")
        rates.append(log(survival / value) / (at - before))
        starts.append(at)
        before, survival = at, value
    return Steps(tuple(starts[:-1]), tuple(rates))


def dropout(protocol: Protocol, arm: str) -> Steps:
    """Dropout a day, from the share lost in a year."""
    table = protocol.assume.dropout
    share = table.get(arm, table.get("all", 0.0))
    return Steps.constant(-log(1.0 - share) / DAYS_PER_YEAR)


def allocation_ratio(protocol: Protocol, arms: tuple[str, str]) -> float:
    """Subjects on the second arm per subject on the first."""
    ratios = dict(zip(protocol.arms, protocol.allocation.ratios, strict=True))
    return ratios[arms[1]] / ratios[arms[0]]


def pair_share(protocol: Protocol, arms: tuple[str, str]) -> float:
    """Share of all subjects that are on one of two arms."""
    ratios = dict(zip(protocol.arms, protocol.allocation.ratios, strict=True))
    return sum(ratios[a] for a in arms) / sum(ratios.values())


def rates(protocol: Protocol, endpoint: str, arms: tuple[str, str]) -> StratumCourse:
    """Hazards and dropout of a time-to-event endpoint on control and experimental arm.

    Raises   InputError naming what the assumptions leave unsaid.
    """
    said = protocol.assume.endpoints.get(endpoint)
    if said is None:
        raise InputError(f"assume.{endpoint}: nothing is assumed about {endpoint} yet")
    for arm in arms:
        if arm not in said:
            raise InputError(f"assume.{endpoint}.{arm}: nothing is assumed for this arm")
    control = hazard(said[arms[0]], None, f"assume.{endpoint}.{arms[0]}")
    experimental = hazard(said[arms[1]], control, f"assume.{endpoint}.{arms[1]}")
    starts = tuple(sorted({*control.starts, *experimental.starts}))
    ratio = Steps(starts, tuple(experimental.at(s) / control.at(s) for s in starts))
    return StratumCourse(
        control, merged(ratio), dropout(protocol, arms[0]), dropout(protocol, arms[1])
    )


def entered(protocol: Protocol, arms: tuple[str, str]) -> Steps | None:
    """Patients of both arms a day, or None if nothing is said about accrual."""
    said = protocol.assume.accrual
    if not said.rates and said.lasts is None and said.start is None:
        return None
    everyone = accrual(said, protocol.population.randomize)
    return everyone.times(pair_share(protocol, arms))


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
