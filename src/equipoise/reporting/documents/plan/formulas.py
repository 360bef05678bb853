"""What each method computes, in one line."""

from __future__ import annotations

from typing import Final

_TIMES: Final = {
    "Kaplan-Meier": "S(t) = Π (1 − d/n) over event times up to t; Greenwood's variance",
    "median": "the first t with S(t) of 0.5 or less; limits by Brookmeyer and Crowley",
    "follow-up": "Kaplan-Meier with events and censoring exchanged",
    "Nelson-Aalen": "H(t) = Σ d/n over event times up to t",
    "milestone": "S₁(t) − S₀(t); the variances are added",
    "Aalen-Johansen": "F(t) = Σ S(t−) d₁/n, d₁ the events of the kind in question",
    "Fine-Gray": "Cox model of the subdistribution hazard; weight G(t)/G(T) after competing events",
    "re-randomization log-rank": "share of allocations drawn anew whose |Z| is as large",
    "log-rank": "Z = Σ (O − E) / √Σ V over event times, V hypergeometric",
    "Cox": "h(t|x) = h₀(t) exp(β x); β where the partial likelihood is largest",
    "robust Cox": "as Cox; variance by the sum of squared score residuals of each cluster",
    "profile likelihood Cox": "as Cox; limits where twice the log likelihood falls by χ²",
    "Grambsch-Therneau": "score test of a slope of scaled Schoenfeld residuals on g(t)",
    "window Cox": "as Cox, with one β for each window of time",
    "Fleming-Harrington": "Z = Σ w (O − E) / √Σ w² V, w = S(t−)^ρ (1 − S(t−))^γ",
    "modestly weighted log-rank": "as Fleming-Harrington with w = 1 / max(S(t−), S(t*))",
    "max-combo": "the largest Z of several weights; P by their joint normal distribution",
    "Peto-Peto": "as Fleming-Harrington with w = S(t−), or as the option `peto` says",
    "Gehan": "as Fleming-Harrington with w = n",
    "Tarone-Ware": "as Fleming-Harrington with w = √n",
    "permutation log-rank": "the arm's sum of δ − Σ d/n against its mean with arms shuffled",
    "exponential regression": "log T = β x + W, W extreme value; hazard ratio exp(−β)",
    "Weibull regression": "log T = β x + σ W, W extreme value; hazard ratio exp(−β/σ)",
    "log-normal regression": "log T = β x + σ W, W normal; time ratio exp(β)",
    "log-logistic regression": "log T = β x + σ W, W logistic; time ratio exp(β)",
    "adjusted log-rank": "O − E less its regression on the covariates within each arm",
    "RMST": "∫ S(t) dt from 0 to τ; difference and ratio between the arms",
    "Gray": "Σ K(t) (dF₁/(1 − F₁) − dF₀/(1 − F₀)), K by Gray",
    "cause-specific Cox": "as Cox; competing events end follow-up",
}
_OTHERS: Final = {
    "Clopper-Pearson": "x/n; limits by the tails of the binomial distribution",
    "Wilson": "x/n; limits by the score test",
    "Jeffreys": "x/n; limits by the β(x + ½, n − x + ½) distribution",
    "Agresti-Coull": "x/n; Wald's limits after z²/2 successes and failures are added",
    "Wald": "x/n ± z √(p(1 − p)/n)",
    "Fisher exact": "hypergeometric P of tables no more likely than the one seen",
    "Barnard": "the largest P over the common rate, tables ordered by the pooled score",
    "Boschloo": "the largest P over the common rate, tables ordered by Fisher's P",
    "chi-square": "Σ (O − E)²/E over the four cells",
    "Miettinen-Nurminen": "p₁ − p₀; limits by the score test with variance times N/(N − 1)",
    "Farrington-Manning": "score test of p₁ − p₀ at the margin, rates fitted under it",
    "Mee": "p₁ − p₀; limits by the score test",
    "Newcombe": "p₁ − p₀; limits from Wilson's limits of each rate",
    "Wald difference": "p₁ − p₀ ± z √(p₁q₁/n₁ + p₀q₀/n₀)",
    "Mantel-Haenszel difference": "Σ w (p₁ − p₀)/Σ w, w = n₁n₀/N of each stratum; Sato's variance",
    "odds ratio": "x₁(n₀ − x₀) / (x₀(n₁ − x₁)); limits by Woolf",
    "exact odds ratio": "conditional maximum of the noncentral hypergeometric likelihood",
    "Mantel-Haenszel odds ratio": "Σ x₁(n₀ − x₀)/N over Σ x₀(n₁ − x₁)/N",
    "relative risk": "p₁/p₀; limits on the log scale",
    "Mantel-Haenszel relative risk": "Σ x₁n₀/N over Σ x₀n₁/N",
    "Cochran-Mantel-Haenszel": "(Σ (x₁ − E))² / Σ V over strata, V hypergeometric",
    "corrected Wilson": "as Wilson with ½/n between the rate and its limits",
    "corrected Wald": "p ± (z √(p(1 − p)/n) + ½/n)",
    "stratified Wilson": "Σ w p; Wilson's limits of each stratum at one narrower z, weighted by w",
    "corrected Newcombe": "p₁ − p₀; limits from the corrected Wilson limits of each rate",
    "corrected Wald difference": "Wald's limits wider by ½(1/n₁ + 1/n₀)",
    "corrected chi-square": "Σ (|O − E| − ½)²/E over the four cells",
    "stratified Newcombe": "Σ w (p₁ − p₀), w of Mantel-Haenszel; limits from stratified Wilson's",
    "corrected Cochran-Mantel-Haenszel": "(|Σ (x₁ − E)| − ½)² / Σ V over strata",
    "logistic regression": "log odds = β x, largest binomial likelihood; odds ratio exp(β)",
    "stratified logistic regression": "as logistic regression, the strata among the covariates",
    "standardized difference": "mean of p(arm 1, x) − p(arm 0, x) by that regression; delta method",
    "stratified standardized difference": "the same, the strata among the covariates",
    "Breslow-Day": "Σ (x₁ − E)²/V with E under the common odds ratio",
    "means": "mean and standard deviation by arm and visit",
    "ANCOVA": "y = arm + baseline + covariates, least squares",
    "MMRM": "y = arm × visit + baseline × visit, covariance within a subject, REML",
    "cLDA": "y = visit + arm × visit after baseline, baseline among the y; REML",
    "Wilcoxon": "rank sum of the arm against its mean; median of all differences",
    "van Elteren": "Σ (rank sum − mean)/(n + 1) over strata",
    "multiple imputation": "ANCOVA of data sets completed at random, combined by Rubin's rules",
    "jump to reference": "as multiple imputation; after stopping, the mean of control",
    "copy reference": "as multiple imputation; the whole course as under control",
    "copy increments": "as multiple imputation; after stopping, the changes of control",
    "Poisson rate": "Σ events / Σ time at risk",
    "rate ratio": "r₁/r₀; limits on the log scale",
    "rate difference": "r₁ − r₀; variance Σ events/T² of each arm",
    "exposure-adjusted incidence": "subjects with an event / Σ time at risk before it",
    "negative binomial": "log E(y) = arm + covariates + log time, variance μ + kμ²",
}
FORMULAS: Final = {**_TIMES, **_OTHERS}
"""Every method by its plain name."""


def formula(method: str) -> str:
    """What a method computes; "stratified" adds that strata are summed.

    >>> formula("stratified log-rank")
    'Z = Σ (O − E) / √Σ V over event times, V hypergeometric; within strata, then summed'
    """
    if method in FORMULAS:
        return FORMULAS[method]
    plain = method.removeprefix("stratified ")
    return f"{FORMULAS[plain]}; within strata, then summed" if plain in FORMULAS else ""
