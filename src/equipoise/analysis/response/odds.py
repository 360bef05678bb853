"""Odds ratios and relative risks of two arms, plain, stratified and exact."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike
from scipy import special

from equipoise.analysis.estimates import Interval
from equipoise.analysis.response.difference import checked_strata
from equipoise.analysis.response.rates import EQUALLY_LIKELY, checked_count, normal_quantile
from equipoise.arrays import Floats
from equipoise.errors import InputError
from equipoise.roots import root

LOG_BOUND = 600.0  # |log odds ratio| beyond which a double cannot hold the ratio's limits


class ExactOddsRatio(NamedTuple):
    """Conditional maximum-likelihood odds ratio, exact limits and exact P values.

    standard_error is that of log(estimate), NaN where the estimate is 0 or infinite.
    """

    estimate: float
    lower: float
    upper: float
    p: float
    p_less: float
    p_greater: float
    standard_error: float


def odds_ratio(x1: int, n1: int, x2: int, n2: int, *, level: float = 0.95) -> Interval:
    """Odds of the first arm over the second, limits on the log scale.

    With an empty cell the limits are 0 and infinity and the estimate 0, infinity or NaN.
    Raises   InputError if a count is not a whole number from 0 to its n.
    Source   Woolf 1955, Ann Hum Genet 19:251.
    Checked  tests/oracle/response (R arithmetic).
    """
    x1, n1 = checked_count(x1, n1)
    x2, n2 = checked_count(x2, n2)
    cells = (x1, n1 - x1, x2, n2 - x2)
    top, bottom = x1 * (n2 - x2), x2 * (n1 - x1)
    if 0 in cells:
        return Interval(_ratio(top, bottom), 0.0, math.inf)
    half = normal_quantile(level) * math.sqrt(sum(1 / c for c in cells))
    estimate = top / bottom
    return Interval(estimate, estimate * math.exp(-half), estimate * math.exp(half))


def relative_risk(x1: int, n1: int, x2: int, n2: int, *, level: float = 0.95) -> Interval:
    """Rate of the first arm over the second, limits on the log scale.

    With no responder in an arm the limits are 0 and infinity and the estimate 0, infinity or NaN.
    Raises   InputError if a count is not a whole number from 0 to its n.
    Source   Katz et al. 1978, Biometrics 34:469.
    Checked  tests/oracle/response (R arithmetic).
    """
    x1, n1 = checked_count(x1, n1)
    x2, n2 = checked_count(x2, n2)
    if x1 == 0 or x2 == 0:
        return Interval(_ratio(x1, x2), 0.0, math.inf)
    half = normal_quantile(level) * math.sqrt(1 / x1 - 1 / n1 + 1 / x2 - 1 / n2)
    estimate = (x1 / n1) / (x2 / n2)
    return Interval(estimate, estimate * math.exp(-half), estimate * math.exp(half))


def _ratio(top: float, bottom: float) -> float:
    if bottom:
        return top / bottom
    return math.inf if top else math.nan


def mantel_haenszel_odds_ratio(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, *, level: float = 0.95
) -> Interval:
    """Common odds ratio over strata, limits by the Robins-Breslow-Greenland variance.

    Raises   InputError if a stratum lacks an arm or a count is no whole number from 0 to n.
    Source   Robins, Breslow & Greenland 1986, Biometrics 42:311.
    Checked  tests/oracle/response (R mantelhaen.test).
    """
    a, m1, c, m2 = (v.astype(float) for v in checked_strata(x1, n1, x2, n2))
    total, b, d = m1 + m2, m1 - a, m2 - c
    top, bottom = a * d / total, b * c / total
    agree, differ = (a + d) / total, (b + c) / total
    r, s = float(top.sum()), float(bottom.sum())
    if r == 0 or s == 0:
        return Interval(_ratio(r, s), 0.0, math.inf)
    variance = (
        float((agree * top).sum()) / (2 * r * r)
        + float((agree * bottom + differ * top).sum()) / (2 * r * s)
        + float((differ * bottom).sum()) / (2 * s * s)
    )
    half = normal_quantile(level) * math.sqrt(variance)
    return Interval(r / s, r / s * math.exp(-half), r / s * math.exp(half))


def mantel_haenszel_relative_risk(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, *, level: float = 0.95
) -> Interval:
    """Common relative risk over strata, limits by the Greenland-Robins variance.

    Raises   InputError if a stratum lacks an arm or a count is no whole number from 0 to n.
    Source   Greenland & Robins 1985, Biometrics 41:55.
    Checked  tests/oracle/response (R arithmetic); tests/byhand.
    """
    a, m1, c, m2 = (v.astype(float) for v in checked_strata(x1, n1, x2, n2))
    total = m1 + m2
    r, s = float((a * m2 / total).sum()), float((c * m1 / total).sum())
    if r == 0 or s == 0:
        return Interval(_ratio(r, s), 0.0, math.inf)
    spread = float(((m1 * m2 * (a + c) - a * c * total) / total**2).sum())
    half = normal_quantile(level) * math.sqrt(spread / (r * s))
    return Interval(r / s, r / s * math.exp(-half), r / s * math.exp(half))


def hypergeometric_sum(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike
) -> tuple[int, Floats, Floats]:
    """Observed total of first-arm responders, its support, and log mass given every margin.

    The total over strata has the convolution of the strata's hypergeometric masses.
    """
    from scipy.special import logsumexp  # of the whole package

    a, m1, c, m2 = checked_strata(x1, n1, x2, n2)
    low, log_mass = 0, np.zeros(1)
    for first, second, k in zip(m1, m2, a + c):
        support = np.arange(max(0, k - second), min(k, first) + 1)
        piece = _log_choose(first, support) + _log_choose(second, k - support)
        log_mass = _log_convolve(log_mass, piece - logsumexp(piece))
        low += int(support[0])
    support = low + np.arange(len(log_mass), dtype=np.float64)
    return int(a.sum()), support, log_mass


def _log_choose(n: int, k: npt.NDArray[np.int64]) -> Floats:
    return np.asarray(special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1))


def _log_convolve(left: Floats, right: Floats) -> Floats:
    """log of the convolution of two masses given as logs (exact in the far tails too)."""
    if len(left) == 1:
        return np.asarray(right + left[0])
    out = np.full(len(left) + len(right) - 1, -np.inf)
    for shift, value in enumerate(right):
        window = out[shift : shift + len(left)]
        np.logaddexp(window, left + value, out=window)
    return out


def exact_odds_ratio(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, *, level: float = 0.95
) -> ExactOddsRatio:
    """Odds ratio by the likelihood conditional on all margins, one table or many strata.

    The two-sided P sums the totals no likelier than the one seen (Fisher's test for one table).
    Raises   InputError if a stratum lacks an arm or a count is no whole number from 0 to n.
    Source   Cornfield 1956, 3rd Berkeley Symposium 4:135; Gart 1970, Biometrika 57:471.
    Checked  tests/oracle/response (own R inversion; R mantelhaen.test exact; R clogit).
    """
    seen, support, log_mass = hypergeometric_sum(x1, n1, x2, n2)
    normal_quantile(level)
    tail = (1.0 - level) / 2.0
    null = np.exp(log_mass)
    at = int(seen - support[0])
    estimate, error = _conditional_estimate(seen, support, log_mass)
    return ExactOddsRatio(
        estimate,
        0.0 if at == 0 else _tail_root(support, log_mass, slice(at, None), tail),
        math.inf
        if at == len(support) - 1
        else _tail_root(support, log_mass, slice(0, at + 1), tail),
        two_sided(null, at),
        min(1.0, float(null[: at + 1].sum())),
        min(1.0, float(null[at:].sum())),
        error,
    )


def two_sided(mass: Floats, at: int) -> float:
    """Probability of every total no likelier than the one at `at`."""
    return min(1.0, float(mass[mass <= mass[at] * EQUALLY_LIKELY].sum()))


def _tilted(log_odds: float, support: Floats, log_mass: Floats) -> Floats:
    weight = log_mass + log_odds * support
    weight = np.exp(weight - weight.max())
    return np.asarray(weight / weight.sum())


def _conditional_estimate(seen: int, support: Floats, log_mass: Floats) -> tuple[float, float]:
    if seen == support[0]:
        return 0.0, math.nan
    if seen == support[-1]:
        return math.inf, math.nan

    def gap(log_odds: float) -> float:
        return float(support @ _tilted(log_odds, support, log_mass)) - seen

    log_odds = root(gap, -LOG_BOUND, LOG_BOUND, xtol=1e-15)
    mass = _tilted(log_odds, support, log_mass)
    variance = float(((support - support @ mass) ** 2) @ mass)
    return math.exp(log_odds), 1 / math.sqrt(variance)


def _tail_root(support: Floats, log_mass: Floats, tail: slice, alpha: float) -> float:
    """The odds ratio at which the named tail has probability alpha."""

    def gap(log_odds: float) -> float:
        return float(_tilted(log_odds, support, log_mass)[tail].sum()) - alpha

    return math.exp(root(gap, -LOG_BOUND, LOG_BOUND, xtol=1e-15))


def checked_table(table: ArrayLike) -> npt.NDArray[np.int64]:
    """A table of counts as int64; raises InputError unless it is r x c, whole and not negative."""
    cells = np.asarray(table, dtype=float)
    if cells.ndim != 2 or min(cells.shape, default=0) < 2:
        raise InputError(f"table of shape {cells.shape}: expected at least two rows and columns")
    if not np.isfinite(cells).all() or (cells < 0).any() or (cells != np.floor(cells)).any():
        raise InputError("table: expected counts, whole numbers from 0 up")
    if cells.sum() == 0:
        raise InputError("table: every cell is 0, there is nobody to compare")
    return cells.astype(np.int64)
