"""Which words of a protocol mean which method."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from equipoise.analysis.methods import (
    chance,
    competing,
    continuous,
    counts,
    longitudinal,
    models,
    ranks,
    regression,
    response,
    survival,
    times,
    weighted,
)
from equipoise.analysis.methods.rows import reason
from equipoise.analysis.results import Row
from equipoise.analysis.safety.rates import rate_difference, rate_ratio
from equipoise.analysis.samples.sample import Sample
from equipoise.errors import InputError, did_you_mean
from equipoise.extensions import BrokenExtensionError, added
from equipoise.meaning.methods import METHODS, Method

Compute = Callable[[Sample], Iterator[Row]]

_TESTS: dict[str, weighted.Test] = {
    "Fleming-Harrington": weighted.fleming_harrington,
    "modestly weighted log-rank": weighted.modestly_weighted,
    "Peto-Peto": weighted.peto,
    "adjusted log-rank": weighted.adjusted,
    "Gehan": partial(weighted.by_number_at_risk, power=1.0),
    "Tarone-Ware": partial(weighted.by_number_at_risk, power=0.5),
}
_MODELS: dict[str, Callable[..., Iterator[Row]]] = {
    "Cox": models.hazard_ratios,
    "robust Cox": partial(models.hazard_ratios, robust=True),
    "profile likelihood Cox": models.profiled,
    "Grambsch-Therneau": models.proportional,
    "window Cox": models.windows,
    "max-combo": weighted.combination,
    "RMST": times.restricted_means,
    "Gray": competing.gray,
    "cause-specific Cox": competing.cause_specific,
    "permutation log-rank": chance.permuted_logrank,
    "logistic regression": regression.odds_ratios,
    "standardized difference": regression.standardized_difference,
    **{name: partial(weighted.tests, test=test) for name, test in _TESTS.items()},
}
_PLAIN: dict[str, Callable[..., Iterator[Row]]] = {
    "follow-up": times.potential_follow_up,
    "Nelson-Aalen": times.cumulative_hazards,
    "milestone": times.milestones,
    "Aalen-Johansen": competing.aalen_johansen,
    "Fine-Gray": competing.subdistribution,
    "re-randomization log-rank": chance.rerandomized_logrank,
    **{k: partial(response.rate, limits=v) for k, v in response.RATES.items()},
    **{
        k: partial(response.compared, statistic=s, compute=v)
        for k, (s, v) in response.COMPARED.items()
    },
    **{
        k: partial(response.over_strata, statistic=s, compute=v)
        for k, (s, v) in response.OVER_STRATA.items()
    },
    "stratified Wilson": response.rate_over_strata,
    "Farrington-Manning": response.farrington_manning,
    "exponential regression": partial(regression.parametric, distribution="exponential"),
    "Weibull regression": partial(regression.parametric, distribution="weibull"),
    "log-normal regression": partial(regression.parametric, distribution="lognormal"),
    "log-logistic regression": partial(regression.parametric, distribution="loglogistic"),
    "Wilcoxon": partial(ranks.rank_sum, stratified=False),
    "van Elteren": partial(ranks.rank_sum, stratified=True),
    "cLDA": longitudinal.constrained,
    "means": continuous.means,
    "ANCOVA": continuous.covariance_analysis,
    "MMRM": longitudinal.mixed_model,
    "multiple imputation": partial(continuous.imputed, method="mar"),
    **{
        method: partial(continuous.imputed, method=method)
        for method in ("jump to reference", "copy reference", "copy increments")
    },
    "Poisson rate": counts.poisson,
    "rate ratio": partial(counts.compared, statistic="rate ratio", compare=rate_ratio),
    "rate difference": partial(
        counts.compared, statistic="difference in rates", compare=rate_difference
    ),
    "exposure-adjusted incidence": counts.exposure_adjusted,
    "negative binomial": counts.regression,
}

COMPUTED: dict[str, Compute] = {
    "Kaplan-Meier": survival.km,
    "median": survival.median,
    "log-rank": partial(survival.log_rank, stratified=False),
    "stratified log-rank": partial(survival.log_rank, stratified=True),
    **{name: partial(method, name=name) for name, method in _PLAIN.items()},
    **{name: partial(m, name=name, stratified=False) for name, m in _MODELS.items()},
    **{
        f"stratified {name}": partial(m, name=f"stratified {name}", stratified=True)
        for name, m in _MODELS.items()
    },
}


def method_named(name: str) -> Compute:
    """The method that a protocol names.

    Raises   InputError if none goes by that name.
    """
    if name in COMPUTED:
        return COMPUTED[name]
    method = METHODS.get(name)
    if method is None or method.compute is None:
        raise InputError(f'no method goes by the name "{name}"{did_you_mean(name, METHODS)}')
    return partial(_of_extension, method=method)


def _of_extension(sample: Sample, *, method: Method) -> Iterator[Row]:
    """The rows of a method of another distribution, each with whose it is.

    Raises   InputError in a sentence that names it, for a failure of its own or for rows that are
             not about this method and this sample.
    """
    (one,) = (a for a in added("methods") if a.name == method.name)
    assert method.compute is not None
    compute = method.compute
    try:
        rows = one.called(lambda: list(compute(sample)))
    except BrokenExtensionError:
        raise
    except InputError as problem:
        for comparison, _, _ in sample.pairs():
            row = sample.row(method.name, "p", None, comparison=comparison, note=reason(problem))
            yield replace(row, extension=method.extension)
        return
    about = (sample.key, method.name, sample.subgroup)
    for row in rows:
        if not isinstance(row, Row) or (row.analysis, row.method, row.subgroup) != about:
            raise one.refused(
                f"expected rows made by sample.row({method.name!r}, ...), found {row}"
            )
        yield replace(row, extension=method.extension)
