"""Mixed models of repeated measures, as rows; the term of a row is its visit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from equipoise.analysis.continuous.design import Regressor
from equipoise.analysis.continuous.mmrm.constrained import constrained_measures
from equipoise.analysis.continuous.mmrm.model import RepeatedMeasures, repeated_measures
from equipoise.analysis.continuous.mmrm.structures import STRUCTURE_NAMES
from equipoise.analysis.continuous.terms_tested import terms_tested
from equipoise.analysis.methods.continuous import (
    MEAN_WORD,
    adjusted_for_baseline,
    arranged,
    contrast_values,
    covariate,
    gap_rows,
    measures,
    refused,
    response_word,
    visit_asked,
    visits_in_turn,
)
from equipoise.analysis.methods.rows import in_words
from equipoise.analysis.results import Row
from equipoise.analysis.samples.sample import Sample, UnanswerableError
from equipoise.errors import InputError
from equipoise.frames import Labels, frame_of
from equipoise.meaning.model_options import MixedModelOptions
from equipoise.meaning.options import MeasureOptions


def mixed_model(sample: Sample, *, name: str) -> Iterator[Row]:
    """MMRM: arm, visit, their product, baseline by visit and the covariates."""
    try:
        fit = fitted(sample)
    except InputError as problem:
        yield from refused(sample, name, visit_asked(sample), problem)
        return
    yield from model_rows(
        sample, name, fit, in_words(response_word(sample), model_in_words(sample))
    )
    assert fit.model is not None
    for term, test in terms_tested(fit.fit, fit.model):
        statistics = (test.statistic, float(test.numerator_df), test.denominator_df, test.p)
        for statistic, value in zip(_EACH_TERM, statistics, strict=True):
            yield sample.row(name, statistic, value, term=" by ".join(term), note="type III")


_EACH_TERM = ("F of the term", "F of the term numerator df", "F of the term denominator df",
              "p of the term")  # fmt: skip


def model_rows(sample: Sample, name: str, fit: RepeatedMeasures, note: str) -> Iterator[Row]:
    """Means, differences and the test over all visits of a mixed model."""
    order = {visit: i for i, visit in enumerate(visits_in_turn(sample))}
    for mean in sorted(fit.means, key=lambda m: order[m.visit]):
        for statistic, value in contrast_values(MEAN_WORD, mean.value):
            place = {"group": str(mean.arm), "term": str(mean.visit), "note": note}
            yield sample.row(name, statistic, value, **place)
    for gap in sorted(fit.differences, key=lambda d: order[d.visit]):
        yield from gap_rows(sample, name, str(gap.arm), str(gap.visit), gap.value, note)
    for statistic, number in (
        ("F over all visits", fit.overall.statistic),
        ("F numerator df", float(fit.overall.numerator_df)),
        ("F denominator df", fit.overall.denominator_df),
        ("p over all visits", fit.overall.p),
        (_DEVIANCE[fit.fit.criterion], fit.fit.deviance),
    ):
        yield sample.row(name, statistic, number, note=note)


_DEVIANCE = {"reml": "-2 restricted log likelihood", "ml": "-2 log likelihood"}


def fitted(sample: Sample) -> RepeatedMeasures:
    """The mixed model that the options describe.

    Raises   InputError if it cannot be fitted, or an option is not known.
    """
    rows, asked = measures(sample), sample.read(MixedModelOptions)
    data = arranged(sample, rows)
    place = {visit: i for i, visit in enumerate(sample.visits)}
    code = rows["VISIT"].replace_strict(place, return_dtype=pl.Int32).to_numpy()
    return repeated_measures(
        data.y,
        subject=rows["USUBJID"].to_numpy(),
        visit=Labels(code, sample.visits),
        arm=data.arm,
        covariates=data.covariates,
        by_visit=_by_visit(sample),
        covariance=asked.covariance,
        adjustment=asked.df,
        errors=asked.errors,
        criterion=asked.likelihood,
        by_arm=asked.covariance_by_arm,
        weights=asked.means,
    )


def _by_visit(sample: Sample) -> list[str]:
    found = list(sample.read(MixedModelOptions).by_visit)
    for name in found:
        if name not in ("BASE", *sample.estimand.covariates):
            raise UnanswerableError(f'option "by visit": {name} is not among the covariates')
    return found


def model_in_words(sample: Sample) -> str:
    """Covariance structure, degrees of freedom and terms."""
    crossed = _by_visit(sample)
    by = f"{', '.join(crossed)} by visit" if crossed else ""
    return in_words(structure_in_words(sample), adjusted_for_baseline(sample), by)


def structure_in_words(sample: Sample) -> str:
    """Covariance structure, degrees of freedom, and what was asked for besides."""
    asked = sample.read(MixedModelOptions)
    structure = STRUCTURE_NAMES[asked.covariance]
    own = " by arm" if asked.covariance_by_arm else ""
    said = "" if asked.errors == "model" else "empirical errors"
    full = "maximum likelihood" if asked.likelihood == "ml" else ""
    margins = "" if asked.means == "equal" else "means by observed frequencies"
    df = f"{asked.df} degrees of freedom"
    return in_words(f"{structure} covariance{own}", df, said, full, margins)


def constrained(sample: Sample, *, name: str) -> Iterator[Row]:
    """cLDA: baseline is a response, its mean the same in every arm; the other means are free."""
    try:
        fit = fitted_with_baseline(sample)
    except InputError as problem:
        yield from refused(sample, name, visit_asked(sample), problem)
        return
    others = [v for v in sample.estimand.covariates if v != "BASE"]
    adjusted = f"adjusted for {', '.join(others)}" if others else ""
    said = "baseline as a response with one mean in all arms"
    note = in_words(response_word(sample), structure_in_words(sample), said, adjusted)
    yield from model_rows(sample, name, fit, note)


def fitted_with_baseline(sample: Sample) -> RepeatedMeasures:
    """The model of everybody with a baseline or a later value.

    Raises   InputError if it cannot be fitted.
    """
    asked, later = sample.read(MixedModelOptions), measures(sample)
    place = {who: i for i, who in enumerate(sample.frame["USUBJID"])}
    base = sample.frame["BASE"].to_numpy().astype(np.float64)
    begun = np.flatnonzero(np.isfinite(base))
    row = later["USUBJID"].replace_strict(place, return_dtype=pl.Int64).to_numpy()
    when = {visit: i for i, visit in enumerate(sample.visits, start=1)}
    code = later["VISIT"].replace_strict(when, return_dtype=pl.Int32).to_numpy()
    index = np.concatenate((begun, row))
    visit = np.concatenate((np.zeros(begun.size, np.int32), code)).astype(np.int32)
    people = frame_of(sample.frame[index.tolist()])
    given: dict[str, Regressor] = {
        name: covariate(people, name) for name in sample.estimand.covariates if name != "BASE"
    }
    return constrained_measures(
        np.concatenate((base[begun], later["VALUE"].to_numpy())),
        subject=index,
        visit=Labels(visit, ("baseline", *sample.visits)),
        arm=Labels(sample.arm[index].astype(np.int32), sample.groups),
        covariates=given,
        by_visit=[name for name in asked.by_visit if name in given],
        change=sample.read(MeasureOptions).response == "change",
        covariance=asked.covariance,
        adjustment=asked.df,
        errors=asked.errors,
        criterion=asked.likelihood,
        by_arm=asked.covariance_by_arm,
        weights=asked.means,
    )
