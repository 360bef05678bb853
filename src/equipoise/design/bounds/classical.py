"""The classical shapes: one constant fixes every bound, and it is solved for.

Source   O'Brien & Fleming 1979; Pocock 1977; Wang & Tsiatis 1987; Haybittle 1971; Peto et al. 1976.
Checked  tests/oracle/design (independent quadrature, gsDesign, rpact).
"""

from __future__ import annotations

from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from equipoise.arrays import Floats
from equipoise.design.bounds.model import looks, normal_upper
from equipoise.design.bounds.spending import parse_family
from equipoise.errors import InputError
from equipoise.kernels import boundaries as kernel

CLASSICAL = ("obf", "pocock", "wang-tsiatis", "haybittle-peto")
HAYBITTLE_PETO_Z = 3.0


def classical_error(
    family: str, t: Floats, *, alpha: float, sides: int, active: NDArray[np.bool_]
) -> Floats:
    """Type I error that a classical boundary spends on one side at each look.

    t : (k,) information; active : (k,) bool, looks that test efficacy
    Raises   InputError if the parameter does not fit the family, or interim bounds spend all alpha.
    """
    name, parameters = parse_family(family)
    if name == "haybittle-peto":
        z = _one(parameters, family, HAYBITTLE_PETO_Z)
        return _haybittle_peto(z, t, alpha, sides, active)
    fixed = {"obf": 0.0, "pocock": 0.5}
    power = _one(parameters, family, fixed.get(name)) - 0.5
    if name in fixed and parameters:
        raise InputError(f'"{family}": {name} takes no parameter')
    shape = np.where(active, (t / t[-1]) ** power, inf)

    def excess(constant: float) -> float:
        return float(_error(constant * shape, t, sides).sum()) - alpha

    single = normal_upper(alpha)
    constant = float(optimize.brentq(excess, single - 1e-9, single + 4.0, xtol=1e-13, rtol=1e-14))
    return _error(constant * shape, t, sides)


def _one(parameters: tuple[float, ...], family: str, default: float | None) -> float:
    if len(parameters) > 1 or (not parameters and default is None):
        raise InputError(f'"{family}": expected one number after the colon')
    return parameters[0] if parameters else float(default or 0.0)


def _haybittle_peto(
    z: float, t: Floats, alpha: float, sides: int, active: NDArray[np.bool_]
) -> Floats:
    upper = np.where(active, z, inf)
    upper[-1] = inf
    error = _error(upper, t, sides)
    error[-1] = alpha - error.sum()
    if error[-1] <= 0.0:
        raise InputError(f"interim bounds of Z {z:g} spend more than the whole alpha of {alpha:g}")
    return error


def _error(upper: Floats, t: Floats, sides: int) -> Floats:
    lower = -upper if sides == 2 else np.full(t.size, -inf)
    return kernel.exits(looks(t, 0.0), lower, upper)[0]
