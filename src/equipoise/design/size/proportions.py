"""Size of a trial that compares two proportions.

Methods:

    pooled              Z with the pooled variance under the null (chi-square without correction)
    unpooled            Z with each arm's own variance throughout
    farrington-manning  Z against a margin, null variance at the restricted maximum likelihood
    exact               Fisher's exact test, power by enumeration; whole subjects

Source   Fleiss, Levin & Paik 2003, chapter 4; Farrington & Manning 1990.
Checked  tests/oracle/test_design_size_oracle.py (R power.prop.test, fisher.test by enumeration);
         tests/laws (restricted likelihood by search).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from math import acos, ceil, cos, pi, sqrt
from typing import Any, NamedTuple

import numpy as np
from scipy import optimize, special, stats

from equipoise.design.bounds.model import normal_upper
from equipoise.design.size.events import check_errors
from equipoise.design.size.means import unknown
from equipoise.errors import InputError

METHODS = ("pooled", "unpooled", "farrington-manning", "exact")
LARGEST_EXACT = 600  # subjects; beyond this enumeration is slow and the normal methods serve


class Rates(NamedTuple):
    """Proportions under the alternative, and the margin of the null on their difference.

    margin : the null is experimental - control <= margin (negative for non-inferiority)
    """

    control: float
    experimental: float
    margin: float


@dataclass(frozen=True, slots=True)
class ProportionSize:
    """A sized comparison of proportions; subjects are whole only by the exact method."""

    method: str
    solved: str
    p_control: float
    p_experimental: float
    margin: float
    alpha: float
    sides: int
    power: float
    ratio: float
    control: float
    experimental: float

    @property
    def subjects(self) -> float:
        return self.control + self.experimental

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "subjects": self.subjects}


def restricted_rates(rates: Rates, ratio: float) -> tuple[float, float]:
    """Maximum likelihood (control, experimental) when their difference is the margin.

    Source   Farrington & Manning 1990, appendix I (the cubic's root in closed form).
    """
    p1, p2, s, t = rates.experimental, rates.control, rates.margin, 1.0 / ratio
    a = 1.0 + t
    b = -(1.0 + t + p1 + t * p2 + s * (t + 2.0))
    c = s * s + s * (2.0 * p1 + t + 1.0) + p1 + t * p2
    d = -p1 * s * (1.0 + s)
    v = b**3 / (27.0 * a**3) - b * c / (6.0 * a * a) + d / (2.0 * a)
    u = sqrt(max(b * b / (9.0 * a * a) - c / (3.0 * a), 0.0)) * (1.0 if v >= 0.0 else -1.0)
    if u == 0.0:
        experimental = -b / (3.0 * a)
    else:
        w = (pi + acos(min(max(v / u**3, -1.0), 1.0))) / 3.0
        experimental = 2.0 * u * cos(w) - b / (3.0 * a)
    return experimental - s, experimental


def _variances(rates: Rates, ratio: float, method: str) -> tuple[float, float]:
    """Variance of the difference per subject on control: under the null, and the alternative."""
    pc, pe = rates.control, rates.experimental
    own = pc * (1.0 - pc) + pe * (1.0 - pe) / ratio
    if method == "unpooled":
        return own, own
    if method == "pooled":
        p = (pc + ratio * pe) / (1.0 + ratio)
        return p * (1.0 - p) * (1.0 + 1.0 / ratio), own
    c, e = restricted_rates(rates, ratio)
    return c * (1.0 - c) + e * (1.0 - e) / ratio, own


def power_proportion(
    rates: Rates, *, control: float, alpha: float, sides: int, ratio: float, method: str
) -> float:
    """Power with `control` subjects on control and ratio * control on the experimental arm."""
    if method == "exact":
        return _exact_power(rates, round(control), round(ratio * control), alpha / sides)
    null, own = _variances(rates, ratio, method)
    distance = (rates.experimental - rates.control - rates.margin) * sqrt(control)
    return float(special.ndtr((distance - normal_upper(alpha / sides) * sqrt(null)) / sqrt(own)))


def _exact_power(rates: Rates, control: int, experimental: int, alpha: float) -> float:
    """Probability that Fisher's one-sided test rejects, over every pair of counts."""
    x, y = np.arange(control + 1), np.arange(experimental + 1)
    successes = x[:, None] + y[None, :]
    p = stats.hypergeom.sf(y[None, :] - 1, control + experimental, successes, experimental)
    weight = stats.binom.pmf(x, control, rates.control)[:, None] * stats.binom.pmf(
        y, experimental, rates.experimental
    )
    return float(weight[p <= alpha * (1.0 + 1e-12)].sum())


def size_proportion(
    *,
    control: float,
    experimental: float | None,
    margin: float = 0.0,
    alpha: float = 0.025,
    sides: int = 1,
    power: float | None = 0.9,
    ratio: float = 1.0,
    subjects: float | None = None,
    method: str = "pooled",
) -> ProportionSize:
    """Size, power or detectable proportion: the one of the three that is None is solved for.

    control, experimental : proportions with the good outcome; experimental must beat the margin
    margin : the null is experimental - control <= margin
    Raises   InputError unless exactly one of experimental, power and subjects is None.
    """
    _check(control, experimental, margin, ratio, method)
    check_errors(alpha=alpha, sides=sides, power=power)
    setting = _Setting(control, margin, alpha, sides, ratio, method)
    solved = unknown({"effect": experimental, "power": power, "size": subjects})
    if experimental is not None and power is not None:
        subjects = _subjects_for(setting, experimental, power)
        power = setting.power(subjects, experimental) if method == "exact" else power
    elif subjects is not None and power is not None:
        experimental = _experimental_for(setting, subjects, power)
    elif subjects is not None and experimental is not None:
        power = setting.power(subjects, experimental)
    assert subjects is not None
    assert experimental is not None
    assert power is not None
    return setting.sized(solved, experimental, power, subjects)


class _Setting(NamedTuple):
    """What stays as it is while one number is solved for."""

    control: float
    margin: float
    alpha: float
    sides: int
    ratio: float
    method: str

    def power(self, n: float, p: float) -> float:
        """Power with n subjects and proportion p on the experimental arm."""
        return power_proportion(
            Rates(self.control, p, self.margin),
            control=n / (1.0 + self.ratio),
            alpha=self.alpha,
            sides=self.sides,
            ratio=self.ratio,
            method=self.method,
        )

    def sized(self, solved: str, p: float, power: float, subjects: float) -> ProportionSize:
        on_control = subjects / (1.0 + self.ratio)
        return ProportionSize(
            method=self.method,
            solved=solved,
            p_control=self.control,
            p_experimental=p,
            margin=self.margin,
            alpha=self.alpha,
            sides=self.sides,
            power=power,
            ratio=self.ratio,
            control=on_control,
            experimental=subjects - on_control,
        )


def _subjects_for(setting: _Setting, p: float, power: float) -> float:
    normal = setting._replace(method="pooled") if setting.method == "exact" else setting

    def short(n: float) -> float:
        return normal.power(n, p) - power

    near = float(optimize.brentq(short, 1e-6, 1e9, xtol=1e-9, rtol=1e-14))
    if setting.method != "exact":
        return near
    return _exact_size(lambda n: setting.power(n, p), power, setting.ratio, near)


def _experimental_for(setting: _Setting, n: float, power: float) -> float:
    low, high = max(setting.control + setting.margin, 0.0) + 1e-9, 1.0 - 1e-9
    if setting.power(n, high) < power:
        raise InputError(f"{n:g} subjects are too few for any proportion at this power")
    return float(optimize.brentq(lambda p: setting.power(n, p) - power, low, high, xtol=1e-13))


def _exact_size(
    power_of: Callable[[float], float], wanted: float, ratio: float, near: float
) -> float:
    """The least subjects from which on the saw-toothed exact power stays at what is wanted.

    near : size by the pooled method; Fisher's test never needs less than half of it
    """
    unit = 1 + ratio
    if unit != int(unit):
        raise InputError(f"ratio {ratio:g}: the exact method needs a whole ratio")
    step = int(unit)
    first = max(2, int(0.5 * near / step)) * step
    found = None
    for n in range(first, LARGEST_EXACT + step, step) if near < LARGEST_EXACT else ():
        if power_of(n) < wanted:
            found = None
        elif found is None:
            found = n
        elif n - found >= max(20 * step, ceil(0.1 * found)):
            return float(found)
    raise InputError(f"the exact method stops at {LARGEST_EXACT} subjects; use another method")


def _check(
    control: float, experimental: float | None, margin: float, ratio: float, method: str
) -> None:
    if method not in METHODS:
        raise InputError(f'unknown method "{method}"; expected one of {", ".join(METHODS)}')
    if method != "farrington-manning" and method != "unpooled" and margin != 0.0:
        raise InputError(f"a margin needs farrington-manning or unpooled, not {method}")
    for name, p in (("control", control), ("experimental", experimental)):
        if p is not None and not 0.0 < p < 1.0:
            raise InputError(f"the {name} proportion is {p:g}; expected between 0 and 1")
    if experimental is not None and experimental - control <= margin:
        raise InputError("the experimental proportion must be above control plus the margin")
    if not ratio > 0.0:
        raise InputError(f"the allocation ratio is {ratio:g}; expected above 0")
