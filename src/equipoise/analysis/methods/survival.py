"""Time-to-event methods of estimands, as rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from equipoise.analysis.methods.rows import Found, tried
from equipoise.analysis.results import Row
from equipoise.analysis.samples.sample import Sample, UnanswerableError
from equipoise.analysis.survival import kaplan_meier, logrank
from equipoise.analysis.survival.curves.kaplan_meier import Curve
from equipoise.analysis.survival.tests.logrank import LogRank
from equipoise.calendar import DAYS_PER_MONTH

TICK_MONTHS = (1, 2, 3, 6, 12, 24, 60)
MOST_TICKS = 10
ENOUGH, ENOUGH_SHARE = 5, 0.1  # at risk, below which a curve says little


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
        if not sample.subgroup:
            yield from _kinds(sample, group, inside)


def _kinds(sample: Sample, group: str, inside: np.ndarray) -> Iterator[Row]:
    """What the first events were, and why the others are censored."""
    if "EVNTDESC" not in sample.frame.columns:
        return
    own = sample.frame.filter(pl.Series(inside)).select("CNSR", "EVNTDESC")
    found = own.group_by("CNSR", "EVNTDESC").len().sort("CNSR", "EVNTDESC")
    for censored, why, count in found.iter_rows():
        statistic = "censored, by reason" if censored else "events, by kind"
        yield sample.row("count", statistic, count, group=group, term=why or "no reason given")


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
    """What the picture needs: the steps with limits, the censoring marks, the numbers at risk."""
    name = "Kaplan-Meier"
    died = curve.events > 0
    steps = (curve.time[died], curve.survival[died], curve.lower[died], curve.upper[died])
    for t, s, low, high in zip(*steps):
        here = {"group": group, "at": float(t)}
        yield sample.row(name, "curve", s, **here)
        yield sample.row(name, "curve lower limit", low, **here)
        yield sample.row(name, "curve upper limit", high, **here)
    lost = curve.censored > 0
    for t, s in zip(curve.time[lost], curve.survival[lost]):
        yield sample.row(name, "censored", s, group=group, at=float(t))
    yield from _at_ticks(sample, group, curve)
    yield from _thin(sample, group, curve)


def _at_ticks(sample: Sample, group: str, curve: Curve) -> Iterator[Row]:
    """At risk, and before it events and censored: together the patients of the arm."""
    name = "Kaplan-Meier"
    for t in ticks(sample):
        before = curve.time < t
        here = {"group": group, "at": float(t)}
        yield sample.row(name, "at risk", curve.at([t]).at_risk[0], **here)
        yield sample.row(name, "events before", curve.events[before].sum(), **here)
        yield sample.row(name, "censored before", curve.censored[before].sum(), **here)


def ticks(sample: Sample) -> np.ndarray:
    """Times in days at which a picture of the sample tells how many are at risk."""
    assert sample.time is not None
    last = sample.time.max()
    fits = (m for m in TICK_MONTHS if last < m * DAYS_PER_MONTH * MOST_TICKS)
    step = next(fits, TICK_MONTHS[-1])
    return np.arange(0, last + 1, step * DAYS_PER_MONTH)


def _thin(sample: Sample, group: str, curve: Curve) -> Iterator[Row]:
    """From when few are at risk, and how many were at the last step."""
    name, n = "Kaplan-Meier", curve.at_risk[0]
    few = np.flatnonzero(curve.at_risk < max(ENOUGH, ENOUGH_SHARE * n))
    if few.size:
        yield sample.row(name, "few at risk from", curve.time[few[0]], group=group)
    died = np.flatnonzero(curve.events > 0)
    if died.size:
        at = curve.at_risk[died[-1]]
        yield sample.row(name, "at risk at the last step", at, group=group)


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
