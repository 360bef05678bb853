"""One boundary on many scales: Z, P, hazard ratio, conditional power.

Z is large in favor of the experimental arm; a hazard ratio below 1 favors it.

Source   Jennison & Turnbull 2000, sections 3.5 and 10.2.
Checked  tests/oracle/design (gsDesign gsHR, rpact criticalValuesEffectScale).
"""

from __future__ import annotations

from math import exp, sqrt
from typing import Any

from scipy import special

from equipoise.design.bounds.model import Bounds, normal_upper
from equipoise.design.monitor.conditional import conditional_power


def z_to_p(z: float, *, sides: int = 1) -> float:
    """P value of Z; two-sided it is twice the tail beyond |Z|."""
    return float(special.ndtr(-z)) if sides == 1 else 2.0 * float(special.ndtr(-abs(z)))


def p_to_z(p: float, *, sides: int = 1) -> float:
    """Z in favor of the experimental arm with this P value."""
    return normal_upper(p / sides)


def score_information(events: float, *, ratio: float = 1.0) -> float:
    """Information on the log hazard ratio carried by `events` events under equal hazards."""
    return events * ratio / (1.0 + ratio) ** 2


def z_to_hazard_ratio(z: float, *, events: float, ratio: float = 1.0) -> float:
    """Hazard ratio that gives Z with `events` events."""
    return exp(-z / sqrt(score_information(events, ratio=ratio)))


def on_scales(
    bounds: Bounds, *, events: float | None = None, ratio: float = 1.0
) -> list[dict[str, Any]]:
    """One row per look and bound: Z, P and, where it applies, hazard ratio and conditional power.

    events : events at information 1, for the hazard ratio
    Conditional power takes the trend that lies exactly on the bound.
    """
    rows = []
    last = len(bounds.information)
    for name in ("upper", "lower", "harm"):
        for look, z in enumerate(getattr(bounds, name), start=1):
            if z is None:
                continue
            drift = z / sqrt(bounds.information[look - 1])
            row: dict[str, Any] = {
                "look": look,
                "bound": name,
                "z": z,
                "p": z_to_p(z),
                "hazard_ratio": None
                if events is None
                else z_to_hazard_ratio(
                    z, events=events * bounds.information[look - 1], ratio=ratio
                ),
                "conditional_power": None
                if look == last
                else conditional_power(bounds, look=look, z=z, drift=drift),
            }
            rows.append(row)
    return rows
