"""Restricted means, milestones, hazards and follow-up of estimands, as rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from equipoise.analysis.methods.rows import Found, Values, in_words, limited, reason, tried
from equipoise.analysis.methods.survival import arrays, competing_note
from equipoise.analysis.results import Row
from equipoise.analysis.samples.sample import Sample, UnanswerableError
from equipoise.analysis.survival.curves.contrast import Effect
from equipoise.analysis.survival.curves.kaplan_meier import follow_up, nelson_aalen
from equipoise.analysis.survival.curves.milestone import milestone_difference
from equipoise.analysis.survival.curves.rmst import RmstComparison, compare_rmst
from equipoise.calendar import DAYS_PER_MONTH
from equipoise.errors import InputError
from equipoise.meaning.options import RestrictedMeanOptions


def restricted_means(sample: Sample, *, name: str, stratified: bool) -> Iterator[Row]:
    """Restricted mean by arm, difference and ratio, in days and in months."""
    for comparison, two, arm in sample.pairs():
        stratum = two.stratum if stratified else None
        tau, said = _tau(two, arm, stratified=stratified)
        note = f"up to month {tau / DAYS_PER_MONTH:.4g}{said}"
        place = {"comparison": comparison}
        try:
            found = compare_rmst(*arrays(two), arm, stratum, tau=tau)
        except InputError as problem:
            why = reason(problem)
            yield sample.row(name, "difference in restricted mean", None, note=why, **place)
            continue
        for statistic, value in _restricted(found):
            yield sample.row(name, statistic, value, note=note, **place)
        for group, own in zip(comparison.split(" v "), (found.experimental, found.control)):
            months = limited("restricted mean months", own, per=DAYS_PER_MONTH)
            error = ("restricted mean standard error", own.se)
            for statistic, value in (*limited("restricted mean", own), error, *months):
                yield sample.row(name, statistic, value, note=note, group=group)


def _restricted(found: RmstComparison) -> Values:
    gap = "difference in restricted mean"
    return [
        *_contrast(gap, found.difference),
        ("z", found.difference.z),
        *limited(f"{gap} months", found.difference, per=DAYS_PER_MONTH),
        *limited("ratio of restricted means", found.ratio),
        ("ratio p", found.ratio.p),
    ]


def _tau(two: Sample, arm: np.ndarray, *, stratified: bool) -> tuple[float, str]:
    """The option `tau`, or else the last time of the arm (of a stratum) followed the least."""
    asked = two.read(RestrictedMeanOptions).tau
    if asked is not None:
        return asked, ""
    time, _ = arrays(two)
    cell = arm + 2 * two.stratum if stratified else arm
    last = min(float(time[cell == c].max()) for c in np.unique(cell))
    return last, ", the shortest follow-up of the groups compared"


def _contrast(statistic: str, found: Effect) -> Values:
    error = (f"{statistic} standard error", found.se)
    return [*limited(statistic, found), error, ("p", found.p)]


def milestones(sample: Sample, *, name: str) -> Iterator[Row]:
    """The difference in survival at each of the estimand's times."""
    if not sample.estimand.at:
        raise UnanswerableError(f'estimand "{sample.key}": a milestone needs `at`')
    for comparison, two, arm in sample.pairs():
        for span in sample.estimand.at:

            def compute(two: Sample = two, arm: np.ndarray = arm, at: float = span.days) -> Found:
                found = milestone_difference(*arrays(two), arm, at=at)
                note = "Greenwood errors, limits on the plain scale"
                return Found(_contrast("difference in survival", found), note)

            place = {"comparison": comparison, "at": span.days}
            yield from tried(sample, name, "difference in survival", compute, **place)


def cumulative_hazards(sample: Sample, *, name: str) -> Iterator[Row]:
    """The Nelson-Aalen estimate by arm: its steps, and with limits at the estimand's times."""
    time, event = arrays(sample)
    note = competing_note(sample)
    for group, inside in sample.by_arm():
        found = nelson_aalen(time[inside], event[inside])
        for span in sample.estimand.at:
            at = found.at([span.days])
            values = (at.cumulative[0], at.lower[0], at.upper[0])
            for end, value in zip(("", " lower limit", " upper limit"), values):
                place = {"group": group, "at": span.days, "note": in_words(note, at.notes[0])}
                yield sample.row(name, f"cumulative hazard{end}", value, **place)
        if not sample.subgroup:
            rises = np.flatnonzero(np.diff(found.cumulative, prepend=0.0) > 0)
            for k in rises:
                place = {"group": group, "at": float(found.time[k])}
                yield sample.row(name, "cumulative hazard curve", found.cumulative[k], **place)


def potential_follow_up(sample: Sample, *, name: str) -> Iterator[Row]:
    """Median potential follow-up by reverse Kaplan-Meier, by arm and of all together."""
    time, event = arrays(sample)
    if sample.cause is not None:
        event = sample.cause > 0
    conf = sample.estimand.interval or "log-log"
    everybody = np.ones(time.size, dtype=bool)
    for group, inside in (*sample.by_arm(), ("all", everybody)):
        curve = follow_up(time[inside], event[inside], conf=conf)  # type: ignore[arg-type]
        for end, value in zip(("", " lower limit", " upper limit"), curve.median):
            note = f"reverse Kaplan-Meier, {conf} limits"
            if not np.isfinite(value):
                note += "; not reached"
            place = {"group": group, "note": note}
            yield sample.row(name, f"median follow-up{end}", value, **place)
            months = value / DAYS_PER_MONTH
            yield sample.row(name, f"median follow-up months{end}", months, **place)
