"""Effect, power and size of a comparison: leave one out and it is solved for."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from equipoise.errors import InputError
from equipoise.roots import root

PowerOf = Callable[[float, float], float]
LARGEST_SIZE = 1e12


class Solved(NamedTuple):
    """The name of the number that was left out, and all three."""

    name: str
    effect: float
    power: float
    size: float


def solve(
    power_of: PowerOf,
    effects: tuple[float, float],
    *,
    effect: float | None,
    power: float | None,
    size: float | None,
) -> Solved:
    """Fill in the one number that is None.

    power_of : power at an effect and a size, rising with the size
    effects : the effects between which one is looked for, the weakest first
    Raises   InputError if none or several are None, or no number does.
    """
    if size is not None and not size > 0.0:
        raise InputError(f"the size is {size:g}; expected above 0")
    if power is None and effect is not None and size is not None:
        return Solved("power", effect, power_of(effect, size), size)
    if effect is None and power is not None and size is not None:
        return Solved("effect", _effect(power_of, effects, power, size), power, size)
    if size is None and power is not None and effect is not None:
        return Solved("size", effect, power, size_for(lambda n: power_of(effect, n), power))
    raise InputError("leave out exactly one of effect, power and size; it is solved for")


def size_for(power_with: Callable[[float], float], wanted: float) -> float:
    """The size at which a power that rises with it is the one wanted."""
    low = high = 10.0
    while power_with(low) > wanted:
        low /= 2.0
    while power_with(high) < wanted:
        high *= 2.0
        if high > LARGEST_SIZE:
            raise InputError("no size has this power")
    found = root(lambda n: power_with(n) - wanted, low, high, xtol=1e-12)
    return float(found)


def _effect(power_of: PowerOf, effects: tuple[float, float], wanted: float, size: float) -> float:
    if power_of(effects[1], size) < wanted:
        raise InputError(f"{size:g} are too few for any effect at this power")
    found = root(lambda x: power_of(x, size) - wanted, *effects, xtol=1e-14)
    return float(found)
