"""Methods: one noun for what a protocol calls a test or an estimator.

What computes a method stands in other rooms, attached by its name: rows of an analysis
(`analysis.methods`), a kernel of virtual trials (`simulation.kernel`), the power of a plan
(`design.plan`), the recomputation by other libraries (`reporting.recompute`). Here is what all of
them agree on.

Checked  tests/laws/test_one_reading.py: every attachment is of a method of this list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from equipoise.extensions import Added, Extended
from equipoise.meaning import model_options as of_models
from equipoise.meaning import options as read
from equipoise.meaning.options import MethodOptions

TIME: Final = ("time to event", "questionnaire")
RATE: Final = ("proportion",)
MEAN: Final = ("continuous", "questionnaire")
COUNT: Final = ("count",)


@dataclass(frozen=True, slots=True)
class Monitored:
    """The statistic of a test that is held against a boundary, as Z for the experimental arm.

    statistic : "z", or a two-sided "p" that becomes Z by the side on which `estimate` lies
    sign : what Z is multiplied with where a longer time, or a higher value, is better
    null : the estimate that speaks for neither arm
    """

    statistic: Literal["z", "p"]
    sign: int
    estimate: str = ""
    null: float = 0.0


@dataclass(frozen=True, slots=True)
class Method:
    """A test or an estimator by its name.

    fits : the types of endpoint it answers; a questionnaire's `worse by` makes it a time to event
    options : what it reads of an estimand's `options`
    stratified : whether the strata of the estimand enter
    monitored : the statistic that is held against a boundary; None where none is
    simulated : whether virtual trials know it as arrays
    margin : whether it tests against a margin
    planned_as : the test whose power a plan computes, where that is another
    compute : of an extension, a Sample to rows of results; the house's own are in `analysis`
    extension : whose it is, distribution and version; "" for the house
    """

    name: str
    fits: tuple[str, ...]
    options: type[MethodOptions] = MethodOptions
    stratified: bool = False
    monitored: Monitored | None = None
    simulated: bool = False
    margin: bool = False
    planned_as: str | None = None
    compute: Callable[[Any], Iterable[Any]] | None = None
    extension: str = ""

    @property
    def for_times(self) -> bool:
        """Whether it needs a time to event."""
        return self.fits == TIME


_BELOW = Monitored("z", -1)  # z below 0 where the experimental arm lives longer
_ABOVE = Monitored("z", 1)
_HAZARD = Monitored("p", -1, "hazard ratio", 1.0)
_STRETCH = Monitored("p", 1, "time ratio", 1.0)
_ODDS = Monitored("p", 1, "odds ratio", 1.0)
_SHARES = Monitored("p", 1, "difference in proportions")
_GAP = Monitored("p", 1, "observed difference")
_MEANS = Monitored("p", 1, "difference in means")
_RATES_RATIO = Monitored("p", 1, "rate ratio", 1.0)


def _both(
    name: str,
    options: type[MethodOptions] = MethodOptions,
    *,
    fits: tuple[str, ...] = TIME,
    monitored: Monitored | None = None,
    simulated: bool = False,
    margin: bool = False,
    planned_as: str | None = None,
) -> tuple[Method, Method]:
    """A method, for a time to event if not said, that comes plain and "stratified"."""
    plain = Method(name, fits, options, False, monitored, simulated, margin, planned_as)
    return plain, replace(plain, name=f"stratified {name}", stratified=True)


_TIMES: Final = (
    Method("Kaplan-Meier", TIME),
    Method("median", TIME),
    Method("follow-up", TIME),
    Method("Nelson-Aalen", TIME),
    Method("milestone", TIME),
    Method("Aalen-Johansen", TIME, read.IncidenceOptions),
    Method("Fine-Gray", TIME),
    Method("re-randomization log-rank", TIME, read.RedrawOptions, planned_as="log-rank"),
    *_both("log-rank", monitored=_BELOW, simulated=True),
    *_both("Cox", monitored=_HAZARD, margin=True),
    *_both("robust Cox", read.ClusterOptions, monitored=_HAZARD),
    *_both("profile likelihood Cox", monitored=_HAZARD),
    *_both("Grambsch-Therneau", read.ProportionalityOptions),
    *_both("window Cox", read.WindowOptions),
    *_both(
        "Fleming-Harrington",
        read.FlemingHarringtonOptions,
        monitored=_BELOW,
        simulated=True,
        planned_as="log-rank",
    ),
    *_both(
        "modestly weighted log-rank",
        read.ModestlyWeightedOptions,
        monitored=_BELOW,
        planned_as="log-rank",
    ),
    *_both(
        "max-combo",
        read.CombinationOptions,
        monitored=_BELOW,
        simulated=True,
        planned_as="log-rank",
    ),
    *_both("Peto-Peto", read.PetoOptions, monitored=_BELOW, planned_as="log-rank"),
    *_both("Gehan", monitored=_BELOW, planned_as="log-rank"),
    *_both("Tarone-Ware", monitored=_BELOW, planned_as="log-rank"),
    *_both("permutation log-rank", read.RedrawOptions, monitored=_BELOW, planned_as="log-rank"),
    Method("exponential regression", TIME, monitored=_HAZARD, planned_as="log-rank"),
    Method("Weibull regression", TIME, monitored=_HAZARD, planned_as="log-rank"),
    Method("log-normal regression", TIME, monitored=_STRETCH, planned_as="log-rank"),
    Method("log-logistic regression", TIME, monitored=_STRETCH, planned_as="log-rank"),
    *_both("adjusted log-rank", monitored=_BELOW, planned_as="log-rank"),
    Method(
        "RMST",
        TIME,
        read.RestrictedMeanOptions,
        monitored=_ABOVE,
        simulated=True,
        planned_as="log-rank",
    ),
    Method(
        "stratified RMST",
        TIME,
        read.RestrictedMeanOptions,
        stratified=True,
        monitored=_ABOVE,
        planned_as="log-rank",
    ),
    *_both("Gray", planned_as="log-rank"),
    *_both("cause-specific Cox", monitored=_HAZARD),
)
_RATES: Final = (
    *(
        Method(name, RATE)
        for name in (
            "Clopper-Pearson",
            "Wilson",
            "Jeffreys",
            "Agresti-Coull",
            "Wald",
            "corrected Wilson",
            "corrected Wald",
        )
    ),
    Method("stratified Wilson", RATE, stratified=True),
    Method("Fisher exact", RATE, monitored=_ABOVE, simulated=True),
    Method("Barnard", RATE, monitored=_GAP),
    Method("Boschloo", RATE, monitored=_GAP),
    Method("chi-square", RATE, monitored=_ABOVE),
    Method("Miettinen-Nurminen", RATE, monitored=_ABOVE, simulated=True),
    Method("stratified Miettinen-Nurminen", RATE, stratified=True, monitored=_ABOVE),
    Method("Farrington-Manning", RATE, monitored=_ABOVE, margin=True),
    Method("corrected chi-square", RATE, monitored=_ABOVE, planned_as="chi-square"),
    Method("corrected Wald difference", RATE, monitored=_ABOVE, planned_as="chi-square"),
    Method("Mee", RATE),
    Method("Newcombe", RATE),
    Method("corrected Newcombe", RATE),
    Method("stratified Newcombe", RATE, stratified=True),
    *_both(
        "logistic regression",
        of_models.LogisticOptions,
        fits=RATE,
        monitored=_ODDS,
        planned_as="chi-square",
    ),
    *_both("standardized difference", fits=RATE, monitored=_SHARES, planned_as="chi-square"),
    Method("Wald difference", RATE, monitored=_ABOVE),
    Method("Mantel-Haenszel difference", RATE, stratified=True, monitored=_ABOVE),
    Method("odds ratio", RATE),
    Method("exact odds ratio", RATE),
    Method("stratified exact odds ratio", RATE, stratified=True),
    Method("Mantel-Haenszel odds ratio", RATE, stratified=True),
    Method("relative risk", RATE),
    Method("Mantel-Haenszel relative risk", RATE, stratified=True),
    Method("Cochran-Mantel-Haenszel", RATE, stratified=True, monitored=_GAP),
    Method(
        "corrected Cochran-Mantel-Haenszel",
        RATE,
        stratified=True,
        monitored=_GAP,
        planned_as="Cochran-Mantel-Haenszel",
    ),
    Method("Breslow-Day", RATE, stratified=True),
)
_MEANS_AND_COUNTS: Final = (
    Method("means", MEAN),
    Method("ANCOVA", MEAN, of_models.MeanOptions, monitored=_MEANS, margin=True),
    Method(
        "cLDA", MEAN, of_models.MixedModelOptions, monitored=_MEANS, margin=True, planned_as="MMRM"
    ),
    Method("Wilcoxon", MEAN, of_models.RankOptions, monitored=_ABOVE, planned_as="ANCOVA"),
    Method("van Elteren", MEAN, of_models.RankOptions, True, _ABOVE, planned_as="ANCOVA"),
    Method("MMRM", MEAN, of_models.MixedModelOptions, monitored=_MEANS, margin=True),
    *(
        Method(name, MEAN, of_models.ImputationOptions, monitored=_MEANS)
        for name in (
            "multiple imputation",
            "jump to reference",
            "copy reference",
            "copy increments",
        )
    ),
    Method("Poisson rate", COUNT),
    Method("rate ratio", COUNT, monitored=_RATES_RATIO),
    Method("rate difference", COUNT),
    Method("exposure-adjusted incidence", COUNT),
    Method("negative binomial", COUNT, monitored=_RATES_RATIO, margin=True),
)

IN_SUBGROUPS: Final = frozenset(
    {
        "Cox",
        "stratified Cox",
        "median",
        "RMST",
        "Clopper-Pearson",
        "Wilson",
        "Miettinen-Nurminen",
        "Newcombe",
        "odds ratio",
        "ANCOVA",
        "negative binomial",
        "rate ratio",
    }
)
"""Methods that are answered for the levels of subgroups too."""


def _taken(one: Added) -> Method:
    """A method of another distribution, which promises what it can keep.

    Raises   InputError in a sentence that names the distribution.
    """
    found = one.load()
    if not isinstance(found, Method):
        raise one.refused(f"expected a Method, found {found!r}")
    one.takes(found.compute, "sample")
    for said, why in _broken(found, one.name):
        if said:
            raise one.refused(why)
    return replace(found, extension=one.origin)


def _broken(found: Method, name: str) -> Iterable[tuple[bool, str]]:
    """What no method from outside can promise: whether it does, and why not."""
    types = {kind for fits in (TIME, RATE, MEAN, COUNT) for kind in fits}
    yield found.name != name, f'it calls itself "{found.name}"'
    yield not found.fits or not set(found.fits) <= types, f"fits {found.fits}: expected {types}"
    yield found.simulated, "simulated: virtual trials know only tests of the house as arrays"
    yield found.margin, "margin: only methods of the house are held against a margin"
    planned = found.planned_as
    yield planned is not None and planned not in _HOUSE, f'planned as "{planned}": no such method'


_HOUSE: Final = {method.name: method for method in (*_TIMES, *_RATES, *_MEANS_AND_COUNTS)}
METHODS: Final[Extended[Method]] = Extended("methods", _HOUSE, _taken)
"""Every method by its name."""
