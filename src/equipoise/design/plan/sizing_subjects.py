"""Hypotheses counted in subjects: proportions and means."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import NamedTuple

from scipy import special

from equipoise.design.bounds.model import normal_upper
from equipoise.design.model import EffectScale
from equipoise.design.plan.answer import Answer, entries, formula, said
from equipoise.design.size.means import power_mean, size_mean
from equipoise.design.size.proportions import Proportions, power_proportion, size_proportion
from equipoise.meaning.hypotheses import Hypothesis
from equipoise.meaning.rates import number
from equipoise.protocol import Protocol

MOST_POWER = 1.0 - 1e-15  # beyond it the drift is no longer told apart


class _Compared(NamedTuple):
    """An effect with its margin, its size and power in subjects of both arms, and its spread.

    spread : standard error of the effect times the root of the number of subjects
    """

    scale: EffectScale
    method: str
    effect: float
    margin: float
    needed: Callable[[], float]
    power: Callable[[float], float]
    spread: float


def proportion(protocol: Protocol, h: Hypothesis) -> Answer:
    """Proportions; where lower is better, those without the outcome are compared."""
    control, experimental = (number(protocol, h.endpoint_name, arm) for arm in h.arms)
    if h.sign < 0:
        control, experimental = 1.0 - control, 1.0 - experimental
    margin = -abs(h.plan.margin or 0.0)
    known = ("pooled", "unpooled", "farrington-manning", "exact")
    method = formula(h, known, "farrington-manning" if margin else "pooled")
    ratio = h.ratio
    own = control * (1.0 - control) + experimental * (1.0 - experimental) / ratio

    def needed() -> float:
        return size_proportion(
            control=control,
            experimental=experimental,
            margin=margin,
            alpha=h.level,
            power=h.plan.power,
            ratio=ratio,
            method=method,
        ).amount

    def power(n: float) -> float:
        rates = Proportions(control, experimental, margin)
        on_control = n / (1.0 + ratio)
        return power_proportion(
            rates, control=on_control, alpha=h.level, sides=1, ratio=ratio, method=method
        )

    compared = _Compared(
        "difference in proportions",
        method,
        h.sign * (experimental - control),
        h.margin or 0.0,
        needed,
        power,
        sqrt(own * (1.0 + ratio)),
    )
    return _answer(protocol, h, compared, ratio)


def mean(protocol: Protocol, h: Hypothesis) -> Answer:
    """Means; where lower is better, the gain is control minus experimental."""
    means = [number(protocol, h.endpoint_name, arm, "mean") for arm in h.arms]
    sds = [number(protocol, h.endpoint_name, arm, "sd") for arm in h.arms]
    difference, margin = means[1] - means[0], h.margin or 0.0
    gain = h.sign * (difference - margin)
    method = formula(h, ("t", "z"), "t")
    ratio = h.ratio
    sd = sqrt((sds[0] ** 2 + ratio * sds[1] ** 2) / (1.0 + ratio))

    def needed() -> float:
        return size_mean(
            difference=gain,
            sd=sd,
            alpha=h.level,
            power=h.plan.power,
            ratio=ratio,
            method=method,
        ).amount

    def power(n: float) -> float:
        return power_mean(
            control=n / (1.0 + ratio),
            difference=gain,
            sd=sd,
            alpha=h.level,
            sides=1,
            ratio=ratio,
            method=method,
        )

    spread = sd * (1.0 + ratio) / sqrt(ratio)
    compared = _Compared("difference in means", method, difference, margin, needed, power, spread)
    return _answer(protocol, h, compared, ratio)


def _answer(protocol: Protocol, h: Hypothesis, c: _Compared, ratio: float) -> Answer:
    """The drift is the one that gives a single look the power of the method."""
    entered = entries(protocol, h)

    def drift(n: float) -> float:
        return normal_upper(h.level) + float(special.ndtri(min(c.power(n), MOST_POWER)))

    return Answer(
        scale=c.scale,
        unit="subjects",
        method=c.method,
        effect=lambda _: c.effect,
        margin=c.margin,
        says=said(protocol, h),
        ratio=ratio,
        needed=(lambda _: c.needed()) if h.plan.power is not None else None,
        drift=drift,
        yielded=None if entered is None else entered.total,
        standard_error=lambda n: c.spread / sqrt(n),
        entered=entered,
    )
