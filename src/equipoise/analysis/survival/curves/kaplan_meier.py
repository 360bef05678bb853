"""Kaplan-Meier curves with limits, quantiles and values at times; Nelson-Aalen; follow-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtri

from equipoise.analysis.estimates import Interval
from equipoise.analysis.survival.arrays import (
    choice,
    day_columns,
    flags,
    level_checked,
    same_length,
    times,
)
from equipoise.analysis.survival.curves.entered import entered_curve
from equipoise.analysis.survival.curves.limits import LIMIT_SCALES, limits
from equipoise.analysis.survival.curves.past import notes_past, past
from equipoise.analysis.survival.types import LimitScale
from equipoise.arrays import Floats
from equipoise.errors import InputError
from equipoise.kernels.survival.curve import curve_of_days, product_limit
from equipoise.kernels.survival.table import tabulate

SAME = 1.5e-8
"""Two probabilities closer than this are equal when a quantile is read off (R's tolerance)."""


class AtTime(NamedTuple):
    """The curve at given times, one element per time; NaN where it is not estimable.

    notes : why it is not, or from where it was carried; empty where neither
    """

    time: Floats
    at_risk: Floats
    survival: Floats
    std_err: Floats
    lower: Floats
    upper: Floats
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Curve:
    """A Kaplan-Meier curve at each distinct observed time.

    time : (m,) ascending; at_risk, events, censored : (m,) counts
    survival : (m,) S(t); spread : (m,) Greenwood's sum, the variance of log S(t)
    conf, level : scale and confidence level of the limits
    """

    time: Floats
    at_risk: Floats
    events: Floats
    censored: Floats
    survival: Floats
    spread: Floats
    conf: LimitScale
    level: float

    @cached_property
    def std_err(self) -> Floats:
        """(m,) Greenwood standard error of S(t); NaN once S is 0."""
        with np.errstate(invalid="ignore"):
            return self.survival * np.sqrt(self.spread)

    @cached_property
    def _limits(self) -> tuple[Floats, Floats]:
        return limits(self.survival, self.spread, conf=self.conf, level=self.level)

    @property
    def lower(self) -> Floats:
        """(m,) lower limit of S(t)."""
        return self._limits[0]

    @property
    def upper(self) -> Floats:
        """(m,) upper limit of S(t)."""
        return self._limits[1]

    @property
    def n(self) -> int:
        """Number of rows, or the sum of their weights, rounded."""
        return round(float(self.events.sum() + self.censored.sum()))

    def at(self, when: Sequence[float] | Floats, *, extend: bool = False) -> AtTime:
        """The curve at the times asked for.

        Past the last time the curve is known if nobody survives. Where somebody was censored last
        it is not, and NaN, as in SAS and tern; `extend` carries the last value on, as R's does.
        """
        asked = np.atleast_1d(np.asarray(when, np.float64))
        place = np.searchsorted(self.time, asked, side="right") - 1
        gone = np.searchsorted(self.time, asked, side="left")
        risk = np.append(self.at_risk, 0.0)[gone]
        beyond = past(self.time, self.survival, asked)

        def read(values: Floats, start: float) -> Floats:
            known = np.where(place < 0, start, values[np.maximum(place, 0)])
            return known if extend else np.where(beyond, np.nan, known)

        return AtTime(
            asked,
            risk,
            read(self.survival, 1.0),
            read(self.std_err, 0.0),
            read(self.lower, 1.0),
            read(self.upper, 1.0),
            notes_past(self.time, beyond, extend=extend),
        )

    def quantile(self, p: float = 0.5) -> Interval:
        """The time by which a proportion `p` has had the event, with Brookmeyer-Crowley limits.

        Where S is exactly 1 - p over an interval, its midpoint; NaN where the curve or its limit
        does not come so low.
        Source   Brookmeyer & Crowley 1982, Biometrics 38:29.
        """
        if not 0 < p < 1:
            raise InputError(f"p: {p} found; expected a proportion between 0 and 1")
        goal = 1 - p
        return Interval(
            crossing(self.time, self.survival, goal),
            crossing(self.time, self.lower, goal),
            crossing(self.time, self.upper, goal),
        )

    @property
    def median(self) -> Interval:
        """The median survival time with its limits."""
        return self.quantile(0.5)

    def __repr__(self) -> str:
        m = self.median
        return (
            f"Curve  n {self.n}  events {int(self.events.sum())}  median {m.estimate:.6g} "
            f"({self.level:.0%} CI {m.lower:.6g} to {m.upper:.6g})"
        )


def crossing(time: Floats, height: Floats, goal: float) -> float:
    """Where a falling step function comes down to `goal`; the middle of a step exactly there.

    Undefined (NaN) heights are passed over. A limit's curve may rise again late; then, as in R, the
    point below the goal that is nearest to it counts.
    """
    known = ~np.isnan(height)
    t, h = time[known], height[known]
    i = highest(h, goal + SAME)
    if i is None:
        return float("nan")
    if h[i] < goal - SAME:
        return float(t[i])
    after = highest(h, goal - SAME)
    end = time[-1] if after is None else t[after]
    return float((t[i] + end) / 2)


def highest(height: Floats, ceiling: float) -> int | None:
    """The first place of the greatest height not above `ceiling`, or None if all are."""
    under = np.flatnonzero(height <= ceiling)
    return int(under[np.argmax(height[under])]) if under.size else None


def kaplan_meier(
    time: Any,
    event: Any,
    *,
    start: Any = None,
    weight: Any = None,
    robust: bool = False,
    conf: LimitScale = "log-log",
    level: float = 0.95,
) -> Curve:
    """The Kaplan-Meier estimate of one group.

    time : (n,) int64 or float64, time from randomization, one unit throughout
    event : (n,) bool or 0/1, True if the event was seen
    start : (n,) when a row comes under observation, after which it is at risk (delayed entry)
    weight : (n,) above 0, how many rows a row counts as
    robust : True for a variance from the rows' influence, which weights that are no counts need
    conf : scale of the limits: log-log, log, plain, logit or arcsin
    Raises   InputError if a time is negative or not a number, or an event is not 0/1; if a row
             starts at or after its end.
    Source   Kaplan & Meier 1958; Greenwood 1926; `entered_curve` for starts and weights.
    Checked  tests/byhand/test_curves.py; tests/byhand/test_entered.py; tests/oracle/survival and
             tests/oracle/tables (R survfit); twins `product_limit_plain`, `entered_limit_plain`.
    """
    choice(conf, LIMIT_SCALES, "conf")
    level_checked(level)
    if start is not None or weight is not None or robust:
        return Curve(*entered_curve(time, event, start, weight, robust=robust), conf, level)
    days = day_columns(time, event)
    if days is not None:
        usable, when, risk, died, censored, survival, spread = curve_of_days(*days)
        if usable:
            return Curve(when, risk, died, censored, survival, spread, conf, level)
    t, e = times(time), flags(event)
    same_length(time=t, event=e)
    table = tabulate(t, e)
    events, leaving = table.events[:, 0].copy(), table.leaving[:, 0].copy()
    risk, survival, spread = product_limit(events, leaving)
    return Curve(
        table.time,
        risk,
        events.astype(np.float64),
        (leaving - events).astype(np.float64),
        survival,
        spread,
        conf,
        level,
    )


def follow_up(time: Any, event: Any, *, conf: LimitScale = "log-log", level: float = 0.95) -> Curve:
    """Potential follow-up by reverse Kaplan-Meier: censoring is the event.

    Source   Schemper & Smith 1996, Controlled Clinical Trials 17:343.
    """
    return kaplan_meier(time, ~flags(event), conf=conf, level=level)


class HazardAt(NamedTuple):
    """The cumulative hazard at given times; NaN where it is not estimable. notes : as `AtTime`."""

    time: Floats
    cumulative: Floats
    lower: Floats
    upper: Floats
    notes: tuple[str, ...]


@dataclass(frozen=True)
class CumulativeHazard:
    """The Nelson-Aalen cumulative hazard at each distinct observed time.

    time, cumulative, std_err, lower, upper : (m,) each; limits on the log scale
    survival : (m,) the Kaplan-Meier S(t) of the same rows
    """

    time: Floats
    cumulative: Floats
    std_err: Floats
    lower: Floats
    upper: Floats
    survival: Floats
    level: float

    def at(self, when: Sequence[float] | Floats, *, extend: bool = False) -> HazardAt:
        """The cumulative hazard at the times asked for; past the last time as `Curve.at`."""
        asked = np.atleast_1d(np.asarray(when, np.float64))
        place = np.searchsorted(self.time, asked, side="right")
        beyond = past(self.time, self.survival, asked)

        def read(values: Floats, start: float) -> Floats:
            known = np.append(start, values)[place]
            return known if extend else np.where(beyond, np.nan, known)

        columns = (read(self.cumulative, 0.0), read(self.lower, np.nan), read(self.upper, np.nan))
        return HazardAt(asked, *columns, notes_past(self.time, beyond, extend=extend))


def nelson_aalen(time: Any, event: Any, *, level: float = 0.95) -> CumulativeHazard:
    """The Nelson-Aalen cumulative hazard, variance sum d / Y^2, limits on the log scale.

    Arguments and Raises as `kaplan_meier`.
    Source   Aalen 1978; Klein & Moeschberger 2003, section 4.3.
    Checked  tests/byhand/test_curves.py; tests/oracle/survival (R survfit, ctype = 1).
    """
    curve = kaplan_meier(time, event, level=level)
    total = np.cumsum(curve.events / curve.at_risk)
    error = np.sqrt(np.cumsum(curve.events / curve.at_risk**2))
    lower, upper = log_limits(total, error, level=level)
    return CumulativeHazard(curve.time, total, error, lower, upper, curve.survival, level)


def log_limits(estimate: Floats, error: Floats, *, level: float) -> tuple[Floats, Floats]:
    """Limits of a positive quantity, symmetric in its logarithm; NaN where it is 0."""
    positive = estimate > 0
    value = np.where(positive, estimate, np.nan)
    stretch = np.exp(ndtri(0.5 + level / 2) * error / value)
    return value / stretch, value * stretch
