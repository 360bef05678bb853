"""One rate: responders of subjects, with limits."""

from __future__ import annotations

import math

from scipy import special

from equipoise.analysis.estimates import Interval
from equipoise.errors import InputError

EQUALLY_LIKELY = (
    1.0 + 1e-7
)  # probabilities this close to the observed one count as equal to it, as in R


def normal_quantile(level: float) -> float:
    """The z of a two-sided interval; raises InputError unless 0 < level < 1."""
    if not 0.0 < level < 1.0:
        raise InputError(f"confidence level {level}: expected a number between 0 and 1")
    return -float(special.ndtri((1.0 - level) / 2.0))


def checked_count(x: float, n: float, *, name: str = "responders") -> tuple[int, int]:
    """`x` of `n` as whole numbers; raises InputError unless 0 <= x <= n and n >= 1."""
    if not (math.isfinite(x) and math.isfinite(n) and x == int(x) and n == int(n)):
        raise InputError(f"{name} {x} of {n}: expected whole numbers")
    if n < 1:
        raise InputError(f"{name} {x} of {n}: an arm without subjects has no rate")
    if not 0 <= x <= n:
        raise InputError(f"{name} {x} of {n}: expected a count from 0 to {int(n)}")
    return int(x), int(n)


def clopper_pearson(x: int, n: int, *, level: float = 0.95) -> Interval:
    """Exact limits of a rate, by the tails of the binomial.

    x, n : responders and subjects
    Raises   InputError if x is not a whole number from 0 to n.
    Source   Clopper & Pearson 1934, Biometrika 26:404.
    Checked  tests/oracle/response (R binom.test); tests/laws/test_response.py.
    """
    x, n = checked_count(x, n)
    normal_quantile(level)
    tail = (1.0 - level) / 2.0
    lower = float(special.betaincinv(x, n - x + 1, tail)) if x else 0.0
    upper = float(special.betainccinv(x + 1, n - x, tail)) if x < n else 1.0
    return Interval(x / n, lower, upper)


def wilson(x: int, n: int, *, level: float = 0.95) -> Interval:
    """Score limits of a rate, without continuity correction.

    Raises   InputError if x is not a whole number from 0 to n.
    Source   Wilson 1927, J Am Stat Assoc 22:209.
    Checked  tests/oracle/response (R prop.test).
    """
    x, n = checked_count(x, n)
    z = normal_quantile(level)
    rate = x / n
    scale = 1.0 + z * z / n
    center = (rate + z * z / (2 * n)) / scale
    half = z * math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n)) / scale
    return Interval(rate, 0.0 if x == 0 else center - half, 1.0 if x == n else center + half)


def jeffreys(x: int, n: int, *, level: float = 0.95) -> Interval:
    """Equal-tailed limits from the Beta(1/2, 1/2) prior; 0 and 1 at the ends.

    Raises   InputError if x is not a whole number from 0 to n.
    Source   Brown, Cai & DasGupta 2001, Statistical Science 16:101, section 4.1.2.
    Checked  tests/oracle/response (R qbeta).
    """
    x, n = checked_count(x, n)
    normal_quantile(level)
    tail = (1.0 - level) / 2.0
    lower = float(special.betaincinv(x + 0.5, n - x + 0.5, tail)) if x else 0.0
    upper = float(special.betainccinv(x + 0.5, n - x + 0.5, tail)) if x < n else 1.0
    return Interval(x / n, lower, upper)


def agresti_coull(x: int, n: int, *, level: float = 0.95) -> Interval:
    """Wald limits about the center of Wilson's interval, cut at 0 and 1.

    Raises   InputError if x is not a whole number from 0 to n.
    Source   Agresti & Coull 1998, Am Stat 52:119.
    Checked  tests/oracle/response (R arithmetic).
    """
    x, n = checked_count(x, n)
    z = normal_quantile(level)
    total = n + z * z
    center = (x + z * z / 2) / total
    half = z * math.sqrt(center * (1 - center) / total)
    return Interval(x / n, max(0.0, center - half), min(1.0, center + half))


def wald(x: int, n: int, *, level: float = 0.95) -> Interval:
    """Normal limits of a rate, cut at 0 and 1; of zero width when x is 0 or n.

    Raises   InputError if x is not a whole number from 0 to n.
    Source   Brown, Cai & DasGupta 2001, Statistical Science 16:101, section 1 (and why not).
    Checked  tests/oracle/response (R arithmetic).
    """
    x, n = checked_count(x, n)
    rate = x / n
    half = normal_quantile(level) * math.sqrt(rate * (1 - rate) / n)
    return Interval(rate, max(0.0, rate - half), min(1.0, rate + half))
