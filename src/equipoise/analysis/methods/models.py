"""Cox models of estimands, as rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from equipoise.analysis.methods.rows import Found, Values, in_words, limited, reason, tried
from equipoise.analysis.methods.survival import arrays, competing_note
from equipoise.analysis.results import Row
from equipoise.analysis.samples.sample import Sample, UnanswerableError
from equipoise.analysis.survival.regression.cox import Cox, cox, hazard_ratio
from equipoise.analysis.survival.regression.profile import profile_limits
from equipoise.analysis.survival.regression.proportional import zph
from equipoise.analysis.survival.regression.windows import window_hazard_ratios
from equipoise.analysis.survival.terms import Design, design
from equipoise.calendar import DAYS_PER_MONTH
from equipoise.errors import InputError
from equipoise.frames import frame_of
from equipoise.meaning.options import ClusterOptions, ProportionalityOptions, WindowOptions

ARM = "arm"


def covariates(sample: Sample) -> Design | None:
    """The estimand's covariates as numbers; None if it names none.

    Raises   InputError if one is missing for a subject or does not vary.
    """
    terms = sample.estimand.covariates
    return design(frame_of(sample.frame), terms) if terms else None


def adjusted_for(sample: Sample) -> str:
    """`adjusted for AGE, SEX`, or nothing."""
    terms = sample.estimand.covariates
    return f"adjusted for {', '.join(terms)}" if terms else ""


def fitted(
    two: Sample, arm: np.ndarray, *, stratified: bool, robust: bool = False
) -> tuple[Cox, str]:
    """The Cox model of the arm and the estimand's covariates, and what should be known of it."""
    time, event = arrays(two)
    model, ties = covariates(two), two.estimand.ties
    stratum = two.stratum if stratified else None
    if model is None and not robust:
        fit = hazard_ratio(time, event, arm, stratum=stratum, ties=ties)
    else:
        fit = cox(
            time,
            event,
            np.column_stack([arm, *([model.x] if model else [])]),
            stratum=stratum,
            ties=ties,
            robust=robust,
            cluster=_cluster(two) if robust else None,
            names=(ARM, *(model.names if model else ())),
        )
    notes = (note.removeprefix(f"{ARM}: ") for note in fit.notes)
    return fit, in_words(
        *notes, f"{ties.capitalize()} ties", adjusted_for(two), competing_note(two)
    )


def _cluster(two: Sample) -> np.ndarray | None:
    name = two.read(ClusterOptions).cluster
    if name is None:
        return None
    if name not in two.frame.columns:
        raise UnanswerableError(f'option "cluster": ADSL has no column {name}')
    return two.frame[str(name)].to_numpy()


def hazard_ratios(
    sample: Sample, *, name: str, stratified: bool, robust: bool = False
) -> Iterator[Row]:
    """Hazard ratio of each experimental arm against control, and of the covariates."""
    for comparison, two, arm in sample.pairs():

        def compute(two: Sample = two, arm: np.ndarray = arm) -> Found:
            fit, note = fitted(two, arm, stratified=stratified, robust=robust)
            return Found(_of_arm(fit), in_words(note, "robust variance" if robust else ""))

        yield from tried(sample, name, "hazard ratio", compute, comparison=comparison)
        if sample.estimand.covariates:
            yield from _of_covariates(sample, name, two, arm, comparison, stratified, robust)


def _of_arm(fit: Cox) -> Values:
    return [
        ("hazard ratio", fit.hr[0]),
        ("hazard ratio lower limit", fit.lower[0]),
        ("hazard ratio upper limit", fit.upper[0]),
        ("log hazard ratio", fit.coef[0]),
        ("log hazard ratio standard error", fit.se[0]),
        ("p", fit.p[0]),
    ]


def _of_covariates(
    sample: Sample, name: str, two: Sample, arm: np.ndarray, comparison: str,
    stratified: bool, robust: bool,
) -> Iterator[Row]:  # fmt: skip
    try:
        fit, _ = fitted(two, arm, stratified=stratified, robust=robust)
    except InputError:
        return
    for j, term in enumerate(fit.names):
        if term != ARM:
            more = {"comparison": comparison, "term": term}
            yield sample.row(name, "covariate hazard ratio", fit.hr[j], **more)
            yield sample.row(name, "covariate hazard ratio lower limit", fit.lower[j], **more)
            yield sample.row(name, "covariate hazard ratio upper limit", fit.upper[j], **more)
            yield sample.row(name, "covariate p", fit.p[j], **more)


def profiled(sample: Sample, *, name: str, stratified: bool) -> Iterator[Row]:
    """Hazard ratio with limits of the profile likelihood, and the likelihood-ratio test."""
    for comparison, two, arm in sample.pairs():

        def compute(two: Sample = two, arm: np.ndarray = arm) -> Found:
            fit, note = fitted(two, arm, stratified=stratified)
            values = limited("hazard ratio", profile_limits(fit, ARM))
            if len(fit.names) == 1:
                values.append(("p", fit.lr.p))
                note = in_words(note, "P of the likelihood-ratio test")
            return Found(values, in_words(note, "limits of the profile likelihood"))

        yield from tried(sample, name, "hazard ratio", compute, comparison=comparison)


def proportional(sample: Sample, *, name: str, stratified: bool) -> Iterator[Row]:
    """The score test of proportional hazards, for each term and for all of them."""
    for comparison, two, arm in sample.pairs():
        try:
            fit, note = fitted(two, arm, stratified=stratified)
            transform = two.read(ProportionalityOptions).transform
            drifts = zph(fit, transform=transform)
        except InputError as problem:
            yield sample.row(name, "p", None, comparison=comparison, note=reason(problem))
            continue
        note = in_words(f"against {_SCALE[transform]}", note)
        for drift in sorted(drifts, key=lambda d: d.term != ARM):
            term = "" if drift.term == ARM else drift.term
            for statistic, value in zip(("chi-square", "df", "p"), drift[1:], strict=True):
                place = {"comparison": comparison, "term": term, "note": note}
                yield sample.row(name, statistic, value, **place)


_SCALE = {
    "km": "1 - survival",
    "rank": "the rank of time",
    "identity": "time",
    "log": "the logarithm of time",
}


def windows(sample: Sample, *, name: str, stratified: bool) -> Iterator[Row]:
    """The hazard ratio in each window of follow-up, the windows ending at `cuts`."""
    cuts = list(sample.read(WindowOptions).cuts)
    if not cuts:
        raise UnanswerableError(
            f'estimand "{sample.key}": the method needs `options: {{cuts: ...}}`, expected times '
            "such as [6 months, 12 months]"
        )
    for comparison, two, arm in sample.pairs():
        time, event = arrays(two)
        stratum = two.stratum if stratified else None
        ties = sample.estimand.ties
        try:
            found = window_hazard_ratios(time, event, arm, stratum, cuts=cuts, ties=ties)
        except InputError as problem:
            note = reason(problem)
            yield sample.row(name, "hazard ratio", None, comparison=comparison, note=note)
            continue
        for w in found:
            low, high = w.lower_time / DAYS_PER_MONTH, w.upper_time / DAYS_PER_MONTH
            term = f"from month {low:.4g}" + (f" to {high:.4g}" if np.isfinite(high) else "")
            note = in_words(w.note, f"{ties.capitalize()} ties", competing_note(two))
            place = {"comparison": comparison, "term": term, "note": note}
            values = _of_arm(w.fit) if w.fit else [("hazard ratio", None)]
            for statistic, value in values:
                yield sample.row(name, statistic, value, **place)
