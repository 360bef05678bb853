"""Size of a trial that compares two means.

Source   Julious 2010, chapter 3; the t test by the noncentral t distribution.
Checked  tests/oracle/test_design_size_oracle.py (R power.t.test).
"""

from __future__ import annotations

from math import sqrt

from scipy import special

from equipoise.design.bounds.model import normal_upper
from equipoise.design.size.model import DEFAULT_POWER, FixedTest, Size, check_errors
from equipoise.design.size.solve import solve
from equipoise.errors import InputError

MEAN_METHODS = ("t", "z")


def power_mean(
    *,
    control: float,
    difference: float,
    sd: float,
    alpha: float,
    sides: int,
    ratio: float,
    method: str,
) -> float:
    """Power with `control` subjects on control and ratio * control on the experimental arm."""
    experimental = ratio * control
    drift = difference / (sd * sqrt(1.0 / control + 1.0 / experimental))
    if method == "z":
        return float(special.ndtr(drift - normal_upper(alpha / sides)))
    df = control + experimental - 2.0
    if df <= 0.0:
        return 0.0
    from scipy import stats  # heavy, and most plans need none of it

    critical = float(stats.t.isf(alpha / sides, df))
    return float(stats.nct.sf(critical, df, drift))


def size_mean(
    *,
    difference: float | None,
    sd: float,
    alpha: float = 0.025,
    sides: int = 1,
    power: float | None = DEFAULT_POWER,
    ratio: float = 1.0,
    subjects: float | None = None,
    method: str = "t",
) -> Size:
    """Size, power or detectable difference: the one of the three that is None is solved for.

    difference : experimental minus control minus the margin, above 0
    subjects : both arms together
    method : "t", the noncentral t distribution, or "z", as if the standard deviation were known
    Raises   InputError unless exactly one of difference, power and subjects is None.
    """
    _check(method, sd, ratio, difference)
    check_errors(alpha=alpha, sides=sides, power=power)

    test = FixedTest(method, alpha, sides, ratio)

    def power_of(d: float, n: float) -> float:
        return power_mean(control=n / (1.0 + ratio), difference=d, sd=sd, **test._asdict())

    effects = (1e-9 * sd, 50.0 * sd)
    found = solve(power_of, effects, effect=difference, power=power, size=subjects)
    return Size.of("mean", test, found, assumed=(("sd", sd),))


def _check(method: str, sd: float, ratio: float, difference: float | None) -> None:
    if method not in MEAN_METHODS:
        raise InputError(f'unknown method "{method}"; expected one of {", ".join(MEAN_METHODS)}')
    if not sd > 0.0 or not ratio > 0.0 or (difference is not None and not difference > 0.0):
        raise InputError("difference, standard deviation and ratio must be above 0")
