"""Expected accrual, events and information by calendar time, in closed form.

A subject enters at calendar time u with intensity a(u), has the event at hazard l(s) and drops out
at hazard e(s), s counted from entry. By calendar time t

    E[events] = integral over s of A(t - s) l(s) exp(-integral of l + e) ds,   A = integral of a,

where A is linear and the hazards are constant between breakpoints, so every piece is elementary.
One unit of time throughout.

Source   Lachin & Foulkes 1986; Kim & Tsiatis 1990.
Checked  tests/oracle/design (gsDesign eEvents, gsDesign2 ahr, rpact); tests/laws (quadrature).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from math import exp, expm1, inf, log
from typing import NamedTuple

from equipoise.errors import InputError
from equipoise.roots import root


@dataclass(frozen=True, slots=True)
class Steps:
    """A step function of time: values[i] from starts[i] on; starts[0] is 0."""

    starts: tuple[float, ...]
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        s, v = self.starts, self.values
        if len(s) != len(v) or not s or s[0] != 0.0:
            raise InputError(f"steps {list(s)} with values {list(v)}: the first must start at 0")
        if any(b <= a for a, b in pairwise(s)):
            raise InputError(f"steps {list(s)} must start later and later")
        if any(not value >= 0.0 for value in v):
            raise InputError(f"rates {list(v)} must not be negative")

    @classmethod
    def constant(cls, value: float) -> Steps:
        return cls((0.0,), (float(value),))

    @classmethod
    def lasting(cls, durations: Iterable[float], values: Iterable[float]) -> Steps:
        """Steps that last `durations`; zero afterwards."""
        starts = [0.0]
        for duration in durations:
            starts.append(starts[-1] + float(duration))
        return cls(tuple(starts), (*map(float, values), 0.0))

    def at(self, t: float) -> float:
        return self.values[bisect_right(self.starts, t) - 1]

    def total(self, t: float) -> float:
        """Integral from 0 to t."""
        out = 0.0
        for i, start in enumerate(self.starts):
            if start >= t:
                break
            end = self.starts[i + 1] if i + 1 < len(self.starts) else t
            out += self.values[i] * (min(end, t) - start)
        return out

    def reaches(self, total: float) -> float | None:
        """When the integral reaches `total`, or None if it never does."""
        left = total
        for i, start in enumerate(self.starts):
            end = self.starts[i + 1] if i + 1 < len(self.starts) else inf
            if self.values[i] > 0.0 and left <= self.values[i] * (end - start) * (1.0 + 1e-12):
                return start + left / self.values[i]
            left -= self.values[i] * (end - start) if self.values[i] > 0.0 else 0.0
        return None

    def times(self, factor: float) -> Steps:
        return Steps(self.starts, tuple(v * factor for v in self.values))

    def product(self, other: Steps) -> Steps:
        """Step by step product of two step functions."""
        starts = tuple(sorted({*self.starts, *other.starts}))
        return Steps(starts, tuple(self.at(s) * other.at(s) for s in starts))


@dataclass(frozen=True, slots=True)
class StratumCourse:
    """Rates in one stratum; `share` of all subjects belong to it."""

    control: Steps
    hazard_ratio: Steps
    dropout_control: Steps
    dropout_experimental: Steps
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Course:
    """How a two-armed trial is assumed to run.

    accrual : subjects per unit of calendar time, both arms together
    ratio : subjects on the experimental arm per subject on control
    """

    accrual: Steps
    strata: tuple[StratumCourse, ...]
    ratio: float = 1.0

    def __post_init__(self) -> None:
        total = sum(s.share for s in self.strata)
        if abs(total - 1.0) > 1e-9:
            raise InputError(f"the shares of the strata add to {total:g}, not to 1")
        if not self.ratio > 0.0:
            raise InputError(f"the allocation ratio is {self.ratio:g}; expected above 0")

    @property
    def experimental_share(self) -> float:
        return self.ratio / (1.0 + self.ratio)

    @property
    def subjects(self) -> float:
        """Subjects entered once accrual has reached its last step."""
        return self.accrual.total(self.accrual.starts[-1])

    def faster(self, factor: float) -> Course:
        """The same course with accrual multiplied."""
        return Course(self.accrual.times(factor), self.strata, self.ratio)

    def with_hazard_ratio(self, hazard_ratio: float) -> Course:
        """The same course with one proportional hazard ratio everywhere."""
        constant = Steps.constant(hazard_ratio)
        strata = tuple(replace(s, hazard_ratio=constant) for s in self.strata)
        return Course(self.accrual, strata, self.ratio)

    def under_null(self, *, pooled: bool = True) -> Course:
        """Both arms alike: at the average of their hazards by allocation, or at the control's."""
        q = self.experimental_share if pooled else 0.0
        strata = []
        for s in self.strata:
            mixed = Steps(
                s.hazard_ratio.starts, tuple(1.0 - q + q * h for h in s.hazard_ratio.values)
            )
            strata.append(
                StratumCourse(
                    s.control.product(mixed),
                    Steps.constant(1.0),
                    s.dropout_control,
                    s.dropout_experimental,
                    s.share,
                )
            )
        return Course(self.accrual, tuple(strata), self.ratio)


class Events(NamedTuple):
    """Expected events by arm."""

    control: float
    experimental: float

    @property
    def total(self) -> float:
        return self.control + self.experimental


class AverageHazardRatio(NamedTuple):
    """Expected events and, on the log hazard ratio scale, what they tell.

    information : under the alternative; null_information : under equal hazards
    """

    events: float
    hazard_ratio: float
    information: float
    null_information: float


def _decay(y: float) -> tuple[float, float]:
    """Integrals over x in (0, 1) of exp(-yx) and of x exp(-yx)."""
    if y < 0.01:
        first = 1.0 - y / 2.0 * (1.0 - y / 3.0 * (1.0 - y / 4.0 * (1.0 - y / 5.0)))
        second = 0.5 - y / 3.0 + y * y / 8.0 - y**3 / 30.0 + y**4 / 144.0
        return first, second
    first = -expm1(-y) / y
    return first, (first - exp(-y)) / y


def arm_events(accrual: Steps, hazard: Steps, dropout: Steps, t: float) -> list[float]:
    """Expected events of one arm by calendar time t, one number per step of the hazard."""
    out = [0.0] * len(hazard.starts)
    knots = {0.0, t, *hazard.starts, *dropout.starts, *(t - s for s in accrual.starts)}
    inside = sorted(k for k in knots if 0.0 <= k <= t)
    at_risk = 1.0
    for start, end in pairwise(inside):
        width = end - start
        i = bisect_right(hazard.starts, start) - 1
        leaving = hazard.values[i] + dropout.at(start)
        entered, entered_later = accrual.total(t - start), accrual.total(t - end)
        first, second = _decay(leaving * width)
        mean = entered * first - (entered - entered_later) * second
        out[i] += hazard.values[i] * at_risk * width * mean
        at_risk *= exp(-leaving * width)
    return out


def _by_step(course: Course, stratum: StratumCourse, t: float) -> list[tuple[float, float, float]]:
    """Hazard ratio and events (control, experimental) in each step of a stratum's hazards."""
    control = stratum.control.product(
        Steps(stratum.hazard_ratio.starts, (1.0,) * len(stratum.hazard_ratio.starts))
    )
    experimental = stratum.control.product(stratum.hazard_ratio)
    q = course.experimental_share
    entered = course.accrual.times(stratum.share)
    on_control = arm_events(entered.times(1.0 - q), control, stratum.dropout_control, t)
    on_experimental = arm_events(entered.times(q), experimental, stratum.dropout_experimental, t)
    ratios = [stratum.hazard_ratio.at(s) for s in control.starts]
    return list(zip(ratios, on_control, on_experimental, strict=True))


def expected_events(course: Course, t: float) -> Events:
    """Events expected on each arm by calendar time t."""
    rows = [row for s in course.strata for row in _by_step(course, s, t)]
    return Events(sum(r[1] for r in rows), sum(r[2] for r in rows))


def average_hazard_ratio(course: Course, t: float) -> AverageHazardRatio:
    """The geometric mean of the hazard ratio over steps and strata, weighted by expected events.

    Source   Mukhopadhyay et al. 2022, "Group sequential designs under non-proportional hazards".
    """
    rows = [row for s in course.strata for row in _by_step(course, s, t) if row[1] and row[2]]
    if not rows:
        raise InputError(f"no events are expected on both arms by time {t:g}")
    events = sum(c + e for _, c, e in rows)
    mean = sum((c + e) * log(r) for r, c, e in rows) / events
    information = sum(c * e / (c + e) for _, c, e in rows)
    q = course.experimental_share
    return AverageHazardRatio(events, exp(mean), information, events * q * (1.0 - q))


def time_of_events(course: Course, events: float) -> float | None:
    """Calendar time at which `events` are expected, or None if they never are."""
    if events <= 0.0:
        return 0.0
    high = max(course.accrual.starts[-1], 1e-3)
    for _ in range(60):
        if expected_events(course, high).total >= events:
            break
        high *= 2.0
    else:
        return None
    return float(root(lambda t: expected_events(course, t).total - events, 0.0, high, xtol=1e-10))


class WhenExpected(NamedTuple):
    """When a number of events is expected, with the limits of a prediction interval."""

    time: float | None
    early: float | None
    late: float | None


def when_expected(course: Course, events: int, *, coverage: float = 0.95) -> WhenExpected:
    """When the `events`-th event is expected.

    The calendar times of subjects' events are independent and alike, so the d-th of n is an order
    statistic whose limits are quantiles of a Beta distribution; None where it may never come.
    Raises   InputError if there are fewer subjects than events.
    """
    from scipy import special

    n = course.subjects
    if n < events:
        raise InputError(f"{events} events are asked of {n:g} subjects")
    tail = (1.0 - coverage) / 2.0
    shares = [float(special.betaincinv(events, n - events + 1.0, p)) for p in (tail, 1.0 - tail)]
    early, late = (time_of_events(course, n * share) for share in shares)
    return WhenExpected(time_of_events(course, events), early, late)
