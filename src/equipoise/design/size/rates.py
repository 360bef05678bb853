"""Size of a trial that compares two rates of events, negative binomial or Poisson.

Source   Zhu & Lakkis 2014, Stat Med 33:376-387, with the variance under the assumed rates (their
         approach 2); dispersion 0 is Poisson.
Checked  tests/oracle/test_design_size_oracle.py (published sizes).
"""

from __future__ import annotations

from math import log, sqrt
from typing import NamedTuple

from scipy import special

from equipoise.design.bounds.model import normal_upper
from equipoise.design.size.model import check_errors
from equipoise.errors import InputError


class Rates(NamedTuple):
    """Expected events of a subject over the time at risk, and their dispersion.

    dispersion : k of the variance m + k m^2
    margin : the largest rate ratio, experimental to control, that is no loss; 1 for superiority
    """

    control: float
    experimental: float
    dispersion: float = 0.0
    margin: float = 1.0

    @property
    def gain(self) -> float:
        """Log of the margin over the rate ratio: above 0 where the experimental arm has fewer."""
        return log(self.margin * self.control / self.experimental)


def rate_spread(rates: Rates, ratio: float) -> float:
    """Standard error of the log rate ratio times the root of the subjects of both arms."""
    k = rates.dispersion
    own = 1.0 / rates.control + k + (1.0 / rates.experimental + k) / ratio
    return sqrt(own * (1.0 + ratio))


def power_rates(rates: Rates, *, subjects: float, alpha: float, ratio: float = 1.0) -> float:
    """Power of the one-sided test with so many subjects of both arms."""
    drift = rates.gain * sqrt(subjects) / rate_spread(rates, ratio)
    return float(special.ndtr(drift - normal_upper(alpha)))


def size_rates(rates: Rates, *, alpha: float, power: float, ratio: float = 1.0) -> float:
    """Subjects of both arms for a power, one-sided; not rounded.

    Raises   InputError unless the experimental arm is assumed to do better than the margin.
    """
    check_errors(alpha=alpha, sides=1, power=power)
    if not rates.gain > 0.0:
        found = rates.experimental / rates.control
        raise InputError(f"the assumed rate ratio is {found:.3g}; expected below {rates.margin:g}")
    z = normal_upper(alpha) + normal_upper(1.0 - power)
    return (z * rate_spread(rates, ratio) / rates.gain) ** 2
