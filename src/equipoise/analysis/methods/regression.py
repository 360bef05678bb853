"""Logistic and parametric regressions of estimands, as rows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from equipoise.analysis.estimates import Interval
from equipoise.analysis.methods.models import ARM, adjusted_for, covariates
from equipoise.analysis.methods.response import responders
from equipoise.analysis.methods.rows import Found, in_words, limited, tried
from equipoise.analysis.methods.survival import arrays, competing_note
from equipoise.analysis.response.logistic import (
    Logistic,
    logistic,
    profile_odds_ratio,
    standardized,
    without,
)
from equipoise.analysis.results import Row
from equipoise.analysis.samples.sample import Sample
from equipoise.analysis.survival.parametric import Distribution, parametric_times
from equipoise.errors import InputError
from equipoise.meaning.model_options import LogisticOptions


def regressed(two: Sample, arm: np.ndarray, *, stratified: bool) -> tuple[Logistic, str]:
    """The logistic regression of the arm, the covariates and (`stratified`) the strata.

    Raises   InputError if the arm has no finite odds ratio, saying why.
    """
    model = covariates(two)
    columns, names = [arm[:, None].astype(np.float64)], [ARM]
    if model is not None:
        columns.append(model.x)
        names += model.names
    if stratified:
        used = np.unique(two.stratum)[1:]
        columns.append((two.stratum[:, None] == used).astype(np.float64))
        names += [f"stratum {two.strata[s]}" for s in used]
    fit = logistic(responders(two), np.column_stack(columns), names=names)
    if np.isnan(fit.coef[1]):
        raise InputError(next(n for n in fit.notes if n.startswith(ARM)).split(": ", 2)[2])
    within = "strata as factors" if stratified else ""
    return fit, in_words(*fit.notes, adjusted_for(two), within)


def odds_ratios(sample: Sample, *, name: str, stratified: bool) -> Iterator[Row]:
    """The odds ratio of each experimental arm, with Wald or profile limits and both tests."""
    profile = sample.read(LogisticOptions).limits == "profile"
    for comparison, two, arm in sample.pairs():

        def compute(two: Sample = two, arm: np.ndarray = arm) -> Found:
            fit, note = regressed(two, arm, stratified=stratified)
            wald = Interval(fit.odds_ratio[1], fit.lower[1], fit.upper[1])
            limits = profile_odds_ratio(fit, ARM) if profile else wald
            ratio = without(fit, [1])
            values = [
                *limited("odds ratio", limits),
                ("log odds ratio", fit.coef[1]),
                ("log odds ratio standard error", fit.se[1]),
                ("p", ratio.p if profile else fit.p[1]),
                ("likelihood-ratio chi-square", ratio.statistic),
                ("likelihood-ratio p", ratio.p),
            ]
            said = "limits of the profile likelihood" if profile else "Wald limits"
            return Found(values, in_words(said, note))

        yield from tried(sample, name, "odds ratio", compute, comparison=comparison)


def standardized_difference(sample: Sample, *, name: str, stratified: bool) -> Iterator[Row]:
    """The difference in rates that a logistic regression gives, averaged over the covariates."""
    for comparison, two, arm in sample.pairs():

        def compute(two: Sample = two, arm: np.ndarray = arm) -> Found:
            fit, note = regressed(two, arm, stratified=stratified)
            found = standardized(fit, ARM)
            gap = "difference in proportions"
            error = (f"{gap} standard error", found.se)
            said = "of a logistic regression, averaged over all subjects' covariates"
            values = [*limited(gap, found.difference), error, ("p", found.p)]
            return Found(values, in_words(said, note))

        yield from tried(sample, name, "difference in proportions", compute, comparison=comparison)


def parametric(sample: Sample, *, name: str, distribution: Distribution) -> Iterator[Row]:
    """Time ratio, and hazard ratio where hazards are proportional, of each experimental arm."""
    proportional = distribution in ("exponential", "weibull")
    statistic = "hazard ratio" if proportional else "time ratio"
    for comparison, two, arm in sample.pairs():
        compute = partial(_ratios, two, arm, distribution)
        yield from tried(sample, name, statistic, compute, comparison=comparison)


def _ratios(two: Sample, arm: np.ndarray, distribution: Distribution) -> Found:
    model, first = covariates(two), arm[:, None].astype(np.float64)
    x = first if model is None else np.column_stack([first, model.x])
    names = (ARM, *(model.names if model else ()))
    fit = parametric_times(*arrays(two), x, distribution=distribution, names=names)
    stretch, hazard = fit.time_ratio, fit.hazard_ratio
    values: list[tuple[str, float | None]] = []
    if hazard is not None:
        values += limited("hazard ratio", Interval(*(float(v[0]) for v in hazard)))
    values += limited("time ratio", Interval(*(float(v[0]) for v in stretch)))
    values += [
        ("log time ratio", fit.coef[1]),
        ("log time ratio standard error", fit.se[1]),
        ("scale", fit.scale),
        ("p", fit.p[1]),
    ]
    return Found(values, in_words(f"{distribution} times", adjusted_for(two), competing_note(two)))
