"""Size of a trial that compares two means.

Source   Julious 2010, chapter 3; the t test by the noncentral t distribution.
Checked  tests/oracle/test_design_size_oracle.py (R power.t.test).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any

from scipy import optimize, special, stats

from equipoise.design.bounds.model import normal_upper
from equipoise.design.size.events import Errors, check_errors
from equipoise.errors import InputError

METHODS = ("t", "z")


@dataclass(frozen=True, slots=True)
class MeanSize:
    """A sized comparison of means; subjects are not rounded.

    difference : experimental minus control minus the margin, which must be above 0 to succeed
    """

    method: str
    solved: str
    difference: float
    sd: float
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
    critical = float(stats.t.isf(alpha / sides, df))
    return float(stats.nct.sf(critical, df, drift))


def size_mean(
    *,
    difference: float | None,
    sd: float,
    alpha: float = 0.025,
    sides: int = 1,
    power: float | None = 0.9,
    ratio: float = 1.0,
    subjects: float | None = None,
    method: str = "t",
) -> MeanSize:
    """Size, power or detectable difference: the one of the three that is None is solved for.

    difference : experimental minus control minus the margin, above 0
    subjects : both arms together
    method : "t", the noncentral t distribution, or "z", as if the standard deviation were known
    Raises   InputError unless exactly one of difference, power and subjects is None.
    """
    _check(method, sd, ratio, difference)
    check_errors(alpha=alpha, sides=sides, power=power)

    def reached(n: float, d: float) -> float:
        on_control = n / (1.0 + ratio)
        return power_mean(
            control=on_control,
            difference=d,
            sd=sd,
            alpha=alpha,
            sides=sides,
            ratio=ratio,
            method=method,
        )

    solved = unknown({"effect": difference, "power": power, "size": subjects})
    if difference is not None and power is not None:
        z = Errors.of(alpha=alpha, sides=sides, power=power)
        subjects = _subjects_for(reached, difference, power, _normal_size(difference, sd, z, ratio))
    elif subjects is not None and power is not None:
        difference = _difference_for(reached, subjects, power, sd)
    elif subjects is not None and difference is not None:
        power = reached(subjects, difference)
    assert subjects is not None
    assert difference is not None
    assert power is not None
    control = subjects / (1.0 + ratio)
    arms = (control, subjects - control)
    return MeanSize(method, solved, difference, sd, alpha, sides, power, ratio, *arms)


def _subjects_for(
    reached: Callable[[float, float], float], difference: float, power: float, near: float
) -> float:
    def short(n: float) -> float:
        return reached(n, difference) - power

    return float(optimize.brentq(short, near * 0.9, near * 2.0 + 20.0, xtol=1e-11))


def _difference_for(
    reached: Callable[[float, float], float], n: float, power: float, sd: float
) -> float:
    def short(d: float) -> float:
        return reached(n, d) - power

    if short(50.0 * sd) < 0.0:
        raise InputError(f"{n:g} subjects are too few for any difference at this power")
    return float(optimize.brentq(short, 1e-9 * sd, 50.0 * sd, xtol=1e-13))


def _check(method: str, sd: float, ratio: float, difference: float | None) -> None:
    if method not in METHODS:
        raise InputError(f'unknown method "{method}"; expected one of {", ".join(METHODS)}')
    if not sd > 0.0 or not ratio > 0.0 or (difference is not None and not difference > 0.0):
        raise InputError("difference, standard deviation and ratio must be above 0")


def _normal_size(difference: float, sd: float, z: Errors, ratio: float) -> float:
    per_arm = (1.0 + ratio) ** 2 / ratio
    return float(per_arm * ((z.alpha + z.beta) * sd / difference) ** 2)


def unknown(given: dict[str, float | None]) -> str:
    """The one name without a value.

    Raises   InputError if none or several are without.
    """
    missing = [name for name, value in given.items() if value is None]
    if len(missing) != 1:
        raise InputError(f"leave out exactly one of {', '.join(given)}; it is solved for")
    return missing[0]
