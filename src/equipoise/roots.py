"""The root of a continuous function of one variable, without the weight of a solver library.

Source   Chandrupatla 1997, Advances in Engineering Software 28:145: an inverse parabola through
         three points where it is safe, the middle where it is not.
Checked  tests/unit/test_roots.py, beside scipy's `brentq`.
"""

from __future__ import annotations

from collections.abc import Callable

from equipoise.errors import InputError

_Point = tuple[float, float]  # x, f(x)
_MOST = 200  # halving alone passes every double between two numbers in fewer
_EPSILON = 2.0**-52


def root(f: Callable[[float], float], low: float, high: float, *, xtol: float) -> float:
    """Where `f` is 0 between two points at which its signs differ.

    xtol : the root lies within so much of the answer, or within its last digits
    Raises   InputError if the signs at `low` and `high` are the same, or one is not a number.
    """
    old, new = (low, f(low)), (high, f(high))
    if not old[1] * new[1] <= 0.0:
        raise InputError(f"no root between {low:g} and {high:g}: {old[1]:g} and {new[1]:g}")
    share, beyond = 0.5, old
    for _ in range(_MOST):
        best = min(old, new, key=lambda point: abs(point[1]))
        width = abs(new[0] - old[0])
        least = (0.5 * xtol + 2.0 * _EPSILON * abs(best[0])) / width if width else 1.0
        if least > 0.5 or best[1] == 0.0:
            return best[0]
        share = min(1.0 - least, max(least, share))
        x = new[0] + share * (old[0] - new[0])
        tried = (x, f(x))
        if (tried[1] > 0.0) == (new[1] > 0.0):
            beyond = new
        else:
            old, beyond = new, old
        new = tried
        share = _share(new, old, beyond)
    return best[0]


def _share(new: _Point, old: _Point, beyond: _Point) -> float:
    """How far to go from `new` towards `old`: to where a parabola in f is 0, or half the way."""
    (a, fa), (b, fb), (c, fc) = new, old, beyond
    if fc in (fa, fb) or c == b:
        return 0.5
    along, up = (a - b) / (c - b), (fa - fb) / (fc - fb)
    if not (up * up < along and (1.0 - up) ** 2 < 1.0 - along):
        return 0.5
    first = fa / (fb - fa) * fc / (fb - fc)
    return first + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
