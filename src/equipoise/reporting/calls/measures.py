"""How R is asked for values at visits and for counts over time at risk.

Checked  tests/oracle/test_r_families.py (run in R).
"""

from __future__ import annotations

from typing import Final

from equipoise.reporting.calls.form import RForm, ends, listed

_MEAN, _MEAN_GAP = "LS mean", "difference in means"


def _contrasts(mean: str, gap: str) -> dict[str, str]:
    """Both contrasts of a model; gap and mean are calls that give their parts."""
    found: dict[str, str] = {}
    for name, call in ((_MEAN, mean), (_MEAN_GAP, gap)):
        found |= listed(name, call, error=True) | {f"{name} df": f"{call}$df"}
    return found | {"t": f"{gap}$t", "p": f"{gap}$p"}


_MIXED: Final = _contrasts(
    "mixed_mean(x, {term}, {group_text})",
    "mixed_mean(x, {term}, {experimental}, {control})",
) | {
    "F over all visits": "mixed_arms(x)$f",
    "F numerator df": "mixed_arms(x)$numerator",
    "F denominator df": "mixed_arms(x)$df",
    "p over all visits": "mixed_arms(x)$p",
    "-2 restricted log likelihood": "x$deviance",
    "F of the term": "mixed_term(x, {model_term})$f",
    "F of the term numerator df": "mixed_term(x, {model_term})$numerator",
    "F of the term denominator df": "mixed_term(x, {model_term})$df",
    "p of the term": "mixed_term(x, {model_term})$p",
}
_CONSTRAINED: Final = _contrasts(
    "constrained_mean(x, {change}, {term}, {group_text})",
    "constrained_mean(x, {change}, {term}, {experimental}, {control})",
) | {
    "F over all visits": "constrained_arms(x)$f",
    "F numerator df": "constrained_arms(x)$numerator",
    "F denominator df": "constrained_arms(x)$df",
    "p over all visits": "constrained_arms(x)$p",
    "-2 restricted log likelihood": "x$deviance",
}
_HERE: Final = "d[d$VISIT == {term} & d$ARM == {group_text}, ]"
_RANKED: Final = "d[d$VISIT == {term} & d$ARM == %s, ]$Y"

OF_MEASURES: Final[dict[str, RForm]] = {
    "means": RForm(
        _HERE,
        {
            "number": "nrow(x)",
            "mean value": "mean(x$AVAL)",
            "standard deviation of value": "sd(x$AVAL)",
            "mean change": "mean(x$AVAL - x$BASE)",
            "standard deviation of change": "sd(x$AVAL - x$BASE)",
        },
    ),
    "ANCOVA": RForm(
        "lm(Y ~ BASE{covariates} + ARM, data = droplevels(d[d$VISIT == {term}, ]))",
        _contrasts("adjusted_mean(x, {group_text})", "adjusted_mean(x, {experimental}, {control})"),
    ),
    "MMRM": RForm(
        "mixed_model(Y ~ BASE{covariates} + ARM + VISIT{by_visit} + ARM:VISIT, d, {df})", _MIXED
    ),
    "cLDA": RForm(
        "constrained_model(Y ~ VISIT{covariates}{others_by_visit}, d, b, {df})", _CONSTRAINED
    ),
    "Wilcoxon": RForm(
        f"rank_sum({_RANKED % '{experimental}'}, {_RANKED % '{control}'}, {{exact}})",
        listed("Hodges-Lehmann difference") | {"z": "x$z", "p": "x$p", "pairs won": "x$wins"},
    ),
    "van Elteren": RForm(
        "with(d[d$VISIT == {term} & d$ARM %in% c({experimental}, {control}), ], "
        "van_elteren(Y, ARM == {experimental}, {stratum_here}))",
        {"z": "x$z", "p": "x$p"},
    ),
}
"""Methods of values at visits."""

OF_TOTALS: Final[dict[str, RForm]] = {
    "Poisson rate": RForm(
        "poisson.test({x}, {t} / {unit})",
        ends("event rate", "unname(x$estimate)", "x$conf.int[1]", "x$conf.int[2]"),
    ),
    "rate ratio": RForm(
        "poisson.test(c({x1}, {x2}), c({t1}, {t2}))",
        ends("rate ratio", "unname(x$estimate)", "x$conf.int[1]", "x$conf.int[2]")
        | {"p": "x$p.value"},
    ),
    "rate difference": RForm(
        "rate_difference({x1}, {t1} / {unit}, {x2}, {t2} / {unit})",
        ends("difference in rates", "x[1]", "x[2]", "x[3]"),
    ),
}
"""Methods of counts, asked with the arms' events and days at risk."""

OF_COUNTS: Final[dict[str, RForm]] = {
    "exposure-adjusted incidence": RForm(
        "with(d[d$TRT01P == {group_text}, ], poisson.test(sum(FIRST <= DAYS, na.rm = TRUE), "
        "sum(pmin(FIRST, DAYS, na.rm = TRUE)) / {unit}))",
        ends("exposure-adjusted incidence rate", "unname(x$estimate)", "x$conf.int[1]",
             "x$conf.int[2]"),
    ),
    "negative binomial": RForm(
        "MASS::glm.nb(N ~ TRT01P{covariates} + offset(log(DAYS)), data = d, "
        "control = glm.control(epsilon = 1e-13, maxit = 500))",
        ends("rate ratio", "exp(coef(x)[[2]])", "exp(confint.default(x)[2, 1])",
             "exp(confint.default(x)[2, 2])")
        | {
            "log rate ratio standard error": "sqrt(vcov(x)[2, 2])",
            "p": "2 * pnorm(-abs(coef(x)[[2]] / sqrt(vcov(x)[2, 2])))",
            "dispersion": "1 / x$theta",
        },
    ),
}  # fmt: skip
"""Methods of counts subject by subject."""
