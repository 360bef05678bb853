"""Group-sequential boundaries on the Z scale, large Z in favor of the experimental arm.

    >>> bounds([0.5, 1.0], efficacy="lan-demets-obf").upper
    (2.96258..., 1.96859...)

The error to spend at each look is worked out first; one recursion then turns it into bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf, isfinite
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.arrays import Floats
from equipoise.design.bounds import integration
from equipoise.design.bounds.classical import classical_error
from equipoise.design.bounds.model import Bounds, looks, normal_upper
from equipoise.design.bounds.spending import spending
from equipoise.errors import InputError
from equipoise.protocol.language.families import BOUNDARIES, Family, as_family, checked_family
from equipoise.roots import root

DEFAULT_BETA = 0.1  # type II error at which inflation is quoted when none is asked for
DRIFT_TOLERANCE = 1e-12  # of the drift, about a hundred times the quadrature error


def bounds(
    information: Sequence[float],
    *,
    alpha: float = 0.025,
    sides: int = 1,
    efficacy: Family = "lan-demets-obf",
    futility: Family | None = None,
    beta: float | None = None,
    binding: bool = False,
    spending_time: Sequence[float] | None = None,
    efficacy_looks: Sequence[int] | None = None,
    futility_looks: Sequence[int] | None = None,
    harm: Family | None = None,
    harm_alpha: float | None = None,
    drift: float | None = None,
) -> Bounds:
    """Boundaries of a group-sequential design.

    information : (k,) increasing shares of the planned maximum; beyond 1 is over-running
    alpha : type I error, over both sides if `sides` is 2
    sides : 1, or 2 for symmetric bounds
    efficacy : a family of `protocol.language.families` or cumulative error per look
    futility : a spending family or cumulative error per look, spent under the alternative
    beta : type II error; 0.1 where none is given, for `inflation` only
    binding : True if crossing the futility bound must stop, which buys back some alpha
    spending_time : (k,) time at which error is spent, `information` by default
    efficacy_looks, futility_looks : looks, counted from 1, at which the bound is active
    harm, harm_alpha : spending of a lower bound for harm under the null, and its error
    drift : expectation of Z at information 1 under the alternative, solved from beta by default
    Returns  Bounds
    Raises   InputError for numbers that make no design.
    Source   Jennison & Turnbull 2000, chapters 2, 7 and 19.
    Checked  tests/oracle/design (independent quadrature, gsDesign, rpact).
    """
    efficacy = as_family(efficacy) if isinstance(efficacy, str) else efficacy
    futility = as_family(futility) if isinstance(futility, str) else futility
    t = _checked_information(information)
    time = t if spending_time is None else _checked_time(spending_time, t.size)
    _check_errors(alpha, sides, beta, futility, binding)
    side_alpha = alpha / sides
    error = _efficacy_error(efficacy, t, time, side_alpha, sides, efficacy_looks)
    power_beta = DEFAULT_BETA if beta is None else beta
    lower = _futility_error(futility, time, power_beta, futility_looks)
    problem = _Problem(t, error, lower, side_alpha, power_beta, sides == 2, binding)
    upper_z, lower_z, found = _solve(problem, drift)
    return Bounds(
        information=tuple(map(float, t)),
        spending_time=tuple(map(float, time)),
        upper=_finite(upper_z),
        lower=_finite(lower_z),
        harm=_harm(harm, harm_alpha, t, time, upper_z),
        alpha=alpha,
        beta=power_beta,
        sides=sides,
        efficacy=_name(efficacy),
        futility=None if futility is None else _name(futility),
        binding=binding,
        drift=found,
        beta_given=beta is not None,
    )


class _Problem(NamedTuple):
    """What is to be solved: information, error per look on each side, and how they act."""

    t: Floats
    alpha_error: Floats
    beta_error: Floats | None
    alpha: float
    beta: float
    symmetric: bool
    binding: bool


def efficacy_bounds(
    planned: Bounds, *, alpha: float, upto: int | None = None
) -> tuple[float | None, ...]:
    """The upper bounds of a design at another alpha: its looks, family and binding kept.

    The user's own cumulative error is scaled with alpha.
    upto : the look after which no bound is asked, by default the last
    Raises   InputError for a binding futility bound.
    """
    if planned.binding:
        raise InputError("repeated P values need a non-binding futility bound")
    t, time = np.array(planned.information), np.array(planned.spending_time)
    active = [k + 1 for k, u in enumerate(planned.upper) if u is not None or k + 1 == t.size]
    family = as_family(planned.efficacy)
    if not isinstance(family, str):
        family = [min(v * alpha / planned.alpha, alpha) for v in family]
    error = _efficacy_error(family, t, time, alpha / planned.sides, planned.sides, active)
    asked = slice(0, upto)  # no bound depends on those of later looks
    null = looks(t[asked], 0.0)
    return _finite(integration.spend_above(null, error[asked], planned.sides == 2))


def _solve(problem: _Problem, drift: float | None) -> tuple[Floats, Floats, float]:
    """Upper and lower Z, and the drift at which the last look leaves a type II error of beta."""
    t = problem.t
    fixed = (normal_upper(problem.alpha) + normal_upper(problem.beta)) / float(np.sqrt(t[-1]))
    upper = integration.spend_above(looks(t, 0.0), problem.alpha_error, problem.symmetric)
    if problem.beta_error is None:
        lower = -upper if problem.symmetric else np.full(t.size, -inf)
        if drift is None:

            def short(d: float) -> float:
                return (
                    float(integration.exits(looks(t, d), lower, upper)[0].sum())
                    - 1.0
                    + problem.beta
                )

            drift = _root(short, fixed)
        return upper, lower, drift
    if drift is None:
        drift = _root(lambda d: -_with_futility(problem, upper, d)[2], fixed)
    upper, lower, _ = _with_futility(problem, upper, drift)
    lower[-1] = upper[-1]
    return upper, lower, drift


def _with_futility(problem: _Problem, upper: Floats, drift: float) -> tuple[Floats, Floats, float]:
    assert problem.beta_error is not None
    drifted = looks(problem.t, drift)
    if problem.binding:
        null = looks(problem.t, 0.0)
        return integration.spend_both(null, drifted, problem.alpha_error, problem.beta_error)
    return upper, *integration.spend_below(drifted, upper, problem.beta_error)


def _root(rising: Callable[[float], float], guess: float) -> float:
    """Root of a function of the drift that rises, searched upward from a guess below it."""
    low, high = guess, guess * 1.05
    while rising(low) > 0.0 and low > 1e-3:
        low, high = low * 0.8, low
    while rising(high) < 0.0:
        low, high = high, high * 1.3
        if high > 100.0:
            raise InputError("no drift reaches this power with these looks; spend beta otherwise")
    return root(rising, low, high, xtol=DRIFT_TOLERANCE)


def _efficacy_error(
    family: Family, t: Floats, time: Floats, alpha: float, sides: int, looks: Sequence[int] | None
) -> Floats:
    """Type I error on one side to be spent at each look."""
    active = _active(looks, t.size, "efficacy")
    if not active[-1]:
        raise InputError("the last look must test efficacy")
    if not isinstance(family, str):
        return _increments(spending(family).spent(time, alpha * sides) / sides, active)
    if checked_family(family)[0] in BOUNDARIES:
        return classical_error(family, t, alpha=alpha, sides=sides, active=active)
    return _increments(spending(family).spent(time, alpha), active)


def _futility_error(
    family: Family | None, time: Floats, beta: float, looks: Sequence[int] | None
) -> Floats | None:
    """Type II error to be spent at each look; all of it by the last."""
    if family is None:
        return None
    active = _active(looks, time.size, "futility")
    active[-1] = True
    spent = spending(family).spent(time, beta)
    spent[-1] = beta
    return _increments(spent, active)


def _increments(spent: Floats, active: NDArray[np.bool_]) -> Floats:
    """Error spent at each look; what an inactive look saves, the next active one spends."""
    out, before = np.zeros(spent.size), 0.0
    for k in np.flatnonzero(active):
        out[k], before = max(spent[k] - before, 0.0), spent[k]
    return out


def _active(chosen: Sequence[int] | None, count: int, what: str) -> NDArray[np.bool_]:
    if chosen is None:
        return np.ones(count, dtype=np.bool_)
    if any(k < 1 or k > count for k in chosen):
        raise InputError(f"{what} looks {list(chosen)}: looks count from 1 to {count}")
    return np.isin(np.arange(1, count + 1), list(chosen))


def _harm(
    family: Family | None, alpha: float | None, t: Floats, time: Floats, upper: Floats
) -> tuple[float | None, ...]:
    """Lower Z that spend error for harm under the null among trials that go on."""
    if family is None:
        return tuple(None for _ in range(t.size))
    if alpha is None or not 0.0 < alpha < 0.5:
        raise InputError("a bound for harm needs an error of its own between 0 and 0.5")
    error = np.diff(spending(family).spent(time, alpha), prepend=0.0)
    return _finite(integration.spend_below(looks(t, 0.0), upper, error)[0])


def _finite(z: Floats) -> tuple[float | None, ...]:
    return tuple(float(v) if isfinite(v) else None for v in z)


def _name(family: Family) -> str:
    return family if isinstance(family, str) else str(spending(family))


def _checked_information(information: Sequence[float]) -> Floats:
    t = np.array(information, dtype=np.float64).reshape(-1)
    if t.size == 0 or not np.isfinite(t).all() or (np.diff(t, prepend=0.0) <= 0).any():
        raise InputError(f"information {list(information)} must rise from above 0, look by look")
    return t


def _checked_time(time: Sequence[float], count: int) -> Floats:
    t = np.array(time, dtype=np.float64).reshape(-1)
    if t.size != count:
        raise InputError(f"{t.size} spending times are given for {count} looks")
    if not np.isfinite(t).all() or t[0] <= 0 or (np.diff(t) < 0).any():
        raise InputError(f"spending times {list(time)} must be above 0 and must not fall")
    return t


def _check_errors(
    alpha: float, sides: int, beta: float | None, futility: Family | None, binding: bool
) -> None:
    if not 0.0 < alpha < 1.0:
        raise InputError(f"alpha is {alpha:g}; expected a probability between 0 and 1")
    if sides not in (1, 2):
        raise InputError(f"sides is {sides}; expected 1 or 2")
    if alpha / sides >= 0.5:
        raise InputError(f"alpha {alpha:g} leaves half or more of the error on one side")
    if beta is not None and not 0.0 < beta < 1.0 - alpha / sides:
        raise InputError(f"beta is {beta:g}; expected between 0 and {1.0 - alpha / sides:g}")
    if futility is None:
        if binding:
            raise InputError("binding needs a futility bound")
        return
    if sides == 2:
        raise InputError("futility bounds are for one-sided designs; halve alpha and use sides=1")
    if beta is None:
        raise InputError("a futility bound spends beta; say beta, for example 0.1")
