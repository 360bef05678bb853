"""Methods for values at visits, as rows; the term of a row is its visit.

The visit that the estimand is about comes first, so that its answer is the first one found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from equipoise.analysis.continuous.ancova import ancova
from equipoise.analysis.continuous.contrasts import Contrast
from equipoise.analysis.continuous.design import Column
from equipoise.analysis.continuous.mmrm.model import RepeatedMeasures, repeated_measures
from equipoise.analysis.continuous.mmrm.structures import NAMES
from equipoise.analysis.methods.rows import Values, in_words, limited, reason, seeded
from equipoise.analysis.missing.reference import reference_based
from equipoise.analysis.results import Row
from equipoise.analysis.samples.sample import Sample, UnanswerableError
from equipoise.errors import InputError
from equipoise.frames import Frame, Labels, frame_of, labels
from equipoise.meaning.options import ImputationOptions, MeasureOptions, MixedModelOptions

MEAN, GAP = "LS mean", "difference in means"


class Measured(NamedTuple):
    """Values in rows: y (n,), arm, covariates by name, baseline among them as BASE."""

    y: npt.NDArray[np.float64]
    arm: Labels
    covariates: Mapping[str, Column]


def measures(sample: Sample) -> pl.DataFrame:
    """Values after baseline. Raises UnanswerableError if the endpoint has none."""
    if sample.measures is None:
        raise UnanswerableError(f'estimand "{sample.key}": the method needs values at visits')
    return sample.measures


def visit_asked(sample: Sample) -> str:
    """The visit that the estimand is about: the option `visit`, or the last."""
    return sample.read(MeasureOptions).visit or sample.visits[-1]


def visits_in_turn(sample: Sample) -> list[str]:
    """The visit asked for, then the others in order."""
    asked = visit_asked(sample)
    return [asked, *(v for v in sample.visits if v != asked)]


def counts(sample: Sample) -> Iterator[Row]:
    """Subjects by arm, those analyzed (baseline and a later value), and by visit."""
    seen = measures(sample)
    for code, group in enumerate(sample.groups):
        mine = sample.frame.filter(pl.Series(sample.arm == code))["USUBJID"]
        own = seen.filter(pl.col("USUBJID").is_in(mine.implode()))
        yield sample.row("count", "n", len(mine), group=group)
        yield sample.row("count", "analyzed", own["USUBJID"].n_unique(), group=group)
        for visit in sample.visits:
            at = own.filter(pl.col("VISIT") == visit)
            yield sample.row("count", "n at visit", at.height, group=group, term=visit)


def arranged(sample: Sample, rows: pl.DataFrame) -> Measured:
    """Rows of `measures` with the arms and covariates of their subjects.

    Raises   InputError if a subject lacks a covariate.
    """
    place = {who: i for i, who in enumerate(sample.frame["USUBJID"])}
    index = rows["USUBJID"].replace_strict(place, return_dtype=pl.Int64).to_numpy()
    value, base = rows["VALUE"].to_numpy(), rows["BASE"].to_numpy()
    change = sample.read(MeasureOptions).response == "change"
    given: dict[str, Column] = {"BASE": base}
    people = frame_of(sample.frame[index.tolist()])
    for name in sample.estimand.covariates:
        if name != "BASE":
            given[name] = _covariate(people, name)
    arm = Labels(sample.arm[index].astype(np.int32), sample.groups)
    return Measured(value - base if change else value, arm, given)


def _covariate(people: Frame, name: str) -> Column:
    column = people[name]
    if column.null_count():
        raise InputError(f"covariate {name}: missing for {column.null_count()} of the subjects")
    if column.dtype.is_numeric():
        return column.to_numpy().astype(np.float64)
    return labels(people, name)


def response_word(sample: Sample) -> str:
    """`change from baseline` or `value`."""
    change = sample.read(MeasureOptions).response == "change"
    return "change from baseline" if change else "value"


def means(sample: Sample, *, name: str) -> Iterator[Row]:
    """Number, mean and standard deviation of value and change, by arm and visit."""
    seen = measures(sample).with_columns(CHANGE=pl.col("VALUE") - pl.col("BASE"))
    seen = seen.join(sample.frame.select("USUBJID", "ARMKEY"), on="USUBJID")
    for visit in visits_in_turn(sample):
        for group in sample.groups:
            here = seen.filter((pl.col("VISIT") == visit) & (pl.col("ARMKEY") == group))
            place = {"group": group, "term": visit}
            yield sample.row(name, "number", here.height, **place)
            for word, column in (("value", "VALUE"), ("change", "CHANGE")):
                mean, spread = here[column].mean(), here[column].std()
                yield sample.row(name, f"mean {word}", _number(mean), **place)
                yield sample.row(name, f"standard deviation of {word}", _number(spread), **place)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None


def contrast_values(statistic: str, found: Contrast) -> Values:
    """Estimate, limits, standard error and degrees of freedom; t and P of a difference."""
    values = [
        *limited(statistic, found),
        (f"{statistic} standard error", found.standard_error),
        (f"{statistic} df", found.df),
    ]
    return values if statistic == MEAN else [*values, ("t", found.t), ("p", found.p)]


def covariance_analysis(sample: Sample, *, name: str) -> Iterator[Row]:
    """ANCOVA at each visit, of those with a value there: arm, baseline and the covariates."""
    for visit in visits_in_turn(sample):
        rows = measures(sample).filter(pl.col("VISIT") == visit)
        note = in_words(response_word(sample), _adjusted(sample))
        try:
            data = arranged(sample, rows)
            fit = ancova(data.y, arm=data.arm, covariates=data.covariates)
        except InputError as problem:
            yield from _refused(sample, name, visit, problem)
            continue
        for mean in fit.means:
            for statistic, value in contrast_values(MEAN, mean.value):
                place = {"group": str(mean.arm), "term": visit, "note": note}
                yield sample.row(name, statistic, value, **place)
        for gap in fit.differences:
            yield from _gap(sample, name, str(gap.arm), visit, gap.value, note)


def _gap(
    sample: Sample, name: str, arm: str, visit: str, found: Contrast, note: str
) -> Iterator[Row]:
    control = dict(sample.comparisons).get(arm)
    if control is None:
        return
    comparison = f"{arm} v {control}"
    for statistic, value in contrast_values(GAP, found):
        yield sample.row(name, statistic, value, comparison=comparison, term=visit, note=note)


def _refused(sample: Sample, name: str, visit: str, problem: InputError) -> Iterator[Row]:
    for experimental, control in sample.comparisons:
        place = {"comparison": f"{experimental} v {control}", "term": visit}
        yield sample.row(name, GAP, None, note=reason(problem), **place)


def _adjusted(sample: Sample) -> str:
    others = [name for name in sample.estimand.covariates if name != "BASE"]
    return f"adjusted for {', '.join(['baseline', *others])}"


def mixed_model(sample: Sample, *, name: str) -> Iterator[Row]:
    """MMRM: arm, visit, their product, baseline by visit and the covariates."""
    try:
        fit = fitted(sample)
    except InputError as problem:
        yield from _refused(sample, name, visit_asked(sample), problem)
        return
    note = in_words(response_word(sample), model_in_words(sample))
    order = {visit: i for i, visit in enumerate(visits_in_turn(sample))}
    for mean in sorted(fit.means, key=lambda m: order[m.visit]):
        for statistic, value in contrast_values(MEAN, mean.value):
            place = {"group": str(mean.arm), "term": str(mean.visit), "note": note}
            yield sample.row(name, statistic, value, **place)
    for gap in sorted(fit.differences, key=lambda d: order[d.visit]):
        yield from _gap(sample, name, str(gap.arm), str(gap.visit), gap.value, note)
    for statistic, number in (
        ("F over all visits", fit.overall.statistic),
        ("F numerator df", float(fit.overall.numerator_df)),
        ("F denominator df", fit.overall.denominator_df),
        ("p over all visits", fit.overall.p),
        ("-2 restricted log likelihood", fit.fit.deviance),
    ):
        yield sample.row(name, statistic, number, note=note)


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
    )


def _by_visit(sample: Sample) -> list[str]:
    found = list(sample.read(MixedModelOptions).by_visit)
    for name in found:
        if name not in ("BASE", *sample.estimand.covariates):
            raise UnanswerableError(f'option "by visit": {name} is not among the covariates')
    return found


def model_in_words(sample: Sample) -> str:
    """Covariance structure, degrees of freedom and terms."""
    asked = sample.read(MixedModelOptions)
    structure = NAMES[asked.covariance]
    said = "" if asked.errors == "model" else "empirical errors"
    crossed = _by_visit(sample)
    by = f"{', '.join(crossed)} by visit" if crossed else ""
    return in_words(
        f"{structure} covariance", f"{asked.df} degrees of freedom", said, _adjusted(sample), by
    )


def imputed(sample: Sample, *, name: str, method: str) -> Iterator[Row]:
    """Reference-based multiple imputation, ANCOVA on baseline at the last visit, Rubin's rules.

    The reference is control; subjects with a baseline enter, whether seen later or not.
    """
    asked = sample.read(ImputationOptions)
    seed, count = seeded(sample, asked.seed), asked.imputations
    based = sample.pick(sample.frame["BASE"].is_not_null().to_numpy())
    y = courses(based, change=sample.read(MeasureOptions).response == "change")
    last = sample.visits[-1]
    note = in_words(response_word(sample), f"{count} imputations, seed {seed}", "Rubin's rules")
    try:
        pooled = reference_based(
            y,
            baseline=based.frame["BASE"].to_numpy(),
            arm=Labels(based.arm.astype(np.int32), based.groups),
            method=method,  # type: ignore[arg-type]
            count=count,
            seed=seed,
        )
    except InputError as problem:
        yield from _refused(sample, name, last, problem)
        return
    for arm, found in zip(based.groups[1:], pooled, strict=True):
        control = dict(sample.comparisons).get(arm)
        if control is None:
            continue
        place = {"comparison": f"{arm} v {control}", "term": last}
        for statistic, value in (
            *limited(GAP, found),
            (f"{GAP} standard error", found.standard_error),
            (f"{GAP} df", found.df),
            ("p", found.p),
            ("missing information", found.missing),
        ):
            yield sample.row(name, statistic, value, note=note, **place)


def courses(sample: Sample, *, change: bool) -> npt.NDArray[np.float64]:
    """(n, m) each subject's values (or changes) by visit, NaN where missing."""
    rows = measures(sample)
    who = {name: i for i, name in enumerate(sample.frame["USUBJID"])}
    when = {visit: i for i, visit in enumerate(sample.visits)}
    y = np.full((sample.frame.height, len(sample.visits)), np.nan)
    i = rows["USUBJID"].replace_strict(who, return_dtype=pl.Int64).to_numpy()
    j = rows["VISIT"].replace_strict(when, return_dtype=pl.Int64).to_numpy()
    y[i, j] = (rows["VALUE"] - rows["BASE"] if change else rows["VALUE"]).to_numpy()
    return y
