"""Error spending: how much of alpha (or beta) may be used up by a given time.

A family is named as on the command line: `lan-demets-obf`, `lan-demets-pocock`, `hsd:-4`,
`kim-demets:2`, `exponential:0.5`, `logistic:T1,T2,P1,P2`, `t-dist:T1,T2,P1,P2,DF`, or is a list
of cumulative error, one value per look. Time runs from 0 to 1 and stays at 1 afterwards.

Source   Lan & DeMets 1983; Hwang, Shih & DeCani 1990; Kim & DeMets 1987; Anderson & Clark 2010.
Checked  tests/oracle/design (gsDesign's sf* functions); tests/laws/test_design_laws.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from equipoise.arrays import Floats
from equipoise.errors import InputError, did_you_mean
from equipoise.units import parse_number

Curve = Callable[[Floats, float, tuple[float, ...]], Floats]
Family = str | Sequence[float]


def _lan_demets_obf(t: Floats, total: float, _: tuple[float, ...]) -> Floats:
    return np.asarray(2.0 * special.ndtr(special.ndtri(total / 2.0) / np.sqrt(t)))


def _lan_demets_pocock(t: Floats, total: float, _: tuple[float, ...]) -> Floats:
    return np.asarray(total * np.log1p((np.e - 1.0) * t))


def _hwang_shih_decani(t: Floats, total: float, parameters: tuple[float, ...]) -> Floats:
    (gamma,) = parameters
    if gamma == 0.0:
        return total * t
    return np.asarray(total * np.expm1(-gamma * t) / np.expm1(-gamma))


def _kim_demets(t: Floats, total: float, parameters: tuple[float, ...]) -> Floats:
    return np.asarray(total * t ** parameters[0])


def _exponential(t: Floats, total: float, parameters: tuple[float, ...]) -> Floats:
    return np.asarray(total ** (t ** -parameters[0]))


def _through(quantile: Callable[[float], float], points: tuple[float, ...]) -> tuple[float, float]:
    """Intercept and slope on the quantile scale of the curve through two given points."""
    t1, t2, p1, p2 = points
    slope = (quantile(p2) - quantile(p1)) / (quantile(t2) - quantile(t1))
    return quantile(p1) - slope * quantile(t1), slope


def _linear(t: Floats, total: float, parameters: tuple[float, ...]) -> Floats:
    times, shares = np.split(np.array(parameters), 2)
    return np.asarray(total * np.interp(t, [0.0, *times, 1.0], [0.0, *shares, 1.0]))


def _logistic(t: Floats, total: float, parameters: tuple[float, ...]) -> Floats:
    a, b = _through(lambda p: float(special.logit(p)), parameters)
    return np.asarray(total * special.expit(a + b * special.logit(t)))


def _t_dist(t: Floats, total: float, parameters: tuple[float, ...]) -> Floats:
    df = parameters[4]
    a, b = _through(lambda p: float(special.stdtrit(df, p)), parameters[:4])
    return np.asarray(total * special.stdtr(df, a + b * special.stdtrit(df, t)))


# name: (curve, what its parameters must be, in words)
FAMILIES: dict[str, tuple[Curve, str]] = {
    "lan-demets-obf": (_lan_demets_obf, "no parameter"),
    "lan-demets-pocock": (_lan_demets_pocock, "no parameter"),
    "hsd": (_hwang_shih_decani, "one parameter, gamma, between -40 and 40"),
    "kim-demets": (_kim_demets, "one parameter, rho, above 0"),
    "exponential": (_exponential, "one parameter, nu, above 0"),
    "linear": (_linear, "rising times, then the rising share spent at each, between 0 and 1"),
    "logistic": (_logistic, "two rising times, then the rising share spent at each"),
    "t-dist": (_t_dist, "two rising times, the share spent at each, degrees of freedom above 0"),
}


@dataclass(frozen=True, slots=True)
class Spending:
    """A spending function: family, parameters, or the user's own cumulative error per look."""

    name: str
    parameters: tuple[float, ...] = ()
    own: tuple[float, ...] = ()

    def __str__(self) -> str:
        if self.own:
            return ",".join(repr(v) for v in self.own)
        tail = ",".join(f"{p:g}" for p in self.parameters)
        return f"{self.name}:{tail}" if tail else self.name

    def spent(self, time: Floats, total: float) -> Floats:
        """Cumulative error spent at each time.

        time : (k,) float64, share of the planned maximum; beyond 1 counts as 1
        total : error at time 1
        Returns  (k,) float64
        Raises   InputError if the user's own list has another length than `time`.
        """
        if self.own:
            return _own_spent(self.own, time.size, total)
        clipped = np.minimum(np.asarray(time, dtype=np.float64), 1.0)
        out = FAMILIES[self.name][0](np.minimum(clipped, 1.0 - 1e-16), total, self.parameters)
        return np.where(clipped >= 1.0, total, out)


def _own_spent(own: tuple[float, ...], looks: int, total: float) -> Floats:
    values = np.array(own, dtype=np.float64)
    if values.size != looks:
        raise InputError(f"{values.size} values of cumulative error are given for {looks} looks")
    if (values < 0).any() or (np.diff(values) < 0).any() or values[-1] > total * (1 + 1e-12):
        raise InputError(
            f"cumulative error {list(own)} must not fall, nor pass the total of {total:g}"
        )
    return values


def parse_family(text: str) -> tuple[str, tuple[float, ...]]:
    """Split "hsd:-4" into its name and its numbers.

    Raises   InputError if a parameter is no number.
    """
    name, _, tail = text.strip().partition(":")
    try:
        return name, tuple(float(part) for part in tail.split(",")) if tail else ()
    except ValueError:
        raise InputError(f'"{text}": "{tail}" is not a number or a list of numbers') from None


def as_family(text: str) -> Family:
    """A family as written: a name, or "0.001, 0.025" as a list of cumulative error.

    Raises   InputError if a list holds something else than numbers.
    """
    if text[:1].isdigit() or text[:1] == ".":
        try:
            return tuple(parse_number(part) for part in text.split(","))
        except ValueError as error:
            raise InputError(str(error)) from None
    return text


def spending(family: Family) -> Spending:
    """A spending function from its name, as "hsd:-4", or from cumulative error per look.

    Raises   InputError for an unknown family or unsuitable parameters.
    """
    family = as_family(family) if isinstance(family, str) else family
    if not isinstance(family, str):
        return Spending("own", own=tuple(float(v) for v in family))
    name, parameters = parse_family(family)
    if name not in FAMILIES:
        known = ", ".join(FAMILIES)
        hint = did_you_mean(name, FAMILIES)
        raise InputError(f'unknown spending family "{name}"; expected one of {known}{hint}')
    if not _suitable(name, parameters):
        raise InputError(f'"{family}": {name} takes {FAMILIES[name][1]}')
    return Spending(name, parameters)


def _suitable(name: str, parameters: tuple[float, ...]) -> bool:
    if not all(np.isfinite(parameters)):
        return False
    if name in ("lan-demets-obf", "lan-demets-pocock"):
        return not parameters
    if name == "hsd":
        return len(parameters) == 1 and -40.0 <= parameters[0] <= 40.0
    if name in ("kim-demets", "exponential"):
        return len(parameters) == 1 and parameters[0] > 0.0
    if name == "linear":
        return len(parameters) > 0 and _rising_points(parameters)
    if name == "logistic":
        return len(parameters) == 4 and _rising_points(parameters)
    return len(parameters) == 5 and _rising_points(parameters[:4]) and parameters[4] > 0.0


def _rising_points(parameters: tuple[float, ...]) -> bool:
    """Whether the first half (times) and the second (shares) rise strictly between 0 and 1."""
    half, odd = divmod(len(parameters), 2)
    sides = (parameters[:half], parameters[half:])
    return not odd and all((np.diff([0.0, *side, 1.0]) > 0).all() for side in sides)
