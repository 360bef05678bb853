"""Events of a fixed time-to-event design by the methods that need nothing but the hazard ratio.

Methods differ for one and the same design, so the method goes with the number:

    schoenfeld        (za + zb)^2 / (q(1-q) log(hr)^2)
    freedman          (za + zb)^2 (1 + r hr)^2 / (r (1 - hr)^2)
    hsieh-freedman    (za + zb)^2 (1 + hr)^2 (1 + r)^2 / (4 r (1 - hr)^2)

r is subjects on the experimental arm per subject on control, q = r / (1 + r).

Source   Schoenfeld 1981; Freedman 1982; Hsieh 1992.
Checked  tests/oracle/design (gsDesign nEvents; rpact getSampleSizeSurvival).
"""

from __future__ import annotations

from math import log, sqrt

from scipy import special

from equipoise.design.size.model import FixedTest, Size, check_errors
from equipoise.design.size.solve import solve
from equipoise.errors import InputError, did_you_mean

BY_EVENTS = ("schoenfeld", "freedman", "hsieh-freedman")
WEAKEST_TO_STRONGEST = (1.0 - 1e-9, 1e-6)  # hazard ratios between which one is looked for


def events_per_drift(hazard_ratio: float, ratio: float, method: str) -> float:
    """Events per (za + zb)^2."""
    if not hazard_ratio > 0.0 or hazard_ratio == 1.0:
        raise InputError(f"the hazard ratio is {hazard_ratio:g}; expected above 0 and not 1")
    if not ratio > 0.0:
        raise InputError(f"the allocation ratio is {ratio:g}; expected above 0")
    if method == "schoenfeld":
        return float((1.0 + ratio) ** 2 / (ratio * log(hazard_ratio) ** 2))
    if method == "freedman":
        return float((1.0 + ratio * hazard_ratio) ** 2 / (ratio * (1.0 - hazard_ratio) ** 2))
    if method == "hsieh-freedman":
        shape = ((1.0 + hazard_ratio) / (1.0 - hazard_ratio)) ** 2
        return float(shape * (1.0 + ratio) ** 2 / (4.0 * ratio))
    hint = did_you_mean(method, BY_EVENTS)
    raise InputError(f'"{method}" gives no events by itself; expected {", ".join(BY_EVENTS)}{hint}')


def size_events(
    *,
    hazard_ratio: float | None,
    events: float | None,
    power: float | None,
    alpha: float = 0.025,
    sides: int = 1,
    ratio: float = 1.0,
    method: str = "schoenfeld",
) -> Size:
    """Events, power or hazard ratio of a fixed design: the one that is None is solved for.

    Raises   InputError unless exactly one is None.
    """
    check_errors(alpha=alpha, sides=sides, power=power)
    test = FixedTest(method, alpha, sides, ratio)

    def power_of(effect: float, count: float) -> float:
        drift = sqrt(count / events_per_drift(effect, ratio, method))
        return float(special.ndtr(drift - test.z_alpha))

    found = solve(power_of, WEAKEST_TO_STRONGEST, effect=hazard_ratio, power=power, size=events)
    return Size.of("survival", test, found, unit="events")
