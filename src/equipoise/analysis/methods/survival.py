"""Time-to-event methods of estimands, as rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from equipoise.analysis.methods.rows import Found, tried
from equipoise.analysis.results import Row
from equipoise.analysis.samples.sample import Sample, UnanswerableError
from equipoise.analysis.survival import kaplan_meier, logrank
from equipoise.analysis.survival.curves.kaplan_meier import Curve
from equipoise.analysis.survival.tests.logrank import LogRank
from equipoise.calendar import DAYS_PER_MONTH

TICK_MONTHS = 3


def counts(sample: Sample) -> Iterator[Row]:
    """Subjects and events by arm."""
    time, event = arrays(sample)
    for code, group in enumerate(sample.groups):
        inside = sample.arm == code
        yield sample.row("count", "n", int(inside.sum()), group=group)
        yield sample.row("count", "events", int(event[inside].sum()), group=group)
        yield sample.row("count", "longest follow-up", _longest(time[inside]), group=group)
        if sample.cause is not None:
            other = int((sample.cause[inside] == 2).sum())
            yield sample.row("count", "competing events", other, group=group)


def _longest(time: np.ndarray) -> float | None:
    return float(time.max()) if time.size else None


def arrays(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """Times and events. Raises UnanswerableError if the endpoint has none."""
    if sample.time is None or sample.event is None:
        raise UnanswerableError(f'estimand "{sample.key}": the method needs a time to event')
    return sample.time, sample.event


def km(sample: Sample) -> Iterator[Row]:
    """Kaplan-Meier by arm: S(t) with limits at the estimand's times, the curve, numbers at risk."""
    name = "Kaplan-Meier"
    for group, curve in _curves(sample):
        days = [span.days for span in sample.estimand.at]
        if days:
            at = curve.at(days)
            for i, when in enumerate(days):
                here = {"group": group, "at": when, "note": at.notes[i]}
                yield sample.row(name, "survival", at.survival[i], **here)
                yield sample.row(name, "survival lower limit", at.lower[i], **here)
                yield sample.row(name, "survival upper limit", at.upper[i], **here)
                yield sample.row(name, "survival standard error", at.std_err[i], **here)
        if not sample.subgroup:
            yield from _drawn(sample, group, curve)


def _drawn(sample: Sample, group: str, curve: Curve) -> Iterator[Row]:
    """What the picture needs: the steps, the censoring marks, the numbers at risk."""
    name = "Kaplan-Meier"
    died = curve.events > 0
    for t, s in zip(curve.time[died], curve.survival[died]):
        yield sample.row(name, "curve", s, group=group, at=float(t))
    lost = curve.censored > 0
    for t, s in zip(curve.time[lost], curve.survival[lost]):
        yield sample.row(name, "censored", s, group=group, at=float(t))
    assert sample.time is not None
    ticks = np.arange(0, sample.time.max() + 1, TICK_MONTHS * DAYS_PER_MONTH)
    for t, n in zip(ticks, curve.at(ticks).at_risk):
        yield sample.row(name, "at risk", n, group=group, at=float(t))


def _curves(sample: Sample) -> Iterator[tuple[str, Curve]]:
    time, event = arrays(sample)
    conf = sample.estimand.interval or "log-log"
    for code, group in enumerate(sample.groups):
        inside = sample.arm == code
        if inside.any():
            yield group, kaplan_meier(time[inside], event[inside], conf=conf)  # type: ignore[arg-type]


def median(sample: Sample) -> Iterator[Row]:
    """Median times by arm with Brookmeyer-Crowley limits, in days and in months."""
    for group, curve in _curves(sample):
        found = curve.median
        for suffix, value in zip(("", " lower limit", " upper limit"), found):
            note = "" if np.isfinite(value) else "not reached"
            more = {"group": group, "note": note}
            yield sample.row("median", f"median{suffix}", value, **more)
            yield sample.row("median", f"median months{suffix}", value / DAYS_PER_MONTH, **more)


def log_rank(sample: Sample, *, stratified: bool) -> Iterator[Row]:
    """Log-rank test: over all arms when there are more than two, then each pair against control."""
    name = "stratified log-rank" if stratified else "log-rank"
    time, event = arrays(sample)
    if len(sample.groups) > 2:
        stratum = sample.stratum if stratified else None
        yield from _tested(sample, name, "all arms", time, event, sample.arm, stratum)
    for experimental, control in sample.comparisons:
        two, arm = sample.pair(experimental, control)
        t, e = arrays(two)
        stratum = two.stratum if stratified else None
        yield from _tested(sample, name, f"{experimental} v {control}", t, e, arm, stratum)


def _tested(
    sample: Sample,
    name: str,
    comparison: str,
    time: np.ndarray,
    event: np.ndarray,
    arm: np.ndarray,
    stratum: np.ndarray | None,
) -> Iterator[Row]:
    def compute() -> Found:
        return Found(test_values(logrank(time, event, arm, stratum)), competing_note(sample))

    yield from tried(sample, name, "p", compute, comparison=comparison)


def test_values(test: LogRank) -> list[tuple[str, float | None]]:
    """What a log-rank test says; z is below 0 when the experimental arm does better."""
    z: list[tuple[str, float | None]] = [] if test.z is None else [("z", test.z)]
    return [*z, ("chi-square", test.chisq), ("df", test.df), ("p", test.p)]


def competing_note(sample: Sample) -> str:
    """That competing events end follow-up, where there are any."""
    return "" if sample.cause is None else "follow-up ends at a competing event"
