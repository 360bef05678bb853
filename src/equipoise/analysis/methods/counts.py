"""Methods for counts over time at risk, as rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from equipoise.analysis.counts.negative_binomial import negative_binomial
from equipoise.analysis.methods.models import adjusted_for, covariates
from equipoise.analysis.methods.rows import Found, Limited, in_words, limited, tried
from equipoise.analysis.results import Row
from equipoise.analysis.safety import rates
from equipoise.analysis.samples.sample import Sample, UnanswerableError
from equipoise.analysis.survival.types import Interval
from equipoise.errors import InputError
from equipoise.meaning.options import CountOptions

YEAR = "1 year"


def counted(sample: Sample) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Events and days at risk. Raises UnanswerableError if the endpoint is no count."""
    if sample.count is None or sample.exposure is None:
        raise UnanswerableError(f'estimand "{sample.key}": the method needs a count')
    return sample.count, sample.exposure


def counts(sample: Sample) -> Iterator[Row]:
    """Subjects, subjects with an event, events and days at risk by arm."""
    events, exposure = counted(sample)
    for code, group in enumerate(sample.groups):
        mine = sample.arm == code
        yield sample.row("count", "n", int(mine.sum()), group=group)
        yield sample.row("count", "with an event", int((events[mine] > 0).sum()), group=group)
        yield sample.row("count", "events", int(events[mine].sum()), group=group)
        yield sample.row("count", "days at risk", float(exposure[mine].sum()), group=group)


def _per(sample: Sample) -> tuple[float, str]:
    """The time that a rate is for, in days and in words."""
    asked = sample.read(CountOptions).per
    return asked.days, f"per {asked} at risk"


def poisson(sample: Sample, *, name: str) -> Iterator[Row]:
    """Events per time at risk by arm, with exact limits."""
    events, exposure = counted(sample)
    unit, said = _per(sample)
    for group, mine in sample.by_arm():

        def compute(mine: npt.NDArray[np.bool_] = mine) -> Found:
            found = rates.poisson_rate(int(events[mine].sum()), float(exposure[mine].sum()) / unit)
            return Found(limited("event rate", found), said)

        yield from tried(sample, name, "event rate", compute, group=group)


def compared(
    sample: Sample, *, name: str, statistic: str, compare: Callable[..., Limited]
) -> Iterator[Row]:
    """Two arms' rates, their ratio or their difference."""
    unit, said = _per(sample)
    for comparison, two, arm in sample.pairs():
        events, exposure = counted(two)

        def compute(
            arm: npt.NDArray[np.int64] = arm,
            events: npt.NDArray[np.int64] = events,
            exposure: npt.NDArray[np.float64] = exposure,
        ) -> Found:
            parts = [
                part
                for mine in (arm == 1, arm == 0)
                for part in (int(events[mine].sum()), float(exposure[mine].sum()) / unit)
            ]
            found = compare(*parts)
            test = [("p", found.p)] if isinstance(found, rates.RateRatio) else []
            return Found([*limited(statistic, found), *test], said)

        yield from tried(sample, name, statistic, compute, comparison=comparison)


def exposure_adjusted(sample: Sample, *, name: str) -> Iterator[Row]:
    """Subjects with an event per time at risk before it, by arm."""
    _, exposure = counted(sample)
    unit, said = _per(sample)
    first = sample.first
    for group, mine in sample.by_arm():

        def compute(mine: npt.NDArray[np.bool_] = mine) -> Found:
            if first is None:
                raise InputError("the days of the events are not known")
            onset = rates.onset(first[mine], exposure[mine])
            found = rates.exposure_adjusted(onset, unit=unit)
            return Found(limited("exposure-adjusted incidence rate", found), said)

        yield from tried(sample, name, "exposure-adjusted incidence rate", compute, group=group)


def regression(sample: Sample, *, name: str) -> Iterator[Row]:
    """The rate ratio by negative binomial regression, adjusted for the estimand's covariates."""
    for comparison, two, arm in sample.pairs():

        def compute(two: Sample = two, arm: npt.NDArray[np.int64] = arm) -> Found:
            events, exposure = counted(two)
            model = covariates(two)
            x = np.column_stack([np.ones(arm.size), arm, *([model.x] if model else [])])
            fit = negative_binomial(events, x, exposure=exposure)
            interval = Interval(fit.ratio[1], fit.lower[1], fit.upper[1])
            values = limited("rate ratio", interval)
            error = ("log rate ratio standard error", float(fit.se[1]))
            extra = [error, ("p", float(fit.p[1])), ("dispersion", fit.dispersion)]
            said = "" if fit.dispersion else "no more variable than Poisson counts"
            return Found([*values, *extra], in_words(said, adjusted_for(two)))

        yield from tried(sample, name, "rate ratio", compute, comparison=comparison)
