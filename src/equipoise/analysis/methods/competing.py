"""Methods for competing risks, as rows: the option `competing` names the other events."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from equipoise.analysis.methods.models import adjusted_for, covariates, hazard_ratios
from equipoise.analysis.methods.rows import Found, in_words, limited, tried
from equipoise.analysis.methods.survival import arrays
from equipoise.analysis.results import Row
from equipoise.analysis.samples.sample import Sample, UnanswerableError
from equipoise.analysis.survival.curves.competing import (
    Incidence,
    cumulative_incidence,
    gray_test,
)
from equipoise.analysis.survival.regression.finegray import fine_gray
from equipoise.analysis.survival.types import Interval
from equipoise.meaning.options import IncidenceOptions

CAUSES = {1: "", 2: "competing"}


def causes(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """Times and causes. Raises UnanswerableError unless the estimand says what competes."""
    time, _ = arrays(sample)
    if sample.cause is None:
        raise UnanswerableError(
            f'estimand "{sample.key}": the method needs `options: {{competing: ...}}`, the event '
            "sources that compete with the event"
        )
    return time, sample.cause


def aalen_johansen(sample: Sample, *, name: str) -> Iterator[Row]:
    """Cumulative incidence by arm: the curve, and with limits at the estimand's times.

    Rows of the competing events have the term "competing".
    """
    time, cause = causes(sample)
    variance = sample.read(IncidenceOptions).variance
    conf = sample.estimand.interval or "log-log"
    for group, inside in sample.by_arm():
        for of, term in CAUSES.items():
            found = cumulative_incidence(
                time[inside],
                cause[inside],
                of=of,
                variance=variance,
                conf=conf,  # type: ignore[arg-type]
            )
            note = f"Aalen-Johansen, {variance} variance, {conf} limits"
            yield from _at_times(sample, name, found, group, term, note)
            if not sample.subgroup:
                for k in np.flatnonzero(np.diff(found.estimate, prepend=0.0) > 0):
                    place = {"group": group, "term": term, "at": float(found.time[k])}
                    value = found.estimate[k]
                    yield sample.row(name, "cumulative incidence curve", value, **place)


def _at_times(
    sample: Sample, name: str, found: Incidence, group: str, term: str, note: str
) -> Iterator[Row]:
    days = [span.days for span in sample.estimand.at]
    if not days:
        return
    at = found.at(days)
    for i, when in enumerate(days):
        place = {"group": group, "term": term, "at": when, "note": note}
        values = limited("cumulative incidence", Interval(at.estimate[i], at.lower[i], at.upper[i]))
        for statistic, value in values:
            yield sample.row(name, statistic, value, **place)
        error = at.std_err[i]
        yield sample.row(name, "cumulative incidence standard error", error, **place)


def gray(sample: Sample, *, name: str, stratified: bool) -> Iterator[Row]:
    """Gray's test: over all arms when there are more than two, then each against control."""
    cases = [(label, two, arm) for label, two, arm in sample.pairs()]
    if len(sample.groups) > 2:
        cases.insert(0, ("all arms", sample, sample.arm))
    for comparison, some, arm in cases:

        def compute(some: Sample = some, arm: np.ndarray = arm) -> Found:
            time, cause = causes(some)
            test = gray_test(time, cause, arm, some.stratum if stratified else None)
            return Found([("chi-square", test.chisq), ("df", test.df), ("p", test.p)])

        causes(some)
        yield from tried(sample, name, "p", compute, comparison=comparison)


def subdistribution(sample: Sample, *, name: str) -> Iterator[Row]:
    """Fine and Gray's subdistribution hazard ratio, adjusted for the estimand's covariates."""
    for comparison, two, arm in sample.pairs():
        time, cause = causes(two)

        def compute(
            two: Sample = two,
            arm: np.ndarray = arm,
            time: np.ndarray = time,
            cause: np.ndarray = cause,
        ) -> Found:
            model = covariates(two)
            x = arm[:, None].astype(np.float64)
            fit = fine_gray(time, cause, x if model is None else np.column_stack([x, model.x]))
            interval = Interval(fit.hr[0], fit.lower[0], fit.upper[0])
            error = ("log subdistribution hazard ratio standard error", fit.se[0])
            note = in_words("Breslow ties, sandwich variance", adjusted_for(two))
            values = limited("subdistribution hazard ratio", interval)
            return Found([*values, error, ("p", fit.p[0])], note)

        yield from tried(
            sample, name, "subdistribution hazard ratio", compute, comparison=comparison
        )


def cause_specific(sample: Sample, *, name: str, stratified: bool) -> Iterator[Row]:
    """The cause-specific hazard ratio: Cox's model with competing events as censorings."""
    causes(sample)
    yield from hazard_ratios(sample, name=name, stratified=stratified)
