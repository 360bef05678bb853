"""Restricted means, milestones, hazards and follow-up of estimands, as rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from equipoise.analysis.methods.rows import Found, Values, in_words, limited, reason, tried
from equipoise.analysis.methods.survival import arrays, competing_note
from equipoise.analysis.results import Row
from equipoise.analysis.samples.sample import Sample, UnanswerableError
from equipoise.analysis.survival.curves.contrast import Effect
from equipoise.analysis.survival.curves.kaplan_meier import follow_up, nelson_aalen
from equipoise.analysis.survival.curves.milestone import milestone_difference
from equipoise.analysis.survival.curves.rmst import Rmst, RmstComparison, compare_rmst
from equipoise.calendar import DAYS_PER_MONTH
from equipoise.errors import InputError
from equipoise.meaning.hypotheses import compared_arms
from equipoise.meaning.options import RestrictedMeanOptions


def restricted_means(sample: Sample, *, name: str, stratified: bool) -> Iterator[Row]:
    """Restricted mean by arm, difference and ratio, in days and in months.

    All arms that the estimand compares are followed up to one time, and their strata have the same
    weights in every comparison, so that an arm has one restricted mean.
    """
    if not sample.comparisons:
        return
    compared = _compared(sample)
    tau, said = _tau(compared, stratified=stratified)
    share = np.bincount(compared.stratum) / compared.stratum.size
    note = f"up to month {tau / DAYS_PER_MONTH:.4g}{said}"
    told: set[str] = set()
    for comparison, two, arm in sample.pairs():
        strata: dict[str, Any] = {"stratum": two.stratum, "share": share} if stratified else {}
        place = {"comparison": comparison}
        try:
            found = compare_rmst(*arrays(two), arm, tau=tau, **strata)
        except InputError as problem:
            why = reason(problem)
            yield sample.row(name, "difference in restricted mean", None, note=why, **place)
            continue
        for statistic, value in _restricted(found):
            yield sample.row(name, statistic, value, note=note, **place)
        own = dict(zip(comparison.split(" v "), (found.experimental, found.control)))
        for group in (g for g in own if g not in told):
            yield from _of_arm(sample, name, group, own[group], note)
        told |= own.keys()


def _compared(sample: Sample) -> Sample:
    """The subjects of all arms that the estimand compares."""
    arms = compared_arms(sample.protocol, sample.estimand)
    return sample.pick(np.isin(sample.arm, [i for i, g in enumerate(sample.groups) if g in arms]))


def _of_arm(sample: Sample, name: str, group: str, own: Rmst, note: str) -> Iterator[Row]:
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


def _tau(compared: Sample, *, stratified: bool) -> tuple[float, str]:
    """The option `tau`, or else the last time of the arm (of a stratum) followed the least."""
    asked = compared.read(RestrictedMeanOptions).tau
    if asked is not None:
        return asked, ""
    time, _ = arrays(compared)
    arms = len(compared.groups)
    cell = compared.arm + arms * compared.stratum if stratified else compared.arm
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
