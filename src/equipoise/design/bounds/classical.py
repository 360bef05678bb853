"""The classical shapes: one constant fixes every bound, and it is solved for.

Source   O'Brien & Fleming 1979; Pocock 1977; Wang & Tsiatis 1987; Haybittle 1971; Peto et al. 1976.
Checked  tests/oracle/design (independent quadrature, gsDesign, rpact).
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.arrays import Floats
from equipoise.design.bounds import integration
from equipoise.design.bounds.model import looks, normal_upper
from equipoise.errors import InputError
from equipoise.protocol.language.families import BOUNDARIES, HAYBITTLE_PETO_Z, checked_family
from equipoise.roots import root


class _Tested(NamedTuple):
    """The looks that a boundary is for.

    t : (k,) information; alpha : on one side; active : (k,) bool, looks that test efficacy
    """

    t: Floats
    alpha: float
    sides: int
    active: NDArray[np.bool_]


def classical_error(
    family: str, t: Floats, *, alpha: float, sides: int, active: NDArray[np.bool_]
) -> Floats:
    """Type I error that a classical boundary spends on one side at each look.

    t : (k,) information; active : (k,) bool, looks that test efficacy
    Raises   InputError if the parameter does not fit the family, or interim bounds spend all alpha.
    """
    name, parameters = checked_family(family, BOUNDARIES)
    return SHAPES[name](_Tested(t, alpha, sides, active), *parameters)


def _none(tested: _Tested) -> Floats:
    return np.where(np.arange(tested.t.size) == tested.t.size - 1, tested.alpha, 0.0)


def _wang_tsiatis(tested: _Tested, delta: float) -> Floats:
    t = tested.t
    shape = np.where(tested.active, (t / t[-1]) ** (delta - 0.5), inf)

    def excess(constant: float) -> float:
        return float(_error(constant * shape, t, tested.sides).sum()) - tested.alpha

    single = normal_upper(tested.alpha)
    most = (single + 4.0) / min(
        1.0, float(shape.min())
    )  # there no look spends anything to speak of
    constant = root(excess, single - 1e-9, most, xtol=1e-13)
    return _error(constant * shape, t, tested.sides)


def _haybittle_peto(tested: _Tested, z: float = HAYBITTLE_PETO_Z) -> Floats:
    upper = np.where(tested.active, z, inf)
    upper[-1] = inf
    error = _error(upper, tested.t, tested.sides)
    error[-1] = tested.alpha - error.sum()
    if error[-1] <= 0.0:
        told = f"interim bounds of Z {z:g} spend more than the whole alpha of {tested.alpha:g}"
        raise InputError(told)
    return error


SHAPES: dict[str, Callable[..., Floats]] = {
    "obf": lambda tested: _wang_tsiatis(tested, 0.0),
    "pocock": lambda tested: _wang_tsiatis(tested, 0.5),
    "wang-tsiatis": _wang_tsiatis,
    "haybittle-peto": _haybittle_peto,
    "none": _none,
}


def _error(upper: Floats, t: Floats, sides: int) -> Floats:
    lower = -upper if sides == 2 else np.full(t.size, -inf)
    return integration.exits(looks(t, 0.0), lower, upper)[0]
