"""`analyze`: from the analysis datasets to every number of the report."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.adam.model import ADaM
from equipoise.adam.reconcile.primary import stop_without_primary
from equipoise.analysis import methods
from equipoise.analysis.adjusted_p import adjusted
from equipoise.analysis.baseline import baseline
from equipoise.analysis.decisions import decisions
from equipoise.analysis.disposition import disposition
from equipoise.analysis.incidence import incidence
from equipoise.analysis.laboratory import laboratory
from equipoise.analysis.margins import margin_rows
from equipoise.analysis.methods import Sample, continuous, counts, response, survival
from equipoise.analysis.results import Results, Row, frame
from equipoise.analysis.safety.exposure import exposure
from equipoise.analysis.safety.overview import harms_overview
from equipoise.analysis.safety.shifts import shifts
from equipoise.analysis.subgroups import interactions
from equipoise.errors import expect
from equipoise.meaning.methods import IN_SUBGROUPS, METHODS
from equipoise.protocol.model import Estimand

RISK_RATIO = "relative risk"


def analyze(data: ADaM) -> Results:
    """Answer every estimand of the protocol, and describe baseline, flow and safety.

    Returns  Results: rows, unrounded
    Raises   DataError if nobody has what a primary endpoint is derived from; InputError if a
             method, a variable or a dataset that the protocol names is missing.
    Checked  tests/oracle/pilot; `equipoise verify` recomputes it by independent libraries.
    """
    expect(data, ADaM)
    stop_without_primary(data)
    return Results(frame(_rows(data)), data, data.findings)


def _rows(data: ADaM) -> Iterator[Row]:
    yield from disposition(data)
    yield from baseline(data)
    answers = [row for key in data.protocol.estimands for row in _answers(data, key)]
    answers += margin_rows(data.protocol, frame(answers))
    answers += decisions(data)
    yield from answers
    yield from adjusted(data, frame(answers))
    yield from incidence(data)
    yield from laboratory(data)
    yield from harms_overview(data)
    yield from exposure(data)
    yield from shifts(data)


def _answers(data: ADaM, key: str) -> Iterator[Row]:
    """An estimand's rows; a secondary one without subjects yet counts nobody and stops nothing."""
    estimand = data.protocol.estimands[key]
    try:
        yield from estimand_rows(data, key)
    except methods.NobodyError:
        if estimand.role == "primary":
            raise
        for arm in data.protocol.arms:
            yield Row(key, "count", estimand.population, "n", 0, group=arm)


def estimand_rows(data: ADaM, key: str, *, subgroups: bool = True) -> Iterator[Row]:
    """The rows of one estimand: counts, its test, its estimators.

    A primary estimand is answered for every level of the protocol's subgroups too, with a test of
    interaction for each subgroup. A proportion is compared as a ratio of risks too, whatever it
    names.
    Raises   InputError if the estimand names an unknown method.
    """
    estimand = data.protocol.estimands[key]
    named = list(dict.fromkeys([*([estimand.test] if estimand.test else []), *estimand.estimator]))
    for sample in methods.samples(data, key):
        if sample.subgroup and not subgroups:
            return
        yield from counts_of(sample, named)
        for name in named:
            if not sample.subgroup or name in IN_SUBGROUPS:
                yield from methods.method_named(name)(sample)
        if not sample.subgroup and not _has_ratio(data, estimand, named):
            yield from methods.method_named(RISK_RATIO)(sample)
        if not sample.subgroup and subgroups and estimand.role == "primary":
            yield from interactions(sample, named)


def _has_ratio(data: ADaM, estimand: Estimand, named: list[str]) -> bool:
    """Whether a ratio of risks is asked for, or there are no risks to compare."""
    asked = any(name.endswith(RISK_RATIO) for name in named)
    return asked or data.protocol.endpoints[estimand.endpoint].type != "proportion"


def counts_of(sample: Sample, named: list[str]) -> Iterator[Row]:
    """How many subjects, and how many of what is counted, by arm."""
    timed = any(METHODS[name].for_times for name in named if name in METHODS)
    if sample.measures is not None and (sample.time is None or not timed):
        return continuous.counts(sample)
    if sample.time is not None:
        return survival.counts(sample)
    return response.counts(sample) if sample.count is None else counts.counts(sample)
