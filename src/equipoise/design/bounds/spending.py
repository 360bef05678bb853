"""Error spending: how much of alpha (or beta) may be used up by a given time.

A family is named as in a protocol (`equipoise.protocol.language.families`), or is a list of
cumulative error, one value per look. Time runs from 0 to 1 and stays at 1 afterwards.

Source   Lan & DeMets 1983; Hwang, Shih & DeCani 1990; Kim & DeMets 1987; Anderson & Clark 2010.
Checked  tests/oracle/design (gsDesign's sf* functions); tests/laws/test_design_laws.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from equipoise.arrays import Floats
from equipoise.extensions import added
from equipoise.protocol.language.families import (
    SPENDING,
    Family,
    as_family,
    check_own_error,
    checked_family,
)

SpendingCurve = Callable[[Floats, float, tuple[float, ...]], Floats]


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


CURVES: dict[str, SpendingCurve] = {
    "lan-demets-obf": _lan_demets_obf,
    "lan-demets-pocock": _lan_demets_pocock,
    "hsd": _hwang_shih_decani,
    "kim-demets": _kim_demets,
    "exponential": _exponential,
    "linear": _linear,
    "logistic": _logistic,
    "t-dist": _t_dist,
}


def _of_extension(name: str) -> SpendingCurve:
    """A curve of another distribution, held to what every curve is."""
    (one,) = (a for a in added("spending") if a.name == name)
    function = one.load()

    def curve(t: Floats, total: float, parameters: tuple[float, ...]) -> Floats:
        found = np.asarray(one.called(function, t, total, *parameters), dtype=np.float64)
        if found.shape != t.shape or not np.all((found >= 0.0) & (found <= total * (1.0 + 1e-12))):
            raise one.refused(f"expected {t.size} numbers from 0 to {total:g}, found {found}")
        if np.any(np.diff(found[np.argsort(t)]) < 0.0):
            raise one.refused(f"error spent may not fall with time, found {found} at {t}")
        return found

    return curve


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
            check_own_error(self.own, time.size, total)
            return np.array(self.own, dtype=np.float64)
        clipped = np.minimum(np.asarray(time, dtype=np.float64), 1.0)
        curve = CURVES.get(self.name) or _of_extension(self.name)
        out = curve(np.minimum(clipped, 1.0 - 1e-16), total, self.parameters)
        return np.where(clipped >= 1.0, total, out)


def spending(family: Family) -> Spending:
    """A spending function from its name, as "hsd:-4", or from cumulative error per look.

    Raises   InputError for an unknown family or unsuitable parameters.
    """
    family = as_family(family) if isinstance(family, str) else family
    if not isinstance(family, str):
        return Spending("own", own=tuple(float(v) for v in family))
    return Spending(*checked_family(family, SPENDING))
