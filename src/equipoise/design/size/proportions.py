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

from math import acos, ceil, cos, pi, sqrt
from typing import NamedTuple

import numpy as np
from scipy import special

from equipoise.design.bounds.model import normal_upper
from equipoise.design.size.model import DEFAULT_POWER, FixedTest, Size, check_errors
from equipoise.design.size.solve import Solved, size_for, solve
from equipoise.errors import InputError

PROPORTION_METHODS = ("pooled", "unpooled", "farrington-manning", "exact")
LARGEST_EXACT = 600  # subjects; beyond this enumeration is slow and the normal methods serve


class Proportions(NamedTuple):
    """Proportions under the alternative, and the margin of the null on their difference.

    margin : the null is experimental - control <= margin (negative for non-inferiority)
    """

    control: float
    experimental: float
    margin: float


def restricted_proportions(proportions: Proportions, ratio: float) -> tuple[float, float]:
    """Maximum likelihood (control, experimental) when their difference is the margin.

    Source   Farrington & Manning 1990, appendix I (the cubic's root in closed form).
    """
    p1, p2, s, t = proportions.experimental, proportions.control, proportions.margin, 1.0 / ratio
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


def _variances(proportions: Proportions, ratio: float, method: str) -> tuple[float, float]:
    """Variance of the difference per subject on control: under the null, and the alternative."""
    pc, pe = proportions.control, proportions.experimental
    own = pc * (1.0 - pc) + pe * (1.0 - pe) / ratio
    if method == "unpooled":
        return own, own
    if method == "pooled":
        p = (pc + ratio * pe) / (1.0 + ratio)
        return p * (1.0 - p) * (1.0 + 1.0 / ratio), own
    c, e = restricted_proportions(proportions, ratio)
    return c * (1.0 - c) + e * (1.0 - e) / ratio, own


def power_proportion(
    proportions: Proportions, *, control: float, alpha: float, sides: int, ratio: float, method: str
) -> float:
    """Power with `control` subjects on control and ratio * control on the experimental arm."""
    if method == "exact":
        return _exact_power(proportions, round(control), round(ratio * control), alpha / sides)
    null, own = _variances(proportions, ratio, method)
    distance = (proportions.experimental - proportions.control - proportions.margin) * sqrt(control)
    return float(special.ndtr((distance - normal_upper(alpha / sides) * sqrt(null)) / sqrt(own)))


def _exact_power(proportions: Proportions, control: int, experimental: int, alpha: float) -> float:
    """Probability that Fisher's one-sided test rejects, over every pair of counts."""
    from scipy import stats  # heavy, and most plans need none of it

    x, y = np.arange(control + 1), np.arange(experimental + 1)
    successes = x[:, None] + y[None, :]
    p = stats.hypergeom.sf(y[None, :] - 1, control + experimental, successes, experimental)
    weight = stats.binom.pmf(x, control, proportions.control)[:, None] * stats.binom.pmf(
        y, experimental, proportions.experimental
    )
    return float(weight[p <= alpha * (1.0 + 1e-12)].sum())


def size_proportion(
    *,
    control: float,
    experimental: float | None,
    margin: float = 0.0,
    alpha: float = 0.025,
    sides: int = 1,
    power: float | None = DEFAULT_POWER,
    ratio: float = 1.0,
    subjects: float | None = None,
    method: str = "pooled",
) -> Size:
    """Size, power or detectable proportion: the one of the three that is None is solved for.

    control, experimental : proportions with the good outcome; experimental must beat the margin
    margin : the null is experimental - control <= margin
    Raises   InputError unless exactly one of experimental, power and subjects is None.
    """
    _check(control, experimental, margin, ratio, method)
    check_errors(alpha=alpha, sides=sides, power=power)

    test = FixedTest(method, alpha, sides, ratio)

    def power_of(p: float, n: float) -> float:
        alternative = Proportions(control, p, margin)
        return power_proportion(alternative, control=n / (1.0 + ratio), **test._asdict())

    effects = (max(control + margin, 0.0) + 1e-9, 1.0 - 1e-9)
    if method == "exact" and subjects is None and experimental is not None and power is not None:
        subjects = _exact_size(Proportions(control, experimental, margin), test, power)
        found = Solved("size", experimental, power_of(experimental, subjects), subjects)
    else:
        found = solve(power_of, effects, effect=experimental, power=power, size=subjects)
    assumed = (("p_control", control), ("margin", margin))
    return Size.of("proportion", test, found, assumed=assumed)


def _exact_size(alternative: Proportions, test: FixedTest, wanted: float) -> float:
    """The least subjects from which on the saw-toothed exact power stays at what is wanted.

    Fisher's test never needs less than half of what the pooled method does.
    """
    unit = 1 + test.ratio
    if unit != int(unit):
        raise InputError(f"ratio {test.ratio:g}: the exact method needs a whole ratio")

    def power_with(n: float, method: str) -> float:
        said = test._replace(method=method)._asdict()
        return power_proportion(alternative, control=n / unit, **said)

    near = size_for(lambda n: power_with(n, "pooled"), wanted)
    step = int(unit)
    first = max(2, int(0.5 * near / step)) * step
    found = None
    for n in range(first, LARGEST_EXACT + step, step) if near < LARGEST_EXACT else ():
        if power_with(n, "exact") < wanted:
            found = None
        elif found is None:
            found = n
        elif n - found >= max(20 * step, ceil(0.1 * found)):
            return float(found)
    raise InputError(f"the exact method stops at {LARGEST_EXACT} subjects; use another method")


def _check(
    control: float, experimental: float | None, margin: float, ratio: float, method: str
) -> None:
    if method not in PROPORTION_METHODS:
        raise InputError(
            f'unknown method "{method}"; expected one of {", ".join(PROPORTION_METHODS)}'
        )
    if method != "farrington-manning" and method != "unpooled" and margin != 0.0:
        raise InputError(f"a margin needs farrington-manning or unpooled, not {method}")
    for name, p in (("control", control), ("experimental", experimental)):
        if p is not None and not 0.0 < p < 1.0:
            raise InputError(f"the {name} proportion is {p:g}; expected between 0 and 1")
    if experimental is not None and experimental - control <= margin:
        raise InputError("the experimental proportion must be above control plus the margin")
    if not ratio > 0.0:
        raise InputError(f"the allocation ratio is {ratio:g}; expected above 0")
