"""Competing risks: cumulative incidence by Aalen and Johansen, and Gray's test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, ndtri

from equipoise.analysis.survival.arrays import (
    arms_of,
    choice,
    codes,
    level_checked,
    same_length,
    strata_of,
    times,
)
from equipoise.analysis.survival.curves.past import notes_past, past
from equipoise.arrays import Floats, SmallInts
from equipoise.errors import InputError
from equipoise.kernels.survival.table import tabulate

Variance = Literal["delta", "aalen"]
IncidenceScale = Literal["log-log", "log", "plain"]

VARIANCES: tuple[Variance, ...] = get_args(Variance)
INCIDENCE_SCALES: tuple[IncidenceScale, ...] = get_args(IncidenceScale)


class IncidenceAt(NamedTuple):
    """Cumulative incidence at given times; NaN where it is not estimable or limits are undefined.

    notes : why it is not estimable, or from where it was carried; empty where neither
    """

    time: Floats
    estimate: Floats
    std_err: Floats
    lower: Floats
    upper: Floats
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Incidence:
    """The cumulative incidence of one cause at each distinct observed time.

    time : (m,); at_risk : (m,); estimate : (m,) F(t); variance : (m,)
    survival : (m,) of all causes together
    """

    cause: int
    time: Floats
    at_risk: Floats
    estimate: Floats
    variance: Floats
    survival: Floats
    conf: IncidenceScale
    level: float

    def at(self, when: Any, *, extend: bool = False) -> IncidenceAt:
        """The incidence at the times asked for.

        Past the last time it is known if all had an event. Where somebody was censored last it is
        not, and NaN, as in cmprsk; `extend` carries the last value on.
        """
        asked = np.atleast_1d(np.asarray(when, np.float64))
        place = np.searchsorted(self.time, asked, side="right")
        estimate = np.append(0.0, self.estimate)[place]
        error = np.sqrt(np.append(0.0, self.variance)[place])
        beyond = past(self.time, self.survival, asked)
        if not extend:
            estimate, error = (np.where(beyond, np.nan, v) for v in (estimate, error))
        limits = self._limits(estimate, error)
        return IncidenceAt(
            asked, estimate, error, *limits, notes_past(self.time, beyond, extend=extend)
        )

    def _limits(self, estimate: Floats, error: Floats) -> tuple[Floats, Floats]:
        z = float(ndtri(0.5 + self.level / 2))
        known = (estimate > 0) & (estimate < 1)
        f = np.where(known, estimate, 0.5)
        if self.conf == "plain":
            lower, upper = np.maximum(f - z * error, 0), np.minimum(f + z * error, 1)
        elif self.conf == "log":
            lower, upper = f * np.exp(-z * error / f), np.minimum(f * np.exp(z * error / f), 1)
        else:
            stretch = np.exp(z * error / (f * np.log(f)))
            lower, upper = f ** (1 / stretch), f**stretch
        return np.where(known, lower, np.nan), np.where(known, upper, np.nan)


def causes_of(values: Any) -> SmallInts:
    """Causes as int32: 0 censored, 1, 2, ... the causes.

    Raises   InputError for any other coding.
    """
    given = np.asarray(values)
    if given.dtype.kind == "f" and np.array_equal(given, np.floor(given)):
        given = given.astype(np.int64)
    return codes(given, "cause")[0]


def cumulative_incidence(
    time: Any,
    cause: Any,
    *,
    of: int = 1,
    variance: Variance = "delta",
    conf: IncidenceScale = "log-log",
    level: float = 0.95,
) -> Incidence:
    """The Aalen-Johansen estimate of one cause's cumulative incidence in one group.

    time : (n,) int64 or float64; cause : (n,) 0 censored, 1, 2, ... the causes; of : the cause
    variance : "delta" (as R survival's infinitesimal jackknife) or "aalen" (as cmprsk). Where
        several causes share a time, "delta" takes their events as one draw, in which each takes the
        other's place, and "aalen" as independent, one cause after the other
    conf : scale of the limits
    Raises   InputError if a time or a cause cannot be used.
    Source   Aalen & Johansen 1978; Marubini & Valsecchi 1995, section 10.2 (variances).
    Checked  tests/byhand/test_competing.py; tests/oracle/survival (R survfit and cmprsk).
    """
    choice(variance, VARIANCES, "variance")
    choice(conf, INCIDENCE_SCALES, "conf")
    level_checked(level)
    t, c = times(time), causes_of(cause)
    same_length(time=t, cause=c)
    mine, every = tabulate(t, c == of), tabulate(t, c > 0)
    d1, d = mine.events[:, 0].astype(float), every.events[:, 0].astype(float)
    y = every.leaving[::-1, 0].cumsum()[::-1].astype(float)
    after = np.cumprod(1 - d / y)
    before = np.concatenate(([1.0], after[:-1]))
    f = np.cumsum(before * d1 / y)
    spread = _delta if variance == "delta" else _aalen
    return Incidence(of, every.time, y, f, spread(f, before, d1, d, y), after, conf, level)


def _delta(f: Floats, before: Floats, d1: Floats, d: Floats, y: Floats) -> Floats:
    """Sum over times s of the variance that the events at s bring to F(t), binomial."""
    left = y - d
    total = np.divide(d, y * left, out=np.zeros(d.size), where=left > 0)
    return _expanded(f, before**2 * d1 * (y - d1) / y**3, total, before * d1 / y**2)


def _aalen(f: Floats, before: Floats, d1: Floats, d: Floats, y: Floats) -> Floats:
    """The same, events of several causes at one time taken in sequence, as cmprsk takes them.

    Each cause's events are a process of their own, independent of the other causes': those of the
    cause raise F(t) by S(s-) / Y less what nobody is left to have, (F(t) - F(s)) / S(s) of it, and
    those of other causes only take the latter away. S(s) is what all events of time s leave. Of k
    events at once among Y the variance is k (Y - k) / (Y - 1), and 1 of a single one.
    """
    left = before * (y - d) / y
    falls = np.divide(1.0, left, out=np.zeros(d.size), where=left > 0)
    own = (before / y) ** 2 * _spread_of(d1, y)
    other = (before / y) ** 2 * _spread_of(d - d1, y)
    return _expanded(f, own, (own + other) * falls**2, own * falls)


def _spread_of(events: Floats, y: Floats) -> Floats:
    """The variance of a number of events among Y, drawn without replacement."""
    return events * (1 - np.maximum(events - 1, 0) / np.maximum(y - 1, 1))


def _expanded(f: Floats, own: Floats, total: Floats, cross: Floats) -> Floats:
    """Sum over s <= t of own - 2 (F(t) - F(s)) cross + (F(t) - F(s))^2 total, for every t."""
    t0, t1, t2 = np.cumsum(total), np.cumsum(total * f), np.cumsum(total * f**2)
    c0, c1 = np.cumsum(cross), np.cumsum(cross * f)
    out: Floats = np.cumsum(own) - 2 * (f * c0 - c1) + f**2 * t0 - 2 * f * t1 + t2
    return np.maximum(out, 0.0)


class GrayTest(NamedTuple):
    """Gray's test of one cause across groups."""

    cause: int
    chisq: float
    df: int
    p: float
    score: Floats
    variance: npt.NDArray[np.float64]


def gray_test(time: Any, cause: Any, arm: Any, stratum: Any = None, *, of: int = 1) -> GrayTest:
    """Gray's test that one cause's cumulative incidence is the same in all groups.

    time, cause : as `cumulative_incidence`; arm : (n,) codes 0, 1, ...; stratum : codes or None
    Returns  GrayTest; score (k,) observed - expected, added over strata.
    Raises   InputError if an arm is empty or nobody has the cause.
    Source   Gray 1988, Annals of Statistics 16:1141.
    Checked  tests/oracle/survival (R cmprsk).
    """
    t, c = times(time), causes_of(cause)
    group, k = arms_of(arm)
    block, g = strata_of(stratum)
    same_length(time=t, cause=c, arm=group, stratum=block)
    if not (c == of).any():
        raise InputError(f"cause: nobody has cause {of}; not testable")
    score, variance = np.zeros(k), np.zeros((k, k))
    mine = tabulate(t, c == of, group, block, arms=k, strata=g)
    every = tabulate(t, c > 0, group, block, arms=k, strata=g)
    for a, b in zip(mine.first[:-1], mine.first[1:], strict=True):
        if mine.events[a:b].any():
            u, v = gray_sums(mine.events[a:b], every.events[a:b], every.leaving[a:b])
            score, variance = score + u, variance + v
    df = int(np.linalg.matrix_rank(variance, hermitian=True))
    if df == 0:
        raise InputError("arm: no event of the cause was seen while two arms were at risk")
    chisq = float(score @ np.linalg.pinv(variance, hermitian=True) @ score)
    return GrayTest(of, chisq, df, float(chdtrc(df, chisq)), score, variance)


def gray_sums(events: Any, every: Any, leaving: Any) -> tuple[Floats, Floats]:
    """Score (k,) and its variance (k, k) in one stratum.

    events, every, leaving : (m, k) events of the cause, of any cause, and all departures
    """
    y: Floats = leaving[::-1].cumsum(axis=0)[::-1].astype(np.float64)
    keep = every.any(axis=1)
    y, d1, d = y[keep], events[keep].astype(float), every[keep].astype(np.float64)
    at_risk = y > 0
    safe: Floats = np.where(at_risk, y, 1.0)
    kept: Floats = 1 - d / safe  # an empty arm has no events, so its factor is 1
    after: Floats = np.cumprod(kept, axis=0, dtype=np.float64)
    before: Floats = np.vstack((np.ones(y.shape[1]), after[:-1]))
    f = np.cumsum(before * d1 / safe, axis=0)
    f_before = np.vstack((np.zeros(y.shape[1]), f[:-1]))
    # R_k / (1 - F_k): those at risk, with the competing events given back
    h: Floats = np.divide(y, before, out=np.zeros(y.shape), where=at_risk & (before > 0))
    total: Floats = h.sum(axis=1)
    n1: Floats = d1.sum(axis=1)
    eligible = h * (1 - f_before)
    expected = eligible * (n1 / eligible.sum(axis=1))[:, None]
    pooled: Floats = np.cumsum(n1 / total)
    variance = gray_variance(h, total, n1, pooled, before, after, d - d1, y)
    return (d1 - expected).sum(axis=0), variance


def gray_variance(
    h: Floats,
    total: Floats,
    n1: Floats,
    pooled: Floats,
    before: Floats,
    after: Floats,
    d2: Floats,
    y: Floats,
) -> Floats:
    """Variance of Gray's score: each arm's cause and competing events are independent.

    h, before, after, d2, y : (m, k); total, n1, pooled : (m,)
    Source   Gray 1988, section 2: a_kr, c_kr and the two integrals, ties taken as without
             replacement.
    """
    k = h.shape[1]
    pooled_before = np.concatenate(([0.0], pooled[:-1]))
    a = h[:, :, None] * (np.eye(k) - (h / total[:, None])[:, None, :])
    c = np.cumsum(a * (n1 / (total * (1 - pooled_before)))[:, None, None], axis=0)
    alive = (y > 0) & (after > 0)
    ratio = np.divide((1 - pooled)[:, None], after, out=np.zeros(y.shape), where=alive)
    rest = c[-1] - c
    b = a + (1 - ratio)[:, None, :] * rest
    room = total[:, None] * before - 1
    tied = 1 - np.divide((n1 - 1)[:, None], room, out=np.zeros(y.shape), where=room > 0)
    rate = np.divide(
        tied * before * n1[:, None], total[:, None] * y, out=np.zeros(y.shape), where=y > 0
    )
    spread = np.einsum("mir,mjr,mr->ij", b, b, rate)
    b2 = ratio[:, None, :] * rest
    tied2 = 1 - np.divide(d2 - 1, y - 1, out=np.zeros(y.shape), where=y > 1)
    rate2 = np.divide(tied2 * before**2 * d2, y**2, out=np.zeros(y.shape), where=y > 0)
    return np.asarray(spread + np.einsum("mir,mjr,mr->ij", b2, b2, rate2))
