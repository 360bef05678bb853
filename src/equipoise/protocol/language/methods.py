"""The names of methods that a protocol may use, what each fits, and the options it reads.

The functions behind them are in `equipoise.analysis.methods`; a test holds the two lists equal.
"""

from __future__ import annotations

from typing import Final, NamedTuple

TIME: Final = ("time to event", "questionnaire")
RATE: Final = ("proportion",)
MEAN: Final = ("continuous", "questionnaire")
COUNT: Final = ("count",)


class MethodWords(NamedTuple):
    """A method in words.

    fits : the types of endpoint it answers; a questionnaire's `worse by` makes it a time to event
    options : the keys of an estimand's `options` that it reads
    """

    fits: tuple[str, ...]
    options: tuple[str, ...] = ()


OPTIONS: Final[dict[str, str]] = {
    "by visit": "covariates whose effect may differ between visits; by default BASE",
    "cluster": "a variable of ADSL whose value the subjects of one cluster share",
    "competing": "event sources of the endpoint that compete with its event; they end follow-up",
    "covariance": "us, toep, toeph, ar1, ar1h, cs, csh, ad or adh; by default us, unstructured",
    "cuts": "times at which windows of follow-up end, such as [6 months, 12 months]",
    "death": "yes: a death counts as a deterioration",
    "definitive": "yes: a deterioration must hold at every later assessment",
    "df": "kenward-roger-linear (the default), kenward-roger, satterthwaite, between-within, "
    "residual",
    "draws": "how many re-randomizations",
    "errors": "model (the default) or empirical",
    "exposure": "the variable of ADSL with the days at risk",
    "floor": "the survival at which a modest weight stops growing",
    "gamma": "Fleming and Harrington's weight on late differences",
    "imputations": "how many completed data sets",
    "margin": "the difference in proportions that the test excludes; below 0 for non-inferiority",
    "per": "the time at risk that a rate is for, such as 100 years; by default 1 year",
    "response": "change (the default) or value",
    "rho": "Fleming and Harrington's weight on early differences",
    "seed": "a whole number from which random draws are made",
    "strata are": "summed, combined or pooled: what a weighted test does with strata",
    "t star": "the time from which a modest weight stops growing",
    "tau": "the time up to which the mean is restricted; by default the shorter follow-up",
    "transform": "km (the default), rank, identity or log",
    "variance": "delta (the default) or aalen",
    "visit": "the visit that the answer is about; by default the last",
    "visits": "the visits that are analyzed; by default all after baseline",
    "weights": 'rho and gamma of each test of a combination, such as ["0 0", "0 1"]',
    "where": "a condition over `data`: which of its records are counted",
}

# Read while the subjects are gathered, whatever the method.
GATHERED: Final[dict[str, tuple[str, ...]]] = {
    "time to event": ("competing",),
    "questionnaire": ("definitive", "death", "visit", "visits", "response"),
    "continuous": ("visit", "visits", "response"),
    "proportion": (),
    "count": ("where", "exposure", "per"),
}

_EITHER: Final[dict[str, tuple[str, ...]]] = {
    "log-rank": (),
    "Cox": (),
    "robust Cox": ("cluster",),
    "profile likelihood Cox": (),
    "Grambsch-Therneau": ("transform",),
    "window Cox": ("cuts",),
    "Fleming-Harrington": ("rho", "gamma", "strata are"),
    "modestly weighted log-rank": ("t star", "floor", "strata are"),
    "max-combo": ("weights",),
    "Peto-Peto": (),
    "adjusted log-rank": (),
    "RMST": ("tau",),
    "Gray": (),
    "cause-specific Cox": (),
}
"""Methods for a time to event that come plain and "stratified"."""

_TIMES: Final[dict[str, tuple[str, ...]]] = {
    "Kaplan-Meier": (),
    "median": (),
    "follow-up": (),
    "Nelson-Aalen": (),
    "milestone": (),
    "Aalen-Johansen": ("variance",),
    "Fine-Gray": (),
    "re-randomization log-rank": ("draws", "seed"),
}
_RATES: Final = (
    "Clopper-Pearson",
    "Wilson",
    "Jeffreys",
    "Agresti-Coull",
    "Wald",
    "Fisher exact",
    "Barnard",
    "Boschloo",
    "chi-square",
    "Miettinen-Nurminen",
    "stratified Miettinen-Nurminen",
    "Mee",
    "Newcombe",
    "Wald difference",
    "Mantel-Haenszel difference",
    "odds ratio",
    "exact odds ratio",
    "stratified exact odds ratio",
    "Mantel-Haenszel odds ratio",
    "relative risk",
    "Mantel-Haenszel relative risk",
    "Cochran-Mantel-Haenszel",
    "Breslow-Day",
)
_IMPUTED: Final = ("multiple imputation", "jump to reference", "copy reference", "copy increments")

METHODS: Final[dict[str, MethodWords]] = {
    **{name: MethodWords(TIME, options) for name, options in _EITHER.items()},
    **{f"stratified {name}": MethodWords(TIME, options) for name, options in _EITHER.items()},
    **{name: MethodWords(TIME, options) for name, options in _TIMES.items()},
    **{name: MethodWords(RATE) for name in _RATES},
    "Farrington-Manning": MethodWords(RATE, ("margin",)),
    "means": MethodWords(MEAN),
    "ANCOVA": MethodWords(MEAN),
    "MMRM": MethodWords(MEAN, ("covariance", "df", "errors", "by visit")),
    **{name: MethodWords(MEAN, ("imputations", "seed")) for name in _IMPUTED},
    "Poisson rate": MethodWords(COUNT),
    "rate ratio": MethodWords(COUNT),
    "rate difference": MethodWords(COUNT),
    "exposure-adjusted incidence": MethodWords(COUNT),
    "negative binomial": MethodWords(COUNT),
}
