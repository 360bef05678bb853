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
from equipoise.analysis.continuous.design import Regressor
from equipoise.analysis.methods.rows import Values, in_words, limited, reason, seeded
from equipoise.analysis.missing.reference import reference_based
from equipoise.analysis.results import Row
from equipoise.analysis.samples.sample import Sample, UnanswerableError
from equipoise.errors import InputError
from equipoise.frames import Frame, Labels, frame_of, labels
from equipoise.meaning.model_options import ImputationOptions, MeanOptions
from equipoise.meaning.options import MeasureOptions

MEAN_WORD, GAP_WORD = "LS mean", "difference in means"


class Measured(NamedTuple):
    """Values in rows: y (n,), arm, covariates by name, baseline among them as BASE."""

    y: npt.NDArray[np.float64]
    arm: Labels
    covariates: Mapping[str, Regressor]


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
    given: dict[str, Regressor] = {"BASE": base}
    people = frame_of(sample.frame[index.tolist()])
    for name in sample.estimand.covariates:
        if name != "BASE":
            given[name] = covariate(people, name)
    arm = Labels(sample.arm[index].astype(np.int32), sample.groups)
    return Measured(value - base if change else value, arm, given)


def covariate(people: Frame, name: str) -> Regressor:
    """A column of ADSL as numbers or labels. Raises InputError if somebody lacks it."""
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
    return values if statistic == MEAN_WORD else [*values, ("t", found.t), ("p", found.p)]


def covariance_analysis(sample: Sample, *, name: str) -> Iterator[Row]:
    """ANCOVA at each visit, of those with a value there: arm, baseline and the covariates."""
    for visit in visits_in_turn(sample):
        rows = measures(sample).filter(pl.col("VISIT") == visit)
        note = in_words(response_word(sample), adjusted_for_baseline(sample))
        try:
            data = arranged(sample, rows)
            margins = sample.read(MeanOptions).means
            fit = ancova(data.y, arm=data.arm, covariates=data.covariates, weights=margins)
        except InputError as problem:
            yield from refused(sample, name, visit, problem)
            continue
        for mean in fit.means:
            for statistic, value in contrast_values(MEAN_WORD, mean.value):
                place = {"group": str(mean.arm), "term": visit, "note": note}
                yield sample.row(name, statistic, value, **place)
        for gap in fit.differences:
            yield from gap_rows(sample, name, str(gap.arm), visit, gap.value, note)


def gap_rows(
    sample: Sample, name: str, arm: str, visit: str, found: Contrast, note: str
) -> Iterator[Row]:
    """The difference of an arm from its control; none where they are not compared."""
    control = dict(sample.comparisons).get(arm)
    if control is None:
        return
    comparison = f"{arm} v {control}"
    for statistic, value in contrast_values(GAP_WORD, found):
        yield sample.row(name, statistic, value, comparison=comparison, term=visit, note=note)


def refused(sample: Sample, name: str, visit: str, problem: InputError) -> Iterator[Row]:
    """Rows without a value that say why."""
    for experimental, control in sample.comparisons:
        place = {"comparison": f"{experimental} v {control}", "term": visit}
        yield sample.row(name, GAP_WORD, None, note=reason(problem), **place)


def adjusted_for_baseline(sample: Sample) -> str:
    """`adjusted for baseline, AGE`."""
    others = [name for name in sample.estimand.covariates if name != "BASE"]
    return f"adjusted for {', '.join(['baseline', *others])}"


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
        yield from refused(sample, name, last, problem)
        return
    for arm, found in zip(based.groups[1:], pooled, strict=True):
        control = dict(sample.comparisons).get(arm)
        if control is None:
            continue
        place = {"comparison": f"{arm} v {control}", "term": last}
        for statistic, value in (
            *limited(GAP_WORD, found),
            (f"{GAP_WORD} standard error", found.standard_error),
            (f"{GAP_WORD} df", found.df),
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
