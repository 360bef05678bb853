"""The looks of a design: where each stops, and with what probability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, NamedTuple

import numpy as np
from scipy import special

from equipoise.arrays import Floats
from equipoise.design.bounds import integration


def normal_upper(p: float) -> float:
    """The standard normal value exceeded with probability p."""
    return float(-special.ndtri(p))


def looks(t: Floats, drift: float) -> integration.Canonical:
    """Looks at information `t` when Z has expectation drift * sqrt(t)."""
    return integration.Canonical(t, drift * np.sqrt(t))


class Exits(NamedTuple):
    """Probabilities of stopping at each look, through the upper and through the lower bound."""

    upper: tuple[float, ...]
    lower: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The looks of a design and where each stops.

    information : (k,) information at each look, as a share of the planned maximum
    spending_time : (k,) time at which error is spent
    upper, lower : (k,) Z; None where the look has no such bound
    harm : (k,) Z or None, the lower bound that speaks for harm
    drift : expectation of Z at information 1 under the alternative
    beta_given : False if `beta` is the default at which inflation is quoted
    """

    information: tuple[float, ...]
    spending_time: tuple[float, ...]
    upper: tuple[float | None, ...]
    lower: tuple[float | None, ...]
    harm: tuple[float | None, ...]
    alpha: float
    beta: float
    sides: int
    efficacy: str
    futility: str | None
    binding: bool
    drift: float
    beta_given: bool

    def __repr__(self) -> str:
        z = ", ".join("none" if v is None else f"{v:.4f}" for v in self.upper)
        return f"Bounds(Z {z} at information {', '.join(f'{t:g}' for t in self.information)})"

    def exits(self, *, drift: float, heed_futility: bool = True) -> Exits:
        """Stopping probabilities when Z has expectation drift * sqrt(information).

        heed_futility : False to go on past every futility bound, as a non-binding one allows
        """
        lower = self.lower if heed_futility or self.sides == 2 else tuple(None for _ in self.lower)
        above, below = exits(self.information, lower, self.upper, drift)
        return Exits(tuple(map(float, above)), tuple(map(float, below)))

    def power(self, *, drift: float) -> float:
        """Probability of crossing the upper bound at any look."""
        return float(sum(self.exits(drift=drift).upper))

    def expected_information(self, *, drift: float) -> float:
        """Mean information at the end of the trial, in the units of `information`."""
        found = self.exits(drift=drift)
        stopped = np.array(found.upper) + np.array(found.lower)
        t = np.array(self.information)
        return float(stopped[:-1] @ t[:-1] + (1.0 - stopped[:-1].sum()) * t[-1])

    @property
    def nominal_p(self) -> tuple[float | None, ...]:
        """The P value each look must reach, with as many sides as the design."""
        return tuple(
            None if u is None else float(self.sides * special.ndtr(-u)) for u in self.upper
        )

    @property
    def alpha_spent(self) -> tuple[float, ...]:
        """Cumulative type I error; a non-binding futility bound is not counted on."""
        heed = self.binding or self.sides == 2
        found = self.exits(drift=0.0, heed_futility=heed)
        return tuple(map(float, self.sides * np.cumsum(found.upper)))

    @property
    def beta_spent(self) -> tuple[float, ...] | None:
        """Cumulative type II error under the alternative, or None without futility."""
        if self.futility is None:
            return None
        return tuple(map(float, np.cumsum(self.exits(drift=self.drift).lower)))

    @property
    def inflation(self) -> float:
        """Maximum information relative to the design with a single look."""
        fixed = normal_upper(self.alpha / self.sides) + normal_upper(self.beta)
        return float(self.drift**2 * self.information[-1] / fixed**2)

    def to_dict(self) -> dict[str, Any]:
        """Lists per look on the Z scale, with None where there is no bound."""
        beta_spent = self.beta_spent
        under = {"null": 0.0, "alternative": self.drift}
        found = {name: self.exits(drift=drift) for name, drift in under.items()}
        return {
            "information": list(self.information),
            "spending_time": list(self.spending_time),
            "upper": list(self.upper),
            "lower": list(self.lower),
            "harm": list(self.harm),
            "alpha_spent": list(self.alpha_spent),
            "beta_spent": None if beta_spent is None else list(beta_spent),
            "nominal_p": list(self.nominal_p),
            "inflation": self.inflation,
            "drift": self.drift,
            "exit_upper": {name: list(f.upper) for name, f in found.items()},
            "exit_lower": {name: list(f.lower) for name, f in found.items()},
            "expected_information": {
                name: self.expected_information(drift=drift) for name, drift in under.items()
            },
            "alpha": self.alpha,
            "beta": self.beta,
            "power": self.power(drift=self.drift),
            "sides": self.sides,
            "efficacy": self.efficacy,
            "futility": self.futility,
            "binding": self.binding,
            "provenance": {"beta": "yours" if self.beta_given else "default"},
        }


def exits(
    information: Sequence[float],
    lower: Sequence[float | None],
    upper: Sequence[float | None],
    drift: float,
) -> tuple[Floats, Floats]:
    """Probabilities of leaving above and below first at each look; None is no bound."""
    t = np.array(information, dtype=np.float64)
    low = np.array([-inf if v is None else v for v in lower], dtype=np.float64)
    up = np.array([inf if v is None else v for v in upper], dtype=np.float64)
    return integration.exits(looks(t, drift), low, up)
