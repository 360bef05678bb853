"""Weighted and adjusted log-rank tests of estimands, as rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from equipoise.analysis.methods.models import adjusted_for, covariates
from equipoise.analysis.methods.rows import Found, in_words, tried
from equipoise.analysis.methods.survival import arrays, competing_note, test_values
from equipoise.analysis.results import Row
from equipoise.analysis.samples.sample import Sample, UnanswerableError
from equipoise.analysis.survival.tests.adjusted_logrank import adjusted_logrank
from equipoise.analysis.survival.tests.logrank import LogRank
from equipoise.analysis.survival.tests.maxcombo import max_combo
from equipoise.analysis.survival.tests.weighted import (
    FlemingHarrington,
    ModestlyWeighted,
    NumberAtRisk,
    PetoWeight,
    Weighting,
    peto_peto,
    weighted_logrank,
)
from equipoise.calendar import DAYS_PER_MONTH
from equipoise.meaning.hypotheses import better_sign
from equipoise.meaning.methods import METHODS
from equipoise.meaning.options import (
    CombinationOptions,
    FlemingHarringtonOptions,
    ModestlyWeightedOptions,
    PetoOptions,
    WeightedOptions,
)

_MEANING = {
    "summed": "each stratum's own weights, numerators and variances summed over strata",
    "combined": "the Z values of the strata combined",
    "pooled": "weights from all strata together",
}

Test = Callable[[Sample, np.ndarray, np.ndarray | None], tuple[LogRank, str]]


def tests(sample: Sample, *, name: str, stratified: bool, test: Test) -> Iterator[Row]:
    """One test of each experimental arm against control.

    test : (two arms, codes, strata or None) to the test and what should be known of it
    """
    for comparison, two, arm in sample.pairs():

        def compute(two: Sample = two, arm: np.ndarray = arm) -> Found:
            found, note = test(two, arm, two.stratum if stratified else None)
            return Found(test_values(found), in_words(note, competing_note(two)))

        yield from tried(sample, name, "p", compute, comparison=comparison)


def fleming_harrington(
    two: Sample, arm: np.ndarray, stratum: np.ndarray | None
) -> tuple[LogRank, str]:
    """Fleming and Harrington's test with the rho and gamma of the options."""
    asked = two.read(FlemingHarringtonOptions)
    weight = FlemingHarrington(asked.rho, asked.gamma)
    return _weighted(two, arm, stratum, weight, f"weights {_shown(weight)}")


def modestly_weighted(
    two: Sample, arm: np.ndarray, stratum: np.ndarray | None
) -> tuple[LogRank, str]:
    """Magirr and Burman's test; its weight stops growing at `t star` or at the survival `floor`."""
    asked = two.read(ModestlyWeightedOptions)
    if (asked.floor is None) == (asked.t_star is None):
        raise UnanswerableError("expected one of the options `t star` and `floor`")
    if asked.t_star is None:
        note = f"weight grows until survival is {asked.floor:g}"
        return _weighted(two, arm, stratum, ModestlyWeighted(floor=asked.floor), note)
    note = f"weight grows until month {asked.t_star / DAYS_PER_MONTH:.4g}"
    return _weighted(two, arm, stratum, ModestlyWeighted(t_star=asked.t_star), note)


def _weighted(
    two: Sample, arm: np.ndarray, stratum: np.ndarray | None, weight: Weighting, note: str
) -> tuple[LogRank, str]:
    time, event = arrays(two)
    # without strata the three meanings are one
    meaning = "summed" if stratum is None else two.read(WeightedOptions).strata_are
    test = weighted_logrank(time, event, arm, stratum, weight=weight, strata=meaning)
    return test, in_words(note, "" if stratum is None else _MEANING[meaning])


def peto(two: Sample, arm: np.ndarray, stratum: np.ndarray | None) -> tuple[LogRank, str]:
    """Peto and Peto's test, by the survival that the option `peto` names."""
    kind = two.read(PetoOptions).peto
    if kind == "R":
        return peto_peto(*arrays(two), arm, stratum), "weights survival of all arms together"
    weight = PetoWeight(modified=kind == "modified")
    more = ", times n / (n + 1)" if weight.modified else ""
    note = f"weights the product of 1 - d / (n + 1){more}"
    return weighted_logrank(*arrays(two), arm, stratum, weight=weight), note


def by_number_at_risk(
    two: Sample, arm: np.ndarray, stratum: np.ndarray | None, *, power: float
) -> tuple[LogRank, str]:
    """Gehan's test, or Tarone and Ware's: weights a power of the number at risk."""
    test = weighted_logrank(*arrays(two), arm, stratum, weight=NumberAtRisk(power))
    root = "" if power == 1 else "root of the "
    return test, f"weights the {root}number at risk"


def adjusted(two: Sample, arm: np.ndarray, stratum: np.ndarray | None) -> tuple[LogRank, str]:
    """The log-rank test adjusted for the estimand's covariates."""
    model = covariates(two)
    if model is None:
        raise UnanswerableError("expected `covariates` in the estimand")
    return adjusted_logrank(*arrays(two), arm, model.x, stratum), adjusted_for(two)


def combination(sample: Sample, *, name: str, stratified: bool) -> Iterator[Row]:
    """The max-combo test: the most extreme of several weighted tests by its one-sided P value as Z
    and its two-sided P value, and the z of each.
    """
    asked = sample.read(CombinationOptions).weights
    weights = tuple(FlemingHarrington(rho, gamma) for rho, gamma in asked)
    endpoint = sample.protocol.endpoints[sample.estimand.endpoint]
    sign = better_sign(endpoint, METHODS[name])
    for comparison, two, arm in sample.pairs():

        def compute(two: Sample = two, arm: np.ndarray = arm) -> Found:
            stratum = two.stratum if stratified else None
            found = max_combo(*arrays(two), arm, stratum, weights=weights, sign=sign)
            z = [(f"z, {_shown(w)}", float(v)) for w, v in zip(weights, found.z, strict=True)]
            largest = [("largest absolute z", found.largest), ("p", found.p)]
            each = ", ".join(_shown(w) for w in weights)
            said = f"the largest of {each}; z is that of the one-sided P value"
            note = in_words(said, competing_note(two))
            return Found([("z", found.one_sided_z), *z, *largest], note)

        yield from tried(sample, name, "p", compute, comparison=comparison)


def _shown(weight: FlemingHarrington) -> str:
    return f"FH({weight.rho:g}, {weight.gamma:g})"
