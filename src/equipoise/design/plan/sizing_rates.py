"""A hypothesis about rates of events that come again and again."""

from __future__ import annotations

from math import exp, sqrt

from scipy import special

from equipoise.calendar import DAYS_PER_YEAR
from equipoise.design.bounds.model import normal_upper
from equipoise.design.plan.answer import Answer, entries, formula, said
from equipoise.design.plan.sizing_subjects import MOST_POWER
from equipoise.design.size.rates import Rates, power_rates, rate_spread, size_rates
from equipoise.errors import InputError
from equipoise.meaning.expected import Steps
from equipoise.meaning.hypotheses import Hypothesis
from equipoise.meaning.rates import accrual, dispersion, dropout, number, says_accrual
from equipoise.protocol import Protocol

_PARTS = 1000  # of accrual, each of which enters in its middle


def rate(protocol: Protocol, h: Hypothesis) -> Answer:
    """Rates a year at risk, for the time that subjects are expected to be at risk."""
    if h.endpoint.better == "higher":
        raise InputError("a rate that had better be higher is not sized; only lower ones are")
    yearly = [number(protocol, h.endpoint_name, arm) for arm in h.arms]
    if not min(yearly) > 0.0:
        raise InputError(f"rates of {yearly[0]:g} and {yearly[1]:g} a year; expected above 0")
    spread_of = dispersion(protocol, h.endpoint_name)
    control, experimental = (
        one * time_at_risk(protocol, h, arm) / DAYS_PER_YEAR
        for one, arm in zip(yearly, h.arms, strict=True)
    )
    margin = h.margin or 1.0
    assumed = Rates(control, experimental, spread_of, margin)
    method = formula(h, ("negative binomial", "poisson"), _default(spread_of))
    if method == "poisson" and spread_of > 0.0:
        raise InputError(f"Poisson counts have no dispersion, and {spread_of:g} is assumed")
    spread = rate_spread(assumed, h.ratio)
    entered = entries(protocol, h)

    def drift(n: float) -> float:
        power = power_rates(assumed, subjects=n, alpha=h.level, ratio=h.ratio)
        return normal_upper(h.level) + float(special.ndtri(min(power, MOST_POWER)))

    def needed(_: float) -> float:
        return size_rates(assumed, alpha=h.level, power=h.plan.power or 0.0, ratio=h.ratio)

    return Answer(
        scale="rate ratio",
        unit="subjects",
        method=method,
        effect=lambda _: yearly[1] / yearly[0],
        margin=margin,
        says=f"{said(protocol, h)} a year" + (f", dispersion {spread_of:g}" if spread_of else ""),
        ratio=h.ratio,
        needed=needed if h.plan.power is not None else None,
        drift=drift,
        yielded=None if entered is None else entered.total,
        standard_error=lambda n: spread / sqrt(n),
        entered=entered,
    )


def _default(dispersion: float) -> str:
    return "negative binomial" if dispersion > 0.0 else "poisson"


def time_at_risk(protocol: Protocol, h: Hypothesis, arm: str) -> float:
    """Expected days at risk of a subject: up to dropout, the time asked for, the end of the study.

    Raises   InputError if neither the estimand nor the assumptions say how long that is.
    """
    lost = dropout(protocol.assume.dropout, arm)
    if h.followed:
        return _before_dropout(lost, float(h.followed))
    follow_up = protocol.assume.follow_up
    if follow_up is None or not says_accrual(protocol.assume.accrual):
        raise InputError("say how long subjects are at risk: `at` in the estimand, as 52 weeks")
    entered = accrual(protocol.assume.accrual, protocol.population.randomize)
    end = entered.starts[-1]
    step = end / _PARTS
    total = 0.0
    for part in range(_PARTS):
        share = entered.total((part + 1) * step) - entered.total(part * step)
        stays = end - (part + 0.5) * step + follow_up.whole_days
        total += share * _before_dropout(lost, stays)
    return total / entered.total(end)


def _before_dropout(lost: Steps, days: float) -> float:
    rate = lost.at(0.0)
    return days if rate <= 0.0 else (1.0 - exp(-rate * days)) / rate
