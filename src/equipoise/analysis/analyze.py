"""`analyze`: from the analysis datasets to every number of the report."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.adam.model import ADaM
from equipoise.analysis import methods
from equipoise.analysis.baseline import baseline
from equipoise.analysis.decisions import decisions
from equipoise.analysis.disposition import disposition
from equipoise.analysis.incidence import incidence
from equipoise.analysis.laboratory import laboratory
from equipoise.analysis.methods import response, survival
from equipoise.analysis.results import Results, Row, frame


def analyze(data: ADaM) -> Results:
    """Answer every estimand of the protocol, and describe baseline, flow and safety.

    Returns  Results: rows, unrounded
    Raises   InputError if a method, a variable or a dataset that the protocol names is missing.
    Checked  tests/oracle/analysis; `equipoise verify` recomputes it by independent libraries.
    """
    return Results(frame(_rows(data)), data, data.findings)


def _rows(data: ADaM) -> Iterator[Row]:
    yield from disposition(data)
    yield from baseline(data)
    for key, estimand in data.protocol.estimands.items():
        try:
            yield from estimand_rows(data, key)
        except methods.NobodyError:
            if estimand.role == "primary":
                raise
            for arm in data.protocol.arms:
                yield Row(key, "count", estimand.population, "n", 0, group=arm)
    yield from decisions(data)
    yield from incidence(data)
    yield from laboratory(data)


def estimand_rows(data: ADaM, key: str, *, subgroups: bool = True) -> Iterator[Row]:
    """The rows of one estimand: counts, its test, its estimators; by subgroup too if primary."""
    estimand = data.protocol.estimands[key]
    named = [*([estimand.test] if estimand.test else []), *estimand.estimator]
    for sample in methods.samples(data, key):
        if sample.subgroup and not subgroups:
            return
        yield from survival.counts(sample) if sample.time is not None else response.counts(sample)
        for name in named:
            if not sample.subgroup or name in _IN_SUBGROUPS:
                yield from methods.method_named(name)(sample)


_IN_SUBGROUPS = ("Cox", "stratified Cox", "median", "Miettinen-Nurminen")
